"""What time it is: the computer's clock, a clock that was set right once, a clock held still."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from authenticator.clock.boot_clock import BootClock

OFFSET_LIMIT_S = 2.0**31
"""Half an NTP era, 68 years: beyond it NTP's 32-bit seconds can't tell an offset from
the same offset one era further on. A computer that starts in 1970 is still in reach."""


class Clock(Protocol):
    """Tells Unix time in seconds, and by how much it differs from the computer's clock."""

    @property
    def offset_s(self) -> float:
        """This clock minus the computer's, now, in seconds: positive where that one is slow."""

    def now(self) -> float:
        """Unix seconds."""


class SystemClock:
    """The computer's own clock, as it is."""

    @property
    def offset_s(self) -> float:
        """Always 0."""
        return 0.0

    def now(self) -> float:
        """Unix seconds."""
        return time.time()


class CorrectedClock:
    """Runs on from a moment when the time was known: it was `at` (Unix seconds) when the boot
    clock stood at `boot_s`. Nobody who sets the computer's clock moves this one, and it is
    right after the computer slept."""

    def __init__(
        self, at: float, boot_s: float, boot: BootClock, wall: Callable[[], float] = time.time
    ) -> None:
        self._at = at
        self._boot_s = boot_s
        self._boot = boot
        self._wall = wall

    @property
    def offset_s(self) -> float:
        """This clock minus the computer's, as both stand now."""
        return self.now() - self._wall()

    def now(self) -> float:
        """Unix seconds: what was known, and the boot clock since."""
        return self._at + (self._boot.read() - self._boot_s)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still at a Unix time: for questions about another moment."""

    at: float
    offset_s: float = 0.0

    def now(self) -> float:
        """Always `at`."""
        return self.at
