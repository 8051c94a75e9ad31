"""A short line that comes and goes by itself: a thing was done. Nothing is asked, but it may
offer one button, such as Undo."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

SHOWN_MS = 2500
OFFERED_MS = 10_000
ABOVE = 72
"""Px from the bottom: the buttons and the status line stay free."""


class Toast(QFrame):
    """Floats above the bottom edge of its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setAccessibleName(self.undo.text())
        self.undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        self.undo.setToolTip(self.undo.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
        self.undo.clicked.connect(self._take_back)
        self._back: Callable[[], None] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(8)
        row.addWidget(self._words)
        row.addWidget(self.undo)
        self._over = QTimer(self, singleShot=True)
        self._over.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def say(self, words: str) -> None:
        """Tell it, and go."""
        self._show(words, None)

    def offer(self, words: str, back: Callable[[], None]) -> None:
        """Tell it, and for ten seconds take it back by a button or the key for Undo."""
        self._show(words, back)

    def _show(self, words: str, back: Callable[[], None] | None) -> None:
        self._back = back
        self.undo.setVisible(back is not None)
        # Without a button nothing under it is kept from the pointer.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, back is None)
        self.layout().setContentsMargins(16, *((8, 16, 8) if back is None else (4, 4, 4)))
        button = 0 if back is None else self.undo.sizeHint().width() + 8
        room = max(80, self.parentWidget().width() - 64 - button)
        metrics = self._words.fontMetrics()
        self._words.setText(metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room))
        self.setAccessibleName(words)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._over.start(SHOWN_MS if back is None else OFFERED_MS)

    def _take_back(self) -> None:
        back, self._back = self._back, None
        self.hide()
        if back is not None:
            back()

    def _place(self) -> None:
        parent = self.parentWidget()
        self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - ABOVE)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
