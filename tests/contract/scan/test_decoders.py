"""The contract of every decoder: one suite for all implementations."""

import sys

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from authenticator.scan.decoders import Decoder, Payload, PyzbarDecoder, ZxingDecoder
from authenticator.scan.image import load
from authenticator.scan.parts import Part
from tests.services.pictures import Pixels, qr_pixels, qrencode_png, sheet

URI = (
    "otpauth://totp/Example%20Panel:kim@example.org?secret=JBSWY3DPEHPK3PXP&issuer=Example%20Panel"
)
TEXTS = [
    URI,
    "otpauth://totp/Grüne Wolke:käthe?secret=JBSWY3DPEHPK3PXP",
    "otpauth://totp/東京クラウド:花子?secret=JBSWY3DPEHPK3PXP",
    "otpauth://totp/Ключ 🔑:я?secret=JBSWY3DPEHPK3PXP",
    "0123456789",
    "HTTPS://EXAMPLE.ORG/A-B",
    "two\nlines\tand a tab ",
    "x" * 1500,
]


@pytest.fixture(
    params=[ZxingDecoder(), ZxingDecoder(histogram=True), PyzbarDecoder()],
    ids=["zxing", "zxing-histogram", "zbar"],
)
def decoder(request: pytest.FixtureRequest) -> Decoder:
    return request.param


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_decode_exact_text_of_qrencode(decoder: Decoder, text: str) -> None:
    found = decoder.decode(load(qrencode_png(text)).grey)
    assert [(code.text, code.format) for code in found] == [(text, "QRCode")]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_decode_exact_text_of_segno(decoder: Decoder, text: str) -> None:
    assert [code.text for code in decoder.decode(qr_pixels(text))] == [text]


