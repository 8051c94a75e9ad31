"""The codes of a device whose clock is off, by as much as a slider is set to."""

import math
from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from authenticator.app.codes import code_now, next_code, previous_code
from authenticator.app.digit_grouping import Grouping, grouped
from authenticator.errors import InputRefused
from authenticator.gui.theme import colors, stylesheet
from authenticator.gui.widgets.labels import button, text
from authenticator.language import tr
from authenticator.otp.account import Account
from authenticator.otp.code import Code
from authenticator.wording.verification import skewed

STEPS = 10
"""Time steps to go on either side."""


class SkewSlider(QSlider):
    """Seconds that a clock is ahead; behind, negative. Arrow keys go by seconds, Page Up and
    Page Down by time steps."""

    def __init__(self, period_s: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(-STEPS * period_s, STEPS * period_s)
        self.setSingleStep(1)
        self.setPageStep(period_s)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Mark the middle, where the clock is right."""
        super().paintEvent(event)
        painter = QPainter(self)
        middle = self.rect().center()
        painter.fillRect(QRect(middle.x(), middle.y() + 9, 2, 5), QColor(colors.current().outline))
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page must not move the slider."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SkewPreview(QWidget):
    """Previous, current and next code of a time-based account; `now` returns the correct time."""

    def __init__(
        self, account: Account, period_s: int, now: Callable[[], float], grouping: Grouping
    ) -> None:
        super().__init__()
        self._grouping = grouping
        self._account = account
        self._now = now
        self.slider = SkewSlider(period_s)
        self.slider.setAccessibleName(tr("How far the device's clock is off, in seconds"))
        self.slider.valueChanged.connect(self._draw)
        self.words = text()
        self.reset = button(tr("Reset"), "quiet")
        self.reset.clicked.connect(lambda: self.slider.setValue(0))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.reset)
        self._names = (tr("Before"), tr("Now"), tr("After"))
        self.codes = (self._code(), self._code(current=True), self._code())
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 96)
        grid.setColumnStretch(1, 1)
        for place, (name, code) in enumerate(zip(self._names, self.codes, strict=True)):
            grid.addWidget(text(name, "muted"), place, 0)
            grid.addWidget(code, place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.slider)
        column.addSpacing(8)
        column.addLayout(grid)
        self._roll = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._roll.timeout.connect(self._draw)
        self._draw()

    def _code(self, *, current: bool = False) -> QLabel:
        label = text("", "" if current else "muted", selectable=True)
        pixels = stylesheet.CODE_PX if current else stylesheet.TITLE_PX
        label.setFont(stylesheet.font(self.font(), pixels, semibold=current, tabular=True))
        return label

    def _draw(self) -> None:
        skew_s = self.slider.value()
        self.words.setText(skewed(skew_s))
        self.slider.setAccessibleDescription(self.words.text())
        self.reset.setEnabled(skew_s != 0)
        shown_s = self._now() + skew_s
        code: Code | None
        try:
            code = code_now(self._account, shown_s)
        except InputRefused:  # before 1970, by a computer's clock that stands there
            code = None
        before = code and previous_code(self._account, code)
        after = code and next_code(self._account, code)
        shown = zip(self.codes, self._names, (before, code, after), strict=True)
        for label, name, one in shown:
            label.setText(grouped(one.value, self._grouping) if one is not None else "–")
            label.setAccessibleName(f"{name}: {label.text()}")
        if code is not None and code.valid_until is not None and self.isVisible():
            self._roll.start(max(1, math.ceil((code.valid_until - shown_s) * 1000)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._roll.stop()
