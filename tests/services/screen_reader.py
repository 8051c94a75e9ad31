"""What a screen reader sees: the real accessibility bus (AT-SPI), used as readers do."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.patience import PATIENCE_S, wait_for

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
REGISTRY = "org.a11y.atspi.Registry"
ROOT = "/org/a11y/atspi/accessible/root"
ACCESSIBLE = "org.a11y.atspi.Accessible"
DBUS_PROPERTIES = "org.freedesktop.DBus.Properties"
EVENTS = "org.a11y.atspi.Event.Object"


@dataclass
class Heard:
    """One control: its role, its name, its contents."""

    role: str
    name: str
    inside: list["Heard"] = field(default_factory=list)

    def all(self, role: str) -> list[str]:
        """Return the names of everything of this role in it."""
        here = [self.name] if self.role == role else []
        return here + [name for one in self.inside for name in one.all(role)]


class Reader:
    """Listens from its creation on."""

    def __init__(self, address: str) -> None:
        self._bus = open_dbus_connection(address)
        # A second connection: one that waits for an answer receives no events.
        self._ears = open_dbus_connection(address)
        rule = MatchRule(type="signal", interface=EVENTS)
        self._ears.send_and_get_reply(message_bus.AddMatch(rule))
        place = DBusAddress("/org/a11y/atspi/registry", REGISTRY, REGISTRY)
        # Apps send nothing to a bus without listeners.
        self._ask(new_method_call(place, "RegisterEvent", "sass", ("object:", [], "")))

    def close(self) -> None:
        self._bus.close()
        self._ears.close()

    def _ask(self, call: Any) -> Any:
        answer = self._bus.send_and_get_reply(call, timeout=PATIENCE_S)
        assert answer.header.message_type is MessageType.method_return, answer.body
        return answer.body

    def app(self, name: str) -> Heard | None:
        """A running program with everything in its windows, once it has registered."""
        for bus, path in self._inside(REGISTRY, ROOT):
            if self._property(bus, path, "Name") == name:
                return self._heard(bus, path)
        return None

    def _heard(self, bus: str, path: str) -> Heard:
        (role,) = self._ask(new_method_call(DBusAddress(path, bus, ACCESSIBLE), "GetRoleName"))
        inside = [self._heard(*one) for one in self._inside(bus, path)]
        return Heard(role, self._property(bus, path, "Name"), inside)

    def _inside(self, bus: str, path: str) -> list[tuple[str, str]]:
        (found,) = self._ask(new_method_call(DBusAddress(path, bus, ACCESSIBLE), "GetChildren"))
        return [(bus, path) for bus, path in found]

    def _property(self, bus: str, path: str, name: str) -> str:
        place = DBusAddress(path, bus, DBUS_PROPERTIES)
        ((_, value),) = self._ask(new_method_call(place, "Get", "ss", (ACCESSIBLE, name)))
        return str(value)

    def events(self, seconds: float) -> list[tuple[str, str]]:
        """The events in this time: what happened, with its text."""
        told = []
        until = time.monotonic() + seconds
        while (event := self._next(until)) is not None:
            told.append(event)
        return told

    def announced(self, *, naming: str = "") -> str:
        """The next announcement that contains this text, made without a focus change."""
        until = time.monotonic() + PATIENCE_S
        others = []
        while (event := self._next(until)) is not None:
            kind, words = event
            if kind == "Announcement" and naming in words:
                return words
            others.append(event)
        raise AssertionError(f"not announced; heard {others}")

    def _next(self, until: float) -> tuple[str, str] | None:
        while (left := until - time.monotonic()) > 0:
            try:
                message = self._ears.receive(timeout=left)
            except TimeoutError:
                break
            fields = message.header.fields
            if fields.get(HeaderFields.interface) == EVENTS:
                _, _, _, (_, words), *_ = message.body
                return fields[HeaderFields.member], str(words)
        return None


@contextlib.contextmanager
def screen_reader(environment: dict[str, str]) -> Iterator[Reader]:
    """Turn accessibility on as a screen reader does, in a session whose bus and screen
    `environment` names."""
    launcher = next(path for path in LAUNCHERS if Path(path).is_file())
    # Ends at once if the session's bus has started another by itself.
    running = subprocess.Popen(
        [launcher, "--launch-immediately"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        session = environment["DBUS_SESSION_BUS_ADDRESS"]
        with contextlib.closing(open_dbus_connection(session)) as bus:
            on = ("org.a11y.Status", "IsEnabled", ("b", True))
            _once_there(bus, DBUS_PROPERTIES, "Set", "ssv", on)
            (address,) = _once_there(bus, "org.a11y.Bus", "GetAddress")
        with contextlib.closing(Reader(address)) as reader:
            yield reader
    finally:
        running.terminate()
        running.wait(timeout=PATIENCE_S)


def _once_there(
    bus: DBusConnection, interface: str, method: str, signature: str = "", words: tuple = ()
) -> Any:
    """The answer of the session's accessibility bus, as soon as it responds."""
    place = DBusAddress("/org/a11y/bus", "org.a11y.Bus", interface)

    def ask() -> Any:
        answer = bus.send_and_get_reply(new_method_call(place, method, signature, words))
        return answer.header.message_type is MessageType.method_return and [answer.body]

    (body,) = wait_for(ask, "the accessibility bus")
    return body
