"""Labels and buttons. Text is always plain, since names are untrusted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget


def text(words: str = "", role: str = "", *, selectable: bool = False) -> QLabel:
    """A label that wraps; `role` is one of the style sheet's (title, heading, muted, fault ...)."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    # A long word must not widen the window: it is clipped.
    label.setMinimumWidth(1)
    if selectable:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return label


def button(words: str, role: str = "") -> QPushButton:
    """A push button; `role` is primary, quiet, danger, choice or none."""
    made = QPushButton(words)
    made.setProperty("role", role)
    made.setAccessibleName(words.replace("&", ""))
    made.setAutoDefault(True)  # Enter presses the button that has the focus
    return made


def hairline(parent: QWidget | None = None) -> QFrame:
    """A separator line."""
    line = QFrame(parent)
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return line
