"""A desktop's tray (org.kde.StatusNotifierWatcher) and its notices, on any bus; and a client that
opens the menu of an icon in it.

`python -m tests.services.tray` prints `ready` when it has its names, `item NAME` for each icon
with the bus name of its program, and `notice WORDS` for each notification.
"""

import sys

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_call,
    new_method_return,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.patience import PATIENCE_S

WATCHER = "org.kde.StatusNotifierWatcher"
NOTICES = "org.freedesktop.Notifications"
PROPERTIES = {
    "IsStatusNotifierHostRegistered": ("b", True),
    "ProtocolVersion": ("i", 0),
    "RegisteredStatusNotifierItems": ("as", []),
}


def main() -> None:
    """Serve until the bus ends."""
    connection = open_dbus_connection("SESSION")
    for name in (WATCHER, NOTICES):
        connection.send_and_get_reply(message_bus.RequestName(name))
    say("ready")
    while True:
        call = connection.receive()
        fields = call.header.fields
        if call.header.message_type is not MessageType.method_call:
            continue
        match fields.get(HeaderFields.member):
            case "Get":
                answer = new_method_return(call, "v", (PROPERTIES[call.body[1]],))
            case "GetAll":
                answer = new_method_return(call, "a{sv}", (PROPERTIES,))
            case "RegisterStatusNotifierItem":
                say(f"item {fields[HeaderFields.sender]}")
                answer = new_method_return(call)
            case "Notify":
                say(f"notice {call.body[3]}")
                answer = new_method_return(call, "u", (1,))
            case "GetCapabilities":
                answer = new_method_return(call, "as", (["body"],))
            case _:
                answer = new_error(call, "org.freedesktop.DBus.Error.UnknownMethod")
        connection.send(answer)


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


class Hand:
    """Opens the menu of an icon, as a panel does, and chooses from it."""

    def __init__(self, address: str, item: str) -> None:
        self._connection = open_dbus_connection(address)
        self._icon = DBusAddress("/StatusNotifierItem", item, "org.kde.StatusNotifierItem")
        (_, path) = self._call(
            DBusAddress("/StatusNotifierItem", item, "org.freedesktop.DBus.Properties"),
            "Get",
            "ss",
            "org.kde.StatusNotifierItem",
            "Menu",
        )[0]
        self._menu = DBusAddress(path, item, "com.canonical.dbusmenu")

    def entries(self) -> dict[str, int]:
        """The menu entries, by text."""
        _, layout = self._call(self._menu, "GetLayout", "iias", 0, -1, [])
        _, _, children = layout
        found = {}
        for _, (id, properties, _) in children:
            if "label" in properties and properties.get("type", ("s", ""))[1] != "separator":
                found[properties["label"][1]] = id
        return found

    def choose(self, words: str) -> None:
        self._call(self._menu, "Event", "isvu", self.entries()[words], "clicked", ("s", ""), 0)

    def press(self) -> None:
        """Activate the icon itself."""
        self._call(self._icon, "Activate", "ii", 0, 0)

    def close(self) -> None:
        self._connection.close()

    def _call(self, where: DBusAddress, method: str, signature: str, *words: object) -> tuple:
        call = new_method_call(where, method, signature, words)
        reply = self._connection.send_and_get_reply(call, timeout=PATIENCE_S)
        assert reply.header.message_type is MessageType.method_return, reply.body
        return reply.body


if __name__ == "__main__":
    main()
