"""Decoders x transforms, cheapest first, within a time budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from authenticator.scan.decoders import Corners, Decoder, Payload, PyzbarDecoder, ZxingDecoder
from authenticator.scan.image import Picture

if TYPE_CHECKING:
    from authenticator.scan.image import Grey

ENLARGED_PIXELS = 4_000_000
"""Larger pictures are not enlarged: their symbols are hardly too small, and time is short."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the codes of a picture say, in reading order, and how long it took.

    `complete` is False when nothing was read and the budget ended before everything was tried.
    """

    payloads: tuple[Payload, ...]
    ms: float
    complete: bool


@dataclass(frozen=True, slots=True)
class View:
    """A picture as one rung looks at it: a place in it is `(place + margin) * scale` here."""

    grey: Grey
    scale: int = 1
    margin: int = 0

    def back(self, corners: Corners) -> Corners:
        """Corners found here, as places in the picture."""
        a, b, c, d = (
            (round(x / self.scale) - self.margin, round(y / self.scale) - self.margin)
            for x, y in corners
        )
        return a, b, c, d


def plain(picture: Picture) -> View:
    return View(picture.grey)


def on_black(picture: Picture) -> View | None:
    """Transparent parts as black: a light code that was drawn for a dark page."""
    return None if picture.on_black is None else View(picture.on_black)


def _bordered(picture: Picture, brightness: int) -> View:
    import numpy as np

    margin = max(16, min(picture.grey.shape) // 10)
    return View(np.pad(picture.grey, margin, constant_values=brightness), margin=margin)


def in_white(picture: Picture) -> View:
    """With the quiet zone that a picture cropped to the code lacks."""
    return _bordered(picture, 255)


def in_black(picture: Picture) -> View:
    """The same around a light code on dark."""
    return _bordered(picture, 0)


def enlarged(picture: Picture) -> View | None:
    """Twice as large, for symbols of hardly more than a pixel a module."""
    if picture.grey.size > ENLARGED_PIXELS:
        return None
    import numpy as np
    from PIL.Image import Resampling, fromarray

    height, width = picture.grey.shape
    larger = fromarray(picture.grey).resize((width * 2, height * 2), Resampling.BILINEAR)
    return View(np.asarray(larger), scale=2)


def sharpened(picture: Picture) -> View | None:
    """For pictures out of focus."""
    if picture.grey.size > ENLARGED_PIXELS:
        return None
    import numpy as np
    from PIL.Image import fromarray
    from PIL.ImageFilter import UnsharpMask

    sharper = fromarray(picture.grey).filter(UnsharpMask(radius=3, percent=150, threshold=0))
    return View(np.asarray(sharper))


@dataclass(frozen=True, slots=True)
class Rung:
    """One try: a decoder on one view. A transform gives None where it does not apply."""

    decoder: Decoder
    transform: Callable[[Picture], View | None]


_ZXING = ZxingDecoder()
_ZBAR = PyzbarDecoder()

LIVE: tuple[Rung, ...] = (
    Rung(_ZXING, plain),
    Rung(_ZXING, enlarged),
    Rung(ZxingDecoder(histogram=True), plain),
    Rung(_ZXING, sharpened),
)
"""For frames of a camera, where the next one comes soon anyway. Without zbar, which has ended
the whole process on some pictures: it would see thousands."""

LADDER: tuple[Rung, ...] = (
    Rung(_ZXING, plain),
    Rung(_ZXING, on_black),
    Rung(_ZXING, in_white),
    Rung(_ZXING, in_black),
    *LIVE[1:],
    Rung(_ZBAR, plain),
    Rung(_ZBAR, enlarged),
)
"""For pictures. zbar comes last, where zxing-cpp read nothing: it rescues codes without a
quiet zone in the midst of other things, but never overrides a text."""


def read(
    picture: Picture,
    budget_ms: float = 1000.0,
    rungs: Sequence[Rung] = LADDER,
    now_s: Callable[[], float] = time.perf_counter,
) -> Reading:
    """Read the QR codes of a picture: what the first rung that finds any finds.

    No rung but the first begins after `budget_ms`; one that runs is not cut short. Never raises.
    """
    start_s = now_s()

    def spent_ms() -> float:
        return (now_s() - start_s) * 1000

    for number, rung in enumerate(rungs):
        if number and spent_ms() >= budget_ms:
            return Reading((), spent_ms(), complete=False)
        view = rung.transform(picture)
        found = rung.decoder.decode(view.grey) if view else []
        if view and found:
            placed = [replace(code, corners=view.back(code.corners)) for code in found]
            return Reading(in_reading_order(placed), spent_ms(), complete=True)
    return Reading((), spent_ms(), complete=True)


def in_reading_order(payloads: Iterable[Payload]) -> tuple[Payload, ...]:
    """By rows from the top, each from the left.

    Codes are in one row when their middles differ in height by less than half of the
    height of the row's topmost code.
    """

    def middle(code: Payload) -> tuple[float, float]:
        return sum(y for _, y in code.corners) / 4, sum(x for x, _ in code.corners) / 4

    rows: list[list[Payload]] = []
    for code in sorted(payloads, key=middle):
        if rows:
            heights = [y for _, y in rows[-1][0].corners]
            apart = middle(code)[0] - middle(rows[-1][0])[0]
            if apart < (max(heights) - min(heights)) / 2:
                rows[-1].append(code)
                continue
        rows.append([code])
    return tuple(code for row in rows for code in sorted(row, key=lambda code: middle(code)[1]))
