"""Text as a QR code: it is read back by the app's decoder and by another."""

from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from authenticator.scan.decoders import PyzbarDecoder
from authenticator.scan.image import Picture
from authenticator.scan.legibility import legibility
from authenticator.scan.qr_encoder import MODULE_PX, CodeOverfull, Modules, qr_code, qr_png


def read(code: Modules) -> str:
    drawn = np.frombuffer(code.pixels, np.uint8).reshape(code.side, code.side)
    (found,) = zxingcpp.read_barcodes(np.kron(drawn, np.ones((4, 4), np.uint8)))
    return found.text


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=300))
def test_qr_code_decodes_to_its_text(text: str) -> None:
    code = qr_code(text)
    assert code is not None
    assert set(code.pixels) == {0, 255}
    assert read(code) == text


@pytest.mark.parametrize(("length", "fits"), [(2953, True), (2954, False)])
def test_qr_code_of_too_long_text_is_none(length: int, fits: bool) -> None:
    assert (qr_code("a" * length) is not None) is fits


@pytest.mark.parametrize(
    "text", ["otpauth://totp/Panel:kim?secret=MFRGG", "Größe 東京", "a" * 1500, "0042"]
)
def test_qr_png_is_legible_and_read_by_zbar(text: str) -> None:
    with Image.open(BytesIO(qr_png(text))) as image:
        pixels = np.array(image)
    (code,) = PyzbarDecoder().decode(pixels)
    assert code.text == text
    assert legibility(Picture(pixels), code.corners) == ()
    ink = np.nonzero(pixels == 0)
    assert {int(axis.min()) for axis in ink} == {4 * MODULE_PX}


def test_qr_png_of_too_long_text_raises() -> None:
    with pytest.raises(CodeOverfull):
        qr_png("a" * 2400)
