"""A labelled input with its error message below it."""

from typing import Generic, TypeAlias, TypeVar

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from authenticator.gui.widgets.labels import text
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import join_sentences

Input_co = TypeVar("Input_co", bound=QLineEdit | QComboBox | QPlainTextEdit, covariant=True)


class FormField(QWidget, Generic[Input_co]):
    """Label, input, error and hint. The input may be any widget for text or a choice."""

    def __init__(self, name: str, entry: Input_co, hint: str = "") -> None:
        super().__init__()
        self.entry = entry
        self._name = name
        entry.setAccessibleName(name)
        entry.setAccessibleDescription(hint)
        title = text(name)
        title.setBuddy(entry)
        self._error = text("", "fault")
        self._error.hide()
        self._hint = text(hint, "status")
        if not hint:
            self._hint.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(entry)
        column.addWidget(self._error)
        column.addWidget(self._hint)

    @property
    def error(self) -> str:
        """The error message, or empty."""
        return self._error.text()

    @property
    def hint(self) -> str:
        """The hint, or empty."""
        return self._hint.text()

    def set_error(self, words: str) -> None:
        """Say what is wrong here; nothing clears it."""
        if words != self.error:
            announce(self.entry, words)
        self.show_error(words)

    def show_error(self, words: str) -> None:
        """As `set_error`, without telling screen readers at once."""
        self._error.setText(words)
        self._error.setVisible(bool(words))
        self.entry.setProperty("wrong", bool(words))
        self.entry.style().polish(self.entry)
        self.entry.setAccessibleDescription(join_sentences(words, self.hint))


AnyField: TypeAlias = FormField[QLineEdit | QComboBox | QPlainTextEdit]
