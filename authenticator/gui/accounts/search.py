"""Searching the list: words narrow it, and Enter uses what fits best."""

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
"""After which the search is made ready: codes come first."""
MANY = 500
"""So many accounts take long enough to be made ready for searching that a key would wait."""


class ListSearch(QObject):
    """The search field, and what it does to the list."""

    narrowed = Signal()
    """The list shows other accounts."""

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
        self._awaited = ""
        """Whose code is to be copied once its key is read."""
        self.field = SearchField(tr("Search"), _is_enrolment)
        self.field.textChanged.connect(self._search)
        self.field.left.connect(self._to_list)
        self.field.returnPressed.connect(self._copy_first)
        self.field.edit_wanted.connect(self._edit_first)
        view.typed.connect(self.type)
        self._prepare = QTimer(self, singleShot=True, interval=PREPARE_MS)
        self._prepare.timeout.connect(self.prepare)

    def prepare_soon(self) -> None:
        """There are other accounts to be searched."""
        self._prepare.start()

    def prepare(self) -> None:
        """Make the search ready where a key would have to wait for that."""
        if self._model.total >= MANY:
            finder = self._model.finder
            self._session.background.submit(finder.prepare, lambda _: None, lambda _: None)

    def _search(self, words: str) -> None:
        self.forget_awaited()
        self._model.search(words)
        self._view.scrollToTop()
        self.narrowed.emit()

    def narrow(self, group: str) -> None:
        """Search among the accounts of one group; among all where it has no name."""
        self._model.filter_by_group(group)
        self._view.scrollToTop()
        self.narrowed.emit()

    def type(self, letter: str) -> None:
        """A letter that was typed elsewhere on the page."""
        self.field.setFocus()
        self.field.insert(letter)

    def find(self) -> None:
        """Begin a new search."""
        self.field.setFocus()
        self.field.selectAll()

    def _to_list(self) -> None:
        view, model = self._view, self._model
        view.focus_visible = True
        view.setFocus()
        if model.rowCount() and (self.field.text() or not view.currentIndex().isValid()):
            view.setCurrentIndex(model.index(0))

    def _copy_first(self) -> None:
        """Enter in the search uses what fits best, as soon as its key is there."""
        row = self._model.row(self._model.index(0))
        if row is None:
            return
        if row.state is RowState.READING:
            self._awaited = row.entry.id
        else:
            self._actions.copy(row)

    def _edit_first(self) -> None:
        """F2 in the search edits what Enter would use."""
        row = self._model.row(self._model.index(0))
        if row is not None:
            self._actions.edit(row)

    def copy_awaited(self) -> None:
        """Keys were read: perhaps the one that Enter asked for."""
        place = self._model.row_of(self._awaited) if self._awaited else None
        row = None if place is None else self._model.row(self._model.index(place))
        if row is None or row.state is RowState.READING:
            return
        self._awaited = ""
        self._actions.copy(row)

    def forget_awaited(self) -> None:
        """Nothing is to be copied any more."""
        self._awaited = ""


def _is_enrolment(pasted: QMimeData) -> bool:
    from authenticator.gui.desktop import dropped_sources

    return dropped_sources.is_ours(pasted)
