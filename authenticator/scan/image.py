"""Bytes or an array -> a greyscale picture; limits are checked before any decoding."""

from __future__ import annotations

import dataclasses
import threading
import warnings
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

from authenticator.errors import EnvironmentFault, InputRefused
from authenticator.scan import colours, planes
from authenticator.scan.image_format import kind_of, reader_of, told_size

if TYPE_CHECKING:  # numpy and Pillow cost 50 to 150 ms, and `wording` imports this file's errors
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image, ImageFile

    Grey = NDArray[np.uint8]
    Colours = NDArray[np.uint8]
    """Rows of columns of blue, green and red."""

FILE_LIMIT = 64 * 2**20
"""Bytes."""
PIXEL_LIMIT = 100_000_000
PAGE_LIMIT = 50
"""Pages of a PDF, frames or pictures in a file that are read."""
ICON_SIDE = 96
"""Width and height of a custom icon in px: 36 px on a screen at 200 %, with some reserve."""

T = TypeVar("T")


class NotAnImage(InputRefused):
    """The input is not a picture in a supported format.

    `kind` is what it looks like ("PDF", "SVG", "HEIC", ...), "empty" for no bytes, and "" if
    unknown.
    """

    def __init__(self, source: str, kind: str = "") -> None:
        self.source = source
        self.kind = kind
        super().__init__(source, kind)


class ImageTruncated(InputRefused):
    """It starts as a picture of `kind`, but is truncated or damaged."""

    def __init__(self, source: str, kind: str) -> None:
        self.source = source
        self.kind = kind
        super().__init__(source, kind)


class ImageTooLarge(InputRefused):
    """A picture of `width` x `height` pixels exceeds `limit` pixels in total.

    Both are 0 if the picture needed too much memory before its size was known.
    """

    def __init__(self, source: str, width: int, height: int, limit: int) -> None:
        self.source = source
        self.width = width
        self.height = height
        self.limit = limit
        super().__init__(source, width, height, limit)


