"""What would keep a phone from reading a code that was read here, measured in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from authenticator.otp.remark import Field, Reason, Remark

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from authenticator.scan.decoders import Corners
    from authenticator.scan.image import Grey

    Points = NDArray[np.float64]

MARGIN_MODULES: Final = 4
"""ISO/IEC 18004: the quiet zone of a QR code."""
CONTRAST_PERCENT: Final = 40
"""ISO/IEC 15415: symbol contrast of at least this is grade C, the lowest meant for use."""
MODULE_PX: Final = 3.0
"""0.8 mm on a screen with 96 dots per inch. A phone half a metre away, whose preview of 1,920
pixels covers 70 cm there, sees two pixels of it: the minimum for decoders."""
_SIZES: Final = range(21, 178, 4)
"""Modules a side of QR codes, version 1 to 40 (ISO/IEC 18004)."""
_CLEAN: Final = 0.97
"""The share of a ring around a code that must be light for it to count as margin."""


def legibility(grey: Grey, corners: Corners) -> tuple[Remark, ...]:
    """What makes a QR code in a picture hard to read; `corners` as in Payload. Empty if its modules
    can't be distinguished at these corners."""
    code = _measured(grey, corners)
    if code is None:
        return ()
    found = []
    percent = round((code.light - code.dark) * 100 / 255)
    if code.inverted:
        found.append(Remark(Field.PICTURE, Reason.INVERTED))
    if percent < CONTRAST_PERCENT:
        found.append(
            Remark(Field.PICTURE, Reason.PALE, {"percent": percent, "wanted": CONTRAST_PERCENT})
        )
    margin = _margin(grey, code)
    if margin < MARGIN_MODULES:
        facts: dict[str, int | str] = {"modules": margin, "wanted": MARGIN_MODULES}
        found.append(Remark(Field.PICTURE, Reason.NO_MARGIN, facts))
    if code.module_px < MODULE_PX:
        facts = {"modules": code.size, "pixels": f"{code.module_px:.1f}"}
        found.append(Remark(Field.PICTURE, Reason.DENSE, facts))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Code:
    """`size` modules a side; `warp` maps modules (right and down from the code's top left) to
    pixels; `dark` and `light` are the brightness of its modules, whichever of them are set."""

    size: int
    warp: Points
    module_px: float
    dark: float
    light: float
    inverted: bool


def _measured(grey: Grey, corners: Corners) -> _Code | None:
    """The size at which the timing patterns alternate and the finder patterns match."""
    import numpy as np

    best, best_score = None, 0.0
    for size in _SIZES:
        warp = _warp(corners, size)
        if warp is None:
            return None
        spots, is_set = _known_modules(size)
        seen, inside = _brightness(grey, warp, spots)
        if not inside.all():
            continue
        dark, light = seen[is_set].mean(), seen[~is_set].mean()
        spread = seen.std()
        score = abs(light - dark) / (2 * spread) if spread else 0.0
        if score > best_score:
            side_px = np.sqrt(_area(corners))
            best, best_score = (
                _Code(
                    size,
                    warp,
                    float(side_px / size),
                    float(min(dark, light)),
                    float(max(dark, light)),
                    bool(dark > light),
                ),
                score,
            )
    return best if best_score > 0.75 else None


def _known_modules(size: int) -> tuple[Points, NDArray[np.bool_]]:
    """Centres of the modules that are the same in every code of a size, and which are set: both
    timing patterns, and one row and column of each finder pattern."""
    import numpy as np

    spots, is_set = [], []
    for place in range(8, size - 8):
        for spot in ((place, 6), (6, place)):
            spots.append(spot)
            is_set.append(place % 2 == 0)
    row = (True, False, True, True, True, False, True)
    for left, top in ((0, 3), (size - 7, 3), (0, size - 4)):
        for step, value in enumerate(row):
            spots += [(left + step, top), (left + 3, top - 3 + step)]
            is_set += [value, value]
    return np.array(spots, np.float64) + 0.5, np.array(is_set)


def _margin(grey: Grey, code: _Code) -> int:
    """How many rings of modules around the code are light (dark if it is inverted), up to 4."""
    import numpy as np

    middle = (code.dark + code.light) / 2
    for ring in range(1, MARGIN_MODULES + 1):
        near, far = -ring + 0.5, code.size + ring - 0.5
        along = np.arange(near, far + 0.5)
        edges = [np.column_stack([along, np.full_like(along, edge)]) for edge in (near, far)]
        spots = np.concatenate([*edges, *(edge[:, ::-1] for edge in edges)])
        seen, inside = _brightness(grey, code.warp, spots)
        clean = inside & ((seen < middle) if code.inverted else (seen > middle))
        if clean.mean() < _CLEAN:
            return ring - 1
    return MARGIN_MODULES


def _brightness(grey: Grey, warp: Points, spots: Points) -> tuple[Points, NDArray[np.bool_]]:
    """The pixel at each spot, and whether it is inside the picture."""
    import numpy as np

    flat = np.column_stack([spots, np.ones(len(spots))]) @ warp.T
    with np.errstate(divide="ignore", invalid="ignore"):
        places = flat[:, :2] / flat[:, 2:]
    places = np.nan_to_num(places, nan=-1e9, posinf=1e9, neginf=-1e9)
    height, width = grey.shape
    x, y = np.floor(places).clip(-1, max(width, height) + 1).astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    seen = grey[y.clip(0, height - 1), x.clip(0, width - 1)].astype(np.float64)
    return seen, inside


def _warp(corners: Corners, size: int) -> Points | None:
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


def _area(corners: Corners) -> float:
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    return abs(sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in pairs)) / 2
