"""A cache of painted countdown rings."""

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
"""Rings kept: two turns of 30 s."""


class RingPixmaps:
    """Most rings look the same at any time, and each turn looks like the one before: each step is
    painted once."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._style = (RowLayout(), 1.0, colors.LIGHT)
        self._font = QFont()
        self._cache: dict[tuple[float, float], QPixmap] = {}

    def drawer(self, painter: QPainter, layout: RowLayout) -> Callable[[QRect, Code], None]:
        """A function that draws a code's current ring into its row."""
        now = self._now()
        looks = (layout, painter.device().devicePixelRatio(), colors.current())
        if self._style != looks:
            self._style = looks
            self._font = stylesheet.font(QFont(), stylesheet.STATUS_PX)
            self._cache.clear()

        def draw(rect: QRect, code: Code) -> None:
            if code.valid_from is None or code.valid_until is None:
                return
            since = countdown_ring.unchanged_since(code, now)
            place = (code.valid_until - code.valid_from, round(code.valid_until - since, 3))
            if place not in self._cache:
                if len(self._cache) >= LIMIT:
                    self._cache.clear()
                self._cache[place] = self._draw_ring(code, since)
            painter.drawPixmap(layout.ring(rect).topLeft(), self._cache[place])

        return draw

    def _draw_ring(self, code: Code, now: float) -> QPixmap:
        layout, scale, tokens = self._style
        side = layout.ring(QRect()).height()
        drawn = QPixmap(QSize(side, side) * scale)
        drawn.setDevicePixelRatio(scale)
        drawn.fill(Qt.GlobalColor.transparent)
        on = QPainter(drawn)
        countdown_ring.paint(on, QRectF(0, 0, side, side), code, now, tokens, self._font)
        on.end()
        return drawn
