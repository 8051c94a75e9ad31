"""The words of a button of our own that wrap beside what it draws."""

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from authenticator.gui.theme import colors

TARGET: Final = 36
"""Height in px, large enough for a finger."""


def policy(across: QSizePolicy.Policy) -> QSizePolicy:
    """For a button that gets taller where its words have to wrap."""
    size = QSizePolicy(across, QSizePolicy.Policy.Minimum)
    size.setHeightForWidth(True)
    return size


def height(button: QAbstractButton, width: int) -> int:
    """What a button needs whose words have this width, in px."""
    room = QRect(0, 0, max(1, width), 10_000)
    words = button.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, button.text())
    return max(TARGET, words.height() + 4)


def draw(button: QAbstractButton, painter: QPainter, room: QRect) -> None:
    """Draw the words, where the language begins a line."""
    tokens = colors.current()
    side = Qt.AlignmentFlag.AlignRight if button.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
    painter.setPen(QColor(tokens.text if button.isEnabled() else tokens.muted))
    painter.drawText(
        room,
        Qt.AlignmentFlag.AlignVCenter
        | side
        | Qt.AlignmentFlag.AlignAbsolute
        | Qt.TextFlag.TextWordWrap,
        button.text(),
    )
