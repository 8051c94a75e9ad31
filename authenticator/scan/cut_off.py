"""Whether a code runs over the edge of its picture, where it can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authenticator.scan.flatten import Finder
    from authenticator.scan.image import Grey

LARGEST_PX = 1600
"""A larger picture is scaled down."""
LEAST_RUNS = 6
"""Dark and light runs along the edge: a code has many, a line or a frame few."""
LONGEST_RUN = 7
"""Modules."""
MOSTLY = 0.7
"""The share of an edge's runs that are as long as modules are."""


def is_cut_off(grey: Grey) -> bool:
    """Whether there are finder patterns, fewer than the three of a whole code, and the picture
    ends amid modules of their size. Dark on light or light on dark."""
    import cv2

    scale = LARGEST_PX / max(grey.shape)
    if scale < 1:
        size = [max(1, round(side * scale)) for side in grey.shape[::-1]]
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return any(_is_cut_off(plane) for plane in (grey, cv2.bitwise_not(grey)))


def _is_cut_off(grey: Grey) -> bool:
    import cv2

    from authenticator.scan.flatten import finders

    found = finders(grey)
    if not 0 < len(found) < 3:
        return False
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return any(_has_modules_at_edge(bright, finder) for finder in found)


def _has_modules_at_edge(bright: Grey, finder: Finder) -> bool:
    """Whether one of the picture's edges shows modules of this size."""
    import numpy as np

    inset = max(1, round(finder.module_px / 3))
    for side in range(4):
        turned = np.rot90(bright, side)
        if len(turned) <= inset:
            continue
        ends = np.flatnonzero(np.diff(turned[inset].astype(np.int16)))
        runs = np.diff(ends) / finder.module_px
        modules = (runs > 0.5) & (runs < LONGEST_RUN) & (np.abs(runs - np.rint(runs)) < 0.4)
        if modules.sum() >= LEAST_RUNS and modules.mean() > MOSTLY:
            return True
    return False
