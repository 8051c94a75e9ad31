"""The trash: how long a removed account stays there, whatever the computer's clock does.

The clock alone can't be trusted: an empty battery starts it in 1970, a typo puts it years
ahead, and a trash that trusts it is emptied at once. So the vault counts the time that it sees
pass between two looks at the clock:

- forward by up to a week: that time has passed;
- forward by more: an absence, or a clock that jumped. It counts as nothing at first; from the
  second one on that happens while an account is in the trash, each counts as a week. So one
  jump never shortens a stay, and things also go for those who open the app once a month;
- back by more than a day: nothing is counted, and one absence is taken back, because the jump
  forward that belongs to it was not one (or is still to come).

An account is deleted when STAY_DAYS have passed in this way.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final, NamedTuple

from authenticator.vault.crash_recovery import delete
from authenticator.vault.database import as_bytes
from authenticator.vault.entry import Entry
from authenticator.vault.errors import ManifestBroken, NoSuchAccount, SealBroken
from authenticator.vault.index import KEPT, Row
from authenticator.vault.records import Records
from authenticator.vault.seal import Column

DAY_S: Final = 86_400
WEEK_S: Final = 7 * DAY_S
RETENTION_DAYS: Final = 30
RETENTION_S: Final = RETENTION_DAYS * DAY_S


class TrashClock(NamedTuple):
    """The time that the vault has counted: seconds, absences, and when it last looked (Unix
    seconds)."""

    passed_s: int = 0
    absences: int = 0
    seen_s: int = 0

    def advanced_to(self, now_s: float) -> "TrashClock":
        """The clock after another look, at `now_s` (Unix seconds)."""
        now = int(now_s)
        gap = now - self.seen_s
        if gap > WEEK_S:
            return TrashClock(self.passed_s, self.absences + 1, now)
        if gap < -DAY_S:
            return TrashClock(self.passed_s, self.absences - 1, now)
        return TrashClock(self.passed_s + max(0, gap), self.absences, now)

    def is_stale(self, now_s: float) -> bool:
        """Whether it is time to look again; looking once a day saves writes."""
        return abs(now_s - self.seen_s) >= DAY_S


class Retention(NamedTuple):
    """One account's stay in the trash: the `TrashClock` when it began, and the computer's
    clock then (Unix seconds), which is only shown to people."""

    passed_s: int
    absences: int
    removed_s: int

    def remaining_s(self, clock: TrashClock) -> int:
        """Seconds that are left at least; 0 when it is due."""
        absences = max(0, clock.absences - self.absences - 1)
        return max(0, RETENTION_S - (clock.passed_s - self.passed_s) - absences * WEEK_S)


def begin_retention(clock: TrashClock) -> Retention:
    """A stay that begins at the clock's last look."""
    return Retention(clock.passed_s, clock.absences, clock.seen_s)


def write_numbers(value: TrashClock | Retention) -> bytes:
    """The three numbers as JSON."""
    return json.dumps(value).encode("ascii")


def read_numbers(text: bytes) -> tuple[int, int, int]:
    """What `write_numbers` wrote. Raises ValueError."""
    try:
        one, two, three = map(int, json.loads(text))
    except (ValueError, TypeError, OverflowError):
        raise ValueError("no numbers of the trash") from None
    return one, two, three


class TrashedAccount(NamedTuple):
    """An account in the trash: when it was removed (Unix seconds, by the computer's clock) and
    how many seconds it stays at least. Both are None if that can't be read: then it stays."""

    entry: Entry
    removed_s: int | None
    left_s: int | None


class Trash:
    """Accounts that were removed, until they are due. `now` returns Unix seconds.

    An account in the trash is a row that says since when; its item, its state and its position
    stay as they are, so that going there and coming back is one write each.
    """

    def __init__(self, records: Records, now: Callable[[], float]) -> None:
        self._records = records
        self._now = now

    def trashed(self) -> list[TrashedAccount]:
        """The accounts in the trash, the last removed first."""
        rows = self._records.index.trashed()
        clock = self._clock().advanced_to(self._now())
        found = []
        for row in rows:
            stay, entry = self._retention(row), self._records.entry(row.id, row.meta)
            found.append(
                TrashedAccount(entry, None, None)
                if stay is None
                else TrashedAccount(entry, stay.removed_s, stay.remaining_s(clock))
            )
        return sorted(found, key=lambda one: -(one.removed_s or 0))

    def put(self, id: str) -> None:
        """Move a listed account to the trash. Call it inside a transaction.

        Raises NoSuchAccount.
        """
        self._records.row(id)
        stay = begin_retention(self._advance_clock())
        sealed = self._records.seal.close(write_numbers(stay), id, Column.TRASHED)
        self._records.index.set_trashed(id, sealed)

    def restore(self, id: str) -> Entry:
        """Take an account out of the trash. Raises NoSuchAccount if it is not in there."""
        row = self._records.index.row(id)
        if row is None or row.state not in KEPT or row.trashed is None:
            raise NoSuchAccount(id)
        with self._records.index.transaction():
            self._records.index.set_trashed(id, None)
        return self._records.entry(row.id, row.meta)

    def wants_purge(self) -> bool:
        """Whether `purge` has anything to delete, or time to count."""
        rows = self._records.index.trashed()
        clock = self._clock()
        return bool(rows) and (clock.is_stale(self._now()) or bool(self._expired(rows, clock)))

    def purge(self) -> None:
        """Delete what has been in the trash for long enough; nothing from a file that somebody
        else has written to."""
        if not self._records.index.verify().whole:
            return
        with self._records.index.transaction():
            clock = self._advance_clock()
        # Looked up again: another process may have put one back meanwhile.
        for id in self._expired(self._records.index.trashed(), clock):
            delete(self._records, id)

    def _clock(self) -> TrashClock:
        with suppress(ManifestBroken):
            return TrashClock(*self._records.index.manifest.read().trash_clock)
        return TrashClock()

    def _advance_clock(self) -> TrashClock:
        clock = self._clock().advanced_to(self._now())
        self._records.index.manifest.set_trash_clock(clock)
        return clock

    def _retention(self, row: Row) -> Retention | None:
        try:
            opened = self._records.seal.open(as_bytes(row.trashed), row.id, Column.TRASHED)
            return Retention(*read_numbers(opened))
        except (SealBroken, ValueError):
            return None

    def _expired(self, rows: Iterable[Row], clock: TrashClock) -> list[str]:
        stays = ((row.id, self._retention(row)) for row in rows)
        return [id for id, stay in stays if stay is not None and not stay.remaining_s(clock)]
