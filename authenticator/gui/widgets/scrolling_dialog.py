"""A dialog as tall as its content, as far as the screen has room; the rest scrolls."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

WIDTH = 360
LEFT_FREE = 48


class ScrollingDialog(QDialog):
    """`height` is in px. Deleted once it is closed."""

    def __init__(self, parent: QWidget | None, height: int) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._height = height
        self._fit(parent or self)

    def _fit(self, screen_of: QWidget) -> None:
        room = screen_of.screen().availableSize().height() - LEFT_FREE
        self.resize(WIDTH, min(self._height, room))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Qt creates it with the main screen's scale: on another screen it would be too small.
        if not event.spontaneous() and (parent := self.parentWidget()) is not None:
            self._fit(self)
            self.adjustPosition(parent)
