"""Lets a portal look at who asks.

xdg-desktop-portal opens /proc/PID/root of the program at the first call on each connection, and
where it may not, refuses all calls on it (its issues 785 and 1490). It keeps what it found for as
long as the connection lasts, so a moment is enough.
"""

from functools import cache

from PySide6.QtCore import QTimer

from authenticator import memory_dumps
from authenticator.gui.startup import application

LOOKS_MS = 3000
"""How long a portal may take to look, which may have to be started first."""


def be_seen() -> None:
    """Call it before the first call to a portal on a connection; the memory of this process can
    be read by other programs of the user's for LOOKS_MS."""
    if memory_dumps.allow_reading():
        _hide_again().start()


@cache
def _hide_again() -> QTimer:
    timer = QTimer(application.running(), singleShot=True, interval=LOOKS_MS)
    timer.timeout.connect(memory_dumps.forbid_reading)
    return timer
