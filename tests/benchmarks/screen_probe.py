"""When a program's codes stand on the screen, told from the screen's own pixels: the same way for
every program, whatever it is made of.

What to look for is learnt first: the pixels that are not the same in one time step and the next
are those of the codes. From then on each new picture is compared with that: the codes are there
once those pixels and their neighbours hold nearly as much background, and as much that isn't, as
both pictures had.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ENOUGH = 0.75
NEIGHBOURS = 4
STEP_S = 30
LOOK_S = 0.001


class Screen:
    """The pixels of an Xvfb that keeps them in a file of the folder: a header, then the rows."""

    def __init__(self, folder: Path) -> None:
        file = folder / "Xvfb_screen0"
        header = np.fromfile(file, dtype=">u4", count=25)
        start = int(header[0] + header[19] * 12)
        self.pixels = np.memmap(
            file, dtype="<u4", mode="r", offset=start, shape=(int(header[5] * header[12]) // 4,)
        )

    def picture(self) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
        return np.array(self.pixels)


@dataclass(frozen=True)
class ScreenProbe:
    """Where to look, which colour is nothing, and the least share of it and of anything else."""

    screen: Screen
    places: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    background: int
    least_background: float
    least_ink: float

    def there(self) -> bool:
        empty = float(np.mean(self.screen.pixels[self.places] == self.background))
        return empty >= self.least_background and 1 - empty >= self.least_ink

    def wait(self, limit_s: float, there: bool = True) -> float:
        """When it came, or went; not a number where it didn't within this time."""
        until = time.perf_counter() + limit_s
        while self.there() != there:
            if time.perf_counter() > until:
                return float("nan")
            time.sleep(LOOK_S)
        return time.perf_counter()


def learn(screen: Screen, settle_s: float, change: Callable[[], None]) -> ScreenProbe:
    """From a program that runs: what changes in its picture by `change`."""
    time.sleep(settle_s)
    before = screen.picture()
    change()
    after = screen.picture()
    changed = np.flatnonzero(before != after)
    assert changed.size, "nothing changes on the screen"
    beside = np.arange(-NEIGHBOURS, NEIGHBOURS + 1)
    places = np.unique((changed[:, None] + beside).clip(0, before.size - 1))
    both = before[places], after[places]
    colours, counts = np.unique(np.concatenate(both), return_counts=True)
    background = int(colours[counts.argmax()])
    shares = [float(np.mean(one == background)) for one in both]
    return ScreenProbe(
        screen, places, background, ENOUGH * min(shares), ENOUGH * min(1 - one for one in shares)
    )


def next_codes() -> None:
    """The same moment of the next time step: all else that moves is where it was."""
    time.sleep(STEP_S)
