"""The computer's clock and a steady one, read together: what an offset is measured against."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

STEP_LIMIT_S = 0.1
"""A clock being slewed gains far less during an exchange; the coarsest clock ticks at 64 Hz."""

GRAIN_S = 0.001
"""The best precision to expect from reading clocks in a busy process."""


class ClockReading(NamedTuple):
    """The computer's clock (Unix seconds) and a steady one (seconds)."""

    wall_s: float
    steady_s: float

    @classmethod
    def now(
        cls, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.perf_counter
    ) -> "ClockReading":
        """Reads both until nothing interrupted the two readings, at most five times."""
        best = math.inf
        for _ in range(5):
            before = steady()
            wall_s = wall()
            after = steady()
            if after - before < best:
                best = after - before
                moment = cls(wall_s, (before + after) / 2)
            if best < GRAIN_S:
                break
        return moment

    def stepped_since(self, earlier: "ClockReading") -> bool:
        """Whether the computer's clock was set in between: then it is unknown which of its readings
        an offset belongs to."""
        gained_s = (self.wall_s - earlier.wall_s) - (self.steady_s - earlier.steady_s)
        return abs(gained_s) > STEP_LIMIT_S
