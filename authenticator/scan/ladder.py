"""Attempts to decode a picture, cheapest first, within a time budget.

First the picture as it is. If that fails, small regions that look like a code are located: they are
cheap enough for processing that would cost too much on the whole picture, and a picture in which
nothing looks like a code is done quickly. All this sees brightness alone; where it finds nothing,
colours are told apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from authenticator.scan.colours import planes
from authenticator.scan.cut_off import is_cut_off
from authenticator.scan.deblur import Smear
from authenticator.scan.decoders import Decoder, Payload, PyzbarDecoder, ZxingDecoder
from authenticator.scan.flatten import flattened
from authenticator.scan.image import Picture
from authenticator.scan.locate import Region, locate
from authenticator.scan.parts import joined_payloads
from authenticator.scan.transforms import (
    View,
    brightest,
    darkest,
    faintest,
    in_black,
    in_white,
    local,
    mask_codes,
    near,
    palest,
    plain,
    sharpened,
    softened,
    softer,
    taller,
    thickened,
    wider,
)

if TYPE_CHECKING:
    from authenticator.scan.image import Colours


@dataclass(frozen=True, slots=True)
class Reading:
    """The codes of a picture in reading order, and how long it took.

    `complete` is False if nothing was read and the budget ended before everything was tried.
    `by_zbar`: zbar read what zxing-cpp did not. `cut_off`: nothing was read, and a code seems to
    run over the picture's edge.
    """

    payloads: tuple[Payload, ...]
    ms: float
    complete: bool
    by_zbar: bool = field(default=False, kw_only=True, compare=False)
    cut_off: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Rung:
    """One attempt: a decoder on one view.

    A `quick` rung is tried even if an earlier one found something, as it may find more. An `afar`
    rung is tried on the scaled-down whole even if regions look like a code: those may be fragments
    of a code that fills the picture.
    """

    decoder: Decoder
    view: Callable[[View], View]
    quick: bool = False
    afar: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """Attempts on the whole picture; then with `near` on the `parts` regions that look most like a
    code, or on the whole in that size if none does; then with `likely` on those regions. Without
    parts, only on the whole picture. Each of `hues` is for one of `colours.planes`, in their order.
    """

    whole: tuple[Rung, ...]
    near: tuple[Rung, ...]
    likely: tuple[Rung, ...]
    parts: int
    hues: tuple[Ladder, ...] = ()


SMEARS: tuple[tuple[float, float], ...] = (
    (13, 0.3),
    (11, 0.3),
    (7, 2),
    (11, 2),
    (9, 0.3),
    (18, 0.3),
)
"""Lengths and softnesses, in pixels of a region REPAIRED_PX long, ordered by their measured
gain."""
REPAIRED_PX = 400

_ZXING = ZxingDecoder()
_LOCAL = ZxingDecoder(micro=False)
_GLOBAL = ZxingDecoder(histogram=True, micro=False)
_ZBAR = PyzbarDecoder()

_WHOLE = (
    Rung(_ZXING, plain),
    Rung(_GLOBAL, plain),
    Rung(_GLOBAL, darkest, quick=True),
)
_NEAR = (
    Rung(_GLOBAL, local, quick=True, afar=True),
    Rung(_LOCAL, plain, quick=True, afar=True),
    Rung(_GLOBAL, plain, quick=True, afar=True),
    Rung(_LOCAL, softened, afar=True),
    Rung(_LOCAL, softer, afar=True),
    Rung(_GLOBAL, darkest),
    Rung(_GLOBAL, taller),
    Rung(_LOCAL, taller),
    Rung(_LOCAL, wider),
)
_HUE = Ladder(
    (Rung(_LOCAL, plain), Rung(_GLOBAL, plain)),
    (
        Rung(_GLOBAL, local, afar=True),
        Rung(_LOCAL, plain, afar=True),
        Rung(_LOCAL, softened, afar=True),
    ),
    (),
    parts=2,
)
LIVE = Ladder(_WHOLE, _NEAR, (), parts=2, hues=(Ladder(_HUE.whole[:1], (), (), parts=0),))
"""For camera frames, as the next one comes soon anyway. Without zbar, which crashes the process on
some pictures: it would see thousands."""

LADDER = Ladder(
    _WHOLE,
    _NEAR,
    (
        Rung(_GLOBAL, brightest),
        Rung(_GLOBAL, softened, afar=True),
        Rung(_GLOBAL, palest, afar=True),
        Rung(_GLOBAL, faintest, afar=True),
        Rung(_LOCAL, thickened, afar=True),
        Rung(_ZXING, in_white),
        Rung(_ZXING, in_black),
        Rung(_LOCAL, sharpened),
        Rung(_ZBAR, plain),
    ),
    parts=2,
    hues=(_HUE,) * 4,
)
"""For pictures, ordered by measured gain per millisecond (`make bench-scan`). zbar comes last, only
if zxing-cpp read nothing: it never overrides a text."""

CROWD = 2
"""From this many codes on, there may be more of them that need a closer look."""


MANY = 12
"""From this many codes on, zxing-cpp may have combined the wrong finder patterns: it is run again
without the codes found."""


def read(
    picture: Picture,
    budget_ms: float = 1000.0,
    ladder: Ladder = LADDER,
    now_s: Callable[[], float] = time.perf_counter,
) -> Reading:
    """Read the QR codes of a picture: those of the first rung that finds any, and those that later
    quick rungs find elsewhere.

    No rung except the first starts after `budget_ms`; a running one is not cut short. Never raises.
    """
    start_s = now_s()
    found: list[Payload] = []
    complete, by_zbar = True, False
    for number, (decoder, look) in enumerate(_tries(picture, ladder, found)):
        if number and (now_s() - start_s) * 1000 >= budget_ms:
            complete = bool(found)
            break
        view = look()
        for code in decoder.decode(view.grey):
            placed = replace(code, corners=view.back(code.corners))
            if not any(_overlap(placed, other) for other in found):
                found.append(placed)
                by_zbar = isinstance(decoder, PyzbarDecoder)
    cut_off = not found and bool(ladder.likely) and is_cut_off(picture.grey)
    spent_ms = (now_s() - start_s) * 1000
    # A text in several codes takes the place of the first of them.
    in_order = in_reading_order(joined_payloads(in_reading_order(found)[::-1]))
    return Reading(in_order, spent_ms, complete, by_zbar=by_zbar, cut_off=cut_off)


def _tries(
    picture: Picture, ladder: Ladder, found: list[Payload]
) -> Iterator[tuple[Decoder, Callable[[], View]]]:
    """What to try next, given what has been `found` so far, which grows in the meantime."""
    whole = View(picture.grey)
    for rung in ladder.whole:
        if rung.quick or not found:
            yield rung.decoder, partial(rung.view, whole)
    covering = MANY - 1
    while len(found) > covering:
        covering = len(found)
        yield _ZXING, partial(mask_codes, whole, [code.corners for code in found])
    if picture.on_black is not None and not found:
        yield _ZXING, partial(View, picture.on_black)
    if ladder.parts and not 0 < len(found) < CROWD:
        yield from _tries_on_parts(picture, ladder, found)
    if picture.colours is not None and ladder.hues and not found:
        yield from _tries_in_colour(picture, picture.colours(), ladder, found)


def _tries_in_colour(
    picture: Picture, colours: Colours, ladder: Ladder, found: list[Payload]
) -> Iterator[tuple[Decoder, Callable[[], View]]]:
    """What to try on the colours, which may be fewer pixels. `found` as for `_tries`."""
    (height, width), (rows, columns, _) = picture.grey.shape, colours.shape
    whole = View(picture.grey, (width / columns, 0, 0, 0, height / rows, 0))
    for plane, hue in zip(planes(colours), ladder.hues, strict=False):
        for decoder, look in _tries(Picture(plane), hue, found):
            yield decoder, partial(_in, whole, look)


def _in(whole: View, look: Callable[[], View]) -> View:
    """What a look at a smaller copy of the whole gives."""
    view = look()
    return whole.of(view.grey, view.place)


def _tries_on_parts(
    picture: Picture, ladder: Ladder, found: list[Payload]
) -> Iterator[tuple[Decoder, Callable[[], View]]]:
    """What to try on the regions that look like a code. `found` as for `_tries`."""
    likely = locate(picture.grey)
    likely = [p for p in likely if _missed(p, found)] if found else likely[: ladder.parts]
    parts = [near(picture.grey, part) for part in likely]
    height, width = picture.grey.shape
    afar = near(picture.grey, Region(0, 0, width, height, likeness=0))
    for rung in ladder.near:
        for view in [*parts, afar] if rung.afar else parts or [afar]:
            if rung.quick or not found:
                yield rung.decoder, partial(rung.view, view)
    if likely and not found:
        yield from _repaired(near(picture.grey, likely[0], REPAIRED_PX), found)
    for rung in ladder.likely:
        for view in [*parts, afar] if rung.afar else parts:
            if not found:
                yield rung.decoder, partial(rung.view, view)


def _repaired(view: View, found: list[Payload]) -> Iterator[tuple[Decoder, Callable[[], View]]]:
    """The region that looks most like a code, flattened, and with motion blur undone."""
    for flat in flattened(view):
        if not found:
            yield _GLOBAL, partial(plain, flat)
    smear = Smear(view)
    for length_px, softness_px in SMEARS:
        if not found:
            yield _LOCAL, partial(smear.deblurred, length_px, softness_px)


def _missed(part: Region, found: list[Payload]) -> bool:
    """Whether a region is about as large as the codes found, and is none of them."""
    corners = (
        (part.x, part.y),
        (part.x + part.width, part.y),
        (part.x + part.width, part.y + part.height),
        (part.x, part.y + part.height),
    )
    here = Payload("", "", corners)
    largest = max(max(_sides(code)) for code in found)
    return 0.7 * largest < max(_sides(here)) < 2 * largest and not any(
        _overlap(here, code) for code in found
    )


def _sides(code: Payload) -> tuple[int, int]:
    xs, ys = ([corner[axis] for corner in code.corners] for axis in (0, 1))
    return max(xs) - min(xs), max(ys) - min(ys)


def _overlap(one: Payload, other: Payload) -> bool:
    """Whether the bounding boxes of two codes overlap by half a side: one code, seen twice."""
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
    """Row by row from the top, each row from the left.

    Codes are in the same row if their centres differ in y by less than half the height of the row's
    topmost code.
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
