"""Notices when the session is locked or the computer goes to sleep.

On Linux over D-Bus: logind announces sleep and the locking of a session, the desktop's screen
saver the locking of the screen. Qt reports nothing of that on Windows and macOS.
"""

import os
import sys

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher

from authenticator.gui.desktop import dbus

LOGIND = "org.freedesktop.login1"
MANAGER = "/org/freedesktop/login1"
SCREEN_SAVERS = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver")


def is_supported(platform: str = sys.platform) -> bool:
    """Whether this system announces it in a way that is supported here."""
    return platform.startswith("linux")


class SessionLockWatcher(QObject):
    """Emits `session_locked` whenever the person is gone, until `end`. Without a bus it never
    does."""

    session_locked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = dbus.session_bus()
        self._system = dbus.system_bus()
        self._call: QDBusPendingCallWatcher | None = None
        if self._session.isConnected():
            # KDE and GNOME differ in the path, so any will do.
            for name in SCREEN_SAVERS:
                dbus.listen(self._session, ("", "", name), "ActiveChanged", self, "turn(bool)")
        if self._system.isConnected():
            sender = (LOGIND, MANAGER, f"{LOGIND}.Manager")
            dbus.listen(self._system, sender, "PrepareForSleep", self, "turn(bool)")
            self._ask_for_session()

    def end(self) -> None:
        """Stop listening."""
        for one in (self._session, self._system):
            dbus.leave(one)

    def _ask_for_session(self) -> None:
        ask = QDBusMessage.createMethodCall(LOGIND, MANAGER, f"{LOGIND}.Manager", "GetSession")
        ask.setArguments([os.environ.get("XDG_SESSION_ID") or "auto"])
        self._call = QDBusPendingCallWatcher(self._system.asyncCall(ask), self)
        self._call.finished.connect(self._hear_session)

    def _hear_session(self) -> None:
        """Only this session counts: others may belong to other users."""
        if self._call is None or self._call.isError():
            return
        path = self._call.reply().arguments()[0].path()
        dbus.listen(self._system, (LOGIND, path, f"{LOGIND}.Session"), "Lock", self, "lock()")

    @Slot(bool)
    def turn(self, on: bool) -> None:
        """Called by D-Bus: going to sleep or waking, the screen locked or unlocked."""
        if on:
            self.session_locked.emit()

    @Slot()
    def lock(self) -> None:
        """Called by D-Bus: the session is to be locked."""
        self.session_locked.emit()
