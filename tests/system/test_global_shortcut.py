"""The desktop's portal for shortcuts: a real bus, and a portal of the test's own on it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from authenticator.gui.desktop.global_shortcut import GlobalShortcut, ShortcutStatus
from tests.services.bus import private_bus

pytestmark = [pytest.mark.system, pytest.mark.qt_log_level_fail("WARNING")]

Serve = Callable[[int], "subprocess.Popen[str]"]


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
def serve(bus: None) -> Iterator[Serve]:
    """Start the portal with an answer."""
    started: list[subprocess.Popen[str]] = []

    def start(answer: int) -> "subprocess.Popen[str]":
        service = subprocess.Popen(
            [sys.executable, "-m", "tests.services.shortcut_portal", str(answer)],
            env=dict(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(service)
        assert service.stdout is not None
        assert service.stdout.readline() == "ready\n"
        return service

    yield start
    for service in started:
        service.kill()
        service.communicate()


@pytest.fixture
def shortcut() -> Iterator[GlobalShortcut]:
    one = GlobalShortcut()
    yield one
    one.end()


def test_granted_shortcut_reports_every_press(
    qtbot: QtBot, serve: Serve, shortcut: GlobalShortcut
) -> None:
    service = serve(0)
    pressed: list[str] = []
    shortcut.pressed.connect(pressed.append)
    shortcut.start("Show the codes")
    qtbot.waitUntil(lambda: shortcut.status is ShortcutStatus.BOUND)
    assert shortcut.keys == "Ctrl+Alt+A"
    assert service.stdout is not None
    assert service.stdout.readline() == "bound show Show the codes\n"
    for times in (1, 2):
        assert service.stdin is not None
        service.stdin.write("\n")
        service.stdin.flush()
        qtbot.waitUntil(lambda times=times: pressed == ["token-1"] * times)


def test_denied_shortcut_is_reported_as_refused(
    qtbot: QtBot, serve: Serve, shortcut: GlobalShortcut
) -> None:
    serve(1)
    shortcut.start("Show the codes")
    qtbot.waitUntil(lambda: shortcut.status is ShortcutStatus.REFUSED)


def test_missing_portal_is_reported(qtbot: QtBot, bus: None, shortcut: GlobalShortcut) -> None:
    shortcut.start("Show the codes")
    qtbot.waitUntil(lambda: shortcut.status is ShortcutStatus.ABSENT)


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense", ""])
def test_missing_bus_is_reported_at_once(
    monkeypatch: pytest.MonkeyPatch, shortcut: GlobalShortcut, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    shortcut.start("Show the codes")
    assert shortcut.status is ShortcutStatus.ABSENT


def test_bus_that_ends_closes_portal_without_error(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shortcut: GlobalShortcut
) -> None:
    with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        shortcut.start("Show the codes")
    qtbot.waitUntil(lambda: not shortcut.portal.is_open)
