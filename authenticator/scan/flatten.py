"""Making a code on cloth, a bottle or a crumpled sheet flat again.

Three finder patterns say where its modules would be, were it flat. Where they really are is told
by its edges: they repeat with every module, so the phase of that wave, taken around each module,
is how far the module was shifted.
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
"""Over how many modules (Gaussian sigma) each pass looks for the phase."""
MOST_FINDERS = 12
MOST_GRIDS = 3


@dataclass(frozen=True, slots=True)
class Finder:
    """The middle of a finder pattern, and how wide a module is there, in pixels."""

    x: float
    y: float
    module_px: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a flat code of so many `modules` a side lies: the middle of its top left finder
    pattern, and one module to its right and down from there."""

    x: float
    y: float
    right: tuple[float, float]
    down: tuple[float, float]
    modules: int


def flattened(view: View) -> Iterator[View]:
    """The view once for each code it may show, each with MODULE_PX a module, then with the
    modules drawn anew. Places in them are right to a few modules."""
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
    """Dark on light only. Rings in rings, whose areas are about 49 to 25 to 9."""
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
    """What three of the finder patterns may span; the likelier size of each first."""
    import numpy as np

    for three in combinations(found, 3):
        modules_px = [finder.module_px for finder in three]
        if max(modules_px) > 1.8 * min(modules_px):
            continue
        middles = [np.array((finder.x, finder.y)) for finder in three]
        # The longest side is the diagonal: the corner across from it is the top left one.
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
    """How many modules each place was shifted along an axis, by the brightness's slope along
    it, and none at the top left finder pattern."""
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
    """Each module black or white, by its middle half against the modules around it."""
    import cv2
    import numpy as np

    half = MODULE_PX // 2
    modules = cv2.blur(flat, (half + 1, half + 1))[half::MODULE_PX, half::MODULE_PX]
    modules = modules.astype(np.float32)
    bright = np.where(modules > cv2.GaussianBlur(modules, (0, 0), 3), 255, 0).astype(np.uint8)
    framed = np.full_like(bright, 255)
    framed[QUIET:-QUIET, QUIET:-QUIET] = bright[QUIET:-QUIET, QUIET:-QUIET]
    return np.repeat(np.repeat(framed, MODULE_PX, axis=0), MODULE_PX, axis=1)
