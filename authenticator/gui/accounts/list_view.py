"""The list of accounts: one view, drawn by one delegate, in as many columns as have room."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelectionModel,
    QKeyCombination,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QListView, QWidget

from authenticator.app.digit_grouping import Grouping
from authenticator.app.settings import NextCode, Settings
from authenticator.gui.accounts.model import AccountsModel, Face, Row
from authenticator.gui.accounts.row_delegate import AccountRows
from authenticator.gui.accounts.row_layout import Plan
from authenticator.gui.theme import colors, stylesheet
from authenticator.gui.widgets import countdown_ring
from authenticator.gui.widgets.key_events import is_writing
from authenticator.language import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import (
        QContextMenuEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
    )

    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry

COLUMN = 360
"""Px a column needs before there is a second one."""
COPY_NEXT = QKeyCombination(
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C
)


_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_DRAGGED = "application/x-authenticator-row"


class _Flows:
    """The rings that are seen, until a row or its place changes."""

    def __init__(self) -> None:
        self.rows: list[tuple[QModelIndex, QRect, Code]] = []
        self.lasts: list[tuple[float, QRect]] = []
        """When the last seconds of a code begin, and its row."""
        self.region = QRegion()
        self.since = -math.inf
        self.until = math.inf
        self.shortest_s = math.inf


class CodeList(QListView):
    """A click or Enter uses a row; what that means is the page's business. With Ctrl or Shift
    several rows are chosen. Rows in their own order are dragged, or moved by Alt and arrows."""

    used = Signal(object)  # Row
    next_copy_wanted = Signal(object)  # Row
    show_wanted = Signal(object)  # Row, whose code is hidden
    next_wanted = Signal(object)  # Row
    edit_wanted = Signal(object)  # Row
    remove_wanted = Signal(object)  # list[Row]
    menu_wanted = Signal(object, QPoint)  # Row, where on the screen
    typed = Signal(str)
    painted = Signal()

    def __init__(
        self,
        model: AccountsModel,
        picture: Callable[[Entry], QPixmap],
        brand: Callable[[Entry, str, int], QPixmap],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        # Asked for one of Qt's making, PySide loads every kind of widget to find out which it is.
        self.setViewport(QWidget())
        # Drawn here, or everything below it is drawn anew for each turn of a ring.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._accounts = model
        self.picture = picture
        self.brand = brand
        self.by_key = False
        """Whether it is used by keys now: only then the current row is framed."""
        self.plan = Plan()
        self.grouping = Grouping.HALVES
        self._flows: _Flows | None = None
        self._settings = Settings()
        self._still = False
        self._hovered: QModelIndex | None = None
        self._pressed = ""
        self._chosen = 0
        self._kept = ("", -1)
        self._kept_chosen: set[str] = set()
        self._dragged: list[int] = []
        self._gap: int | None = None
        self.setAccessibleName(tr("Accounts"))
        model.modelAboutToBeReset.connect(self._keep_current)
        self.setModel(model)
        model.modelReset.connect(self._find_current)
        for changed in (model.modelReset, model.dataChanged, model.rowsMoved, model.layoutChanged):
            changed.connect(self._forget_flows)
        self.verticalScrollBar().valueChanged.connect(self._forget_flows)
        self._rows = AccountRows(model.now, self)
        self.setItemDelegate(self._rows)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self._move = QTimer(self, interval=200)
        self._move.timeout.connect(self._animate)
        self._replan()

    def dress(self, settings: Settings, *, still: bool) -> None:
        """Show rows as these ask for; `still`: with rings that move once a second only."""
        self._settings = settings
        self.grouping = settings.grouping
        self._replan()
        self.viewport().update()
        if still is not self._still:
            self._still = still
            if self._move.isActive():
                self._animate()  # now, not after the wait that was right before

    def _replan(self) -> None:
        plan = Plan(stylesheet.scale(), self._settings.compact, self.isRightToLeft())
        if plan != self.plan or self.gridSize().isEmpty():
            self.plan = plan
            self._forget_flows()
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

    def current_row(self) -> Row | None:
        return self._accounts.row(self.currentIndex())

    def chosen_rows(self) -> list[Row]:
        """The rows that were chosen together, else the one that keys act on."""
        found = (self._accounts.row(self._accounts.index(row)) for row in self._chosen_places())
        return [row for row in found if row is not None]

    def _chosen_places(self) -> list[int]:
        if not self._chosen:
            return [place] if (place := self.currentIndex().row()) >= 0 else []
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def is_chosen(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        return self._chosen > 0 and self.selectionModel().isSelected(index)

    def selectionChanged(self, on: QItemSelection, off: QItemSelection) -> None:
        super().selectionChanged(on, off)
        count = sum(one.height() for one in self.selectionModel().selection())
        self._chosen = count if count > 1 else 0
        self.viewport().update()

    def _keep_current(self) -> None:
        row = self.current_row()
        self._kept = ("" if row is None else row.entry.id, self.currentIndex().row())
        places = self._chosen_places() if self._chosen else ()
        self._kept_chosen = {self._accounts.id_of(place) for place in places}
        self._hovered = None

    def _find_current(self) -> None:
        self._chosen = 0
        id, place = self._kept
        row = self._accounts.row_of(id)
        if row is None:  # what stands in its place now
            row = min(place, self._accounts.rowCount() - 1)
        if row >= 0:
            self.setAutoScroll(False)  # the list stays where it was scrolled to
            self.selectionModel().setCurrentIndex(
                self._accounts.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.setAutoScroll(True)
        if self._kept_chosen:
            self._choose_again()

    def _choose_again(self) -> None:
        """Of several rows that were chosen together those that are still there."""
        from PySide6.QtCore import QItemSelection

        chosen = QItemSelection()
        for place in self._accounts.rows_of(self._kept_chosen):
            index = self._accounts.index(place)
            chosen.select(index, index)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def cell(self) -> QSize:
        room = self.viewport().width()
        if self.columns > 1 and not self.verticalScrollBar().isVisible():
            # QListView breaks its lines as if the scroll bar were there.
            room -= self.verticalScrollBar().sizeHint().width()
        return QSize((room - 1) // self.columns, self.plan.height)

    def is_hovered(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        return self._hovered is not None and self._hovered == index

    def is_framed(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        return self.by_key and self.hasFocus() and self.currentIndex() == index

    def shows_next(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        wanted = self._settings.next_code
        if wanted is NextCode.HOVER:
            return self.is_hovered(index) or self.is_framed(index)
        return wanted is NextCode.ALWAYS

    # Codes move only while they can be seen

    def showEvent(self, event: object) -> None:
        super().showEvent(event)
        self.move_rings(True)

    def hideEvent(self, event: object) -> None:
        super().hideEvent(event)
        self.move_rings(False)

    def move_rings(self, seen: bool) -> None:
        """Go on while the list is seen, and let everything rest while it is not."""
        if seen and self.isVisible():
            self._accounts.roll()
            self._move.start()
        else:
            self._move.stop()
            self._accounts.pause()

    def _animate(self) -> None:
        now = self._accounts.now()
        if self._flows is None:
            self._flows = self._found_flows()
        flows = self._flows
        again = flows.region
        for begins, place in flows.lasts:
            # The digits change with the last seconds too, so that the whole row is drawn then.
            if 0 <= now - begins < 2 * self._move.interval() / 1000:
                again = again + place
        self.viewport().update(again)
        if not flows.since <= now < flows.until:
            # The clock was set, or the computer slept through the step.
            self._accounts.roll()
        if self._still:
            wait_ms = 1000 - int(now * 1000) % 1000
        elif flows.rows:
            wait_ms = countdown_ring.frame_ms(flows.shortest_s)
        else:
            wait_ms = 1000
        if wait_ms != self._move.interval():
            self._move.setInterval(wait_ms)

    def _found_flows(self) -> _Flows:
        found = _Flows()
        for index in self._visible():
            row = self._accounts.row(index)
            code = row.code if row is not None else None
            if code is None or code.valid_from is None or code.valid_until is None:
                continue
            place = self.visualRect(index)
            found.rows.append((index, place, code))
            found.lasts.append((countdown_ring.last_from(code), place))
            found.region += self.plan.ring(place)
            found.since = max(found.since, code.valid_from)
            found.until = min(found.until, code.valid_until)
            found.shortest_s = min(found.shortest_s, code.valid_until - code.valid_from)
        return found

    def _forget_flows(self) -> None:
        self._flows = None

    def _visible(self) -> list[QModelIndex]:
        """The rows within the viewport: all cells of a line have the same height."""
        columns = self.columns
        model = self._accounts
        top = self.verticalScrollBar().value() // self.plan.height
        bottom = (self.verticalScrollBar().value() + self.viewport().height()) // self.plan.height
        last = min(model.rowCount(), (bottom + 1) * columns)
        return [model.index(row) for row in range(top * columns, last)]

    # Columns

    @property
    def columns(self) -> int:
        return max(1, self.viewport().width() // COLUMN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget_flows()
        self._suit_columns()
        super().resizeEvent(event)

    def _suit_columns(self) -> None:
        columns = self.columns
        flow = QListView.Flow.TopToBottom if columns == 1 else QListView.Flow.LeftToRight
        if self.flow() != flow:
            self.setFlow(flow)
            self.setWrapping(columns > 1)
        self.setGridSize(self.cell())

    # Mouse and keys

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.by_key = True
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.by_key = False
        super().mousePressEvent(event)
        row = self._accounts.row(self.indexAt(event.position().toPoint()))
        self._pressed = row.entry.id if row is not None else ""

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

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        row = self._accounts.row(index)
        if (
            row is None
            or event.button() != Qt.MouseButton.LeftButton
            or row.entry.id != self._pressed
            or event.modifiers() & (_CONTROL | _SHIFT)
        ):
            return
        if self._has_next(row) and self._next_box(index).contains(event.position().toPoint()):
            self.next_wanted.emit(row)
        elif row.hidden and self.plan.code(self.visualRect(index)).contains(
            event.position().toPoint()
        ):
            self.show_wanted.emit(row)
        else:
            self.used.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.by_key = True
        self.viewport().update()
        row = self.current_row()
        key = event.key()
        held = event.modifiers() & (_CONTROL | _SHIFT | Qt.KeyboardModifier.AltModifier)
        pressed = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not held
        if key == Qt.Key.Key_Space and not held and row is not None and row.hidden:
            self.show_wanted.emit(row)
        elif row is not None and (pressed or event.matches(QKeySequence.StandardKey.Copy)):
            self.used.emit(row)
        elif event.keyCombination() == COPY_NEXT and row is not None:
            self.next_copy_wanted.emit(row)
        elif held == Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_current(down=key == Qt.Key.Key_Down)
        elif key == Qt.Key.Key_Escape and self._chosen:
            self.selectionModel().clearSelection()
        elif key == Qt.Key.Key_F2 and row is not None:
            self.edit_wanted.emit(row)
        elif key == Qt.Key.Key_Delete and row is not None:
            self.remove_wanted.emit(self.chosen_rows())
        elif key == Qt.Key.Key_F5 and row is not None and self._has_next(row):
            self.next_wanted.emit(row)
        elif is_writing(event):
            self.typed.emit(event.text())
        elif key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == event.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        row = self._accounts.row(index)
        if row is None:
            return
        if not self.is_chosen(index):
            self.setCurrentIndex(index)
        spot = self.visualRect(index).center() if by_key else event.pos()
        self.menu_wanted.emit(row, self.viewport().mapToGlobal(spot))

    # The own order, by hand

    def move_current(self, *, down: bool) -> None:
        """One place up or down, where there is one; all that were chosen together."""
        places = self._chosen_places()
        if places:
            self._accounts.move(places, places[-1] + 2 if down else places[0] - 1)
            self.scrollTo(self.currentIndex())

    def startDrag(self, _actions: Qt.DropAction) -> None:
        index = self.currentIndex()
        if not self._accounts.can_move or not index.isValid():
            return
        from PySide6.QtCore import QMimeData
        from PySide6.QtGui import QDrag

        place = self.visualRect(index)
        self._dragged = self._chosen_places() if self.is_chosen(index) else [index.row()]
        drag = QDrag(self)
        mime = QMimeData()
        mime.setData(_DRAGGED, b"")
        drag.setMimeData(mime)
        drag.setPixmap(self._picture(place))
        drag.setHotSpot(self.viewport().mapFromGlobal(self.cursor().pos()) - place.topLeft())
        drag.exec(Qt.DropAction.MoveAction)
        self._dragged = []
        self._show_gap(None)

    def _picture(self, place: QRect) -> QPixmap:
        """The row that is dragged, and how many with it."""
        picture = self.viewport().grab(place)
        if len(self._dragged) > 1:
            tokens = colors.current()
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            badge = self.plan.ring(QRect(QPoint(), place.size()))
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
            self._show_gap(self._accounts.gap(self._dragged[0], self._gap_at(spot)))
            edge = self.autoScrollMargin()
            if not self.viewport().rect().adjusted(0, edge, 0, -edge).contains(spot):
                self.startAutoScroll()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_gap(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self.stopAutoScroll()
        if self._dragged:
            event.accept()
            self._accounts.move(self._dragged, self._gap_at(event.position().toPoint()))

    def _gap_at(self, spot: QPoint) -> int:
        """The gap nearest to a place, by the row below it."""
        index = self.indexAt(spot)
        if not index.isValid():
            return self._accounts.rowCount()
        middle = self.visualRect(index).center()
        past = spot.y() > middle.y()
        if self.columns > 1:
            past = (spot.x() > middle.x()) != self.isRightToLeft()
        return index.row() + past

    def _show_gap(self, gap: int | None) -> None:
        if gap != self._gap:
            self._gap = gap
            self.viewport().update()

    def _draw_gap(self, gap: int) -> None:
        at_end = gap == self._accounts.rowCount()
        place = self.visualRect(self._accounts.index(gap - at_end))
        line = QRect(place.left() + 8, (place.bottom() if at_end else place.top()) - 1, 0, 3)
        line.setWidth(place.width() - 16)
        if self.columns > 1:
            far = at_end != self.isRightToLeft()
            line = QRect((place.right() if far else place.left()) - 1, place.top() + 8, 3, 0)
            line.setHeight(place.height() - 16)
        painter = QPainter(self.viewport())
        painter.fillRect(line, QColor(colors.current().accent))
        painter.end()

    @staticmethod
    def _has_next(row: Row) -> bool:
        return row.counts and row.face in (Face.WAITING, Face.CODE)

    def _next_box(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        return self.plan.next_button(self.visualRect(index))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.eraseRect(event.rect())  # fillRect has PySide load gradients
        flows = self._flows
        alone = flows is not None and event.region().subtracted(flows.region).isEmpty()
        if flows is not None and alone:
            # Several times a second for as long as the window is seen: past Qt, which asks for
            # much more of each row.
            plain = not self._chosen and self._hovered is None
            self._rows.paint_rings(painter, flows.rows, plain=plain)
        painter.end()
        if not alone:
            super().paintEvent(event)
        if self._gap is not None:
            self._draw_gap(self._gap)
        if self._accounts.rowCount() and not self._accounts.waiting:
            self.painted.emit()