@given(issuer=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_decode_keeps_raw_unicode(issuer: str) -> None:
    # Not the fixture: hypothesis would share one decoder among examples anyway.
    text = f"otpauth://totp/{issuer}:kim?secret=JBSWY3DPEHPK3PXP"
    pixels = qr_pixels(text)
    for decoder in (ZxingDecoder(), PyzbarDecoder()):
        assert [code.text for code in decoder.decode(pixels)] == [text]


@pytest.mark.parametrize("quarter_turns", range(4))
def test_decode_corners_start_at_code_top_left(decoder: Decoder, quarter_turns: int) -> None:
    pixels = qr_pixels(URI, module_px=5, quiet=4)
    side, edge = pixels.shape[0], 20
    upright = [(edge, edge), (side - edge, edge), (side - edge, side - edge), (edge, side - edge)]

    def turned(x: int, y: int) -> tuple[int, int]:
        for _ in range(quarter_turns):
            x, y = y, side - x
        return x, y

    (code,) = decoder.decode(np.ascontiguousarray(np.rot90(pixels, quarter_turns)))
    wanted = [turned(x, y) for x, y in upright]
    assert np.abs(np.array(code.corners) - np.array(wanted)).max() <= 2


def test_decode_every_code_of_a_page(decoder: Decoder) -> None:
    texts = [f"otpauth://totp/number-{i}?secret=JBSWY3DPEHPK3PXP" for i in range(6)]
    page = sheet(
        [(qr_pixels(text), 200 * (i % 3), 200 * (i // 3)) for i, text in enumerate(texts)],
        width=600,
        height=400,
    )
    assert {code.text for code in decoder.decode(page)} == set(texts)


@pytest.mark.parametrize("symbology", ["Code128", "EAN13", "DataMatrix", "Aztec", "PDF417"])
def test_decode_ignores_other_symbologies(decoder: Decoder, symbology: str) -> None:
    text = "4006381333931"
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat[symbology])
    drawn = np.pad(np.array(code.to_image(scale=5)), 40, constant_values=255)
    assert [found.text for found in zxingcpp.read_barcodes(drawn)] == [text]
    assert decoder.decode(drawn) == []


def test_decode_page_without_code_is_empty(decoder: Decoder) -> None:
    grain = np.random.default_rng(1).integers(0, 256, (480, 640), np.uint8)
    blank = np.full((480, 640), 255, np.uint8)
    assert (decoder.decode(grain), decoder.decode(blank)) == ([], [])


@st.composite
def planes(draw: st.DrawFn) -> Pixels:
    """Any small plane: random bytes, or a code with random rectangles painted over it."""
    height, width = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    grain = np.random.default_rng(draw(st.integers(0, 2**32)))
    if draw(st.booleans()):
        return grain.integers(0, 256, (height, width), np.uint8)
    plane = qr_pixels(draw(st.text(max_size=80)) or "x", module_px=draw(st.integers(1, 4)))
    for _ in range(draw(st.integers(0, 6))):
        y, x = (int(grain.integers(0, side)) for side in plane.shape)
        plane[y : y + height // 4, x : x + width // 4] = grain.integers(0, 256)
    return np.ascontiguousarray(plane[: draw(st.integers(1, plane.shape[0]))])


@given(plane=planes())
def test_decode_never_raises(plane: Pixels) -> None:
    for decoder in (ZxingDecoder(), ZxingDecoder(histogram=True), PyzbarDecoder()):
        assert all(isinstance(code, Payload) for code in decoder.decode(plane))


def test_zxing_decodes_micro_qr() -> None:
    (code,) = ZxingDecoder().decode(qr_pixels("HELLO", micro=True))
    assert (code.text, code.format) == ("HELLO", "MicroQRCode")


def test_zxing_decodes_rmqr() -> None:
    drawn = zxingcpp.create_barcode("HELLO", zxingcpp.BarcodeFormat.RMQRCode).to_image(scale=5)
    (code,) = ZxingDecoder().decode(np.pad(np.array(drawn), 20, constant_values=255))
    assert (code.text, code.format) == ("HELLO", "RMQRCode")


def test_zxing_decodes_light_on_dark() -> None:
    assert [code.text for code in ZxingDecoder().decode(255 - qr_pixels(URI))] == [URI]


def test_zxing_decodes_mirrored_codes() -> None:
    (code,) = ZxingDecoder().decode(np.ascontiguousarray(qr_pixels(URI)[:, ::-1]))
    assert code.text == URI


@given(held=st.binary(min_size=1, max_size=60))
def test_decode_binary_content_is_displayable_text(held: bytes) -> None:
    code = zxingcpp.create_barcode(held, zxingcpp.BarcodeFormat.QRCode)
    drawn = np.pad(np.array(code.to_image(scale=4)), 20, constant_values=255)
    for decoder in (ZxingDecoder(), PyzbarDecoder()):
        (found,) = decoder.decode(drawn)
        found.text.encode()


def test_decode_structured_append_each_or_joined(decoder: Decoder) -> None:
    """Structured append: zxing gives each as a part, zbar the whole once all parts are there."""
    text = "A" * 101 + "B" * 101 + "C" * 101
    data = [letter * 101 for letter in (b"A", b"B", b"C")]
    texts = [Part(number, 3, 0x40, part).written() for number, part in enumerate(data, 1)]
    parts = [
        np.where(np.array([bytearray(row) for row in part.matrix_iter(4, 4)]) > 0, 0, 255)
        for part in segno.make_sequence(text, symbol_count=3)
    ]
    whole = [code.text for code in decoder.decode(np.hstack(parts).astype(np.uint8))]
    assert whole in (texts, [text])
    some = [code.text for code in decoder.decode(np.hstack(parts[1:]).astype(np.uint8))]
    assert some in (texts[1:], [])


def test_zbar_without_library_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    assert PyzbarDecoder().decode(qr_pixels(URI)) == []


def test_zbar_decodes_non_utf8_as_latin_1() -> None:
    code = zxingcpp.create_barcode("Köln".encode("latin-1"), zxingcpp.BarcodeFormat.QRCode)
    drawn = np.pad(np.array(code.to_image(scale=4)), 20, constant_values=255)
    assert [found.text for found in PyzbarDecoder().decode(drawn)] == ["Köln"]
