"""A short line that comes and goes by itself: a thing was done, nothing is asked."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

SHOWN_MS = 2500
ABOVE = 72
"""Px from the bottom: the buttons and the status line stay free."""


class Toast(QLabel):
    """Floats above the bottom edge of its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._over = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._over.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def say(self, words: str) -> None:
        room = max(80, self.parentWidget().width() - 64)
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room))
        self.setAccessibleName(words)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._over.start()

    def _place(self) -> None:
        parent = self.parentWidget()
        self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - ABOVE)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
