"""A dialog that scrolls: as tall as it wants to be where its screen has room for that."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

WIDTH = 360
LEFT_FREE = 48


class TallDialog(QDialog):
    """`height` in px; it is gone once it is closed."""

    def __init__(self, parent: QWidget, height: int) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._height = height
        self._fit(parent)

    def _fit(self, stands_on: QWidget) -> None:
        room = stands_on.screen().availableSize().height() - LEFT_FREE
        self.resize(WIDTH, min(self._height, room))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Qt makes it with the main screen's scale: on another screen it comes out too small.
        if not event.spontaneous() and (parent := self.parentWidget()) is not None:
            self._fit(self)
            self.adjustPosition(parent)
