"""How long one exchange with a server may still take: one deadline for all of it, or less."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from authenticator.clock.sample import TimeReason

SLICE_S = 0.1
"""How long a cancellation may go unnoticed."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Ends at `ends_s` (seconds of time.monotonic), or as soon as `cancelled` says so."""

    ends_s: float
    cancelled: Callable[[], bool] = lambda: False

    @classmethod
    def of(cls, deadline_s: float, cancelled: Callable[[], bool]) -> "Deadline":
        """From now on for `deadline_s` seconds."""
        return cls(time.monotonic() + deadline_s, cancelled)

    def reason_to_stop(self) -> TimeReason | None:
        """Why waiting is over; None while it is not."""
        if time.monotonic() >= self.ends_s:
            return TimeReason.TIMEOUT
        return TimeReason.CANCELLED if self.cancelled() else None

    def slice_s(self) -> float:
        """How long to wait, in seconds, before checking `reason_to_stop` again."""
        return max(0.0, min(self.ends_s - time.monotonic(), SLICE_S))
