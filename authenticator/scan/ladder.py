"""Decoders x transforms, cheapest first, within a time budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from authenticator.scan.decoders import Corners, Decoder, Payload, PyzbarDecoder, ZxingDecoder
from authenticator.scan.image import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from authenticator.scan.image import Grey

ENLARGED_PIXELS = 2_000_000
"""Larger pictures are not enlarged: their symbols are hardly too small, and time is short."""
REDUCED_PIXELS = 2_000_000
"""What a picture is scaled down to, at most, before it is sharpened."""


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
    """A picture as one rung looks at it: a place in it is `(place + margin) * scale` here,
    and its height once more `* stretch`."""

    grey: Grey
    scale: float = 1
    margin: int = 0
    stretch: float = 1

    def back(self, corners: Corners) -> Corners:
        """Corners found here, as places in the picture."""
        tall = self.scale * self.stretch
        a, b, c, d = (
            (round(x / self.scale) - self.margin, round(y / tall) - self.margin) for x, y in corners
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


def darkest(picture: Picture) -> View:
    """Only what is about as dark as the picture gets: a code without a quiet zone before
    anything of a middle brightness then stands on white."""
    return _parted(picture, 0.1)


def brightest(picture: Picture) -> View:
    """The same for a light code."""
    return _parted(picture, 0.85)


def _parted(picture: Picture, share: float) -> View:
    """Black below, white from `share` of the way from the darkest to the brightest on."""
    import numpy as np

    low, high = np.percentile(picture.grey[::4, ::4], (1, 99))
    return View(_black_and_white(picture.grey >= low + (high - low) * share))


def _black_and_white(bright: NDArray[np.bool_]) -> Grey:
    import numpy as np

    ones = bright.view(np.uint8)
    return np.negative(ones, out=ones)  # 1 becomes 255


def local(picture: Picture) -> View | None:
    """Each place against what is right around it: for glare and shadows across a code."""
    if picture.grey.size > ENLARGED_PIXELS:
        return None
    import numpy as np
    from PIL.Image import fromarray
    from PIL.ImageFilter import BoxBlur

    around = np.asarray(fromarray(picture.grey).filter(BoxBlur(10)))
    return View(_black_and_white(picture.grey >= around))


def _scaled(grey: Grey, scale: float, resampling: int, stretch: float = 1) -> Image.Image:
    from PIL.Image import Resampling, fromarray

    height, width = grey.shape
    size = max(1, round(width * scale)), max(1, round(height * scale * stretch))
    return fromarray(grey).resize(size, Resampling(resampling))


def reduced(picture: Picture) -> View:
    """A bit smaller, which closes the gaps of modules drawn as dots, outlines or by a rough
    printer."""
    import numpy as np
    from PIL.Image import Resampling

    return View(np.asarray(_scaled(picture.grey, 0.7, Resampling.BILINEAR)), scale=0.7)


def sharpened(picture: Picture) -> View:
    """For large symbols out of focus. Half as large: what focus lost was finer than that."""
    import numpy as np
    from PIL.Image import Resampling
    from PIL.ImageFilter import UnsharpMask

    scale = min(0.5, (REDUCED_PIXELS / picture.grey.size) ** 0.5)
    smaller = _scaled(picture.grey, scale, Resampling.BOX)
    sharper = smaller.filter(UnsharpMask(radius=2, percent=200, threshold=0))
    return View(np.asarray(sharper), scale=scale)


def enlarged(picture: Picture) -> View | None:
    """Half as large again, for symbols of hardly more than a pixel a module."""
    return _enlarged(picture, 1.5)


def taller(picture: Picture) -> View | None:
    """For codes that lie flat before the camera."""
    return _enlarged(picture, 1, stretch=1.6)


def wider(picture: Picture) -> View | None:
    """For codes seen from the side."""
    return _enlarged(picture, 1.6, stretch=1 / 1.6)


def _enlarged(picture: Picture, scale: float, stretch: float = 1) -> View | None:
    if picture.grey.size > ENLARGED_PIXELS:
        return None
    import numpy as np
    from PIL.Image import Resampling

    larger = _scaled(picture.grey, scale, Resampling.LANCZOS, stretch)
    return View(np.asarray(larger), scale=scale, stretch=stretch)


def enlarged_sharpened(picture: Picture) -> View | None:
    """For small symbols out of focus or shaken."""
    if picture.grey.size > ENLARGED_PIXELS:
        return None
    import numpy as np
    from PIL.Image import Resampling
    from PIL.ImageFilter import UnsharpMask

    larger = _scaled(picture.grey, 2, Resampling.LANCZOS)
    sharper = larger.filter(UnsharpMask(radius=4, percent=150, threshold=0))
    return View(np.asarray(sharper), scale=2)


@dataclass(frozen=True, slots=True)
class Rung:
    """One try: a decoder on one view. A transform gives None where it does not apply.

    A `quick` rung is tried even where an earlier one found something: it may find more.
    """

    decoder: Decoder
    transform: Callable[[Picture], View | None]
    quick: bool = False


_ZXING = ZxingDecoder()
_ZXING_QR = ZxingDecoder(micro=False)
_ZXING_HISTOGRAM = ZxingDecoder(histogram=True, micro=False)
_ZBAR = PyzbarDecoder()

LIVE: tuple[Rung, ...] = (
    Rung(_ZXING, plain),
    Rung(_ZXING_HISTOGRAM, plain),
    Rung(_ZXING_HISTOGRAM, darkest),
    Rung(_ZXING_QR, sharpened),
    Rung(_ZXING_QR, enlarged),
)
"""For frames of a camera, where the next one comes soon anyway. Without zbar, which has ended
the whole process on some pictures: it would see thousands."""

LADDER: tuple[Rung, ...] = (
    Rung(_ZXING, plain),
    Rung(_ZXING, on_black),
    Rung(_ZXING_HISTOGRAM, plain),
    Rung(_ZXING_HISTOGRAM, darkest, quick=True),
    Rung(_ZXING_HISTOGRAM, brightest),
    Rung(_ZXING_HISTOGRAM, reduced),
    Rung(_ZXING, in_white),
    Rung(_ZXING, in_black),
    Rung(_ZXING_QR, sharpened),
    Rung(_ZXING_QR, enlarged),
    Rung(_ZXING_HISTOGRAM, local),
    Rung(_ZXING_QR, taller),
    Rung(_ZXING_QR, wider),
    Rung(_ZXING_QR, enlarged_sharpened),
    Rung(_ZXING_HISTOGRAM, enlarged_sharpened),
    Rung(_ZBAR, plain),
)
"""For pictures, by what each was measured to add per millisecond (`make bench-read`). zbar
comes last, where zxing-cpp read nothing: it never overrides a text."""


def read(
    picture: Picture,
    budget_ms: float = 1000.0,
    rungs: Sequence[Rung] = LADDER,
    now_s: Callable[[], float] = time.perf_counter,
) -> Reading:
    """Read the QR codes of a picture: what the first rung that finds any finds, and what the
    quick rungs after it find elsewhere.

    No rung but the first begins after `budget_ms`; one that runs is not cut short. Never raises.
    """
    start_s = now_s()

    def spent_ms() -> float:
        return (now_s() - start_s) * 1000

    found: list[Payload] = []
    views: dict[Callable[[Picture], View | None], View | None] = {}
    for number, rung in enumerate(rungs):
        if found and not rung.quick:
            continue
        if number and spent_ms() >= budget_ms:
            return Reading(in_reading_order(found), spent_ms(), complete=bool(found))
        if rung.transform not in views:
            views = {rung.transform: rung.transform(picture)}  # one at a time: they are large
        if view := views[rung.transform]:
            for code in rung.decoder.decode(view.grey):
                placed = replace(code, corners=view.back(code.corners))
                if not any(_overlap(placed, other) for other in found):
                    found.append(placed)
    if len(found) > 1 and any("://" not in code.text for code in found):
        zbar = next((r.decoder for r in rungs if isinstance(r.decoder, PyzbarDecoder)), None)
        if zbar and spent_ms() < budget_ms:
            found = joined(found, [code.text for code in zbar.decode(picture.grey)])
    return Reading(in_reading_order(found), spent_ms(), complete=True)


def joined(found: Sequence[Payload], wholes: Iterable[str]) -> list[Payload]:
    """Parts of one text that was spread over several codes (structured append) as one code.

    zxing-cpp's binding does not tell that a code is a part; zbar gives the whole, once it
    sees all parts. It is taken only if it is made of texts that zxing-cpp read, and stands
    where the first part stands. A part whose others are missing stays a text of its own.
    """
    left = list(found)
    for whole in wholes:
        parts: list[Payload] = []
        while rest := whole[sum(len(part.text) for part in parts) :]:
            part = next(
                (c for c in left if c not in parts and c.text and rest.startswith(c.text)), None
            )
            if part is None:
                break
            parts.append(part)
        else:
            if len(parts) > 1:
                left = [code for code in left if code not in parts]
                left.append(replace(parts[0], text=whole))
    return left


def _overlap(one: Payload, other: Payload) -> bool:
    """Whether the upright boxes around two codes reach into each other by half a side: one
    code, seen twice."""
    for axis in (0, 1):
        (low, high), (other_low, other_high) = (
            (min(places), max(places))
            for places in ([corner[axis] for corner in code.corners] for code in (one, other))
        )
        shared = min(high, other_high) - max(low, other_low)
        if shared * 2 < min(high - low, other_high - other_low):
            return False
    return True


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
