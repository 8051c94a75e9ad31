"""The letter that stands for an account without a picture."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPainter

from authenticator.gui.theme import colors
from authenticator.gui.theme.colors import Tokens


def paint_monogram(painter: QPainter, box: QRect, name: str, tokens: Tokens, font: QFont) -> None:
    """A disc with the letter of a name, in a colour that the name always has."""
    disc, letter = colors.avatar(tokens, name)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(disc)
    painter.drawEllipse(box)
    painter.setPen(letter)
    font.setPixelSize(round(box.height() * 16 / 36))  # it goes with its disc, not with the text
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, monogram(name))


def monogram(name: str) -> str:
    """The first letter or digit of a name, upper case; a dot where there is none."""
    return next((letter.upper() for letter in name if letter.isalnum()), "•")[:1]
