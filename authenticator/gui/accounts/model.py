"""The accounts as a Qt model: which ones are shown, and in what order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt, Signal

from authenticator.app.search import AccountSearch, folded
from authenticator.app.sorting import Order, ordered
from authenticator.gui.accounts.live_codes import LiveCodes
from authenticator.gui.accounts.own_order import clamped_position, reordered
from authenticator.gui.accounts.row import Row
from authenticator.gui.accounts.row_data import ROW_ROLE, RowData
from authenticator.otp.account import Hotp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject, QPersistentModelIndex

    from authenticator.clock.clock import Clock
    from authenticator.vault.entry import Entry

    _Index = QModelIndex | QPersistentModelIndex

_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


class AccountsModel(QAbstractListModel):
    """All accounts in the chosen order, or those of a group or that match a search."""

    moved = Signal(str, object)  # an id, and the id it now stands before; None if it is last

    def __init__(
        self,
        clock: Callable[[], Clock],
        parent: QObject | None = None,
        hides: Callable[[str], bool] = lambda _: False,
    ) -> None:
        super().__init__(parent)
        self.codes = LiveCodes(clock, self, hides)
        self.codes.changed.connect(self._changed_ids)
        self._all: list[Entry] = []
        self._finder = AccountSearch(self._all)
        self._shown: list[Entry] = []
        self._query = ""
        self._order = Order.OWN
        self._group = ""
        self._row_data = RowData(self.codes)

    # Qt's side

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        return self._row_data.value(self._shown[index.row()], role)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    # The list

    @property
    def total(self) -> int:
        return len(self._all)

    @property
    def damaged(self) -> int:
        """How many accounts are known to be damaged, in their record or key."""
        return sum(map(self.codes.is_damaged, self._all))

    def set_entries(self, entries: list[Entry]) -> None:
        """Show these accounts. Keys of unchanged accounts are kept; others are read again."""
        if entries == self._all:
            return
        old = {entry.id: entry for entry in self._all}
        for entry in entries:
            before = old.pop(entry.id, entry)
            # A new counter does not change the key; anything else may.
            if (before.label, before.damaged, before.pin_version) != (
                entry.label,
                entry.damaged,
                entry.pin_version,
            ) or (before.otp != entry.otp and not isinstance(entry.otp, Hotp)):
                self.codes.forget(entry.id)
        for gone in old:
            self.codes.forget(gone)
        self._all = list(entries)
        self._row_data.set_entries(self._all)
        self._sort()

    def search(self, query: str) -> None:
        """Show only the accounts that match, best match first."""
        self._query = query
        self._show()

    def set_order(self, order: Order) -> None:
        """Sort the accounts, pinned ones first."""
        if order is not self._order:
            self._order = order
            self._sort()

    def filter_by_group(self, group: str) -> None:
        """Show only the accounts of one group; all if `group` is empty."""
        if group != self._group:
            self._group = group
            self._show()

    @property
    def groups(self) -> list[str]:
        """All groups, by name."""
        return sorted({name for one in self._all for name in one.groups}, key=folded)

    @property
    def finder(self) -> AccountSearch:
        """The search; any thread may prepare it."""
        return self._finder

    # The custom order

    @property
    def can_move(self) -> bool:
        """Whether rows can be moved: they are in custom order, and not searched."""
        return self._order is Order.OWN and not self._query.strip()

    def gap(self, row: int, wanted: int) -> int:
        """The gap nearest to the wanted one that a row may move to, given as the row below it."""
        return clamped_position(self._shown, row, wanted)

    def move(self, rows: Sequence[int], wanted: int) -> None:
        """Move rows together into a gap. The list changes at once; `moved` tells what to save.
        Pinned and other rows each go as far as they may."""
        if not self.can_move:
            return
        entries = [self._shown[row] for row in sorted(rows)]
        for pinned in (True, False):
            if alike := [entry for entry in entries if entry.pinned is pinned]:
                self._move(alike, wanted)

    def _move(self, entries: list[Entry], wanted: int) -> None:
        change = reordered(self._all, self._shown, entries, wanted)
        if change is None:
            return
        self._all, follower = change
        self._sort()
        for entry in entries:
            self.moved.emit(entry.id, None if follower is None else follower.id)

    def _sort(self) -> None:
        self._finder = self._finder.with_entries(ordered(self._all, self._order))
        self._show()

    def _show(self) -> None:
        shown = self._finder.find(self._query)
        if self._group:
            shown = [one for one in shown if self._group in one.groups]
        if [entry.id for entry in self._shown] == [entry.id for entry in shown]:
            self._shown = shown
            self._changed(0, len(shown) - 1)
            return
        # All at once: moving thousands of rows one by one takes seconds. The view restores its
        # current row.
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    # Rows and accounts

    def row(self, index: _Index) -> Row | None:
        value = self.data(index, ROW_ROLE)
        return value if isinstance(value, Row) else None

    def row_of(self, id: str) -> int | None:
        """The row of an account, if it is shown."""
        return next((row for row, one in enumerate(self._shown) if one.id == id), None)

    def id_of(self, row: int) -> str:
        """The account in a row."""
        return self._shown[row].id

    def rows_of(self, ids: set[str]) -> list[int]:
        """The rows of those accounts that are shown."""
        return [row for row, one in enumerate(self._shown) if one.id in ids]

    def entry(self, id: str) -> Entry | None:
        """An account, shown or not."""
        return next((entry for entry in self._all if entry.id == id), None)

    def _changed_ids(self, ids: set[str]) -> None:
        if not ids:
            return
        rows = [row for row, entry in enumerate(self._shown) if entry.id in ids]
        if rows:
            self._changed(rows[0], rows[-1])

    def _changed(self, first: int, last: int) -> None:
        if 0 <= first <= last < len(self._shown):
            self.dataChanged.emit(self.index(first), self.index(last))
