"""From the screen: another program's window shows a panel's code, and the user asks to scan it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.gui.window_driver import WindowDriver, wait_for
from tests.services.secret_service import SecretService, secret_service
from tests.system.test_window_by_hand import KEY, by_terminal, copies

pytestmark = pytest.mark.system

LINK = f"otpauth://totp/Panel:kim@example.org?secret={KEY}&issuer=Panel"
OTHER = "otpauth://totp/Shop:eve?secret=MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK&issuer=Shop"


@pytest.fixture
def hands(screen: dict[str, str], home: Path) -> Iterator[WindowDriver]:
    with secret_service() as service:
        yield from _opened(service, screen, home)


def _opened(service: SecretService, screen: dict[str, str], home: Path) -> Iterator[WindowDriver]:
    opened = WindowDriver(
        service.environment | screen | {"AUTHENTICATOR_HOME": str(home), "XDG_SESSION_TYPE": "x11"}
    )
    try:
        opened.until("Welcome")
        opened.key("Return")
        opened.until("Introduction")
        opened.key("Return", "Return", "Return")
        opened.until("Add an account")
        opened.key("Return")
        opened.until("Scan QR code")
        yield opened
    finally:
        opened.end()


@contextmanager
def panel(screen: dict[str, str], *links: str) -> Iterator[None]:
    """Open another program's window with a panel's page, below the app's window."""
    other = subprocess.Popen(
        [sys.executable, "-m", "tests.services.panel_window", *links],
        env=screen_environment(screen),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "shown\n"
        yield
    finally:
        other.kill()
        other.communicate()


def is_there(hands: WindowDriver) -> bool:
    return bool(hands._do("search", "--onlyvisible", "--pid", str(hands.process.pid)).split())


def screen_environment(screen: dict[str, str]) -> dict[str, str]:
    return dict(os.environ) | screen


def test_code_in_another_window_becomes_account(
    hands: WindowDriver, screen: dict[str, str], home: Path
) -> None:
    with panel(screen, LINK):
        hands.key("space")  # the button has the focus; where it stands depends on the cameras
        hands.until("Accounts found")
        hands.key("Return")
        hands.until("New code")
    hands.key("Return")
    wait_for(lambda: copies(hands), "the code, equal to oathtool's")
    assert '"Panel"' in by_terminal(hands, "list", "--json")
    left = [file for file in home.rglob("*") if file.is_file()]
    assert left
    assert not any(file.read_bytes().startswith((b"\x89PNG", b"\xff\xd8", b"BM")) for file in left)
    assert hands.quit() == (0, "")


def test_one_of_two_codes_is_picked(hands: WindowDriver, screen: dict[str, str]) -> None:
    with panel(screen, OTHER, LINK):
        hands.key("space")
        hands.until("Accounts found")
        hands.key("space", "Tab", "Tab", "Return")  # the first is not wanted
        hands.until("New code")
    hands.key("Return")
    wait_for(lambda: copies(hands), "the code, equal to oathtool's")


def test_failed_scan_restores_window_for_another_try(
    hands: WindowDriver, screen: dict[str, str]
) -> None:
    with panel(screen):
        hands.key("space")
        wait_for(lambda: not is_there(hands), "the window stepping aside")
        wait_for(lambda: is_there(hands), "the window coming back")
        hands.until("Scan QR code")
    with panel(screen, LINK):
        hands.key("space")
        hands.until("Accounts found")
        hands.key("Return")
        hands.until("New code")
