"""Whether a code runs over the edge of its picture, where it can't be read."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authenticator.scan.flatten import Finder
    from authenticator.scan.image import Grey

CALM_PX = 1600
"""A larger picture is scaled down first, which takes the noise out of a photo."""
SHARP_PX = 4096
"""Then it is seen in this size, as the modules of a code on a large screen are small."""
MOST_ENDS = 300_000
"""Of runs in that size, about as many as a large page of text has: more are mostly noise, and the
time for outlines grows with the square of their number."""
LEAST_RUNS = 6
"""Dark and light runs along the edge: a code has many, a line or a frame few."""
LONGEST_RUN = 7
"""Modules."""
BESIDE = ((-inf, inf), (-4, 18), (-18, 4))
"""Modules from the middle of a finder pattern, along the edge: all of it, and where the smallest
code would be. Lines of text may run over the same edge elsewhere."""
CLEAR = 5.5
"""Modules from the middle of a finder pattern to where its margin has ended."""
ROWS = 16
"""How many are looked at, from there to the edge: between lines of text there is nothing."""
FARTHEST = 100
"""Modules from there to the edge: larger codes are not shown for a camera."""
MOSTLY = 0.7
"""The share of a row's runs that are as long as modules are."""
NEARLY_ALL = 0.75
"""The share of rows where it is so."""


def is_cut_off(grey: Grey) -> bool:
    """Whether there are finder patterns, fewer than the three of a whole code, and the picture
    ends amid modules of their size. Dark on light or light on dark."""
    if _is_cut_off(_scaled(grey, CALM_PX)):
        return True
    sharp = _scaled(grey, SHARP_PX)
    return max(grey.shape) > CALM_PX and _count_ends(sharp) < MOST_ENDS and _is_cut_off(sharp)


def _scaled(grey: Grey, largest_px: int) -> Grey:
    import cv2

    scale = largest_px / max(grey.shape)
    if scale >= 1:
        return grey
    size = [max(1, round(side * scale)) for side in grey.shape[::-1]]
    scaled: Grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return scaled


def _count_ends(grey: Grey) -> int:
    bright = _bright(grey)
    return int((bright[:, 1:] != bright[:, :-1]).sum())


def _bright(grey: Grey) -> Grey:
    import cv2

    bright: Grey
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return bright


def _is_cut_off(grey: Grey) -> bool:
    return any(_has_cut_code(plane) for plane in (grey, 255 - grey))


def _has_cut_code(grey: Grey) -> bool:
    from authenticator.scan.flatten import finders

    found = finders(grey)
    if not 0 < len(found) < 3:
        return False
    bright = _bright(grey)
    return any(_has_modules_at_edge(bright, finder) for finder in found)


def _has_modules_at_edge(bright: Grey, finder: Finder) -> bool:
    """Whether modules of this size reach from the finder pattern to one of the picture's edges."""
    import numpy as np

    height, width = bright.shape
    x, y = finder.x, finder.y
    places = ((x, y), (y, width - 1 - x), (width - 1 - x, height - 1 - y), (height - 1 - y, x))
    first = max(1, round(finder.module_px / 3))
    for side, (along, away) in enumerate(places):
        turned = np.rot90(bright, side)
        if len(turned) <= first:
            continue
        if away > FARTHEST * finder.module_px:
            continue
        last = max(first, round(away - CLEAR * finder.module_px))
        rows = turned[np.linspace(first, last, ROWS).astype(int)]
        for beside in BESIDE:
            seen = [_has_modules(row, along, finder.module_px, beside) for row in rows]
            if seen[0] and np.mean(seen) > NEARLY_ALL:
                return True
    return False


def _has_modules(row: Grey, along: float, module_px: float, beside: tuple[float, float]) -> bool:
    """Whether runs of this row are as long as modules are, `beside` where the finder pattern is."""
    import numpy as np

    ends = (np.flatnonzero(np.diff(row.astype(np.int16))) - along) / module_px
    ends = ends[(ends >= beside[0]) & (ends <= beside[1])]
    runs = np.diff(ends)
    modules = (runs > 0.5) & (runs < LONGEST_RUN) & (np.abs(runs - np.rint(runs)) < 0.4)
    return bool(modules.sum() >= LEAST_RUNS and modules.mean() > MOSTLY)
