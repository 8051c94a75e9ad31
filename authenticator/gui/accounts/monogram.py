"""The letter that stands for an account without a picture."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPainter

from authenticator.gui.theme import colors
from authenticator.gui.theme.colors import Tokens


def paint_monogram(painter: QPainter, box: QRect, name: str, tokens: Tokens, font: QFont) -> None:
    """Paint a disc with the first letter of a name, in a colour derived from the name."""
    disc, letter = colors.avatar(tokens, name)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(disc)
    painter.drawEllipse(box)
    painter.setPen(letter)
    font.setPixelSize(round(box.height() * 16 / 36))  # scales with the disc, not with the text size
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, monogram(name))


def monogram(name: str) -> str:
    """The first letter or digit of a name, in upper case; a dot if there is none."""
    return next((letter.upper() for letter in name if letter.isalnum()), "•")[:1]
