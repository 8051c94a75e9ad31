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
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import astuple, dataclass
from typing import Final

from authenticator.vault.crash_recovery import delete
from authenticator.vault.database import as_bytes
from authenticator.vault.entry import Entry
from authenticator.vault.errors import NoSuchAccount, SealBroken
from authenticator.vault.index import SHOWN, Row
from authenticator.vault.records import Records
from authenticator.vault.seal import VAULT_ROW, Column

DAY_S: Final = 86_400
WEEK_S: Final = 7 * DAY_S
STAY_S: Final = 30 * DAY_S


@dataclass(frozen=True, slots=True)
class TrashClock:
    """What the vault has seen of time: seconds counted, absences, and when (Unix s) it last
    looked."""

    passed_s: int = 0
    absences: int = 0
    seen_s: int = 0

    def after(self, now_s: float) -> "TrashClock":
        """Look at the clock, which says `now_s`."""
        now = int(now_s)
        gap = now - self.seen_s
        if gap > WEEK_S:
            return TrashClock(self.passed_s, self.absences + 1, now)
        if gap < -DAY_S:
            return TrashClock(self.passed_s, self.absences - 1, now)
        return TrashClock(self.passed_s + max(0, gap), self.absences, now)

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

    def left_s(self, clock: TrashClock) -> int:
        """Seconds it still has at least; 0 when it is due."""
        absences = max(0, clock.absences - self.absences - 1)
        return max(0, STAY_S - (clock.passed_s - self.passed_s) - absences * WEEK_S)


def begin(clock: TrashClock) -> Stay:
    """A stay that begins at the clock's last look."""
    return Stay(clock.passed_s, clock.absences, clock.seen_s)


def write_numbers(value: TrashClock | Stay) -> bytes:
    """Three numbers as JSON."""
    return json.dumps(astuple(value)).encode("ascii")


def read_numbers(text: bytes) -> tuple[int, int, int]:
    """What `write_numbers` wrote. Raises ValueError."""
    try:
        one, two, three = map(int, json.loads(text))
    except (ValueError, TypeError, OverflowError):
        raise ValueError("no numbers of the bin") from None
    return one, two, three


@dataclass(frozen=True, slots=True)
class Trashed:
    """An account in the bin: when it was removed (Unix s, by this computer's clock) and for
    how many seconds it stays at least. Both None where that can't be read: it stays."""

    entry: Entry
    removed_s: int | None
    left_s: int | None


class Trash:
    """What was removed, and for how long it stays. `now` tells Unix seconds."""

    def __init__(self, records: Records, now: Callable[[], float]) -> None:
        self._records = records
        self._now = now

    def trashed(self) -> list[Trashed]:
        """What is in the bin, the last removed first."""
        rows = self._records.index.trashed()
        clock = self._clock().after(self._now())
        found = []
        for row in rows:
            stay, entry = self._stay(row), self._records.entry(row.id, row.meta)
            found.append(
                Trashed(entry, None, None)
                if stay is None
                else Trashed(entry, stay.removed_s, stay.left_s(clock))
            )
        return sorted(found, key=lambda one: -(one.removed_s or 0))

    def put(self, id: str) -> None:
        """Put an account into the bin. Raises NoSuchAccount."""
        self._records.row(id)
        with self._records.index.transaction():
            stay = begin(self._look_at_the_clock())
            sealed = self._records.seal.close(write_numbers(stay), id, Column.TRASHED)
            self._records.index.set_trashed(id, sealed)

    def put_back(self, id: str) -> Entry:
        """Take an account out of the bin. Raises NoSuchAccount where it is not in there."""
        row = self._records.index.row(id)
        if row is None or row.state not in SHOWN or row.trashed is None:
            raise NoSuchAccount(id)
        with self._records.index.transaction():
            self._records.index.set_trashed(id, None)
        return self._records.entry(row.id, row.meta)

    def wants_purge(self) -> bool:
        """Whether `purge` has anything to delete, or a day's time to note."""
        rows = self._records.index.trashed()
        clock = self._clock()
        return bool(rows) and (clock.wants_look(self._now()) or bool(self._due(rows, clock)))

    def purge(self) -> None:
        """Delete what has been in the bin for long enough."""
        with self._records.index.transaction():
            clock = self._look_at_the_clock()
        # Looked up again: meanwhile another may have put one back.
        for id in self._due(self._records.index.trashed(), clock):
            delete(self._records, id)

    def _clock(self) -> TrashClock:
        sealed = self._records.index.trash_clock()
        with suppress(SealBroken, ValueError):
            if sealed is not None:
                opened = self._records.seal.open(sealed, VAULT_ROW, Column.TRASH_CLOCK)
                return TrashClock(*read_numbers(opened))
        return TrashClock()

    def _look_at_the_clock(self) -> TrashClock:
        clock = self._clock().after(self._now())
        sealed = self._records.seal.close(write_numbers(clock), VAULT_ROW, Column.TRASH_CLOCK)
        self._records.index.set_trash_clock(sealed)
        return clock

    def _stay(self, row: Row) -> Stay | None:
        try:
            opened = self._records.seal.open(as_bytes(row.trashed), row.id, Column.TRASHED)
            return Stay(*read_numbers(opened))
        except (SealBroken, ValueError):
            return None

    def _due(self, rows: Iterable[Row], clock: TrashClock) -> list[str]:
        stays = ((row.id, self._stay(row)) for row in rows)
        return [id for id, stay in stays if stay is not None and not stay.left_s(clock)]
