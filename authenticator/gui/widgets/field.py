"""A labelled input with its error message below it."""

from typing import Generic, TypeAlias, TypeVar

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from authenticator.gui.widgets.labels import text
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import together

Input_co = TypeVar("Input_co", bound=QLineEdit | QComboBox | QPlainTextEdit, covariant=True)


class Field(QWidget, Generic[Input_co]):
    """Label, input, error and hint. The input may be any widget for text or a choice."""

    def __init__(self, name: str, entry: Input_co, hint: str = "") -> None:
        super().__init__()
        self.entry = entry
        self._name = name
        entry.setAccessibleName(name)
        entry.setAccessibleDescription(hint)
        title = text(name)
        title.setBuddy(entry)
        self._fault = text("", "fault")
        self._fault.hide()
        self._hint = text(hint, "status")
        if not hint:
            self._hint.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(entry)
        column.addWidget(self._fault)
        column.addWidget(self._hint)

    @property
    def fault(self) -> str:
        """The error message, or empty."""
        return self._fault.text()

    @property
    def hint(self) -> str:
        """The hint, or empty."""
        return self._hint.text()

    def blame(self, words: str) -> None:
        """Say what is wrong here; nothing clears it."""
        if words != self.fault:
            announce(self.entry, words)
        self._fault.setText(words)
        self._fault.setVisible(bool(words))
        self.entry.setProperty("wrong", bool(words))
        self.entry.style().polish(self.entry)
        self.entry.setAccessibleDescription(together(words, self.hint))


AnyField: TypeAlias = Field[QLineEdit | QComboBox | QPlainTextEdit]
