"""A switch with a label, for what takes effect at once."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from authenticator.gui.theme import colors
from authenticator.gui.widgets import wrapped_words
from authenticator.gui.widgets.wrapped_words import TARGET

TRACK = QSize(32, 18)
GAP = 8
INSET = 3
"""Space for the focus ring around the track."""


class Switch(QCheckBox):
    """A QCheckBox to accessibility tools. The knob's side shows its state, and its colour, too."""

    def __init__(self, words: str, *, wide: bool = False) -> None:
        super().__init__(words)
        # As wide as its label, or as the page if `wide`; taller if the label has to wrap.
        across = QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Maximum
        self.setSizePolicy(wrapped_words.policy(across))

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text())
        width = words + GAP + TRACK.width() + 2 * INSET
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(TRACK.width() + 2 * INSET, TARGET)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return wrapped_words.height(self, width - GAP - TRACK.width() - INSET)

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.isRightToLeft()
        left = INSET if mirrored else self.width() - INSET - TRACK.width()
        top = (self.height() - TRACK.height()) / 2
        track = QRectF(left, top, TRACK.width(), TRACK.height())
        words = self.rect().adjusted(0, 0, -GAP - TRACK.width() - INSET, 0)
        if mirrored:
            words.moveRight(self.rect().right())
        wrapped_words.draw(self, painter, words)
        radius = track.height() / 2
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
        on = self.isChecked()
        painter.setPen(QPen(QColor(tokens.accent if on else tokens.outline), 1))
        painter.setBrush(QColor(tokens.accent if on else tokens.surface))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side = track.height() - 8
        x = track.right() - 4 - side if on != mirrored else track.left() + 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_text if on else tokens.outline))
        painter.drawEllipse(QRectF(x, track.top() + 4, side, side))
        painter.end()
