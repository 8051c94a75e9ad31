"""A desktop's portal for settings, on any bus.

`python -m tests.services.settings_portal SETTINGS` has these, as JSON: namespace, key, D-Bus type
and value of each; any other it refuses, with a message that must not be mistaken for a value.
Prints `ready` when it has its name. Each input line is a list of the same kind with changes; `done`
confirms that they were announced.
"""

import json
import select
import sys

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
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
SETTINGS = "org.freedesktop.portal.Settings"


class Portal:
    def __init__(self, settings: list[list[object]]) -> None:
        self._settings = {(namespace, key): told for namespace, key, *told in settings}
        self._connection = open_dbus_connection("SESSION")
        self._connection.send_and_get_reply(message_bus.RequestName(SERVICE))

    def serve(self) -> None:
        """Serve until the bus or the parent process ends."""
        say("ready")
        while True:
            ready, _, _ = select.select([self._connection.sock, sys.stdin], [], [])
            if self._connection.sock in ready:
                self._hear()
            if sys.stdin in ready:
                line = sys.stdin.readline()
                if not line:
                    return
                for namespace, key, *told in json.loads(line):
                    where = DBusAddress(OBJECT, interface=SETTINGS)
                    words = (namespace, key, tuple(told))
                    self._connection.send(new_signal(where, "SettingChanged", "ssv", words))
                say("done")

    def _hear(self) -> None:
        while True:
            try:
                call = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            if call.header.message_type is MessageType.method_call:
                self._connection.send(self._answer(call))

    def _answer(self, call: Message) -> Message:
        if call.header.fields[HeaderFields.member] != "Read":
            return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod")
        if call.body not in self._settings:
            return new_error(call, "org.freedesktop.portal.Error.NotFound", "s", ("0",))
        # A variant inside a variant, as in all portals.
        return new_method_return(call, "v", (("v", tuple(self._settings[call.body])),))


if __name__ == "__main__":
    Portal(json.loads(sys.argv[1])).serve()
