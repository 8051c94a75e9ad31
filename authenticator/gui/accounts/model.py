"""The accounts as a Qt model: which rows are shown, and the code of each right now.

A row's key is asked for when the row is first painted, so that start-up costs what is
visible, not what is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt, QTimer, Signal

from authenticator import wording
from authenticator.app.codes import code_now, next_code
from authenticator.app.search import Finder, folded
from authenticator.app.sorting import Order, ordered
from authenticator.errors import DataBad
from authenticator.language import listed, tr
from authenticator.otp.account import Hotp
from authenticator.otp.code import Code, TimeOutOfRange, code_of_counter
from authenticator.vault.errors import NoSuchAccount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject, QPersistentModelIndex

    from authenticator.app.vault_opening import KeyRead
    from authenticator.clock.clock import Clock
    from authenticator.otp.account import Account, Label
    from authenticator.vault.entry import Entry

    _Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
NEXT_ROLE = Qt.ItemDataRole.UserRole + 2
"""The code after the one that a row shows, where there is one and neither is hidden."""
_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


class Face(Enum):
    """What a row has to show in place of its code."""

    READING = auto()
    CODE = auto()
    WAITING = auto()  # HOTP: a code is made when asked for
    DAMAGED = auto()
    UNREAD = auto()  # the key could not be read; trying again may help
    NO_TIME = auto()  # the clock stands where there are no codes


@dataclass(frozen=True, slots=True)
class Row:
    """All that a row's painter needs. `code` is there where `face` is CODE, `hidden` or not."""

    entry: Entry
    face: Face
    code: Code | None = None
    error: Exception | None = None
    hidden: bool = False

    @property
    def next_counter(self) -> int | None:
        """The counter of an HOTP account that is used next."""
        if not isinstance(self.entry.otp, Hotp):
            return None
        kept = self.entry.otp.counter
        return kept if self.code is None else max(kept, self.code.counter + 1)

    @property
    def counts(self) -> bool:
        return isinstance(self.entry.otp, Hotp)


