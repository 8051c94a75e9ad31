"""One of several choices, whose words wrap."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy

from authenticator.gui.theme import colors

DOT = 18
GAP = 12
INSET = 3
"""Space for the focus ring around the dot."""
TARGET = 36
"""Height in px, large enough for a finger."""


class Radio(QRadioButton):
    """A QRadioButton to accessibility tools. The chosen one has a filled dot, not only a colour."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + self._beside()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._beside(), TARGET)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(1, width - self._beside()), 10_000)
        words = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, self.text())
        return max(TARGET, words.height() + 4)

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def _beside(self) -> int:
        return INSET + DOT + GAP

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.isRightToLeft()
        words = self.rect().adjusted(self._beside(), 0, 0, 0)
        if mirrored:
            words.moveLeft(0)
        painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.muted))
        painter.drawText(
            words,
            Qt.AlignmentFlag.AlignVCenter
            | (Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft)
            | Qt.AlignmentFlag.AlignAbsolute
            | Qt.TextFlag.TextWordWrap,
            self.text(),
        )
        left = self.width() - INSET - DOT if mirrored else INSET
        dot = QRectF(left, (self.height() - DOT) / 2, DOT, DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawEllipse(dot.adjusted(-2, -2, 2, 2))
        painter.setPen(QPen(QColor(tokens.accent if self.isChecked() else tokens.outline), 1.5))
        painter.drawEllipse(dot.adjusted(1, 1, -1, -1))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent if self.isEnabled() else tokens.outline))
            painter.drawEllipse(dot.adjusted(5, 5, -5, -5))
        painter.end()
