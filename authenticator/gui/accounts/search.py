"""Searching the list: typing narrows it, and Enter copies the best match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from authenticator.gui.accounts.row import RowState
from authenticator.gui.widgets.search_field import SearchField
from authenticator.language import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QWidget

    from authenticator.gui.accounts.actions import AccountActions
    from authenticator.gui.accounts.list_view import CodeList
    from authenticator.gui.accounts.model import AccountsModel
    from authenticator.gui.session import Session

PREPARE_MS = 500
"""Delay before the search is prepared: codes come first."""
MANY = 500
"""From this many accounts on, the search is prepared, or the first letter would be delayed."""


class ListSearch(QObject):
    """The search field, and its effects on the list."""

    narrowed = Signal()
    """The list shows different accounts."""

    def __init__(
        self,
        session: Session,
        model: AccountsModel,
        view: CodeList,
        actions: AccountActions,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._model = model
        self._view = view
        self._actions = actions
        self._pending_copy = ""
        """The account whose code is to be copied once its key is read."""
        self.field = SearchField(tr("Search"), _is_enrolment)
        self.field.textChanged.connect(self._search)
        self.field.list_requested.connect(self._focus_list)
        self.field.returnPressed.connect(self._copy_first)
        self.field.edit_requested.connect(self._edit_first)
        view.typed.connect(self.type)
        self._prepare = QTimer(self, singleShot=True, interval=PREPARE_MS)
        self._prepare.timeout.connect(self.prepare)

    def prepare_soon(self) -> None:
        """The accounts have changed."""
        self._prepare.start()

    def prepare(self) -> None:
        """Prepare the search, if the first letter would have to wait for it."""
        if self._model.total >= MANY:
            finder = self._model.finder
            self._session.background.submit(finder.prepare, lambda _: None, lambda _: None)

    def _search(self, words: str) -> None:
        self.cancel_pending_copy()
        self._model.search(words)
        self._view.scrollToTop()
        self.narrowed.emit()

    def narrow(self, group: str) -> None:
        """Search only one group; all if `group` is empty."""
        self._model.filter_by_group(group)
        self._view.scrollToTop()
        self.narrowed.emit()

    def type(self, letter: str) -> None:
        """Add a letter that was typed elsewhere on the page."""
        self.field.setFocus()
        self.field.insert(letter)

    def find(self) -> None:
        """Start a new search."""
        self.field.setFocus()
        self.field.selectAll()

    def _focus_list(self) -> None:
        view, model = self._view, self._model
        view.focus_visible = True
        view.setFocus()
        if model.rowCount() and (self.field.text() or not view.currentIndex().isValid()):
            view.setCurrentIndex(model.index(0))

    def _copy_first(self) -> None:
        """Copy the best match, as soon as its key has been read."""
        row = self._model.row(self._model.index(0))
        if row is None:
            return
        if row.state is RowState.READING:
            self._pending_copy = row.entry.id
        else:
            self._actions.copy(row)

    def _edit_first(self) -> None:
        """Edit the best match."""
        row = self._model.row(self._model.index(0))
        if row is not None:
            self._actions.edit(row)

    def copy_pending(self) -> None:
        """Keys have been read, perhaps the one that Enter is waiting for."""
        place = self._model.row_of(self._pending_copy) if self._pending_copy else None
        row = None if place is None else self._model.row(self._model.index(place))
        if row is None or row.state is RowState.READING:
            return
        self._pending_copy = ""
        self._actions.copy(row)

    def cancel_pending_copy(self) -> None:
        """Cancel the copy that waits for a key."""
        self._pending_copy = ""


def _is_enrolment(pasted: QMimeData) -> bool:
    from authenticator.gui.desktop import dropped_sources

    return dropped_sources.is_ours(pasted)
