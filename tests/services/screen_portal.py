"""A desktop portal for screenshots, as a desktop under Wayland has one, on any bus.

`python -m tests.services.screen_portal ANSWER [PICTURE]`: answers 0 with a copy of the picture, 1
as if the user had refused, 2 as if it had failed; `never` accepts the call and does not answer.
Prints `ready` when it has its name, the path of each file that it provides, and `asked` when it
does not answer.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

SERVICE = "org.freedesktop.portal.Desktop"
OBJECT = "/org/freedesktop/portal/desktop"


def main(answer: str, picture: str = "") -> None:
    """Serve until the bus ends."""
    connection = open_dbus_connection("SESSION")
    connection.send_and_get_reply(message_bus.RequestName(SERVICE))
    say("ready")
    while True:
        call = connection.receive()
        fields = call.header.fields
        if (
            call.header.message_type is not MessageType.method_call
            or fields.get(HeaderFields.member) != "Screenshot"
        ):
            continue
        sender = fields[HeaderFields.sender]
        _parent, options = call.body
        token = options["handle_token"][1]
        path = f"{OBJECT}/request/{sender.removeprefix(':').replace('.', '_')}/{token}"
        results = {}
        if answer == "0":
            handed = Path(tempfile.mkdtemp(prefix="portal-"), "Screenshot.png")
            shutil.copy(picture, handed)
            results = {"uri": ("s", handed.as_uri())}
            say(str(handed))
        if answer == "never":
            say("asked")
        # The response before the handle, as fast desktops send it.
        if answer != "never":
            signal = new_signal(
                DBusAddress(path, interface="org.freedesktop.portal.Request"),
                "Response",
                "ua{sv}",
                (int(answer), results),
            )
            signal.header.fields[HeaderFields.destination] = sender
            connection.send(signal)
        connection.send(new_method_return(call, "o", (path,)))


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