class PdfLocked(InputRefused):
    """A PDF that opens only with a password."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(source)


class PagesUnread(InputRefused):
    """Only `pages_read` of a file's `pages` were read. Codes found on those still count.
    `pictures`: they are frames or pictures, not pages of a PDF."""

    def __init__(self, source: str, pages: int, pages_read: int, pictures: bool = False) -> None:
        self.source = source
        self.pages = pages
        self.pages_read = pages_read
        self.pictures = pictures
        super().__init__(source, pages, pages_read, pictures)


class Breakage(StrEnum):
    """How a picture stopped the process that read it."""

    CRASHED = "crashed"
    OVERRAN = "overran"


class PictureBroke(InputRefused):
    """A picture crashed the process that decoded it, or exceeded its time limit."""

    def __init__(self, source: str, reason: Breakage) -> None:
        self.source = source
        self.reason = reason
        super().__init__(source, reason)


class ReaderAbsent(EnvironmentFault):
    """The process that decodes pictures does not start, or has been closed."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Brightness, 0 (black) to 255, as rows of columns, C-contiguous, at least one pixel.

    `grey` has transparent areas on white; `on_black`, which only a picture with such areas has,
    shows them on black. `colours`, which only a picture with colours has, gives them, perhaps with
    fewer pixels: it may have to decode them, so it is for where brightness shows nothing.
    """

    grey: Grey
    on_black: Grey | None = None
    colours: Callable[[], Colours] | None = None

    def __post_init__(self) -> None:
        for plane in (self.grey, self.on_black):
            if plane is not None and (
                plane.ndim != 2
                or plane.dtype != "uint8"
                or not plane.size
                or not plane.flags.c_contiguous
            ):
                raise ValueError("a plane is a contiguous uint8 array of rows and columns")


def check_size(name: str, width: int, height: int) -> None:
    """Raises ImageTooLarge."""
    if width * height > PIXEL_LIMIT:
        raise ImageTooLarge(name, width, height, PIXEL_LIMIT)


def check_sizes(name: str, image: Image.Image) -> None:
    """The same for a frame that is not decoded yet, and for the tiles that it is stored in.

    Raises ImageTooLarge, and what Pillow raises.
    """
    check_size(name, *image.size)
    tags = getattr(image, "tag_v2", {})  # of a TIFF
    check_size(name, *(int(tags.get(side, 0)) for side in _TILE))


_TILE = (322, 323)
_OPENCV_NO_MEMORY = -4


def load(data: bytes, name: str = "") -> Picture:
    """Read the first picture of a file in one of image_format.READERS, rotated according to EXIF,
    or a drawing (SVG).

    `name` is the file's name in errors. Raises NotAnImage, ImageTruncated, ImageTooLarge.
    """
    return opened(data, name, brightness)


def icon(data: bytes, name: str = "") -> bytes:
    """The same picture in colour, scaled down to fit in the centre of ICON_SIDE x ICON_SIDE pixels
    of four bytes (red, green, blue, opacity). Raises as `load`."""
    return opened(data, name, _icon)


def opened(data: bytes, name: str, use: Callable[[Image.Image], T]) -> T:
    """What `use` makes of a picture whose pixels are not decoded yet. Raises as `load`."""
    kind = kind_of(data)
    if kind == "SVG":
        from authenticator.scan import svg

        kind, data = "PNG", svg.drawn(data, name)
    reader = reader_of(kind)
    if reader is None:
        raise NotAnImage(name, kind)
    check_size(name, *told_size(kind, data))
    # Pillow warns about large pictures and odd metadata. Neither matters here. Warning filters are
    # global to the process, so only one thread at a time may change them.
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _decode(reader, data, name, kind, use)


_warnings_lock = threading.Lock()


def _decode(
    reader: type[ImageFile.ImageFile],
    data: bytes,
    name: str,
    kind: str,
    use: Callable[[Image.Image], T],
) -> T:
    from PIL.Image import DecompressionBombError

    width = height = 0
    try:
        with reader(BytesIO(data)) as image:
            width, height = image.size
            check_sizes(name, image)
            if not width * height:
                raise ImageTruncated(name, kind)
            return use(image)
    except InputRefused:
        raise
    except (MemoryError, DecompressionBombError) as error:
        raise ImageTooLarge(name, width, height, PIXEL_LIMIT) from error
    except Exception as error:
        if getattr(error, "code", 0) == _OPENCV_NO_MEMORY:
            raise ImageTooLarge(name, width, height, PIXEL_LIMIT) from error
        raise ImageTruncated(name, kind) from error


def brightness(image: Image.Image) -> Picture:
    """The frame that an image is at, upright. Raises what Pillow raises."""
    in_colour = colours.of_image(image)
    image.draft("L", image.size)  # a JPEG decodes to brightness alone, in less memory
    image.load()
    return Picture(*planes.of_image(image), colours=in_colour)


def _icon(image: Image.Image) -> bytes:
    from PIL.Image import Resampling, new

    side = (ICON_SIDE, ICON_SIDE)
    image.draft("RGB", (2 * ICON_SIDE, 2 * ICON_SIDE))  # a large JPEG decodes smaller
    image.load()
    small = planes.upright(planes.in_bytes(image).convert("RGBA"), planes.orientation(image))
    scale = min(ICON_SIDE / small.width, ICON_SIDE / small.height)
    width, height = (max(1, round(length * scale)) for length in small.size)
    small = small.resize((width, height), Resampling.LANCZOS)
    square = new("RGBA", side)
    square.paste(small, ((ICON_SIDE - width) // 2, (ICON_SIDE - height) // 2))
    return square.tobytes()


def check_array(pixels: NDArray[np.uint8], name: str = "") -> None:
    """Raises what `from_array` raises."""
    if pixels.dtype != "uint8" or not (
        pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (1, 3, 4))
    ):
        raise ValueError("pixels are uint8 and grey, BGR or BGRA")
    if not pixels.size:
        raise NotAnImage(name, "empty")
    check_size(name, pixels.shape[1], pixels.shape[0])


def from_array(pixels: NDArray[np.uint8], name: str = "") -> Picture:
    """Take uint8 pixels as rows of columns of grey, BGR or BGRA.

    Raises NotAnImage for an array without pixels, ImageTooLarge; ValueError for any other shape.
    """
    check_array(pixels, name)
    import numpy as np

    if pixels.ndim == 2:
        return Picture(np.ascontiguousarray(pixels))
    if pixels.shape[2] == 1:
        return Picture(np.ascontiguousarray(pixels[:, :, 0]))
    import cv2

    opaque = pixels.shape[2] == 3
    kind = cv2.COLOR_BGR2GRAY if opaque else cv2.COLOR_BGRA2GRAY
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), kind)
    in_colour = partial(colours.of_array, pixels)
    if opaque:
        return Picture(grey, colours=in_colour)
    from PIL.Image import fromarray

    opacity = fromarray(np.ascontiguousarray(pixels[:, :, 3]))
    return Picture(*planes.flattened(fromarray(grey), opacity), colours=in_colour)
