"""D-Bus connections that their owner can end: Qt's own last as long as the app."""

import os
import secrets

from PySide6.QtCore import SLOT, QObject
from PySide6.QtDBus import QDBusConnection


def session_bus() -> QDBusConnection:
    """A connection to the session bus; not connected where there is none."""
    return _connect("DBUS_SESSION_BUS_ADDRESS", QDBusConnection.BusType.SessionBus)


def system_bus() -> QDBusConnection:
    """A connection to the system bus; not connected where there is none."""
    return _connect("DBUS_SYSTEM_BUS_ADDRESS", QDBusConnection.BusType.SystemBus)


def listen(
    bus: QDBusConnection, sender: tuple[str, str, str], signal: str, receiver: QObject, slot: str
) -> None:
    """Call a slot of `receiver`, by its signature, at each signal of this `sender`: service, path
    and interface, where "" stands for any."""
    bus.connect(*sender, signal, receiver, SLOT(slot))  # type: ignore[call-overload]


def leave(bus: QDBusConnection) -> None:
    """End one of these connections."""
    QDBusConnection.disconnectFromBus(bus.name())


def _connect(variable: str, usual: QDBusConnection.BusType) -> QDBusConnection:
    # For the usual bus libdbus reads the variable only once in a process.
    address = os.environ.get(variable, "")
    return QDBusConnection.connectToBus(address or usual, f"authenticator-{secrets.token_hex(8)}")
