"""The bin: how long a removed account stays there, whatever this computer's clock does.

The computer's clock can't be believed alone: an empty battery starts it in 1970, a typing
error puts it years ahead, and a bin that trusts it is emptied at once. So the vault counts
the time that it sees pass between two looks at the clock:

- forward by up to a week: that time has passed;
- forward by more: an absence, or a clock that jumped. Nothing is counted. Of the absences
  while an account is in the bin the first is free, and each further one stands for a week:
  one jump never shortens a stay, and who opens the app once a month gets rid of things too;
- back by more than a day: nothing is counted, and one absence is taken back, since the jump
  ahead that belongs to it was none (or is still to come).

An account is due when 30 days have passed that way.
"""

import json
from dataclasses import astuple, dataclass
from typing import Final

DAY_S: Final = 86_400
WEEK_S: Final = 7 * DAY_S
STAY_S: Final = 30 * DAY_S


@dataclass(frozen=True, slots=True)
class BinClock:
    """What the vault has seen of time: seconds counted, absences, and when (Unix s) it last
    looked."""

    passed_s: int = 0
    absences: int = 0
    seen_s: int = 0

    def after(self, now_s: float) -> "BinClock":
        """Look at the clock, which says `now_s`."""
        now = int(now_s)
        gap = now - self.seen_s
        if gap > WEEK_S:
            return BinClock(self.passed_s, self.absences + 1, now)
        if gap < -DAY_S:
            return BinClock(self.passed_s, self.absences - 1, now)
        return BinClock(self.passed_s + max(0, gap), self.absences, now)

    def wants_look(self, now_s: float) -> bool:
        """Whether it is time to look again: once a day is enough, and saves writing."""
        return abs(now_s - self.seen_s) >= DAY_S


@dataclass(frozen=True, slots=True)
class Stay:
    """One account's time in the bin: what the bin's clock showed when it began, and the
    computer's (Unix s), which is only told to people."""

    passed_s: int
    absences: int
    removed_s: int

    def left_s(self, clock: BinClock) -> int:
        """Seconds it still has at least; 0 when it is due."""
        absences = max(0, clock.absences - self.absences - 1)
        return max(0, STAY_S - (clock.passed_s - self.passed_s) - absences * WEEK_S)


def begin(clock: BinClock) -> Stay:
    """A stay that begins at the clock's last look."""
    return Stay(clock.passed_s, clock.absences, clock.seen_s)


def write_numbers(value: BinClock | Stay) -> bytes:
    """Three numbers as JSON."""
    return json.dumps(astuple(value)).encode("ascii")


def read_numbers(text: bytes) -> tuple[int, int, int]:
    """What `write_numbers` wrote. Raises ValueError."""
    try:
        one, two, three = map(int, json.loads(text))
    except (ValueError, TypeError, OverflowError):
        raise ValueError("no numbers of the bin") from None
    return one, two, three
