"""A picture -> the regions that look like a code, without reading them.

A code is a roughly square patch in which brightness changes everywhere and in every direction;
rooms, desks and faces change along lines, and a line of print is long and thin. This is true even
of a code too blurred or dark for its finder patterns to be visible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from authenticator.scan.image import Grey

CELL_PX = 4
"""Changes are counted in cells of this width, in a picture reduced to a twelfth of its pixels,
within these bounds."""
SMALL_PIXELS = 300_000
LARGE_PIXELS = 1_000_000
BREADTHS = (3, 6)
"""Anything narrower is a line or an edge, or print, which may touch a code."""
LEVELS = (0.6, 0.4, 0.25, 0.12)
"""Fractions of the busiest cell's changes that a cell needs to belong to a region."""
LOOKS = 16
"""How many regions are examined more closely."""
LIKENESS = 0.07
"""The lowest `_likeness` of a barely readable code, which few other things reach."""


@dataclass(frozen=True, slots=True)
class Region:
    """A box inside the picture, in its pixels, at least one wide and high.

    `likeness` is 0 (nothing like a code) to about 0.35 (a clean one).
    """

    x: int
    y: int
    width: int
    height: int
    likeness: float


_Patch = tuple[float, float, float, float, float]
"""A score, then left, top, right and bottom as fractions of the picture."""


def locate(grey: Grey) -> list[Region]:
    """The regions that look like a code, with a small margin, the likeliest first; of two equally
    likely ones the larger.

    Takes about 5 ms for a 720p frame.
    """
    import cv2

    # Only by whole factors: cv2 is slow with others.
    pixels = min(max(SMALL_PIXELS, grey.size / 12), LARGE_PIXELS)
    step = ceil((grey.size / pixels) ** 0.5)
    width, height = (side - side % step for side in reversed(grey.shape))
    if not (width and height):
        return []
    size = width // step, height // step
    small = cv2.resize(grey[:height, :width], size, interpolation=cv2.INTER_AREA)
    patches: list[_Patch] = []
    smaller = small
    while min(smaller.shape) >= 5 * CELL_PX:
        patches += _busy(smaller)
        smaller = cv2.resize(smaller, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    patches.sort(reverse=True)
    regions: list[Region] = []
    for patch in patches[:LOOKS]:
        region = _region(patch, width, height)
        if not any(_same(region, other) for other in regions):
            likeness = _likeness(cut(small, _region(patch, *size)))
            if likeness >= LIKENESS:
                regions.append(replace(region, likeness=likeness))
    regions.sort(key=lambda region: -region.likeness * max(region.width, region.height) ** 0.5)
    return regions


def _region(patch: _Patch, width: int, height: int) -> Region:
    _, left, top, right, bottom = patch
    x, y = int(left * width), int(top * height)
    return Region(x, y, round(right * width) - x, round(bottom * height) - y, 0)


def cut(grey: Grey, region: Region) -> Grey:
    """The pixels of a region, not copied."""
    return grey[region.y : region.y + region.height, region.x : region.x + region.width]


def _busy(small: Grey) -> list[_Patch]:
    """Boxes around patches of busy cells."""
    import cv2
    import numpy as np

    rows, columns = (side // CELL_PX for side in small.shape)
    smooth = cv2.GaussianBlur(small[: rows * CELL_PX, : columns * CELL_PX], (3, 3), 0)
    across = cv2.Sobel(smooth, cv2.CV_16S, 1, 0, ksize=1)
    down = cv2.Sobel(smooth, cv2.CV_16S, 0, 1, ksize=1)
    change = (np.abs(across) + np.abs(down)).astype(np.float32)
    cells = cv2.resize(change, (columns, rows), interpolation=cv2.INTER_AREA)
    return [patch for breadth in BREADTHS for patch in _patches(cells, breadth)]


def _patches(cells: NDArray[np.float32], breadth: int) -> list[_Patch]:
    """Boxes around cells that belong to a busy square of at least `breadth` cells."""
    import cv2
    import numpy as np

    rows, columns = cells.shape
    cells = cv2.morphologyEx(cells, cv2.MORPH_OPEN, np.ones((breadth, breadth), np.uint8))
    cells = cv2.boxFilter(cells, -1, (3, 3))
    busiest, grain = float(cells.max()), float(np.median(cells))
    found: list[_Patch] = []
    for level in LEVELS:
        least = level * busiest
        if least < 1 or least < min(1.5 * grain, grain + 2):
            break
        _, _, boxes, _ = cv2.connectedComponentsWithStats(
            (cells >= least).astype(np.uint8), connectivity=4
        )
        wide, high, area = boxes[1:, 2], boxes[1:, 3], boxes[1:, 4]
        short, long = np.minimum(wide, high), np.maximum(wide, high)
        square = (short >= 4) & (long <= 2.6 * short) & (area >= 0.4 * wide * high)
        for x, y, across, down, full in boxes[1:][square].tolist():
            side = max(across, down)
            margin = max(2, round(0.15 * side))
            found.append(
                (
                    float(cells[y : y + down, x : x + across].mean()) * full / side**1.5,
                    max(0, x - margin) / columns,
                    max(0, y - margin) / rows,
                    min(columns, x + across + margin) / columns,
                    min(rows, y + down + margin) / rows,
                )
            )
    return found


def _likeness(crop: Grey) -> float:
    """How much of a region changes, times how much it changes, over its central two thirds."""
    import cv2
    import numpy as np

    scale = min(1.0, 160 / max(crop.shape))
    size = max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale))
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA) if scale < 1 else crop
    top, left = small.shape[0] // 6, small.shape[1] // 6
    middle: NDArray[np.float32] = cv2.GaussianBlur(small, (3, 3), 0).astype(np.float32)
    middle = middle[top : small.shape[0] - top, left : small.shape[1] - left]
    if min(middle.shape) < 9:
        return 0.0
    low, high = np.percentile(middle[::2, ::2], (5, 95))
    contrast = max(1.0, float(high - low))
    across = float(np.abs(np.diff(middle, axis=1)).mean())
    down = float(np.abs(np.diff(middle, axis=0)).mean())
    if min(across, down) < 0.3 * max(across, down):
        return 0.0
    mean = cv2.blur(middle, (9, 9))
    deviation = np.sqrt(np.maximum(cv2.blur(middle * middle, (9, 9)) - mean * mean, 0))
    return (across + down) / contrast * float((deviation > 0.2 * contrast).mean())


def _same(one: Region, other: Region) -> bool:
    """Whether most of the first is inside the second."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 0 and down > 0 and across * down > 0.6 * one.width * one.height