class AccountsModel(QAbstractListModel):
    """Accounts in the order of one's choice, or those that a search finds."""

    keys_wanted = Signal(object)  # tuple[str, ...]: ids of rows that were painted without a key
    moved = Signal(str, object)  # an id, and the id it stands before now; None: the last

    def __init__(
        self,
        clock: Callable[[], Clock],
        parent: QObject | None = None,
        hides: Callable[[str], bool] = lambda _: False,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._hides = hides
        self._all: list[Entry] = []
        self._finder = Finder(self._all)
        self._shown: list[Entry] = []
        self._query = ""
        self._order = Order.OWN
        self._group = ""
        self._accounts: dict[str, Account] = {}
        self._troubles: dict[str, Exception] = {}
        self._asked: set[str] = set()
        self._to_ask: list[str] = []
        self._codes: dict[str, Code] = {}
        self._following: dict[str, tuple[Code, Code | None]] = {}
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._ask_for_keys)
        self._roll = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._roll.timeout.connect(self.roll)

    # Qt's side

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        entry = self._shown[index.row()]
        if role == ROW_ROLE:
            return self._row(entry)
        if role == NEXT_ROLE:
            return self._after(entry)
        if role == Qt.ItemDataRole.DisplayRole:
            return wording.shown(str(entry.label))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(entry)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    # The list

    @property
    def total(self) -> int:
        return len(self._all)

    @property
    def damaged(self) -> int:
        """How many accounts are known to be damaged: what is kept of them, or their key."""
        return sum(
            entry.damaged or isinstance(self._troubles.get(entry.id), DataBad)
            for entry in self._all
        )

    def take(self, entries: list[Entry]) -> None:
        """Show this list. What is known of accounts that stay is kept; changes are read anew."""
        if entries == self._all:
            return
        old = {entry.id: entry for entry in self._all}
        for entry in entries:
            before = old.pop(entry.id, entry)
            # A new counter alone changes no key; anything else may.
            if (before.label, before.damaged) != (entry.label, entry.damaged) or (
                before.otp != entry.otp and not isinstance(entry.otp, Hotp)
            ):
                self._forget(entry.id)
        for gone in old:
            self._forget(gone)
        self._all = list(entries)
        self._sort()

    def search(self, query: str) -> None:
        """Narrow the list to what matches, the best first."""
        self._query = query
        self._show()

    def sort(self, order: Order) -> None:
        """Show the accounts in this order, the pinned ones first."""
        if order is not self._order:
            self._order = order
            self._sort()

    def narrow(self, group: str) -> None:
        """Show the accounts of one group; of all where it has no name."""
        if group != self._group:
            self._group = group
            self._show()

    @property
    def groups(self) -> list[str]:
        """Every group that an account is in, by name."""
        return sorted({name for one in self._all for name in one.groups}, key=folded)

    @property
    def finder(self) -> Finder:
        """What searches; any thread may prepare it."""
        return self._finder

    # The own order

    @property
    def can_move(self) -> bool:
        """Whether rows stand in an order that a person makes."""
        return self._order is Order.OWN and not self._query.strip()

    def gap(self, row: int, wanted: int) -> int:
        """The gap nearest to the wanted one that a row may go into, by the row below it: what
        is pinned stays on top."""
        pinned = sum(entry.pinned for entry in self._shown)
        first, last = (0, pinned) if self._shown[row].pinned else (pinned, len(self._shown))
        return min(max(wanted, first), last)

    def move(self, rows: Sequence[int], wanted: int) -> None:
        """Put rows, together and in their order, into a gap, at once; `moved` tells what the
        vault is to be told. Of pinned and other rows each go as far as they may."""
        if not self.can_move:
            return
        entries = [self._shown[row] for row in sorted(rows)]
        for pinned in (True, False):
            if alike := [entry for entry in entries if entry.pinned is pinned]:
                self._move(alike, wanted)

    def _move(self, entries: list[Entry], wanted: int) -> None:
        gap = self.gap(self._shown.index(entries[0]), wanted)
        taken = {entry.id for entry in entries}
        above = [one for one in self._shown[:gap] if one.id not in taken]
        below = [one for one in self._shown[gap:] if one.id not in taken]
        if [one.id for one in (*above, *entries, *below)] == [one.id for one in self._shown]:
            return
        if below and below[0].pinned == entries[0].pinned:
            place = self._all.index(below[0])
        else:  # the last of its kind: others may follow that are not shown
            place = self._all.index(above[-1]) + 1 if above else 0
        follower = next((one for one in self._all[place:] if one.id not in taken), None)
        rest = [one for one in self._all if one.id not in taken]
        at = len(rest) if follower is None else rest.index(follower)
        self._all = [*rest[:at], *entries, *rest[at:]]
        self._sort()
        for entry in entries:
            self.moved.emit(entry.id, None if follower is None else follower.id)

    def _sort(self) -> None:
        self._finder = self._finder.renewed(ordered(self._all, self._order))
        self._show()

    def _show(self) -> None:
        shown = self._finder.find(self._query)
        if self._group:
            shown = [one for one in shown if self._group in one.groups]
        if [entry.id for entry in self._shown] == [entry.id for entry in shown]:
            self._shown = shown
            self._changed(0, len(shown) - 1)
            return
        # All at once: of thousands of rows, one after the other takes seconds. The view
        # keeps its current row by itself.
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def _forget(self, id: str) -> None:
        self._accounts.pop(id, None)
        self._troubles.pop(id, None)
        self._codes.pop(id, None)
        self._following.pop(id, None)
        self._asked.discard(id)

    # Keys

    @property
    def waiting(self) -> bool:
        """Whether a painted row still lacks its key."""
        return bool(self._to_ask) or any(
            id not in self._accounts and id not in self._troubles for id in self._asked
        )

    def take_keys(self, read: list[KeyRead]) -> None:
        """What the vault gave for ids of `keys_wanted`."""
        now = self.now()
        for one in read:
            self._asked.add(one.id)
            if one.account is not None:
                self._accounts[one.id] = one.account
                self._troubles.pop(one.id, None)
                if one.code is not None and _counts(one.code, now):
                    self._codes[one.id] = one.code
            elif isinstance(one.error, NoSuchAccount):
                # Removed a moment ago: the list that tells is on its way, or it is back by then.
                self._asked.discard(one.id)
            elif one.error is not None:
                self._troubles[one.id] = one.error
        self._changed_ids({one.id for one in read})

    @property
    def trouble(self) -> Exception | None:
        """Why keys can't be read that are not themselves damaged."""
        return next(
            (error for error in self._troubles.values() if not isinstance(error, DataBad)), None
        )

    def try_again(self) -> None:
        """Ask anew for the keys that could not be read."""
        for id in list(self._troubles):
            self._forget(id)
        self._changed(0, len(self._shown) - 1)

    def _ask_for_keys(self) -> None:
        asked, self._to_ask = tuple(dict.fromkeys(self._to_ask)), []
        if asked:
            self.keys_wanted.emit(asked)

    # Codes

    def row(self, index: _Index) -> Row | None:
        value = self.data(index, ROW_ROLE)
        return value if isinstance(value, Row) else None

    def row_of(self, id: str) -> int | None:
        """Where an account is shown, if it is."""
        return next((row for row, one in enumerate(self._shown) if one.id == id), None)

    def id_of(self, row: int) -> str:
        """Whose row this is."""
        return self._shown[row].id

    def rows_of(self, ids: set[str]) -> list[int]:
        """Where accounts are shown, those that are."""
        return [row for row, one in enumerate(self._shown) if one.id in ids]

    def entry(self, id: str) -> Entry | None:
        """An account, whether it is shown or not."""
        return next((entry for entry in self._all if entry.id == id), None)

    def label(self, id: str) -> Label | None:
        return next((entry.label for entry in self._all if entry.id == id), None)

    def account(self, id: str) -> Account | None:
        return self._accounts.get(id)

    def now(self) -> float:
        """The corrected time, Unix seconds."""
        return self._clock().now()

    def show_counter(self, id: str, counter: int) -> Code | None:
        """Show the code of an HOTP counter that was taken for use; None once the row is gone."""
        account = self._accounts.get(id)
        if account is None:
            return None
        code = self._codes[id] = code_of_counter(account, counter)
        self._changed_ids({id})
        return code

    def roll(self) -> None:
        """Replace what no longer counts; runs on the step, and whenever the clock was changed."""
        now = self.now()
        stale = {id for id, code in self._codes.items() if not _counts(code, now)}
        for id in stale:
            del self._codes[id]
        self._roll.stop()
        self._changed_ids(stale)
        self._arm(now)

    def pause(self) -> None:
        """Stop rolling: nobody sees it."""
        self._roll.stop()

    def _arm(self, now: float) -> None:
        ends = [code.valid_until for code in self._codes.values() if code.valid_until is not None]
        if ends:
            self._roll.start(max(1, math.ceil((min(ends) - now) * 1000)))

    def _row(self, entry: Entry) -> Row:
        if entry.damaged:
            return Row(entry, Face.DAMAGED)
        if (error := self._troubles.get(entry.id)) is not None:
            return Row(entry, Face.UNREAD, error=error)
        account = self._accounts.get(entry.id)
        if account is None:
            if entry.id not in self._asked:
                self._asked.add(entry.id)
                self._to_ask.append(entry.id)
                self._ask.start()
            return Row(entry, Face.READING)
        hidden = self._hides(entry.id)
        if (code := self._codes.get(entry.id)) is not None:
            if not self._roll.isActive():
                self._arm(self.now())
            return Row(entry, Face.CODE, code, hidden=hidden)
        if isinstance(entry.otp, Hotp):
            return Row(entry, Face.WAITING)
        try:
            now = self.now()
            code = self._codes[entry.id] = code_now(account, now)
        except TimeOutOfRange as error:
            return Row(entry, Face.NO_TIME, error=error)
        left_ms = math.ceil((code.valid_until - now) * 1000) if code.valid_until else 0
        if left_ms and (not self._roll.isActive() or left_ms < self._roll.remainingTime()):
            self._roll.start(max(1, left_ms))
        return Row(entry, Face.CODE, code, hidden=hidden)

    def _after(self, entry: Entry) -> Code | None:
        row, account = self._row(entry), self._accounts.get(entry.id)
        if row.hidden or row.code is None or account is None:
            return None
        before, after = self._following.get(entry.id, (None, None))
        if before != row.code:
            after = next_code(account, row.code)
            self._following[entry.id] = row.code, after
        return after

    def _spoken(self, entry: Entry) -> str:
        """Asked for when somebody comes to the row: what counts down is not said by itself."""
        row = self._row(entry)
        parts = [wording.shown(entry.label.issuer), wording.shown(entry.label.account)]
        if row.hidden:
            parts.append(tr("code hidden, press Space to show it"))
        elif row.code is not None:
            parts.append(tr("code {code}").format(code=" ".join(row.code.value)))
            if row.code.valid_until is not None:
                left_s = max(1, math.ceil(row.code.valid_until - self.now()))
                parts.append(tr("{seconds} seconds left").format(seconds=left_s))
        elif row.face is Face.WAITING:
            parts.append(tr("press Enter for the next code"))
        elif row.face is Face.DAMAGED:
            parts.append(tr("damaged account"))
        elif row.face is Face.UNREAD:
            parts.append(tr("its key can't be read"))
        if entry.pinned:
            parts.append(tr("pinned"))
        return listed(part for part in parts if part)

    def _changed_ids(self, ids: set[str]) -> None:
        if not ids:
            return
        rows = [row for row, entry in enumerate(self._shown) if entry.id in ids]
        if rows:
            self._changed(rows[0], rows[-1])

    def _changed(self, first: int, last: int) -> None:
        if 0 <= first <= last < len(self._shown):
            self.dataChanged.emit(self.index(first), self.index(last))


def _counts(code: Code, now: float) -> bool:
    """Whether it is the code of this time; of an HOTP code time tells nothing."""
    if code.valid_from is None or code.valid_until is None:
        return True
    return code.valid_from <= now < code.valid_until
