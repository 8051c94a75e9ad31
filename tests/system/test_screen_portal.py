"""The desktop's portal for screenshots: a real bus, and a portal of the test's own on it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from authenticator import resource
from authenticator.gui.desktop import screenshot_portal
from authenticator.scan.screen_errors import ScreenDismissed, ScreenPortalAbsent, ScreenRefused
from tests.patience import PATIENCE_S
from tests.services.bus import private_bus

pytestmark = [pytest.mark.system, pytest.mark.qt_log_level_fail("WARNING")]

SAMPLE = resource.path("samples/panel-enrolment.png")


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bus without services, on which none can be started."""
    with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def serve(bus: str) -> Iterator[Serve]:
    """Start the portal with an answer."""
    started: list[subprocess.Popen[str]] = []

    def start(answer: str, picture: Path | None = None) -> "subprocess.Popen[str]":
        service = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.services.screen_portal", answer),
                *([str(picture)] if picture else []),
            ],
            env=dict(os.environ),
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


def came(qtbot: QtBot) -> bytes | Exception:
    """Return the result of one screenshot through the portal."""
    got: list[bytes | Exception] = []
    look = screenshot_portal.ScreenshotPortal()
    look.taken.connect(got.append)
    look.failed.connect(got.append)
    look.start()
    qtbot.waitUntil(lambda: bool(got))
    (one,) = got
    return one


def test_portal_picture_is_read_and_its_file_deleted(qtbot: QtBot, serve: Serve) -> None:
    service = serve("0", SAMPLE)
    for _ in range(2):  # each screenshot has a connection of its own
        assert came(qtbot) == SAMPLE.read_bytes()
        assert service.stdout is not None
        handed = Path(service.stdout.readline().strip())
        assert handed.parent.is_dir()
        assert not handed.exists()
        handed.parent.rmdir()


@pytest.mark.parametrize(("answer", "kind"), [("1", ScreenDismissed), ("2", ScreenRefused)])
def test_dismissal_by_person_differs_from_refusal_by_desktop(
    qtbot: QtBot, serve: Serve, answer: str, kind: type[Exception]
) -> None:
    serve(answer)
    assert isinstance(came(qtbot), kind)


def test_missing_portal_is_reported_at_once(qtbot: QtBot, bus: str) -> None:
    assert isinstance(came(qtbot), ScreenPortalAbsent)


def test_missing_bus_is_reported_at_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    assert isinstance(came(qtbot), ScreenPortalAbsent)


def test_silent_portal_is_given_up_after_time_limit(
    qtbot: QtBot, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screenshot_portal, "ANSWER_MS", 300)
    serve("never")
    assert isinstance(came(qtbot), ScreenPortalAbsent)


def test_bus_that_ends_ends_wait_for_portal(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[bytes | Exception] = []
    look = screenshot_portal.ScreenshotPortal()
    look.taken.connect(got.append)
    look.failed.connect(got.append)
    with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        service = subprocess.Popen(
            [sys.executable, "-m", "tests.services.screen_portal", "never"],
            env=dict(os.environ),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert service.stdout is not None
        assert service.stdout.readline() == "ready\n"
        look.start()
        assert service.stdout.readline() == "asked\n"
        assert not got
    qtbot.waitUntil(lambda: bool(got), timeout=10_000)
    assert isinstance(got[0], ScreenPortalAbsent)
    service.kill()
    service.communicate()


def scanning(screen: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "authenticator", "scan", "--screen"],
        env=dict(os.environ) | screen | {"XDG_SESSION_TYPE": "wayland"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("answer", "exit_code", "words"),
    [("0", 0, "otpauth://totp/"), ("1", 5, "The screen was not captured")],
)
def test_terminal_takes_screenshot_through_portal(
    serve: Serve, screen: dict[str, str], answer: str, exit_code: int, words: str
) -> None:
    service = serve(answer, SAMPLE)
    scan = scanning(screen)
    assert words in "".join(scan.communicate(timeout=PATIENCE_S))
    assert scan.returncode == exit_code
    if answer == "0":
        assert service.stdout is not None
        handed = Path(service.stdout.readline().strip())
        assert not handed.exists()
        handed.parent.rmdir()


def test_ctrl_c_ends_wait_for_portal(serve: Serve, screen: dict[str, str]) -> None:
    service = serve("never")
    scan = scanning(screen)
    assert service.stdout is not None
    assert service.stdout.readline() == "asked\n"
    scan.send_signal(signal.SIGINT)
    scan.communicate(timeout=PATIENCE_S)
    assert scan.returncode == 130
