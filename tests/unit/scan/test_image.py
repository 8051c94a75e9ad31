"""Pictures in every format become the same greyscale plane; bad ones raise one of five errors."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from authenticator.errors import InputRefused
from authenticator.scan import image
from authenticator.scan.image import (
    PIXEL_LIMIT,
    ImageTooLarge,
    ImageTruncated,
    NotAnImage,
    Picture,
    from_array,
    load,
)
from authenticator.scan.ladder import read
from tests.services.pictures import encoded, qr_pixels, qrencode_png

TEXT = "otpauth://totp/Grüne Wolke:kim?secret=JBSWY3DPEHPK3PXP"
CODE = qr_pixels(TEXT, module_px=3)


def sixteen_bits(highest: int) -> bytes:
    file = BytesIO()
    Image.fromarray((CODE > 0).astype(np.uint16) * highest).save(file, "PNG")
    return file.getvalue()


def floats(kind: str, factor: float) -> bytes:
    file = BytesIO()
    Image.fromarray(CODE.astype(np.float32) * np.float32(factor) - 5).save(file, kind)
    return file.getvalue()


def lab() -> bytes:
    neutral = Image.new("L", CODE.shape[::-1], 128)
    file = BytesIO()
    Image.merge("LAB", [Image.fromarray(CODE), neutral, neutral]).save(file, "TIFF")
    return file.getvalue()


def film(kind: str) -> bytes:
    file = BytesIO()
    frames = [Image.fromarray(CODE), Image.fromarray(255 - CODE)]
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


PICTURES = {
    "png-1": encoded(CODE, "PNG", "1"),
    "png-L": encoded(CODE, "PNG", "L"),
    "png-LA": encoded(CODE, "PNG", "LA"),
    "png-P": encoded(CODE, "PNG", "P"),
    "png-RGB": encoded(CODE, "PNG", "RGB"),
    "png-RGBA": encoded(CODE, "PNG", "RGBA"),
    "png-16": sixteen_bits(65535),
    "png-12-of-16": sixteen_bits(4095),
    "png-qrencode": qrencode_png(TEXT, module_px=3),
    "jpeg-L": encoded(CODE, "JPEG", "L"),
    "jpeg-RGB": encoded(CODE, "JPEG", "RGB"),
    "jpeg-CMYK": encoded(CODE, "JPEG", "CMYK"),
    "jpeg-progressive": encoded(CODE, "JPEG", "RGB", progressive=True),
    "webp-lossy": encoded(CODE, "WEBP", "RGB"),
    "webp-lossless": encoded(CODE, "WEBP", "RGB", lossless=True),
    "webp-alpha": encoded(CODE, "WEBP", "RGBA", lossless=True),
    "webp-film": film("WEBP"),
    "gif-P": encoded(CODE, "GIF", "P"),
    "gif-film": film("GIF"),
    "bmp-1": encoded(CODE, "BMP", "1"),
    "bmp-P": encoded(CODE, "BMP", "P"),
    "bmp-RGB": encoded(CODE, "BMP", "RGB"),
    "tiff-1": encoded(CODE, "TIFF", "1", compression="group4"),
    "tiff-RGB": encoded(CODE, "TIFF", "RGB"),
    "tiff-lzw": encoded(CODE, "TIFF", "RGB", compression="tiff_lzw"),
    "tiff-jpeg": encoded(CODE, "TIFF", "RGB", compression="jpeg"),
    "tiff-CMYK": encoded(CODE, "TIFF", "CMYK"),
    "tiff-YCbCr": encoded(CODE, "TIFF", "YCbCr"),
    "tiff-LAB": lab(),
    "tiff-float": floats("TIFF", 1e6),
    "tiff-pages": film("TIFF"),
}


def texts(picture: Picture) -> list[str]:
    return [code.text for code in read(picture).payloads]


@pytest.mark.parametrize("name", PICTURES)
def test_load_every_format_gives_readable_code(name: str) -> None:
    picture = load(PICTURES[name])
    assert texts(picture) == [TEXT]
    assert picture.on_black is None


# qrencode draws a different pattern for the same text.
OTHER_PIXELS = ("jpeg", "webp-lossy", "webp-film", "tiff-jpeg", "png-qrencode")


@pytest.mark.parametrize("name", [name for name in PICTURES if not name.startswith(OTHER_PIXELS)])
def test_load_lossless_formats_keep_pixels(name: str) -> None:
    plane = load(PICTURES[name]).grey
    assert np.abs(plane.astype(int) - CODE).max() <= 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_load_applies_exif_orientation(kind: str, orientation: int) -> None:
    page = np.full((64, 96), 255, np.uint8)
    page[:32, :32] = 0  # dark top left, half dark top right: all orientations differ
    page[:16, 64:] = 128
    stored = {
        1: page,
        2: page[:, ::-1],
        3: page[::-1, ::-1],
        4: page[::-1],
        5: page.T,
        6: page.T[::-1],
        7: page.T[::-1, ::-1],
        8: page.T[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(np.ascontiguousarray(stored), kind, "RGB", exif=exif)
    shown = load(data).grey
    assert shown.shape == page.shape
    assert np.abs(shown.astype(int) - page).max() < 40


def see_through(dark: int, kind: str) -> bytes:
    """A code whose light modules are transparent, its dark ones of brightness `dark`."""
    ink = np.full((*CODE.shape, 4), dark, np.uint8)
    ink[..., 3] = 255 - CODE
    file = BytesIO()
    Image.fromarray(ink).save(file, kind, lossless=True)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("dark", [0, 255], ids=["dark ink", "light ink"])
def test_load_transparent_picture_on_white_and_on_black(kind: str, dark: int) -> None:
    assert texts(load(see_through(dark, kind))) == [TEXT]


def test_load_palette_transparency() -> None:
    picture = Image.new("P", (CODE.shape[1], CODE.shape[0]))
    picture.putpalette([255, 255, 255, 255, 255, 255])
    picture.putdata([int(value > 0) for value in CODE.ravel()])
    for kind in ("PNG", "GIF"):
        file = BytesIO()
        picture.save(file, kind, transparency=1)
        assert texts(load(file.getvalue())) == [TEXT]


# ------------------------------------------------------------------------------ limits


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def tiff_header(width: int, height: int) -> bytes:
    tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (278, height)]
    tags += [(279, 1)]
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + rows + bytes(4)


def bmp_header(width: int, height: int) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def webp_header(form: bytes, width: int, height: int) -> bytes:
    head = {
        b"VP8X": bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
        b"VP8L": b"\x2f" + (width - 1 | height - 1 << 14).to_bytes(4, "little") + bytes(5),
        b"VP8 ": bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", width, height),
    }[form]
    return b"RIFF" + struct.pack("<I", 22) + b"WEBP" + form + struct.pack("<I", 10) + head


def jpeg_header(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\1\1\0\0\x3f\0"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + scan


@pytest.mark.parametrize(
    ("header", "width", "height"),
    [
        (png_header(50_000, 50_000), 50_000, 50_000),
        (png_header(2**31 - 1, 2**31 - 1), 2**31 - 1, 2**31 - 1),
        (tiff_header(50_000, 50_000), 50_000, 50_000),
        (bmp_header(50_000, 50_000), 50_000, 50_000),
        (webp_header(b"VP8X", 50_000, 50_000), 50_000, 50_000),
        (webp_header(b"VP8L", 16_000, 16_000), 16_000, 16_000),
        (webp_header(b"VP8 ", 16_000, 16_000), 16_000, 16_000),
        (jpeg_header(50_000, 50_000), 50_000, 50_000),
    ],
    ids=["png", "png-largest", "tiff", "bmp", "webp-x", "webp-l", "webp", "jpeg"],
)
def test_load_refuses_huge_header_before_decoding(header: bytes, width: int, height: int) -> None:
    # There are no pixels after these headers: decoding first would give "truncated".
    with pytest.raises(ImageTooLarge) as caught:
        load(header, "page")
    error = caught.value
    assert (error.source, error.width, error.height) == ("page", width, height)
    assert error.limit == PIXEL_LIMIT


def test_load_refuses_gif_frame_larger_than_its_screen() -> None:
    frame = b"," + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0)
    with pytest.raises(ImageTooLarge):
        load(b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0) + frame + b"\x08\x00;")


def test_load_accepts_exactly_the_pixel_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "PIXEL_LIMIT", 25 * 40)
    assert load(encoded(np.zeros((25, 40), np.uint8))).grey.shape == (25, 40)
    with pytest.raises(ImageTooLarge):
        load(encoded(np.zeros((25, 41), np.uint8)))


def test_load_out_of_memory_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Image.Image) -> None:
        raise MemoryError

    monkeypatch.setattr(PngImageFile, "load", full)
    with pytest.raises(ImageTooLarge) as caught:
        load(PICTURES["png-L"])
    assert (caught.value.height, caught.value.width) == CODE.shape


# ------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<!DOCTYPE html><svg/>", "HTML"),
        (b'<p>\n<img src="data:image/png;base64,AAAA">', "HTML"),
        (b" DATA:image/png;base64,AAAA", "DATA"),
        (b"\x1f\x8b\x08\0", "GZIP"),
        (b"\0\0\0\x0cJXL \r\n", "JPEG XL"),
        (b"\xff\x0a\0\0", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n", "JPEG 2000"),
        (b"<?xml version='1.0'?><rss/>", ""),
        (b"PK\3\4", "ZIP"),
        (b"BMW is no bitmap, whatever its first letters", ""),
        (b"otpauth://totp/x?secret=AA", ""),
        (bytes(100), ""),
    ],
)
def test_load_names_kind_of_other_files(data: bytes, kind: str) -> None:
    with pytest.raises(NotAnImage) as caught:
        load(data, "thing")
    assert (caught.value.source, caught.value.kind) == ("thing", kind)


# The middle of a TIFF with two pages is after the first page, the only one that is read.
@pytest.mark.parametrize("name", [name for name in PICTURES if name != "tiff-pages"])
def test_load_half_a_picture_is_truncated(name: str) -> None:
    data = PICTURES[name]
    with pytest.raises(ImageTruncated) as caught:
        load(data[: len(data) // 2])
    assert caught.value.kind == name.split("-")[0].upper()


@given(name=st.sampled_from(sorted(PICTURES)), share=st.floats(0, 1))
def test_load_picture_cut_anywhere_is_whole_or_refused(name: str, share: float) -> None:
    data = PICTURES[name]
    try:
        cut = load(data[: int(len(data) * share)])
    except (ImageTruncated, NotAnImage):
        return
    assert np.array_equal(cut.grey, load(data).grey)


@given(
    name=st.sampled_from(sorted(PICTURES)),
    changes=st.lists(
        st.tuples(st.integers(0, 2**20), st.integers(0, 3), st.binary(min_size=1, max_size=6)),
        min_size=1,
        max_size=8,
    ),
)
def test_load_mutated_picture_is_read_or_refused(
    name: str, changes: list[tuple[int, int, bytes]]
) -> None:
    data = bytearray(PICTURES[name])
    for place, removed, put in changes:
        # Half of the changes go into the first 64 bytes, where the headers are.
        at = place % (64 if place % 2 else len(data))
        data[at : at + removed] = put
    try:
        picture = load(bytes(data))
    except InputRefused:
        return
    assert picture.grey.size <= PIXEL_LIMIT


@given(
    head=st.sampled_from([b"", *sorted({data[:32] for data in PICTURES.values()})]),
    cut=st.integers(0, 32),
    tail=st.binary(max_size=300),
)
def test_load_any_bytes_are_read_or_refused(head: bytes, cut: int, tail: bytes) -> None:
    try:
        outcome: object = load(head[:cut] + tail)
    except InputRefused as error:
        outcome = error
    assert isinstance(outcome, Picture | NotAnImage | ImageTruncated | ImageTooLarge)


def test_load_damaged_picture_writes_nothing_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    """C libraries print outside the reach of Python's filters. libtiff does so for damaged fax and
    JPEG data, and Pillow has no option to stop it.
    """
    for data in [data for name, data in PICTURES.items() if not name.startswith("tiff")]:
        for at in range(8, min(len(data), 400), 13):
            damaged = data[:at] + bytes(byte ^ 0x55 for byte in data[at : at + 4]) + data[at + 4 :]
            try:
                load(damaged)
            except InputRefused:
                continue
    assert capfd.readouterr() == ("", "")


# ---------------------------------------------------------------------------- arrays


def test_from_array_weighs_colours_as_opencv() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (90, 120, 3), np.uint8)
    ours = from_array(pixels).grey.astype(int)
    assert np.abs(ours - cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)).max() <= 1


def test_from_array_every_shape_is_the_same_picture() -> None:
    alpha = np.full_like(CODE, 255)
    shapes = [
        CODE,
        CODE[..., None],
        np.dstack([CODE] * 3),
        np.dstack([CODE] * 3 + [alpha]),
        np.asfortranarray(CODE),
        np.pad(CODE, 3)[3:-3, 3:-3],
    ]
    for pixels in shapes:
        assert np.abs(from_array(pixels).grey.astype(int) - CODE).max() <= 1


def test_from_array_with_transparency() -> None:
    light = np.full_like(CODE, 255)
    assert texts(from_array(np.dstack([light] * 3 + [255 - CODE]))) == [TEXT]


def test_from_array_refuses_no_or_too_many_pixels() -> None:
    with pytest.raises(NotAnImage):
        from_array(np.zeros((0, 5), np.uint8), "clipboard")
    with pytest.raises(ImageTooLarge):
        from_array(np.broadcast_to(np.uint8(0), (20_000, 20_000)))


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 4)), np.zeros((4, 4, 2), np.uint8), np.zeros(4, np.uint8)]
)
def test_from_array_of_wrong_shape_raises_value_error(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        from_array(pixels)


@pytest.mark.parametrize(
    "plane", [np.zeros((4, 4)), np.zeros((0, 4), np.uint8), np.zeros((4, 4), np.uint8)[:, ::2]]
)
def test_picture_refuses_anything_but_a_plane(plane: np.ndarray) -> None:
    with pytest.raises(ValueError, match="plane"):
        Picture(plane)


def test_importing_errors_loads_no_heavy_library() -> None:
    script = """
import sys
import authenticator.scan.image, authenticator.scan.input_file, authenticator.scan.camera
import authenticator.scan.decoders, authenticator.scan.ladder, authenticator.scan.live_scan
heavy = {"numpy", "PIL", "cv2", "zxingcpp", "pyzbar", "cv2_enumerate_cameras"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
