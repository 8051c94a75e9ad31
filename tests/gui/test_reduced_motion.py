"""Rings move once a second where the system asks for reduced motion: with a real bus, a portal
of the test's own on it, and a real window."""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from authenticator.clock.clock import FixedClock
from authenticator.gui.desktop import cocoa, reduced_motion
from authenticator.gui.desktop.reduced_motion import ReducedMotion
from authenticator.gui.window import Window
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, account, fill
from tests.services.bus import private_bus

pytestmark = pytest.mark.system

AT = 1_700_000_010.25  # just after a time step: nothing is drawn for the next one
MOVING_MS, STILL_MS = 500, 750
"""How long the list waits for its next frame at that time."""
Setting = tuple[str, str, str, object]

FREEDESKTOP = ("org.freedesktop.appearance", "reduced-motion")
GNOME = ("org.gnome.desktop.interface", "enable-animations")
KDE = ("org.kde.kdeglobals.KDE", "AnimationDurationFactor")
LESS: dict[str, Setting] = {
    "freedesktop": (*FREEDESKTOP, "u", 1),
    "gnome": (*GNOME, "b", False),
    "kde": (*KDE, "s", "0"),
}
MORE: dict[str, Setting] = {
    "freedesktop": (*FREEDESKTOP, "u", 0),
    "gnome": (*GNOME, "b", True),
    "kde": (*KDE, "s", "0.5"),
}
WRONG: list[Setting] = [
    (*FREEDESKTOP, "u", 2),
    (*FREEDESKTOP, "s", "1"),
    (*FREEDESKTOP, "b", True),
    (*FREEDESKTOP, "au", [1]),
    (*GNOME, "u", 0),
    (*GNOME, "s", ""),
    (*GNOME, "a{sv}", {}),
    (*KDE, "d", 0.0),
    (*KDE, "i", 0),
    (*KDE, "s", ""),
    (FREEDESKTOP[0], GNOME[1], "b", False),
    ("org.example", "reduced-motion", "u", 1),
]


