"""Rings as they were drawn, each kept for the next row and the next turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap

from authenticator.gui.accounts.row_layout import RowLayout
from authenticator.gui.theme import colors, stylesheet
from authenticator.gui.widgets import countdown_ring

if TYPE_CHECKING:
    from authenticator.otp.code import Code

LIMIT = 256
"""So many are kept: two turns of 30 s."""


class RingPixmaps:
    """Most rings stand at the same place in the same turn, and each turn is as the one before:
    each place is drawn once."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._looks = (RowLayout(), 1.0, colors.LIGHT)
        self._font = QFont()
        self._drawn: dict[tuple[float, float], QPixmap] = {}

    def drawer(self, painter: QPainter, layout: RowLayout) -> Callable[[QRect, Code], None]:
        """What draws the ring of a code into its row, as it is now."""
        now = self._now()
        looks = (layout, painter.device().devicePixelRatio(), colors.current())
        if self._looks != looks:
            self._looks = looks
            self._font = stylesheet.font(QFont(), stylesheet.STATUS_PX)
            self._drawn.clear()

        def draw(rect: QRect, code: Code) -> None:
            if code.valid_from is None or code.valid_until is None:
                return
            since = countdown_ring.alike_since(code, now)
            place = (code.valid_until - code.valid_from, round(code.valid_until - since, 3))
            if place not in self._drawn:
                if len(self._drawn) >= LIMIT:
                    self._drawn.clear()
                self._drawn[place] = self._one_ring(code, since)
            painter.drawPixmap(layout.ring(rect).topLeft(), self._drawn[place])

        return draw

    def _one_ring(self, code: Code, now: float) -> QPixmap:
        layout, scale, tokens = self._looks
        side = layout.ring(QRect()).height()
        drawn = QPixmap(QSize(side, side) * scale)
        drawn.setDevicePixelRatio(scale)
        drawn.fill(Qt.GlobalColor.transparent)
        on = QPainter(drawn)
        countdown_ring.paint(on, QRectF(0, 0, side, side), code, now, tokens, self._font)
        on.end()
        return drawn
