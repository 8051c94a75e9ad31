"""Where the modules of a code are in a picture, and how bright: for a code that was read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from authenticator.scan.format_information import level_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from authenticator.scan.decoders import Corners
    from authenticator.scan.image import Grey

    Points = NDArray[np.float64]

_SIZES: Final = range(21, 178, 4)
"""Modules a side of QR codes, version 1 to 40 (ISO/IEC 18004)."""
_CERTAIN: Final = 0.95
"""The score, of 1, of a code whose corners can hardly be placed better."""
_LEAST: Final = 0.75
_CANDIDATES: Final = 3
"""Sizes whose corners are placed better before the best is chosen."""
_MOVES_PX: Final = (1.0, 0.5)
"""Decoders give corners in whole pixels: half a module of a small code."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredCode:
    """`size` modules a side; `warp` maps modules (right and down from the code's top left) to
    pixels; `dark` and `light` are the brightness of its modules, whichever of them are set."""

    grey: Grey
    size: int
    warp: Points
    module_px: float
    dark: float
    light: float
    inverted: bool

    def level(self) -> str:
        """The error correction level, L, M, Q or H; "" if it can't be read."""
        near = [0, 1, 2, 3, 4, 5, 7, 8]
        spots = [(column, 8) for column in near] + [(8, row) for row in reversed(near[:-1])]
        middle = (self.dark + self.light) / 2
        import numpy as np

        seen, _ = brightness(self.grey, self.warp, np.array(spots, np.float64) + 0.5)
        bits = (seen > middle) if self.inverted else (seen < middle)
        return level_of(int("".join("1" if bit else "0" for bit in bits), 2))


def measured(grey: Grey, corners: Corners) -> MeasuredCode | None:
    """The code at these corners, with the size at which the timing patterns alternate and the
    finder patterns match; None if there is none."""
    import numpy as np

    exact = np.array(corners, np.float64)
    scored = sorted(((_score(grey, exact, size), -size) for size in _SIZES), reverse=True)
    best, chosen, placed = 0.0, 0, exact
    for score, negative in scored[:_CANDIDATES] if scored[0][0] < _CERTAIN else scored[:1]:
        fitted, at = (score, exact) if score >= _CERTAIN else _fitted(grey, exact, -negative)
        if fitted > best:
            best, chosen, placed = fitted, -negative, at
    warp = _warp(placed, chosen) if best > _LEAST else None
    if warp is None:
        return None
    seen, is_set, _ = _known(grey, warp, chosen)
    dark, light = float(seen[is_set].mean()), float(seen[~is_set].mean())
    side_px = float(np.sqrt(_area(placed)))
    return MeasuredCode(
        grey, chosen, warp, side_px / chosen, min(dark, light), max(dark, light), dark > light
    )


def _fitted(grey: Grey, corners: Points, size: int) -> tuple[float, Points]:
    """The best score of a size, and the corners moved to where it has it."""
    best, at = _score(grey, corners, size), corners
    for step_px in _MOVES_PX:
        for corner, axis in [(corner, axis) for corner in range(4) for axis in (0, 1)] * 2:
            for way in (step_px, -step_px):
                moved = at.copy()
                moved[corner, axis] += way
                score = _score(grey, moved, size)
                if score > best:
                    best, at = score, moved
                    break
    return best, at


def _score(grey: Grey, corners: Points, size: int) -> float:
    """How well the modules that every code of a size has are told apart: 0 to 1."""
    warp = _warp(corners, size)
    if warp is None:
        return 0.0
    seen, is_set, inside = _known(grey, warp, size)
    spread = float(seen.std())
    if not inside or not spread:
        return 0.0
    return abs(float(seen[~is_set].mean() - seen[is_set].mean())) / (2 * spread)


def _known(grey: Grey, warp: Points, size: int) -> tuple[Points, NDArray[np.bool_], bool]:
    """The brightness of the known modules, which are set, and whether all are in the picture."""
    spots, is_set = _known_modules(size)
    seen, inside = brightness(grey, warp, spots)
    return seen, is_set, bool(inside.all())


@cache
def _known_modules(size: int) -> tuple[Points, NDArray[np.bool_]]:
    """Centres of the modules that are the same in every code of a size, and which are set: the
    timing patterns, the finder patterns with the light modules around them, and the last alignment
    pattern."""
    import numpy as np

    is_set = {(place, 6): place % 2 == 0 for place in range(8, size - 8)}
    is_set |= {(6, place): place % 2 == 0 for place in range(8, size - 8)}
    for x, y in ((3, 3), (size - 4, 3), (3, size - 4)):
        is_set |= {spot: away in (0, 1, 3) for spot, away in _around(x, y, 4)}
    if size > _SIZES[0]:
        is_set |= {spot: away != 1 for spot, away in _around(size - 7, size - 7, 2)}
    spots = [spot for spot in is_set if min(spot) >= 0 and max(spot) < size]
    return np.array(spots, np.float64) + 0.5, np.array([is_set[spot] for spot in spots])


def _around(x: int, y: int, reach: int) -> list[tuple[tuple[int, int], int]]:
    """The modules of a square around one, and how many rings from it they are."""
    steps = range(-reach, reach + 1)
    return [((x + i, y + j), max(abs(i), abs(j))) for i in steps for j in steps]


def brightness(grey: Grey, warp: Points, spots: Points) -> tuple[Points, NDArray[np.bool_]]:
    """The brightness at each spot, between pixels interpolated, and whether it is inside the
    picture."""
    import numpy as np

    flat = np.column_stack([spots, np.ones(len(spots))]) @ warp.T
    with np.errstate(divide="ignore", invalid="ignore"):
        places = flat[:, :2] / flat[:, 2:]
    places = np.nan_to_num(places, nan=-1e9, posinf=1e9, neginf=-1e9)
    height, width = grey.shape
    inside: NDArray[np.bool_] = np.all((places >= 0) & (places < (width, height)), axis=1)
    exact = (places - 0.5).clip(0, (width - 1, height - 1))
    low = np.floor(exact).astype(int)
    high = np.minimum(low + 1, (width - 1, height - 1))
    (x, y), (left, top), (right, bottom) = (exact - low).T, low.T, high.T
    upper = grey[top, left] * (1 - x) + grey[top, right] * x
    lower = grey[bottom, left] * (1 - x) + grey[bottom, right] * x
    return upper * (1 - y) + lower * y, inside


def _warp(corners: Points, size: int) -> Points | None:
    """The 3 x 3 matrix from modules to pixels; None if the corners are not a quadrangle."""
    import numpy as np

    square = ((0, 0), (size, 0), (size, size), (0, size))
    rows, wanted = [], []
    for (u, v), (x, y) in zip(square, corners, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        wanted += [x, y]
    try:
        solved = np.linalg.solve(np.array(rows, np.float64), np.array(wanted, np.float64))
    except np.linalg.LinAlgError:
        return None
    return np.append(solved, 1.0).reshape(3, 3)


def _area(corners: Points) -> float:
    """Of a quadrangle, in square pixels."""
    import numpy as np

    x, y = corners.T
    return abs(float(x @ np.roll(y, -1) - np.roll(x, -1) @ y)) / 2
