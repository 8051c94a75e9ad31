"""A decoded image -> its brightness as arrays, by strips: a large picture takes little memory
besides its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from authenticator.scan.image import Grey

_AT_ONCE = 2**20
"""Values that are calculated with: each may take eight bytes, several times."""


def upright(image: Image.Image, turned: int) -> Image.Image:
    """Rotated and flipped according to an EXIF orientation."""
    from PIL.Image import Transpose

    turn = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(turned)
    return image if turn is None else image.transpose(turn)


def orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) to 8; 1 if it is missing or damaged."""
    try:
        found = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001 - damaged metadata is no reason to refuse a picture
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def of_image(image: Image.Image) -> tuple[Grey, Grey | None]:
    """The brightness of a decoded image, upright: see `flattened`."""
    turned = orientation(image)
    image = in_bytes(image)
    alpha = None
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        rgba = image if image.mode == "RGBA" else image.convert("RGBA")
        grey, alpha = rgba.convert("L"), rgba.getchannel("A")
    elif image.mode == "LAB":
        grey = image.getchannel("L")
    else:
        grey = image.convert("L")
    return flattened(upright(grey, turned), alpha and upright(alpha, turned))


def in_bytes(image: Image.Image) -> Image.Image:
    """The same; values of more than 8 bits are mapped to 0 to 255, from the lowest to the highest
    that occurs.

    Twelve-bit cameras use only the lowest sixteenth of 16 bits.
    """
    if image.mode != "F" and not image.mode.startswith("I"):
        return image
    import numpy as np
    from PIL.Image import fromarray

    values = np.asarray(image)
    parts = [slice(top, bottom) for top, bottom in _strips(image)]
    ends = [
        (numbers.min(), numbers.max()) for numbers in (_numbers(values[part]) for part in parts)
    ]
    low, high = float(min(low for low, _ in ends)), float(max(high for _, high in ends))
    span = high - low
    grey = np.full(values.shape, 255, np.uint8)
    if 0 < span < float("inf"):
        for part in parts:
            grey[part] = (_numbers(values[part]) - low) * (255 / span)
    return fromarray(grey)


def _numbers(values: NDArray[np.generic]) -> NDArray[np.float64]:
    import numpy as np

    return np.nan_to_num(values.astype(np.float64), posinf=0, neginf=0)


def _strips(image: Image.Image) -> Iterator[tuple[int, int]]:
    """The rows of an image from the top to the bottom, in parts that take little memory."""
    rows = max(1, _AT_ONCE // image.width)
    for top in range(0, image.height, rows):
        yield top, min(top + rows, image.height)


def flattened(grey: Image.Image, alpha: Image.Image | None) -> tuple[Grey, Grey | None]:
    """Brightness with transparent areas on white and, if there are such areas, on black."""
    if alpha is None or alpha.getextrema()[0] == 255:
        return _plane(grey), None
    return _plane(grey, alpha, 255), _plane(grey, alpha, 0)


def _plane(grey: Image.Image, alpha: Image.Image | None = None, background: int = 0) -> Grey:
    """Brightness as an array, transparent areas on a background."""
    import numpy as np
    from PIL.Image import new

    plane = np.empty((grey.height, grey.width), np.uint8)
    for top, bottom in _strips(grey):
        box = (0, top, grey.width, bottom)
        strip = grey.crop(box)
        if alpha is not None:
            base = new("L", strip.size, background)
            base.paste(strip, mask=alpha.crop(box))
            strip = base
        plane[top:bottom] = np.asarray(strip)
    return plane
