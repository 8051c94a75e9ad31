"""Connections to D-Bus that end with whoever made them: Qt's own last as long as the app."""

import os
import secrets

from PySide6.QtDBus import QDBusConnection


def session_bus() -> QDBusConnection:
    """To the session's. Where there is none it is not connected."""
    return _connect("DBUS_SESSION_BUS_ADDRESS", QDBusConnection.BusType.SessionBus)


def system_bus() -> QDBusConnection:
    """To the system's. Where there is none it is not connected."""
    return _connect("DBUS_SYSTEM_BUS_ADDRESS", QDBusConnection.BusType.SystemBus)


def leave(bus: QDBusConnection) -> None:
    """End one of these."""
    QDBusConnection.disconnectFromBus(bus.name())


def _connect(variable: str, usual: QDBusConnection.BusType) -> QDBusConnection:
    # Asked for the usual one, libdbus looks at the variable once in a process.
    address = os.environ.get(variable, "")
    return QDBusConnection.connectToBus(address or usual, f"authenticator-{secrets.token_hex(8)}")
