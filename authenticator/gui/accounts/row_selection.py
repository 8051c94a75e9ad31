"""Which rows are selected, kept while the model is filled anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QObject

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QListView

    from authenticator.gui.accounts.model import AccountsModel


class RowSelection(QObject):
    """Several rows are chosen together, or there is the current one that keys act on."""

    def __init__(self, view: QListView, model: AccountsModel) -> None:
        """Gives the view its model: what is kept is kept before the view hears of a change."""
        super().__init__(view)
        self._view = view
        self._accounts = model
        self._selected = 0
        self._kept = ("", -1)
        self._kept_ids: set[str] = set()
        model.modelAboutToBeReset.connect(self._keep)
        view.setModel(model)
        model.modelReset.connect(self._restore)
        view.selectionModel().selectionChanged.connect(self._count)

    @property
    def several(self) -> bool:
        """Whether several rows are chosen together."""
        return self._selected > 0

    def contains(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether a row is one of several that were chosen together."""
        return self.several and self._view.selectionModel().isSelected(index)

    def places(self) -> list[int]:
        """Of the rows that were chosen together, else of the current one."""
        if not self.several:
            return [place] if (place := self._view.currentIndex().row()) >= 0 else []
        return sorted(index.row() for index in self._view.selectionModel().selectedRows())

    def clear(self) -> None:
        """Only the current row is left."""
        self._view.selectionModel().clearSelection()

    def _count(self) -> None:
        selection = self._view.selectionModel().selection()
        count = sum(selection.at(number).height() for number in range(selection.count()))
        self._selected = count if count > 1 else 0
        self._view.viewport().update()

    def _keep(self) -> None:
        index = self._view.currentIndex()
        row = self._accounts.row(index)
        self._kept = ("" if row is None else row.entry.id, index.row())
        places = self.places() if self.several else ()
        self._kept_ids = {self._accounts.id_of(place) for place in places}

    def _restore(self) -> None:
        self._selected = 0
        id, place = self._kept
        row = self._accounts.row_of(id)
        if row is None:  # what stands in its place now
            row = min(place, self._accounts.rowCount() - 1)
        if row >= 0:
            self._view.setAutoScroll(False)  # the list stays where it was scrolled to
            self._view.selectionModel().setCurrentIndex(
                self._accounts.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self._view.setAutoScroll(True)
        if self._kept_ids:
            self._restore_several()

    def _restore_several(self) -> None:
        """Of several rows that were chosen together those that are still there."""
        from PySide6.QtCore import QItemSelection

        chosen = QItemSelection()
        for place in self._accounts.rows_of(self._kept_ids):
            index = self._accounts.index(place)
            chosen.select(index, index)
        self._view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