class Desktop:
    """The settings portal, with settings a test can change."""

    def __init__(self, *settings: Setting) -> None:
        self._service = subprocess.Popen(
            [sys.executable, "-m", "tests.services.settings_portal", json.dumps(settings)],
            env=dict(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._expect("ready")

    def change(self, *settings: Setting) -> None:
        assert self._service.stdin is not None
        self._service.stdin.write(f"{json.dumps(settings)}\n")
        self._service.stdin.flush()
        self._expect("done")

    def close(self) -> None:
        self._service.kill()
        self._service.communicate()

    def _expect(self, word: str) -> None:
        assert self._service.stdout is not None
        assert self._service.stdout.readline() == f"{word}\n"


Serve = Callable[..., Desktop]


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
def serve(bus: None) -> Iterator[Serve]:
    """Start the portal with settings."""
    started: list[Desktop] = []

    def start(*settings: Setting) -> Desktop:
        started.append(Desktop(*settings))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def told() -> list[bool]:
    """Everything announced by a ReducedMotion that `listen` started."""
    return []


Listen = Callable[[], ReducedMotion]


@pytest.fixture
def listen(qtbot: QtBot, told: list[bool]) -> Iterator[Listen]:
    started: list[ReducedMotion] = []

    def start() -> ReducedMotion:
        started.append(ReducedMotion())
        started[-1].changed.connect(told.append)
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.end()


def answered(qtbot: QtBot, one: ReducedMotion) -> None:
    """Wait until the portal has answered."""
    qtbot.waitUntil(lambda: not one.children())


@pytest.fixture
def open_moving(qtbot: QtBot, open_window: Open, services: FakeServices) -> Callable[[], Window]:
    """Open the window on some accounts, at that time."""

    def start() -> Window:
        fill(services, 3).close()
        services.still = FixedClock(AT)
        window = open_window()
        qtbot.waitUntil(lambda: shows_codes(window))
        return window

    return start


def waits(qtbot: QtBot, window: Window, milliseconds: int) -> None:
    qtbot.waitUntil(lambda: window.codes_page.list.rings.timer.interval() == milliseconds)


@pytest.mark.parametrize("desktop", LESS)
def test_list_follows_desktop_setting_at_start_and_later(
    qtbot: QtBot, serve: Serve, open_moving: Callable[[], Window], desktop: str
) -> None:
    service = serve(LESS[desktop])
    window = open_moving()
    waits(qtbot, window, STILL_MS)
    service.change(MORE[desktop])
    waits(qtbot, window, MOVING_MS)
    service.change(LESS[desktop])
    waits(qtbot, window, STILL_MS)
    assert not window.session.settings.still


def test_list_follows_change_of_setting_at_once(open_moving: Callable[[], Window]) -> None:
    """Not after a second, the interval of a list with reduced motion."""
    window = open_moving()
    for reduced, milliseconds in ((True, STILL_MS), (False, MOVING_MS)):
        window.session.set_reduced_motion(reduced)
        assert window.codes_page.list.rings.timer.interval() == milliseconds


def test_rebuilt_list_keeps_reduced_motion(
    qtbot: QtBot, serve: Serve, open_moving: Callable[[], Window]
) -> None:
    serve(LESS["freedesktop"])
    window = open_moving()
    waits(qtbot, window, STILL_MS)
    window.lock()
    window.session.open()
    qtbot.waitUntil(lambda: shows_codes(window))
    waits(qtbot, window, STILL_MS)


def test_apps_own_setting_overrides_system(
    qtbot: QtBot, serve: Serve, open_moving: Callable[[], Window], services: FakeServices
) -> None:
    services.settings_file.change(still=True)
    service = serve(LESS["gnome"])
    window = open_moving()
    qtbot.waitUntil(lambda: window.session._system_reduces_motion)
    service.change(MORE["gnome"])
    qtbot.waitUntil(lambda: not window.session._system_reduces_motion)
    assert window.session.reduced_motion
    assert window.codes_page.list.rings.timer.interval() == STILL_MS


def test_first_code_page_follows_change_at_once(
    qtbot: QtBot, serve: Serve, open_moving: Callable[[], Window]
) -> None:
    service = serve()
    window = open_moving()
    window.enrolment.first_code_page().show_account("", account("Wiki", "kim", 5))
    window.navigation.show(window.enrolment.first_code_page())
    move = window.enrolment.first_code_page().ring._animation_timer
    assert move.interval() < MOVING_MS
    qtbot.waitUntil(lambda: window.desktop.motion is not None)
    answered(qtbot, window.desktop.motion)
    service.change(LESS["kde"])
    qtbot.waitUntil(lambda: move.interval() == 1000)
    service.change(MORE["kde"])
    qtbot.waitUntil(lambda: move.interval() < MOVING_MS)


def test_one_of_several_sources_is_enough(
    qtbot: QtBot, serve: Serve, listen: Listen, told: list[bool]
) -> None:
    service = serve(*MORE.values())
    one = listen()
    answered(qtbot, one)
    assert told == []
    service.change(LESS["gnome"], MORE["freedesktop"], LESS["kde"], MORE["gnome"], MORE["kde"])
    service.change(LESS["freedesktop"])
    qtbot.waitUntil(lambda: one._wishes[FREEDESKTOP])
    assert told == [True, False, True]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_invalid_setting_changes_nothing(
    qtbot: QtBot, serve: Serve, listen: Listen, told: list[bool], wrong: Setting
) -> None:
    service = serve(wrong)
    answered(qtbot, listen())
    assert told == []
    service.change(wrong, LESS["freedesktop"])
    qtbot.waitUntil(lambda: told == [True])


def test_portal_without_such_settings_changes_nothing(
    qtbot: QtBot, serve: Serve, listen: Listen, told: list[bool]
) -> None:
    serve()
    answered(qtbot, listen())
    assert told == []


def test_missing_portal_changes_nothing(
    qtbot: QtBot, bus: None, listen: Listen, told: list[bool]
) -> None:
    answered(qtbot, listen())
    assert told == []


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense", ""])
def test_missing_bus_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, listen: Listen, told: list[bool], address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert not listen().children()
    assert told == []


class User32:
    """The part of Windows' user32 that is called."""

    animated = 1

    def SystemParametersInfoW(self, action: int, _: int, value: object, __: int) -> int:  # noqa: N802
        assert action == reduced_motion._GET_CLIENT_AREA_ANIMATION
        ctypes.cast(value, ctypes.POINTER(ctypes.c_int))[0] = self.animated
        return 1


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_systems_without_signal_are_asked_when_app_is_activated(
    monkeypatch: pytest.MonkeyPatch, listen: Listen, told: list[bool], platform: str
) -> None:
    user32 = User32()
    windll = type("Windll", (), {"user32": user32})
    monkeypatch.setattr(reduced_motion.ctypes, "windll", windll, raising=False)
    monkeypatch.setattr(cocoa, "reduces_motion", lambda: not user32.animated)
    monkeypatch.setattr(reduced_motion.sys, "platform", platform)
    listen()
    assert told == []
    user32.animated = 0
    turned_to = QGuiApplication.instance().applicationStateChanged
    turned_to.emit(Qt.ApplicationState.ApplicationActive)
    assert told == [True]
    user32.animated = 1
    turned_to.emit(Qt.ApplicationState.ApplicationActive)
    assert told == [True, False]
