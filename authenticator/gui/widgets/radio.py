"""One of several choices, whose words wrap."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy

from authenticator.gui.theme import colors
from authenticator.gui.widgets import wrapped_words
from authenticator.gui.widgets.wrapped_words import TARGET

DOT = 18
GAP = 12
INSET = 3
"""Space for the focus ring around the dot."""


class Radio(QRadioButton):
    """A QRadioButton to accessibility tools. The chosen one has a filled dot, not only a colour."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setSizePolicy(wrapped_words.policy(QSizePolicy.Policy.Expanding))

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + self._beside()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._beside(), TARGET)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return wrapped_words.height(self, width - self._beside())

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
        wrapped_words.draw(self, painter, words)
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
