"""A short message that disappears after a while, and may offer an action."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from authenticator.gui.widgets.flow_layout import FlowLayout, Spare
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import join_sentences, sentence

SHOWN_MS = 2500
OFFERED_MS = 10_000
"""With a button it stays longer, and as long as the button has the focus."""
ABOVE = 72
"""Px from the bottom, to leave buttons and the status line free."""


class Toast(QFrame):
    """Floats above the bottom edge of its parent. Tab leads from the focus to its button."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self.setObjectName("toast")
        self._words = text()
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._act: Callable[[], None] | None = None
        self.button = button("", "toast")
        self.button.clicked.connect(self._take)
        row = FlowLayout(Spare.BETWEEN, gap=12)
        row.addWidget(self._words)
        row.addWidget(self.button)
        self._frame = frame = QVBoxLayout(self)
        frame.setContentsMargins(16, 8, 16, 8)
        frame.addLayout(row)
        self._from: QWidget | None = None
        self._over = QTimer(self, singleShot=True)
        self._over.timeout.connect(self._end)
        parent.installEventFilter(self)
        self.hide()

    def show_message(self, words: str, offer: tuple[str, Callable[[], None]] | None = None) -> None:
        """Show a message; `offer` adds a button with that label and action."""
        self._leave()
        room = self._room()
        self._act = None
        self.button.setVisible(offer is not None)
        metrics = self._words.fontMetrics()
        self._words.setText(metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, 3 * room))
        if offer is not None:
            self._offer(*offer)
        self.setAccessibleName(words)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, offer is None)
        self.show()
        self._place()
        self.raise_()
        announce(self, words if offer is None else join_sentences(sentence(words), offer[0]))
        self._over.start(SHOWN_MS if offer is None else OFFERED_MS)

    def _offer(self, name: str, act: Callable[[], None]) -> None:
        self._act = act
        self.button.setText(name)
        self.button.setAccessibleName(name)
        self._from = self.window().focusWidget()
        if self._from is not None:
            QWidget.setTabOrder(self._from, self.button)

    def _take(self) -> None:
        act = self._act
        self._leave()
        self.hide()
        if act is not None:
            act()

    def _end(self) -> None:
        if self.button.hasFocus():
            self._over.start(OFFERED_MS)
        else:
            self.hide()

    def _leave(self) -> None:
        """Return the focus to where it came from."""
        if self.button.hasFocus() and self._from is not None:
            self._from.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
            self.hide()
        else:
            super().keyPressEvent(event)

    def _room(self) -> int:
        """Maximum width of the message in px."""
        return max(80, self._page.width() - 48)

    def _place(self) -> None:
        width = min(self.sizeHint().width(), self._room() + 32)
        height = self._frame.heightForWidth(width)
        self.resize(width, height if height > 0 else self.sizeHint().height())
        self.move(
            (self._page.width() - self.width()) // 2, self._page.height() - self.height() - ABOVE
        )

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
