"""What time it is: the computer's clock, the same clock corrected, a clock held still."""

import time
from dataclasses import dataclass, field
from typing import Protocol


class Clock(Protocol):
    """Tells Unix time in seconds, and by how much it differs from the computer's clock."""

    @property
    def offset_s(self) -> float:
        """What was added to the computer's clock, in seconds: positive where that one is slow."""

    def now(self) -> float:
        """Unix seconds, corrected."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The computer's own clock, as it is."""

    offset_s: float = field(default=0.0, init=False)

    def now(self) -> float:
        """Unix seconds."""
        return time.time()


@dataclass(frozen=True, slots=True)
class CorrectedClock:
    """Another clock, shifted by `offset_s`; its own `offset_s` includes that clock's."""

    offset_s: float
    base: Clock
    _shift_s: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_shift_s", self.offset_s)
        object.__setattr__(self, "offset_s", self.offset_s + self.base.offset_s)

    def now(self) -> float:
        """Unix seconds of the other clock plus the shift."""
        return self.base.now() + self._shift_s


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still at a Unix time: for questions about another moment."""

    at: float
    offset_s: float = 0.0

    def now(self) -> float:
        """Always `at`."""
        return self.at
