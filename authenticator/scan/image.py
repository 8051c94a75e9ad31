"""Bytes, a path or an array -> a grey picture, with the limits checked before any decoding."""

from __future__ import annotations

import dataclasses
import struct
import threading
import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from authenticator.errors import InputRefused
from authenticator.scan.source import FileTooLarge, read_bytes

if TYPE_CHECKING:  # numpy and Pillow cost 50 to 150 ms, and `wording` imports this file's errors
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    Grey = NDArray[np.uint8]

FILE_LIMIT = 64 * 2**20
"""Bytes."""
PIXEL_LIMIT = 100_000_000


class NotAnImage(InputRefused):
    """What came is no picture of a kind that is read here.

    `kind` is what it looks like ("PDF", "SVG", "HEIC", ...), "empty" for nothing at all and
    "" if unknown.
    """

    def __init__(self, source: str, kind: str = "") -> None:
        self.source = source
        self.kind = kind
        super().__init__(source, kind)


class ImageTruncated(InputRefused):
    """It starts as a picture of `kind`, but ends early or is damaged inside."""

    def __init__(self, source: str, kind: str) -> None:
        self.source = source
        self.kind = kind
        super().__init__(source, kind)


class ImageTooLarge(InputRefused):
    """A picture of `width` x `height` pixels, where `limit` pixels in all are taken."""

    def __init__(self, source: str, width: int, height: int, limit: int = PIXEL_LIMIT) -> None:
        self.source = source
        self.width = width
        self.height = height
        self.limit = limit
        super().__init__(source, width, height, limit)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Brightness, 0 (black) to 255, as rows of columns, C-contiguous, at least one pixel.

    `grey` has transparent parts on white; `on_black` is there only for a picture that has
    some, and shows them on black.
    """

    grey: Grey
    on_black: Grey | None = None

    def __post_init__(self) -> None:
        for plane in (self.grey, self.on_black):
            if plane is not None and (
                plane.ndim != 2
                or plane.dtype != "uint8"
                or not plane.size
                or not plane.flags.c_contiguous
            ):
                raise ValueError("a plane is a contiguous uint8 array of rows and columns")


def load(source: Path | bytes, name: str = "") -> Picture:
    """Read the first picture of a PNG, JPEG, WebP, GIF, BMP or TIFF, upright as EXIF says.

    `name` stands in errors for bytes that came without a file.
    Raises FileUnreadable, FileTooLarge, NotAnImage, ImageTruncated, ImageTooLarge.
    """
    raise NotImplementedError


def from_array(pixels: NDArray[np.uint8], name: str = "") -> Picture:
    """Take uint8 pixels as rows of columns of grey, BGR or BGRA.

    Raises NotAnImage for an array without pixels, ImageTooLarge; ValueError for any other shape.
    """
    raise NotImplementedError
