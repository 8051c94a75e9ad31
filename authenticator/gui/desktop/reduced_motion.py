"""Whether the system asks for reduced motion, which Qt reports from 6.12 on only.

On Linux the desktop's settings portal reports it and its changes over D-Bus
(org.freedesktop.portal.Settings). Windows and macOS are asked each time the app is activated.
"""

import ctypes
import os
import sys

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher, QDBusVariant

from authenticator.gui.desktop import dbus, seen_by_portals
from authenticator.gui.startup import application

SERVICE = "org.freedesktop.portal.Desktop"
OBJECT = "/org/freedesktop/portal/desktop"
SETTINGS = "org.freedesktop.portal.Settings"
WISHES: dict[tuple[str, str], object] = {
    ("org.freedesktop.appearance", "reduced-motion"): 1,
    ("org.gnome.desktop.interface", "enable-animations"): False,
    ("org.kde.kdeglobals.KDE", "AnimationDurationFactor"): "0",
}
"""Settings of desktops, and the value by which each asks for reduced motion. Older desktops know
only one of them; one that asks is enough, for the first may also be 'no preference'."""
_GET_CLIENT_AREA_ANIMATION = 0x1042
"""SPI_GETCLIENTAREAANIMATION of SystemParametersInfoW."""


class ReducedMotion(QObject):
    """Emits `changed` with whether the system asks for it, from `start` to `end`. A system that
    reports nothing does not ask."""

    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reduced = False
        self._wishes: dict[tuple[str, str], bool] = {}
        self._bus: QDBusConnection | None = None

    def start(self) -> None:
        if sys.platform in ("win32", "darwin"):
            application.running().applicationStateChanged.connect(self._look)
            self._look()
        elif os.environ.get("DBUS_SESSION_BUS_ADDRESS"):  # without, libdbus would start a bus
            self._bus = dbus.session_bus()
            if self._bus.isConnected():
                self._ask_portal(self._bus)

    def end(self) -> None:
        """Stop listening."""
        if self._bus is not None:
            dbus.leave(self._bus)

    def _ask_portal(self, session: QDBusConnection) -> None:
        seen_by_portals.be_seen()
        slot = "hear(QString,QString,QDBusVariant)"
        dbus.listen(session, (SERVICE, OBJECT, SETTINGS), "SettingChanged", self, slot)
        # One by one, and by the method that all portals know: PySide can't read the dictionary of
        # dictionaries that ReadAll answers with.
        for namespace, key in WISHES:
            ask = QDBusMessage.createMethodCall(SERVICE, OBJECT, SETTINGS, "Read")
            ask.setArguments([namespace, key])
            call = QDBusPendingCallWatcher(session.asyncCall(ask), self)
            call.finished.connect(lambda call, asked=(namespace, key): self._answered(asked, call))

    def _answered(self, asked: tuple[str, str], call: QDBusPendingCallWatcher) -> None:
        if not call.isError():
            for value in call.reply().arguments():
                self._note_wish(asked, value)
        call.deleteLater()

    @Slot(str, str, QDBusVariant)
    def hear(self, namespace: str, key: str, value: object) -> None:
        """Called by D-Bus: the portal's SettingChanged."""
        self._note_wish((namespace, key), value)

    def _note_wish(self, said: tuple[str, str], value: object) -> None:
        while isinstance(value, QDBusVariant):  # Read answers with one in another
            value = value.variant()
        if said in WISHES and type(value) is type(WISHES[said]):
            self._wishes[said] = value == WISHES[said]
            self._set(any(self._wishes.values()))

    def _look(self) -> None:
        self._set(_reduced_by_mac() if sys.platform == "darwin" else _reduced_by_windows())

    def _set(self, reduced: bool) -> None:
        if reduced is not self._reduced:
            self._reduced = reduced
            self.changed.emit(reduced)


def _reduced_by_windows() -> bool:
    if sys.platform != "win32":
        return False
    animated = ctypes.c_int(1)
    ctypes.windll.user32.SystemParametersInfoW(
        _GET_CLIENT_AREA_ANIMATION, 0, ctypes.byref(animated), 0
    )
    return not animated.value


def _reduced_by_mac() -> bool:
    from authenticator.gui.desktop import cocoa

    return cocoa.reduces_motion()
