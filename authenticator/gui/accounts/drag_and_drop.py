"""Rows in their own order are dragged to another place, alone or several together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from authenticator.gui.accounts.row_grid import RowGrid
from authenticator.gui.theme import colors, stylesheet

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

    from authenticator.gui.accounts.model import AccountsModel

_DRAGGED = "application/x-authenticator-row"


class ReorderableRows(RowGrid):
    """Shows the gap that rows would go into, and has the model move them."""

    def __init__(self, model: AccountsModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._dragged: list[int] = []
        self._drop_row: int | None = None
        self.setDragEnabled(True)
        self.setAcceptDrops(True)

    def move_current(self, *, down: bool) -> None:
        """One place up or down, where there is one; all that were chosen together."""
        places = self.selection.places()
        if places:
            self.accounts.move(places, places[-1] + 2 if down else places[0] - 1)
            self.scrollTo(self.currentIndex())

    def startDrag(self, _actions: Qt.DropAction) -> None:
        index = self.currentIndex()
        if not self.accounts.can_move or not index.isValid():
            return
        from PySide6.QtCore import QMimeData
        from PySide6.QtGui import QDrag

        place = self.visualRect(index)
        self._dragged = self.selection.places() if self.is_selected(index) else [index.row()]
        drag = QDrag(self)
        mime = QMimeData()
        mime.setData(_DRAGGED, b"")
        drag.setMimeData(mime)
        drag.setPixmap(self._picture(place))
        drag.setHotSpot(self.viewport().mapFromGlobal(self.cursor().pos()) - place.topLeft())
        drag.exec(Qt.DropAction.MoveAction)
        self._dragged = []
        self._set_drop_position(None)

    def _picture(self, place: QRect) -> QPixmap:
        """The row that is dragged, and how many with it."""
        picture = self.viewport().grab(place)
        if len(self._dragged) > 1:
            tokens = colors.current()
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            badge = self.row_layout.ring(QRect(QPoint(), place.size()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(badge)
            painter.setPen(QColor(tokens.accent_text))
            painter.setFont(stylesheet.font(self.font(), stylesheet.STATUS_PX, semibold=True))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(len(self._dragged)))
            painter.end()
        return picture

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # Pictures and files are the window's business.
        event.setAccepted(bool(self._dragged) and event.mimeData().hasFormat(_DRAGGED))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(bool(self._dragged))
        if self._dragged:
            spot = event.position().toPoint()
            self._set_drop_position(self.accounts.gap(self._dragged[0], self._drop_position(spot)))
            edge = self.autoScrollMargin()
            if not self.viewport().rect().adjusted(0, edge, 0, -edge).contains(spot):
                self.startAutoScroll()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._set_drop_position(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self.stopAutoScroll()
        if self._dragged:
            event.accept()
            self.accounts.move(self._dragged, self._drop_position(event.position().toPoint()))

    def _drop_position(self, spot: QPoint) -> int:
        """The gap nearest to a place, by the row below it."""
        index = self.indexAt(spot)
        if not index.isValid():
            return self.accounts.rowCount()
        middle = self.visualRect(index).center()
        past = spot.y() > middle.y()
        if self.columns > 1:
            past = (spot.x() > middle.x()) != self.isRightToLeft()
        return index.row() + past

    def _set_drop_position(self, gap: int | None) -> None:
        if gap != self._drop_row:
            self._drop_row = gap
            self.viewport().update()

    def paint_drop_indicator(self) -> None:
        """Where dragged rows would go, if any are."""
        gap = self._drop_row
        if gap is None:
            return
        at_end = gap == self.accounts.rowCount()
        place = self.visualRect(self.accounts.index(gap - at_end))
        line = QRect(place.left() + 8, (place.bottom() if at_end else place.top()) - 1, 0, 3)
        line.setWidth(place.width() - 16)
        if self.columns > 1:
            far = at_end != self.isRightToLeft()
            line = QRect((place.right() if far else place.left()) - 1, place.top() + 8, 3, 0)
            line.setHeight(place.height() - 16)
        painter = QPainter(self.viewport())
        painter.fillRect(line, QColor(colors.current().accent))
        painter.end()
