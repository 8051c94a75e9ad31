"""Notices when nobody has used the app for a while."""

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from authenticator.gui.startup import application

USES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class IdleTimer(QObject):
    """Emits `timed_out` when no window of this app has been used for the limit. One timer, which
    fires once per limit; `now` returns seconds, including those in which the computer slept.

    It watches the window that has the focus, as a whole: a filter over all that happens in the
    app would run Python for each event of each widget.
    """

    timed_out = Signal()

    def __init__(self, now: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._limit_s = 0.0
        self._used_s = 0.0
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self._look)
        application.running().focusWindowChanged.connect(self._watch)

    def limit(self, seconds: float) -> None:
        """Count from now on; 0 turns it off."""
        self._limit_s = seconds
        self._due.stop()
        if seconds:
            self._watch(QGuiApplication.focusWindow())
            self.note_use()
            self._due.start(math.ceil(seconds * 1000))

    def note_use(self) -> None:
        """Restart the count: the app is in use."""
        self._used_s = self._now()

    def _watch(self, window: QWindow | None) -> None:
        if window is not None and self._limit_s:
            window.installEventFilter(self)

    def _look(self) -> None:
        left_s = self._used_s + self._limit_s - self._now()
        if left_s > 0:
            self._due.start(math.ceil(left_s * 1000))
        else:
            self._limit_s = 0.0
            self.timed_out.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() not in USES or not self._limit_s:
            return False
        if self._now() >= self._used_s + self._limit_s:  # the computer slept meanwhile
            self._due.stop()
            self._look()
            return True
        self.note_use()
        return False
