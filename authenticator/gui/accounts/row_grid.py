"""A list of rows in as many columns as have room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from authenticator.gui.accounts.row_layout import Plan
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

    laid_out = Signal()
    """Rows may stand elsewhere now."""

    def __init__(self, model: AccountsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Asked for one of Qt's making, PySide loads every kind of widget to find out which it is.
        self.setViewport(QWidget())
        self.accounts = model
        self._compact = False
        self.plan = Plan()
        self._hovered: QModelIndex | None = None
        self.selection = RowSelection(self, model)
        model.modelAboutToBeReset.connect(self._leave_row)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self._replan()

    def set_compact(self, compact: bool) -> None:
        """Whether rows are low."""
        self._compact = compact
        self._replan()

    def _replan(self) -> None:
        plan = Plan(stylesheet.scale(), self._compact, self.isRightToLeft())
        if plan != self.plan or self.gridSize().isEmpty():
            self.plan = plan
            self.laid_out.emit()
            self.verticalScrollBar().setSingleStep(plan.height // 3)
            self._suit_columns()
            self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (
            event.Type.FontChange,
            event.Type.StyleChange,
            event.Type.LayoutDirectionChange,
        ):
            self._replan()

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
        return QSize((room - 1) // self.columns, self.plan.height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.laid_out.emit()
        self._suit_columns()
        super().resizeEvent(event)

    def _suit_columns(self) -> None:
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
        top = self.verticalScrollBar().value() // self.plan.height
        bottom = (self.verticalScrollBar().value() + self.viewport().height()) // self.plan.height
        last = min(model.rowCount(), (bottom + 1) * columns)
        return [model.index(row) for row in range(top * columns, last)]

    @property
    def has_marked_rows(self) -> bool:
        """Whether a row stands on another ground than the list's own."""
        return self.selection.several or self._hovered is not None

    def is_chosen(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether this is one of several rows that were chosen together."""
        return self.selection.contains(index)

    def is_hovered(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the pointer is over this row."""
        return self._hovered is not None and self._hovered == index

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, index: QModelIndex | None) -> None:
        if index is not None and not index.isValid():
            index = None
        if index == self._hovered:
            return
        for one in (self._hovered, index):
            if one is not None:
                self.viewport().update(self.visualRect(one))
        self._hovered = index

    def _leave_row(self) -> None:
        self._hovered = None
