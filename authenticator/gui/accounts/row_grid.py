"""A list of rows in as many columns as have room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from authenticator.gui.accounts.row_layout import RowLayout
from authenticator.gui.accounts.row_selection import RowSelection
from authenticator.gui.theme import stylesheet

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QMouseEvent, QResizeEvent

    from authenticator.gui.accounts.model import AccountsModel

COLUMN = 360
"""Px a column needs before there is a second one."""


class RowGrid(QListView):
    """Knows where rows stand, which are selected, and which is under the pointer."""

    layout_changed = Signal()
    """Rows may stand elsewhere now."""

    def __init__(self, model: AccountsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Asked for one of Qt's making, PySide loads every kind of widget to find out which it is.
        self.setViewport(QWidget())
        self.accounts = model
        self._compact = False
        self.row_layout = RowLayout()
        self._hovered: QModelIndex | None = None
        self.selection = RowSelection(self, model)
        model.modelAboutToBeReset.connect(self._forget_hovered)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self._update_layout()

    def set_compact(self, compact: bool) -> None:
        """Whether rows are low."""
        self._compact = compact
        self._update_layout()

    def _update_layout(self) -> None:
        layout = RowLayout(stylesheet.scale(), self._compact, self.isRightToLeft())
        if layout != self.row_layout or self.gridSize().isEmpty():
            self.row_layout = layout
            self.layout_changed.emit()
            self.verticalScrollBar().setSingleStep(layout.height // 3)
            self._update_columns()
            self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (
            event.Type.FontChange,
            event.Type.StyleChange,
            event.Type.LayoutDirectionChange,
        ):
            self._update_layout()

    @property
    def columns(self) -> int:
        """How many stand beside each other."""
        return max(1, self.viewport().width() // COLUMN)

    def cell(self) -> QSize:
        """The room for one row, in px."""
        room = self.viewport().width()
        if self.columns > 1 and not self.verticalScrollBar().isVisible():
            # QListView breaks its lines as if the scroll bar were there.
            room -= self.verticalScrollBar().sizeHint().width()
        return QSize((room - 1) // self.columns, self.row_layout.height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.layout_changed.emit()
        self._update_columns()
        super().resizeEvent(event)

    def _update_columns(self) -> None:
        columns = self.columns
        flow = QListView.Flow.TopToBottom if columns == 1 else QListView.Flow.LeftToRight
        if self.flow() != flow:
            self.setFlow(flow)
            self.setWrapping(columns > 1)
        self.setGridSize(self.cell())

    def visible_indexes(self) -> list[QModelIndex]:
        """The rows within the viewport: all cells of a line have the same height."""
        columns = self.columns
        model = self.accounts
        top = self.verticalScrollBar().value() // self.row_layout.height
        bottom = (
            self.verticalScrollBar().value() + self.viewport().height()
        ) // self.row_layout.height
        last = min(model.rowCount(), (bottom + 1) * columns)
        return [model.index(row) for row in range(top * columns, last)]

    @property
    def has_highlighted_rows(self) -> bool:
        """Whether a row stands on another ground than the list's own."""
        return self.selection.several or self._hovered is not None

    def is_selected(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether this is one of several rows that were chosen together."""
        return self.selection.contains(index)

    def is_hovered(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the pointer is over this row."""
        return self._hovered is not None and self._hovered == index

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._set_hovered(self.indexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hovered(None)

    def _set_hovered(self, index: QModelIndex | None) -> None:
        if index is not None and not index.isValid():
            index = None
        if index == self._hovered:
            return
        for one in (self._hovered, index):
            if one is not None:
                self.viewport().update(self.visualRect(one))
        self._hovered = index

    def _forget_hovered(self) -> None:
        self._hovered = None
