"""The colours of a picture -> planes in which two colours of one brightness are dark and light."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING

from authenticator.scan.planes import orientation, upright

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from authenticator.scan.image import Colours, Grey

    Points = NDArray[np.float32]

MOST_PIXELS = 9_000_000
"""A larger picture is scaled down: a screen of 4K or a page of A4 is not."""
_COLOURED = {"P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "CMYK", "YCbCr", "LAB", "HSV"}
"""Modes of Pillow."""
_TRANSPARENT = {"PA", "RGBA", "RGBa"}
CHROMA = ((0.5, -0.331, -0.169), (-0.081, -0.419, 0.5))
"""Cb and Cr of a blue, green and red value (ITU-R BT.601, as brightness is)."""
ENDS_PERCENT = (0.1, 99.9)
"""What is mapped to black and white: a small code on a large page is less than a hundredth of
it."""
LEAST_SPREAD = 6.0
"""Between those ends, of 255: less is the noise of a picture without colours."""
SAMPLED = 4
"""Every so many rows and columns are enough to measure the picture."""


def of_image(image: Image.Image) -> Callable[[], Colours] | None:
    """What gives the colours of a picture that is not decoded yet; None if its mode has none. To
    be called while the image is at the same frame."""
    mode = image.mode
    stream: IO[bytes] | None = getattr(image, "fp", None)
    if mode not in _COLOURED:
        return None

    def colours() -> Colours:
        from PIL.JpegImagePlugin import JpegImageFile

        decoded: Image.Image = image
        if image.format == "JPEG" and image.mode != mode and stream is not None:
            stream.seek(0)  # only its brightness was decoded
            decoded = JpegImageFile(stream)
            step = _step(*image.size)
            decoded.draft("RGB", (image.width // step, image.height // step))
            decoded.load()
        step = _step(*decoded.size)
        if step > 1:
            if decoded.mode in ("P", "PA"):
                see_through = decoded.mode == "PA" or "transparency" in decoded.info
                decoded = decoded.convert("RGBA" if see_through else "RGB")
            decoded = decoded.reduce(step)
        return _of_decoded(upright(decoded, orientation(image)))

    return colours


def _of_decoded(image: Image.Image) -> Colours:
    import numpy as np

    if image.mode in _TRANSPARENT or "transparency" in image.info:
        return of_array(np.asarray(image.convert("RGBA"))[:, :, [2, 1, 0, 3]])
    return of_array(np.asarray(image.convert("RGB"))[:, :, ::-1])


def of_array(pixels: NDArray[np.uint8]) -> Colours:
    """The colours of BGR or BGRA pixels, transparent ones on white."""
    import cv2
    import numpy as np

    step = _step(pixels.shape[1], pixels.shape[0])
    if step > 1:
        size = max(1, pixels.shape[1] // step), max(1, pixels.shape[0] // step)
        pixels = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)
    if pixels.shape[2] == 4 and pixels[:, :, 3].min() < 255:
        opacity = pixels[:, :, 3:].astype(np.uint16)
        mixed = pixels[:, :, :3] * opacity + 255 * (255 - opacity)
        return (mixed // 255).astype(np.uint8)
    return np.ascontiguousarray(pixels[:, :, :3])


def _step(width: int, height: int) -> int:
    return math.ceil(math.sqrt(max(1.0, width * height / MOST_PIXELS)))


def planes(colours: Colours) -> Iterator[Grey]:
    """The chroma of a picture along the line in which it differs most; by distance from its
    commonest colour, for gradients; Cb; Cr. Without those that are the same everywhere."""
    import numpy as np

    chroma = np.array(CHROMA, np.float32)
    few = colours[::SAMPLED, ::SAMPLED].reshape(-1, 3) @ chroma.T
    apart = few - few.mean(0)
    _, axes = np.linalg.eigh(apart.T @ apart)
    for axis in (axes[:, 1], None, np.array((1, 0)), np.array((0, 1))):
        if axis is None:
            plane = _distance(colours, chroma, few)
        else:
            plane = _along(colours, axis @ chroma, few @ axis)
        if plane is not None:
            yield plane


def _along(colours: Colours, weights: Points, few: Points) -> Grey | None:
    """The weighted sum of blue, green and red; `few` are such sums."""
    import cv2
    import numpy as np

    low, high = np.percentile(few, ENDS_PERCENT)
    if high - low < LEAST_SPREAD:
        return None
    scale = 255 / (high - low)
    plane: Grey = cv2.transform(colours, np.array([[*(weights * scale), -low * scale]]))
    return plane


def _distance(colours: Colours, chroma: Points, few: Points) -> Grey | None:
    """How far each pixel's chroma is from the commonest of a `few`."""
    import cv2
    import numpy as np

    cells = np.rint(few / 8 + 16).astype(np.int32) @ np.array([64, 1], np.int32)
    commonest = few[cells == np.bincount(cells).argmax()].mean(0)
    most = float(np.percentile(np.hypot(*(few - commonest).T), ENDS_PERCENT[1]))
    if most < LEAST_SPREAD:
        return None
    blue, red = (
        cv2.transform(colours.astype(np.float32), np.array([[*weights, -middle]]))
        for weights, middle in zip(chroma, commonest, strict=True)
    )
    plane: Grey = cv2.convertScaleAbs(cv2.magnitude(blue, red), alpha=255 / most)
    return plane
