"""The list of accounts: one view, painted by one delegate, in as many columns as fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QWidget

from authenticator.app.digit_grouping import Grouping
from authenticator.app.settings import NextCode, Settings
from authenticator.gui.accounts.drag_and_drop import ReorderableRows
from authenticator.gui.accounts.model import AccountsModel
from authenticator.gui.accounts.ring_animation import RingAnimation
from authenticator.gui.accounts.row import Row
from authenticator.gui.accounts.row_delegate import AccountDelegate
from authenticator.gui.widgets.key_events import is_writing
from authenticator.language import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QHideEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QShowEvent,
    )

    from authenticator.vault.entry import Entry

COPY_NEXT = QKeyCombination(
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C
)

_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class CodeList(ReorderableRows):
    """Turns clicks and keys into requests; what they do is up to the page. Ctrl or Shift select
    several rows. Rows in custom order can be dragged, or moved with Alt and arrow keys."""

    copy_requested = Signal(object)  # Row
    copy_next_requested = Signal(object)  # Row
    reveal_requested = Signal(object)  # Row, whose code is hidden
    advance_requested = Signal(object)  # Row
    edit_requested = Signal(object)  # Row
    remove_requested = Signal(object)  # list[Row]
    menu_requested = Signal(object, QPoint)  # Row, where on the screen
    typed = Signal(str)
    painted = Signal()

    def __init__(
        self,
        model: AccountsModel,
        picture: Callable[[Entry], QPixmap],
        brand: Callable[[Entry, str, int], QPixmap],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, parent)
        # Else everything below it would be repainted with each step of a ring.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.picture = picture
        self.brand = brand
        self.focus_visible = False
        """Whether the keyboard was used last: only then is the current row framed."""
        self.grouping = Grouping.HALVES
        self._settings = Settings()
        self._pressed = ""
        self.setAccessibleName(tr("Accounts"))
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._delegate = AccountDelegate(model.codes.now, self, self)
        self.setItemDelegate(self._delegate)
        self.rings = RingAnimation(
            self, model, self._delegate.rings, self._delegate.paint_background
        )

    def apply_settings(self, settings: Settings, *, still: bool) -> None:
        """Show rows as the settings say. With `still`, rings move only once a second."""
        self._settings = settings
        self.grouping = settings.grouping
        self.set_compact(settings.compact)
        self.viewport().update()
        self.rings.set_still(still)

    def current_row(self) -> Row | None:
        return self.accounts.row(self.currentIndex())

    def selected_rows(self) -> list[Row]:
        """The rows selected together, else the current row."""
        found = (self.accounts.row(self.accounts.index(row)) for row in self.selection.places())
        return [row for row in found if row is not None]

    def is_focused(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        return self.focus_visible and self.hasFocus() and self.currentIndex() == index

    def shows_next_code(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        wanted = self._settings.next_code
        if wanted is NextCode.HOVER:
            return self.is_hovered(index) or self.is_focused(index)
        return wanted is NextCode.ALWAYS

    # Codes move only while they can be seen

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.rings.run(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.rings.run(False)

    # Mouse and keys

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.focus_visible = True
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.focus_visible = False
        super().mousePressEvent(event)
        row = self.accounts.row(self.indexAt(event.position().toPoint()))
        self._pressed = row.entry.id if row is not None else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        row = self.accounts.row(index)
        if (
            row is None
            or event.button() != Qt.MouseButton.LeftButton
            or row.entry.id != self._pressed
            or event.modifiers() & (_CONTROL | _SHIFT)
        ):
            return
        if row.can_advance and self._next_box(index).contains(event.position().toPoint()):
            self.advance_requested.emit(row)
        elif row.hidden and self.row_layout.code(self.visualRect(index)).contains(
            event.position().toPoint()
        ):
            self.reveal_requested.emit(row)
        else:
            self.copy_requested.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: C901 - one branch per key
        self.focus_visible = True
        self.viewport().update()
        row = self.current_row()
        key = event.key()
        held = event.modifiers() & (_CONTROL | _SHIFT | Qt.KeyboardModifier.AltModifier)
        pressed = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not held
        if key == Qt.Key.Key_Space and not held and row is not None and row.hidden:
            self.reveal_requested.emit(row)
        elif row is not None and (pressed or event.matches(QKeySequence.StandardKey.Copy)):
            self.copy_requested.emit(row)
        elif event.keyCombination() == COPY_NEXT and row is not None:
            self.copy_next_requested.emit(row)
        elif held == Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_current(down=key == Qt.Key.Key_Down)
        elif key == Qt.Key.Key_Escape and self.selection.several:
            self.selection.clear()
        elif key == Qt.Key.Key_F2 and row is not None:
            self.edit_requested.emit(row)
        elif key == Qt.Key.Key_Delete and row is not None:
            self.remove_requested.emit(self.selected_rows())
        elif key == Qt.Key.Key_F5 and row is not None and row.can_advance:
            self.advance_requested.emit(row)
        elif is_writing(event):
            self.typed.emit(event.text())
        elif key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == event.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        row = self.accounts.row(index)
        if row is None:
            return
        if not self.is_selected(index):
            self.setCurrentIndex(index)
        spot = self.visualRect(index).center() if by_key else event.pos()
        self.menu_requested.emit(row, self.viewport().mapToGlobal(spot))

    def _next_box(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        return self.row_layout.next_button(self.visualRect(index))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.eraseRect(event.rect())  # fillRect has PySide load gradients
        only_rings = self.rings.paint(painter, event.region())
        painter.end()
        if not only_rings:
            super().paintEvent(event)
        self.paint_drop_indicator()
        if self.accounts.rowCount() and not self.accounts.codes.has_pending_keys:
            self.painted.emit()
