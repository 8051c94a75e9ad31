"""A picture scaled down for an account: complete, upright, in its colours, whatever its format."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from authenticator.scan.image import (
    ICON_SIDE,
    PIXEL_LIMIT,
    ImageTooLarge,
    ImageTruncated,
    NotAnImage,
    icon,
)

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


def saved(picture: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def pixels(source: bytes) -> np.ndarray:
    return np.frombuffer(icon(source), np.uint8).reshape(ICON_SIDE, ICON_SIDE, 4)


def two_colours(width: int = 200, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Red above, blue below."""
    picture = Image.new("RGBA", (width, height), RED)
    picture.paste(BLUE, (0, height // 2, width, height))
    return picture.convert(mode)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_icon_keeps_colours_of_every_format(kind: str) -> None:
    small = pixels(saved(two_colours(), kind)).astype(int)
    assert abs(small[10, 48] - RED).max() < 12
    assert abs(small[-10, 48] - BLUE).max() < 12


@given(st.integers(1, 400), st.integers(1, 400))
def test_icon_centres_whole_picture(width: int, height: int) -> None:
    small = pixels(saved(Image.new("RGB", (width, height), "red")))
    columns, rows = small[..., 3].any(axis=0), small[..., 3].any(axis=1)
    for filled, length in ((columns, width), (rows, height)):
        wide = max(1, round(length * min(ICON_SIDE / width, ICON_SIDE / height)))
        assert filled.sum() == wide
        first = int(np.argmax(filled))
        assert abs(first - (ICON_SIDE - first - wide)) <= 1


def test_icon_applies_exif_orientation() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    small = pixels(saved(two_colours(), "JPEG", exif=exif)).astype(int)
    assert abs(small[10, 48] - BLUE).max() < 12


def test_icon_ignores_hidden_colour_of_transparent_pixels() -> None:
    checkered = np.zeros((192, 192, 4), np.uint8)
    checkered[...] = (0, 255, 0, 0)
    checkered[::2, ::2] = RED
    small = pixels(saved(Image.fromarray(checkered)))
    seen = small[small[..., 3] > 0]
    assert seen[:, 1].max() < 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_icon_reads_every_bit_depth(mode: str) -> None:
    picture = two_colours(mode="L" if mode in ("I;16", "F") else mode)
    kind = "TIFF" if mode in ("CMYK", "F") else "PNG"
    assert pixels(saved(picture.convert(mode), kind))[..., 3].all()


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (b"", NotAnImage),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", ImageTruncated),
        (b"%PDF-1.7", NotAnImage),
        (saved(two_colours())[:200], ImageTruncated),
        (saved(Image.new("1", (int(PIXEL_LIMIT**0.5) + 1,) * 2)), ImageTooLarge),
    ],
    ids=["nothing", "svg", "pdf", "cut off", "too many pixels"],
)
def test_icon_refuses_unusable_picture(source: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        icon(source)
