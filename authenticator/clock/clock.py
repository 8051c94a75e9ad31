"""Clocks: the computer's own, a corrected one, and a fixed one."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from authenticator.clock.boot_clock import BootClock

OFFSET_LIMIT_S = 2.0**31
"""Half an NTP era, 68 years: beyond it, NTP's 32-bit seconds can't distinguish an offset from the
same offset one era later. A computer whose clock starts in 1970 is still within reach."""


class Clock(Protocol):
    """Tells Unix time in seconds, and by how much it differs from the computer's clock."""

    @property
    def offset_s(self) -> float:
        """This clock minus the computer's, now, in seconds: positive if the computer's is slow."""

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
    """Runs from a moment when the time was known: it was `at` (Unix seconds) when the boot clock
    read `boot_s`. Setting the computer's clock does not affect it, and it stays correct across
    sleep."""

    def __init__(
        self, at: float, boot_s: float, boot: BootClock, wall: Callable[[], float] = time.time
    ) -> None:
        self._at = at
        self._boot_s = boot_s
        self._boot = boot
        self._wall = wall

    @property
    def offset_s(self) -> float:
        """This clock minus the computer's, both read now."""
        return self.now() - self._wall()

    def now(self) -> float:
        """Unix seconds: the known time plus what the boot clock has counted since."""
        return self._at + (self._boot.read() - self._boot_s)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock fixed at one Unix time: for questions about another moment."""

    at: float
    offset_s: float = 0.0

    def now(self) -> float:
        """Always `at`."""
        return self.at
