"""A desktop's portal for shortcuts, on any bus.

`python -m tests.services.shortcut_portal ANSWER`: answers requests with this number, 0 for yes.
Prints `ready` when it has its name, `bound ID DESCRIPTION` for each shortcut, and presses it for
each input line.
"""

import select
import sys

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.services.tray import say

SERVICE = "org.freedesktop.portal.Desktop"
OBJECT = "/org/freedesktop/portal/desktop"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"


class Portal:
    def __init__(self, answer: int) -> None:
        self._answer = answer
        self._connection = open_dbus_connection("SESSION")
        self._connection.send_and_get_reply(message_bus.RequestName(SERVICE))
        self._session = ""
        self._sender = ""

    def serve(self) -> None:
        """Serve until the bus or the parent process ends."""
        say("ready")
        while True:
            ready, _, _ = select.select([self._connection.sock, sys.stdin], [], [])
            if sys.stdin in ready:
                if not sys.stdin.readline():
                    return
                options = {"activation_token": ("s", "token-1")}
                self._say(
                    OBJECT, SHORTCUTS, "Activated", "osta{sv}", self._session, "show", 1, options
                )
            if self._connection.sock in ready:
                self._hear()

    def _hear(self) -> None:
        while True:
            try:
                call = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            fields = call.header.fields
            if call.header.message_type is not MessageType.method_call:
                continue
            method = fields[HeaderFields.member]
            if method not in ("CreateSession", "BindShortcuts"):
                self._connection.send(new_error(call, "org.freedesktop.DBus.Error.UnknownMethod"))
                continue
            self._sender = fields[HeaderFields.sender]
            name = self._sender.removeprefix(":").replace(".", "_")
            options = call.body[-1]
            request = f"{OBJECT}/request/{name}/{options['handle_token'][1]}"
            if method == "CreateSession":
                self._session = f"{OBJECT}/session/{name}/{options['session_handle_token'][1]}"
                results = {"session_handle": ("s", self._session)}
            else:
                session, shortcuts, *_ = call.body
                assert session == self._session
                for id, about in shortcuts:
                    say(f"bound {id} {about['description'][1]}")
                told = {"trigger_description": ("s", "Ctrl+Alt+A")}
                results = {"shortcuts": ("a(sa{sv})", [(id, told) for id, _ in shortcuts])}
            # The response before the handle, as fast desktops send it.
            self._say(
                request,
                "org.freedesktop.portal.Request",
                "Response",
                "ua{sv}",
                self._answer,
                results,
            )
            self._connection.send(new_method_return(call, "o", (request,)))

    def _say(self, path: str, interface: str, name: str, signature: str, *words: object) -> None:
        signal = new_signal(DBusAddress(path, interface=interface), name, signature, words)
        signal.header.fields[HeaderFields.destination] = self._sender
        self._connection.send(signal)


if __name__ == "__main__":
    Portal(int(sys.argv[1])).serve()
