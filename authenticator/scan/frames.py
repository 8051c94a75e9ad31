"""Pictures of several frames or pages (TIFF, GIF, WebP, APNG, AVIF, HEIC) -> payloads."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from authenticator.scan import image, ladder
from authenticator.scan.image import ImageTruncated, Picture
from authenticator.scan.image_format import kind_of
from authenticator.scan.pages import read_pictures

if TYPE_CHECKING:
    from PIL.Image import Image


def read(
    data: bytes, name: str = "", now_s: Callable[[], float] = time.perf_counter
) -> ladder.Reading:
    """All codes of a picture: of each frame as it is shown, in order. A PagedReading if it has
    several. Raises what image.load raises."""
    return image.opened(data, name, partial(_read, name=name, kind=kind_of(data), now_s=now_s))


def load_single(data: bytes, name: str = "") -> Picture | None:
    """The picture; None if it has several frames. Raises what image.load raises."""
    return image.opened(data, name, lambda one: image.brightness(one) if _count(one) == 1 else None)


def _count(frames: Image) -> int:
    return int(getattr(frames, "n_frames", 1))


def _read(frames: Image, name: str, kind: str, now_s: Callable[[], float]) -> ladder.Reading:
    count = _count(frames)
    if count == 1:
        return ladder.read(image.brightness(frames))
    reading = read_pictures(count, partial(_frame, frames, name), now_s)
    if not reading.pages_read:
        raise ImageTruncated(name, kind)
    return reading


def _frame(frames: Image, name: str, number: int) -> Picture | None:
    """A frame with what is left of earlier ones, as Pillow composes it; None if it is damaged or
    too large."""
    try:
        frames.seek(number)
        image.check_sizes(name, frames)
        return image.brightness(frames)
    except Exception:  # noqa: BLE001 - whatever a damaged frame makes Pillow raise
        return None
