"""The selection of rows, kept when the model is reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QObject

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QListView

    from authenticator.gui.accounts.model import AccountsModel


class RowSelection(QObject):
    """Either several rows are selected, or just the current one."""

    def __init__(self, view: QListView, model: AccountsModel) -> None:
        """Sets the view's model, so that the selection is saved before the view handles a reset."""
        super().__init__(view)
        self._view = view
        self._accounts = model
        self._selected = 0
        self._last_current = ("", -1)
        self._last_selection: set[str] = set()
        model.modelAboutToBeReset.connect(self._remember)
        view.setModel(model)
        model.modelReset.connect(self._restore)
        view.selectionModel().selectionChanged.connect(self._count)

    @property
    def several(self) -> bool:
        """Whether several rows are selected."""
        return self._selected > 0

    def contains(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether a row is one of several selected ones."""
        return self.several and self._view.selectionModel().isSelected(index)

    def places(self) -> list[int]:
        """The numbers of the selected rows, else of the current one."""
        if not self.several:
            return [place] if (place := self._view.currentIndex().row()) >= 0 else []
        return sorted(index.row() for index in self._view.selectionModel().selectedRows())

    def clear(self) -> None:
        """Deselect all rows but the current one."""
        self._view.selectionModel().clearSelection()

    def _count(self) -> None:
        selection = self._view.selectionModel().selection()
        count = sum(selection.at(number).height() for number in range(selection.count()))
        self._selected = count if count > 1 else 0
        self._view.viewport().update()

    def _remember(self) -> None:
        index = self._view.currentIndex()
        row = self._accounts.row(index)
        self._last_current = ("" if row is None else row.entry.id, index.row())
        places = self.places() if self.several else ()
        self._last_selection = {self._accounts.id_of(place) for place in places}

    def _restore(self) -> None:
        self._selected = 0
        id, place = self._last_current
        row = self._accounts.row_of(id)
        if row is None:  # the one now in its place
            row = min(place, self._accounts.rowCount() - 1)
        if row >= 0:
            self._view.setAutoScroll(False)  # keep the scroll position
            self._view.selectionModel().setCurrentIndex(
                self._accounts.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self._view.setAutoScroll(True)
        if self._last_selection:
            self._restore_several()

    def _restore_several(self) -> None:
        """Select those rows again that are still there."""
        from PySide6.QtCore import QItemSelection

        chosen = QItemSelection()
        for place in self._accounts.rows_of(self._last_selection):
            index = self._accounts.index(place)
            chosen.select(index, index)
        self._view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
