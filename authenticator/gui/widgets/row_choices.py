"""The choices in a row of a check list: words side by side, of which one is chosen."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from authenticator.gui.theme.colors import Tokens

_Index = QModelIndex | QPersistentModelIndex

CHOICES_ROLE = Qt.ItemDataRole.UserRole + 1
"""list[str]: the words, none where there is nothing to choose."""
CHOICE_ROLE = Qt.ItemDataRole.UserRole + 2
"""int: which one is chosen."""

PAD, GAP, ABOVE = 12, 6, 8
"""Px: at either side of a word, between the words, and above them."""


def height(index: _Index, font: QFont, width: int) -> int:
    """The height in px of a row's choices; 0 without any."""
    places = _places(index, font, width)
    return places[-1].bottom() + 1 if places else 0


def chosen_at(index: _Index, font: QFont, room: QRect, point: QPoint, *, mirrored: bool) -> int:
    """The choice at a point, or -1; `room` is where the choices are painted."""
    for number, place in enumerate(_places(index, font, room.width())):
        if (
            _placed(place, room, mirrored=mirrored)
            .adjusted(0, -GAP // 2, 0, GAP // 2)
            .contains(point)
        ):
            return number
    return -1


def paint(
    painter: QPainter, index: _Index, font: QFont, room: QRect, tokens: Tokens, *, mirrored: bool
) -> None:
    """Paint the choices: the chosen one is filled and bold, the others are outlined."""
    chosen = index.data(CHOICE_ROLE)
    words = index.data(CHOICES_ROLE) or []
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    for number, (word, place) in enumerate(
        zip(words, _places(index, font, room.width()), strict=True)
    ):
        box = QRectF(_placed(place, room, mirrored=mirrored)).adjusted(0.5, 0.5, -0.5, -0.5)
        on = number == chosen
        painter.setPen(QPen(QColor(tokens.accent if on else tokens.outline), 1))
        painter.setBrush(QColor(tokens.accent if on else tokens.surface))
        painter.drawRoundedRect(box, 6, 6)
        painter.setFont(bold if on else font)
        painter.setPen(QColor(tokens.accent_text if on else tokens.text))
        shown = painter.fontMetrics().elidedText(
            word, Qt.TextElideMode.ElideMiddle, place.width() - PAD
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)


def _places(index: _Index, font: QFont, width: int) -> list[QRect]:
    """Where each choice is, from the top left of their room; they wrap where it is narrow."""
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetrics(bold)
    tall = metrics.height() + 14
    x, y = 0, ABOVE
    places = []
    for word in index.data(CHOICES_ROLE) or []:
        wide = min(metrics.horizontalAdvance(word) + 2 * PAD, width)
        if x and x + wide > width:
            x, y = 0, y + tall + GAP
        places.append(QRect(x, y, wide, tall))
        x += wide + GAP
    return places


def _placed(place: QRect, room: QRect, *, mirrored: bool) -> QRect:
    left = room.right() + 1 - place.x() - place.width() if mirrored else room.left() + place.x()
    return QRect(left, room.top() + place.y(), place.width(), place.height())
