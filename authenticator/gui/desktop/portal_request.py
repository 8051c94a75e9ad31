"""The one way to ask the desktop's portal (org.freedesktop.portal.Desktop) for something.

A portal answers a request by a signal, `Response`, of an object whose path the caller can work out
beforehand (org.freedesktop.portal.Request). It may come before the call returns.

Over jeepney, which Linux has for the keyring: from Python, QtDBus can't send a list of
structures. The event loop watches its socket, so nothing waits and no thread is needed.
"""

import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from authenticator import debug_log
from authenticator.gui.desktop import seen_by_portals

SERVICE = "org.freedesktop.portal.Desktop"
OBJECT = "/org/freedesktop/portal/desktop"
REQUEST = "org.freedesktop.portal.Request"
DONE, CANCELLED = 0, 1
"""What a portal answers; by any other number it ended the request in another way."""

Variants = Mapping[str, tuple[str, Any]]
"""Values by name, each with its D-Bus signature."""


@dataclass(frozen=True, slots=True)
class _Request:
    serial: int
    answered: Callable[[int, Variants], None]
    refused: Callable[[], None]


def new_token() -> str:
    """A name that nobody else on the bus can guess."""
    return f"authenticator_{secrets.token_hex(8)}"


class PortalConnection(QObject):
    """A connection of its own to the session's bus, from `open` to `close`."""

    lost = Signal()  # the bus is gone, with the desktop

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests: dict[str, _Request] = {}
        self._listeners: dict[str, Callable[[tuple[Any, ...]], None]] = {}
        self._connection: Any = None
        self._readable: QSocketNotifier | None = None

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    def open(self) -> bool:
        """Connect; returns False where there is no session bus."""
        if not sys.platform.startswith("linux"):
            return False
        from jeepney.io.blocking import open_dbus_connection

        try:
            self._connection = open_dbus_connection("SESSION")
        except (OSError, KeyError, ValueError) as error:  # no bus, or no address of one
            debug_log.write("no session bus", error=error)
            return False
        seen_by_portals.be_seen()
        socket = self._connection.sock.fileno()
        self._readable = QSocketNotifier(socket, QSocketNotifier.Type.Read, self)
        self._readable.activated.connect(self._read)
        self._match(REQUEST, "Response")
        return True

    def close(self) -> None:
        """Stop listening. Sessions of the portal end with their connection."""
        self._requests.clear()
        if self._readable is not None:
            self._readable.setEnabled(False)
            self._readable = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def listen(self, interface: str, member: str, heard: Callable[[tuple[Any, ...]], None]) -> None:
        """Call `heard` with the values of each of the portal's signals of this name."""
        self._listeners[member] = heard
        self._match(interface, member)

    def call(self, interface: str, method: str, signature: str, *values: object) -> int:
        """Call a method whose answer does not matter; returns the call's serial number."""
        from jeepney import DBusAddress, new_method_call

        address = DBusAddress(OBJECT, SERVICE, interface)
        return self._send(new_method_call(address, method, signature, values))

    def request(
        self,
        interface: str,
        method: str,
        signature: str,
        values: tuple[object, ...],
        options: Variants,
        answered: Callable[[int, Variants], None],
        refused: Callable[[], None],
    ) -> str:
        """Make a request; `signature` is of `values` and, last, of the options. Calls `answered`
        with the portal's response, or `refused` where it knows no such method. Returns the path
        of the request."""
        token = new_token()
        sender = self._connection.unique_name.removeprefix(":").replace(".", "_")
        path = f"{OBJECT}/request/{sender}/{token}"
        options = {**options, "handle_token": ("s", token)}
        serial = self.call(interface, method, signature, *values, options)
        self._requests[path] = _Request(serial, answered, refused)
        return path

    def cancel(self, path: str) -> None:
        """End a request that is not answered yet."""
        from jeepney import DBusAddress, new_method_call

        self._requests.pop(path, None)
        self._send(new_method_call(DBusAddress(path, SERVICE, REQUEST), "Close"))

    def _match(self, interface: str, member: str) -> None:
        from jeepney import MatchRule
        from jeepney.bus_messages import message_bus

        rule = MatchRule(type="signal", sender=SERVICE, interface=interface, member=member)
        self._send(message_bus.AddMatch(rule))

    def _send(self, message: Any) -> int:
        serial: int = next(self._connection.outgoing_serial)
        self._connection.send(message, serial=serial)
        return serial

    def _read(self) -> None:
        while self._connection is not None:
            try:
                message = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            except (OSError, EOFError) as error:
                debug_log.write("session bus lost", error=error)
                self.close()
                self.lost.emit()
                return
            self._dispatch(message)

    def _dispatch(self, message: Any) -> None:
        from jeepney import HeaderFields, MessageType

        fields = message.header.fields
        if message.header.message_type is MessageType.error:
            serial = fields.get(HeaderFields.reply_serial)
            for path, request in list(self._requests.items()):
                if request.serial == serial:
                    del self._requests[path]
                    debug_log.write("portal refused")
                    request.refused()
        elif message.header.message_type is MessageType.signal:
            member, path = fields.get(HeaderFields.member), fields.get(HeaderFields.path)
            if member == "Response" and path in self._requests:
                debug_log.write("portal answered", response=message.body[0])
                self._requests.pop(path).answered(*message.body)
            elif member in self._listeners:
                self._listeners[member](message.body)
