"""The countdown ring of a code: how it is painted, and as a widget.

In the last five seconds it changes its shape, too: the arc becomes as many beads as there are
seconds left, so that it does not depend on colour alone.
"""

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from authenticator.gui.theme import colors, stylesheet
from authenticator.gui.theme.colors import Tokens
from authenticator.language import tr
from authenticator.otp.code import Code

LAST_S = 5


def ending_from(code: Code) -> float:
    """When a code is about to change: its last five seconds, or a third of a short period. Infinity
    for HOTP."""
    if code.valid_from is None or code.valid_until is None:
        return math.inf
    return code.valid_until - min(LAST_S, (code.valid_until - code.valid_from) / 3)


def is_ending(code: Code, now: float) -> bool:
    """Whether the code is about to change."""
    return now >= ending_from(code)


def seconds_left(code: Code, now: float) -> int:
    """Whole seconds, rounded up: the last second reads 1."""
    return max(0, math.ceil((code.valid_until or now) - now))


def short_duration(seconds: int) -> str:
    """Seconds in at most three characters, to fit into the ring."""
    if seconds < 100:
        return str(seconds)
    if seconds <= 99 * 60:
        return f"{math.ceil(seconds / 60)}m"
    return f"{math.ceil(seconds / 3600)}h"


def frame_ms(period_s: float) -> int:
    """How often to paint a ring so that it moves smoothly: 60 times a turn, about a pixel each, but
    every 33 to 500 ms."""
    return max(33, min(500, round(period_s * 1000 / 60)))


def unchanged_since(code: Code, now: float) -> float:
    """Since when a time-based code's ring looks as it does now: its arc shrinks in steps of
    `frame_ms`; its number and shape change when they are due."""
    if code.valid_from is None or code.valid_until is None:
        return now
    step_s = frame_ms(code.valid_until - code.valid_from) / 1000
    since = code.valid_from + (now - code.valid_from) // step_s * step_s
    since = max(since, code.valid_until - seconds_left(code, now))
    return max(since, ending_from(code)) if is_ending(code, now) else since


def paint(
    painter: QPainter, box: QRectF, code: Code, now: float, tokens: Tokens, font: QFont
) -> None:
    """Paint the ring of a time-based code into a square."""
    if code.valid_from is None or code.valid_until is None:
        return
    _paint_still(painter, box, code, now, tokens, font)
    _paint_turn(painter, box, code, now, tokens)


def _paint_still(
    painter: QPainter, box: QRectF, code: Code, now: float, tokens: Tokens, font: QFont
) -> None:
    """What changes once a second: the seconds, and the track around them."""
    last = is_ending(code, now)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(tokens.ring_track), _width(box)))
    painter.drawEllipse(_edge(box))
    digits = stylesheet.font(font, 12, semibold=last, tabular=True)
    digits.setPixelSize(round(box.width() * 0.38))
    painter.setFont(digits)
    painter.setPen(QColor(tokens.text if last else tokens.muted))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, short_duration(seconds_left(code, now)))
    painter.restore()


def _paint_turn(painter: QPainter, box: QRectF, code: Code, now: float, tokens: Tokens) -> None:
    """What moves: the arc, or the beads in the last seconds."""
    width, edge = _width(box), _edge(box)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if is_ending(code, now):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.ring_last))
        for bead in range(min(LAST_S, seconds_left(code, now))):
            turn = math.radians(90 + 360 / LAST_S * bead)
            middle = QPointF(
                edge.center().x() + edge.width() / 2 * math.cos(turn),
                edge.center().y() - edge.height() / 2 * math.sin(turn),
            )
            painter.drawEllipse(middle, width * 1.4, width * 1.4)
    else:
        pen = QPen(QColor(tokens.ring), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(edge, 90 * 16, round(360 * 16 * _part_left(code, now)))
    painter.restore()


def _part_left(code: Code, now: float) -> float:
    """The part of a time-based code's period that is left, 0 to 1."""
    if code.valid_from is None or code.valid_until is None:
        return 0.0
    return max(0.0, min(1.0, (code.valid_until - now) / (code.valid_until - code.valid_from)))


def _width(box: QRectF) -> float:
    return box.width() / 14


def _edge(box: QRectF) -> QRectF:
    inset = _width(box) * 1.5  # room for the beads
    return box.adjusted(inset, inset, -inset, -inset)


class CountdownRing(QWidget):
    """The ring of one code, animated while it is visible."""

    def __init__(self, now: Callable[[], float], side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._side = side
        self._code: Code | None = None
        self._animation_timer = QTimer(self, interval=100)
        self._animation_timer.timeout.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_code(self, code: Code | None, *, still: bool = False) -> None:
        """Count down with this code; only once a second if `still`."""
        self._code = code
        moves = code is not None and code.valid_until is not None
        self.setVisible(moves)
        if code is not None and code.valid_until is not None and code.valid_from is not None:
            smooth_ms = frame_ms((code.valid_until - code.valid_from) / 3)
            self._animation_timer.setInterval(1000 if still else smooth_ms)
            self._name(code.valid_until - self._now())
        self._run()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._animation_timer.stop()

    def _run(self) -> None:
        if self.isVisible() and self._code is not None:
            self._animation_timer.start()
        else:
            self._animation_timer.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._code is None:
            return
        now = self._now()
        painter = QPainter(self)
        paint(painter, QRectF(self.rect()), self._code, now, colors.current(), self.font())
        painter.end()

    def _name(self, left_s: float) -> None:
        """The time of day when the code changes: seconds would be read out as they pass."""
        ends = time.strftime("%H:%M:%S", time.localtime(round(time.time() + left_s)))
        self.setAccessibleName(tr("Changes at {time}").format(time=ends))
