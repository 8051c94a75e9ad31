"""A key that brings the window up from anywhere, by the desktop's portal
(org.freedesktop.portal.GlobalShortcuts).

Over jeepney, which Linux has for the keyring: QtDBus can't be told from Python to send a list of
structures. Its socket is watched by the event loop, so nothing waits and no thread is needed.
"""

import secrets
import sys
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal

PORTAL = "org.freedesktop.portal.Desktop"
OBJECT = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.GlobalShortcuts"
REQUEST = "org.freedesktop.portal.Request"
REGISTRY = "org.freedesktop.host.portal.Registry"
APP = "authenticator"
SHOW = "show"
PREFERRED = "CTRL+ALT+a"
"""As the shortcuts specification of the portals spells it; the person has the last word."""
DONE = 0


class ShortcutStatus(Enum):
    """What became of it."""

    ASKING = auto()
    BOUND = auto()
    REFUSED = auto()  # the person or the desktop said no
    ABSENT = auto()  # there is no such portal here


class GlobalShortcut(QObject):
    """Asks the desktop for the key, and hears of it until `end`."""

    pressed = Signal(str)  # the token with which a Wayland desktop lets a window come up
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status = ShortcutStatus.ASKING
        self.keys = ""
        """As the desktop writes them, where it says."""
        self._session = ""
        self._requests: dict[str, str] = {}
        self._calls: dict[int, str] = {}
        self._connection: Any = None
        self._heard: QSocketNotifier | None = None

    def start(self, description: str) -> None:
        """`description` is what the desktop shows of it."""
        self._description = description
        if not sys.platform.startswith("linux"):
            self._settle(ShortcutStatus.ABSENT)
            return
        from jeepney import MatchRule
        from jeepney.bus_messages import message_bus
        from jeepney.io.blocking import open_dbus_connection

        try:
            self._connection = open_dbus_connection("SESSION")
        except (OSError, KeyError, ValueError):  # no bus, or no address of one
            self._settle(ShortcutStatus.ABSENT)
            return
        self._heard = QSocketNotifier(
            self._connection.sock.fileno(), QSocketNotifier.Type.Read, self
        )
        self._heard.activated.connect(self._hear)
        for interface, member in ((REQUEST, "Response"), (INTERFACE, "Activated")):
            rule = MatchRule(type="signal", sender=PORTAL, interface=interface, member=member)
            self._connection.send(message_bus.AddMatch(rule))
        # Who asks: outside a sandbox newer portals want to be told, older ones know no such call.
        self._call(REGISTRY, "Register", "sa{sv}", APP, {})
        options = {"session_handle_token": ("s", f"authenticator_{secrets.token_hex(8)}")}
        self._request("CreateSession", "a{sv}", (), options)

    def end(self) -> None:
        """Give the key back: the portal's session ends with its connection."""
        if self._heard is not None:
            self._heard.setEnabled(False)
            self._heard = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(self, method: str, signature: str, words: tuple, options: dict) -> None:
        token = f"authenticator_{secrets.token_hex(8)}"
        sender = self._connection.unique_name.removeprefix(":").replace(".", "_")
        self._requests[f"{OBJECT}/request/{sender}/{token}"] = method
        self._call(INTERFACE, method, signature, *words, {**options, "handle_token": ("s", token)})

    def _call(self, interface: str, method: str, signature: str, *words: object) -> None:
        from jeepney import DBusAddress, new_method_call

        call = new_method_call(DBusAddress(OBJECT, PORTAL, interface), method, signature, words)
        serial = next(self._connection.outgoing_serial)
        self._calls[serial] = method
        self._connection.send(call, serial=serial)

    def _hear(self) -> None:
        while self._connection is not None:
            try:
                message = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            except (OSError, EOFError):  # the bus is gone, with the desktop
                self.end()
                return
            self._take(message)

    def _take(self, message: Any) -> None:
        from jeepney import HeaderFields, MessageType

        fields = message.header.fields
        if message.header.message_type is MessageType.error:
            method = self._calls.get(fields.get(HeaderFields.reply_serial, 0), "")
            if method in self._requests.values():
                self._settle(ShortcutStatus.ABSENT)
            return
        if message.header.message_type is not MessageType.signal:
            return
        member, path = fields.get(HeaderFields.member), fields.get(HeaderFields.path)
        if member == "Response" and path in self._requests:
            self._answered(self._requests.pop(path), *message.body)
        elif member == "Activated" and message.body[:2] == (self._session, SHOW):
            _, token = message.body[3].get("activation_token", ("s", ""))
            self.pressed.emit(str(token))

    def _answered(self, method: str, answer: int, results: dict) -> None:
        if answer != DONE:
            self._settle(ShortcutStatus.REFUSED)
        elif method == "CreateSession":
            self._session = results["session_handle"][1]
            wanted = {
                "description": ("s", self._description),
                "preferred_trigger": ("s", PREFERRED),
            }
            self._request(
                "BindShortcuts", "oa(sa{sv})sa{sv}", (self._session, [(SHOW, wanted)], ""), {}
            )
        else:
            for id, about in results.get("shortcuts", ("", []))[1]:
                if id == SHOW:
                    self.keys = str(about.get("trigger_description", ("s", ""))[1])
            self._settle(ShortcutStatus.BOUND)

    def _settle(self, status: ShortcutStatus) -> None:
        self.status = status
        if status is not ShortcutStatus.BOUND:
            self.end()
        self.changed.emit()
