"""A field for a key, which may be longer than a line."""

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit

from authenticator.app.digit_grouping import key_groups

LEAST_PX = 36
"""As high as a field of one line."""
MOST_LINES = 8
"""A key of 64 bytes takes six in the narrowest window."""


class KeyEdit(QPlainTextEdit):
    """Shows a whole key: wraps, grows with its lines, and groups it once it has been typed. Enter
    is pressed as in a field of one line."""

    textEdited = Signal(str)  # noqa: N815 - the name that it has in a field of one line
    returnPressed = Signal()  # noqa: N815 - likewise

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("key")
        self._filling = False
        self._before_grouping = ("", "")
        """What was typed, and the groups that were made of it."""
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def text(self) -> str:
        """What is shown."""
        return self.toPlainText()

    def typed(self) -> str:
        """What was typed: the groups that were made of it say nothing about the key."""
        typed, groups = self._before_grouping
        return typed if self.text() == groups else self.text()

    def setText(self, words: str) -> None:
        """Fill in a text; what was there can't be brought back by undoing."""
        self._before_grouping = ("", "")
        self._filling = True
        self.setPlainText(words)
        self._filling = False

    def insert(self, words: str) -> None:
        """Type a text at the cursor."""
        self.insertPlainText(words)

    def selectedText(self) -> str:
        """What is selected."""
        return self.textCursor().selectedText()

    def setSelection(self, start: int, length: int) -> None:
        """Select `length` characters from `start` on, which counts from 0."""
        cursor = self.textCursor()
        cursor.setPosition(min(start, len(self.text())))
        cursor.movePosition(
            QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, length
        )
        self.setTextCursor(cursor)

    def show_groups(self) -> None:
        """Put a key that has no groups into groups, so that it can be compared."""
        typed = self.text()
        if (groups := key_groups(typed)) != typed:
            self.setText(groups)
            self._before_grouping = (typed, groups)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Texts only: a picture or a file dropped here is the window's."""
        return source.hasText() and not (source.hasUrls() or source.hasImage())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.returnPressed.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the page is left
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_groups()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _changed(self) -> None:
        if not self._filling:
            self.textEdited.emit(self.text())

    def _fit(self) -> None:
        """As high as its lines need."""
        lines = max(1, round(self.document().size().height()))
        bar = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            bar.ScrollBarAsNeeded if lines > MOST_LINES else bar.ScrollBarAlwaysOff
        )
        lines = min(lines, MOST_LINES)
        margins = self.contentsMargins()
        around = 2 * self.document().documentMargin() + margins.top() + margins.bottom()
        self.setFixedHeight(max(LEAST_PX, round(lines * self.fontMetrics().lineSpacing() + around)))
