"""Pictures of codes that another reader reads."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from authenticator.scan.decoders import PyzbarDecoder
from authenticator.scan.drawing import MODULE_PX, CodeOverfull, qr_png
from authenticator.scan.legibility import legibility


@pytest.mark.parametrize(
    "text", ["otpauth://totp/Panel:kim?secret=MFRGG", "Größe 東京", "a" * 1500, "0042"]
)
def test_zbar_reads_what_was_drawn_and_no_phone_would_mind(text: str) -> None:
    with Image.open(BytesIO(qr_png(text))) as image:
        pixels = np.array(image)
    (code,) = PyzbarDecoder().decode(pixels)
    assert code.text == text
    assert legibility(pixels, code.corners) == ()
    ink = np.nonzero(pixels == 0)
    assert {int(axis.min()) for axis in ink} == {4 * MODULE_PX}


def test_a_text_that_no_code_holds_is_refused() -> None:
    with pytest.raises(CodeOverfull):
        qr_png("a" * 2400)
