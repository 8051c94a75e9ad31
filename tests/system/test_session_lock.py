"""Screen locked, session about to lock, about to sleep: as desktops and logind announce it on a
bus."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from pytestqt.qtbot import QtBot

from authenticator.gui.desktop.session_lock import LOGIND, MANAGER, SessionLockWatcher
from tests.patience import PATIENCE_S
from tests.services.bus import private_bus

pytestmark = [pytest.mark.system, pytest.mark.qt_log_level_fail("WARNING")]

OURS = "/org/freedesktop/login1/session/_31"


class Desktop:
    """Logind and a screen saver on one bus, which announce what a test wants."""

    def __init__(self, address: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(address)
        self._connection.send_and_get_reply(message_bus.RequestName(LOGIND))

    def answer_for_session(self) -> str:
        """Answer the client that asks for its session; return the name it asked by."""
        while True:
            call = self._connection.receive(timeout=PATIENCE_S)
            if (
                call.header.message_type is MessageType.method_call
                and call.header.fields[HeaderFields.member] == "GetSession"
            ):
                self._connection.send(new_method_return(call, "o", (OURS,)))
                return str(call.body[0])

    def say(self, path: str, interface: str, name: str, *on: bool) -> None:
        where = DBusAddress(path, interface=interface)
        self._connection.send(new_signal(where, name, "b" * len(on), on))

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with private_bus(tmp_path) as address:
        for bus in ("SESSION", "SYSTEM"):
            monkeypatch.setenv(f"DBUS_{bus}_BUS_ADDRESS", address)
        monkeypatch.delenv("XDG_SESSION_ID", raising=False)
        one = Desktop(address)
        yield one
        one.close()


@pytest.fixture
def told(qtbot: QtBot, desktop: Desktop) -> Iterator[list[str]]:
    """Collects a word for each time the user has gone away."""
    heard: list[str] = []
    away = SessionLockWatcher()
    away.session_locked.connect(lambda: heard.append("gone"))
    assert desktop.answer_for_session() == "auto"
    qtbot.waitUntil(lambda: away._call.isFinished())
    for bus in (away._session, away._system):  # asked after it subscribed to the signals
        assert bus.interface().isServiceRegistered(LOGIND).value()
    yield heard
    away.end()


def test_every_lock_and_sleep_signal_is_heard(
    qtbot: QtBot, desktop: Desktop, told: list[str]
) -> None:
    words = (
        ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged", True),
        ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", True),
        (MANAGER, f"{LOGIND}.Manager", "PrepareForSleep", True),
        (OURS, f"{LOGIND}.Session", "Lock"),
    )
    for count, word in enumerate(words, 1):
        desktop.say(*word)
        qtbot.waitUntil(lambda count=count: len(told) == count)


def test_unlock_wakeup_and_other_sessions_are_ignored(
    qtbot: QtBot, desktop: Desktop, told: list[str]
) -> None:
    desktop.say("/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged", False)
    desktop.say(MANAGER, f"{LOGIND}.Manager", "PrepareForSleep", False)
    desktop.say("/org/freedesktop/login1/session/_32", f"{LOGIND}.Session", "Lock")
    desktop.say(OURS, f"{LOGIND}.Session", "Lock")
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["gone"]
