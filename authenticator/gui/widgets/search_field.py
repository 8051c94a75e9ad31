"""The search field. A pasted enrolment is enrolled, not searched for."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from authenticator.language import tr

TARGET = 32
"""Px, large enough for a finger. Qt's own button in a field has 22 x 18."""


class SearchField(QLineEdit):
    """Escape clears it, Down leaves it for the list, F2 edits what was found."""

    list_requested = Signal()
    edit_requested = Signal()
    enrolment_pasted = Signal()

    def __init__(self, name: str, is_enrolment: Callable[[QMimeData], bool]) -> None:
        """`is_enrolment` tells whether pasted data is to be enrolled instead."""
        super().__init__()
        self._is_enrolment = is_enrolment
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        # The clear button's icon takes 4 ms to load, and an empty field needs none.
        self.textChanged.connect(self._offer_clearing)

    def _offer_clearing(self) -> None:
        if not self.isClearButtonEnabled():
            self.setClearButtonEnabled(True)
            if (button := self._clear_button) is not None:
                button.setAccessibleName(tr("Clear the search"))
            self._place_clearing()

    @property
    def _clear_button(self) -> QToolButton | None:
        return self.findChild(QToolButton)

    def _place_clearing(self) -> None:
        if (button := self._clear_button) is not None:
            left = 2 if self.isRightToLeft() else self.width() - TARGET - 2
            button.setGeometry(left, (self.height() - TARGET) // 2, TARGET, TARGET)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_clearing()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place_clearing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.list_requested.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.edit_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Paste) and self._is_enrolment(
            QGuiApplication.clipboard().mimeData()
        ):
            self.enrolment_pasted.emit()
        else:
            super().keyPressEvent(event)
