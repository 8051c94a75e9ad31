"""Flattening a code on cloth, a bottle or crumpled paper.

Three finder patterns give the positions that its modules would have on a flat surface. The edges
show where the modules really are: they repeat with every module, so the local phase of that wave is
the shift of a module.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from authenticator.scan.image import Grey
    from authenticator.scan.transforms import View

    Plane = NDArray[np.float32]

MODULE_PX = 8
QUIET = 4
"""Modules around the code."""
WINDOWS = (1.5, 1.2)
"""Over how many modules (Gaussian sigma) each pass measures the phase."""
MOST_FINDERS = 12
MOST_GRIDS = 3


@dataclass(frozen=True, slots=True)
class Finder:
    """The centre of a finder pattern, and the module size there, in pixels."""

    x: float
    y: float
    module_px: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a flat code of `modules` a side is: the centre of its top left finder pattern, and the
    vectors of one module to the right and down."""

    x: float
    y: float
    right: tuple[float, float]
    down: tuple[float, float]
    modules: int


def flattened(view: View) -> Iterator[View]:
    """The view flattened for each code it may show, with MODULE_PX per module, then with the
    modules redrawn. Positions in them are accurate to a few modules."""
    for grid in islice(grids(finders(view.grey)), MOST_GRIDS):
        flat = _flat(view.grey, grid)
        (a, b), (c, d) = grid.right, grid.down
        corner = 3.5 + QUIET
        place = (
            *(a / MODULE_PX, c / MODULE_PX, grid.x - corner * (a + c)),
            *(b / MODULE_PX, d / MODULE_PX, grid.y - corner * (b + d)),
        )
        yield view.of(flat, place)
        yield view.of(_redrawn(flat), place)


def finders(grey: Grey) -> list[Finder]:
    """Finder patterns, dark on light only: nested rings whose areas are about 49 to 25 to 9."""
    import cv2
    import numpy as np

    _, dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    outlines, tree = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    found: list[Finder] = []
    inside = [] if tree is None else tree[0][:, 2].tolist()
    for outer, middle in enumerate(inside):
        if middle < 0 or inside[middle] < 0 or len(found) == MOST_FINDERS:
            continue
        whole, light, core = (cv2.moments(outlines[i]) for i in (outer, middle, inside[middle]))
        areas = [moments["m00"] for moments in (whole, light, core)]
        if areas[2] < 9 or not (1.3 < areas[0] / areas[1] < 3.2 and 1.6 < areas[1] / areas[2] < 5):
            continue
        x, y = core["m10"] / areas[2], core["m01"] / areas[2]
        module_px = areas[0] ** 0.5 / 7
        off = np.hypot(whole["m10"] / areas[0] - x, whole["m01"] / areas[0] - y)
        if off < 1.2 * module_px:
            found.append(Finder(x, y, module_px))
    return found


def grids(found: list[Finder]) -> Iterator[Grid]:
    """The grids that three of the finder patterns may span, each with its likeliest size first."""
    import numpy as np

    for three in combinations(found, 3):
        modules_px = [finder.module_px for finder in three]
        if max(modules_px) > 1.8 * min(modules_px):
            continue
        middles = [np.array((finder.x, finder.y)) for finder in three]
        # The longest side is the diagonal: the corner opposite it is the top left one.
        lengths = [np.hypot(*(middles[i - 1] - middles[i - 2])) for i in range(3)]
        corner = int(np.argmax(lengths))
        right, down = middles[corner - 1] - middles[corner], middles[corner - 2] - middles[corner]
        if right[0] * down[1] < right[1] * down[0]:
            right, down = down, right
        across, high = np.hypot(*right), np.hypot(*down)
        if not 0.5 < across / high < 2 or abs(right @ down) > 0.6 * across * high:
            continue
        size = (across + high) / 2 / (sum(modules_px) / 3) + 7
        exact = (size - 17) / 4
        for version in sorted({round(exact), round(exact - 0.4), round(exact + 0.4)}):
            modules = 17 + 4 * version
            if 1 <= version <= 40 and abs(modules - size) < 3.7:
                (a, b), (c, d) = (side / (modules - 7) for side in (right, down))
                x, y = middles[corner]
                yield Grid(float(x), float(y), (float(a), float(b)), (float(c), float(d)), modules)


def _flat(grey: Grey, grid: Grid) -> Grey:
    import cv2
    import numpy as np

    side = (grid.modules + 2 * QUIET) * MODULE_PX
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    x, y = ((place + 0.5) / MODULE_PX - QUIET for place in (columns, rows))
    waves = [(np.cos(2 * np.pi * at), np.sin(2 * np.pi * at)) for at in (x, y)]
    (a, b), (c, d) = grid.right, grid.down

    def seen() -> Grey:
        u, v = x - 3.5, y - 3.5
        plane: Grey = cv2.remap(
            grey,
            a * u + c * v + np.float32(grid.x),
            b * u + d * v + np.float32(grid.y),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return plane

    for window in WINDOWS:
        smooth = cv2.GaussianBlur(seen(), (0, 0), 1.2)
        across, down = (
            _shift(cv2.Sobel(smooth, cv2.CV_32F, *axis), wave, window)
            for axis, wave in (((1, 0), waves[0]), ((0, 1), waves[1]))
        )
        x += across
        y += down
    return seen()


def _shift(slope: Plane, wave: tuple[Plane, Plane], window: float) -> Plane:
    """By how many modules each position is shifted along an axis, from the brightness gradient
    along it; 0 at the top left finder pattern."""
    import cv2
    import numpy as np

    edges = np.abs(slope)
    outside = (QUIET - 1) * MODULE_PX
    inner = np.zeros_like(edges)
    inner[outside:-outside, outside:-outside] = edges[outside:-outside, outside:-outside]
    cosine, sine = (
        cv2.GaussianBlur(inner * part, (0, 0), window * MODULE_PX)[
            MODULE_PX // 2 :: MODULE_PX, MODULE_PX // 2 :: MODULE_PX
        ]
        for part in wave
    )
    phase = np.unwrap(np.arctan2(sine, cosine), axis=0)
    finder = QUIET + 3
    phase += np.unwrap(phase[finder]) - phase[finder]
    phase -= 2 * np.pi * np.round(phase[finder, finder] / (2 * np.pi))
    shift: Plane = cv2.resize((phase / (2 * np.pi)).astype(np.float32), slope.shape[::-1])
    return shift


def _redrawn(flat: Grey) -> Grey:
    """Each module black or white, comparing its centre with the modules around it."""
    import cv2
    import numpy as np

    half = MODULE_PX // 2
    modules = cv2.blur(flat, (half + 1, half + 1))[half::MODULE_PX, half::MODULE_PX]
    modules = modules.astype(np.float32)
    bright = np.where(modules > cv2.GaussianBlur(modules, (0, 0), 3), 255, 0).astype(np.uint8)
    framed = np.full_like(bright, 255)
    framed[QUIET:-QUIET, QUIET:-QUIET] = bright[QUIET:-QUIET, QUIET:-QUIET]
    return np.repeat(np.repeat(framed, MODULE_PX, axis=0), MODULE_PX, axis=1)
