"""The tray icon as desktops show it: on a real bus and screen, with a real keyring."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from authenticator.app.settings_file import SettingsFile
from tests.gui.window_driver import wait_for
from tests.patience import PATIENCE_S
from tests.services.secret_service import SecretService, secret_service
from tests.services.tray import Hand
from tests.system.test_window_by_hand import KEY, oathtool

pytestmark = pytest.mark.system


@pytest.fixture
def service() -> Iterator[SecretService]:
    with secret_service() as one:
        yield one


class App:
    """The app, started hidden by the session's autostart command, and what its desktop reports."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.desktop = subprocess.Popen(
            [sys.executable, "-m", "tests.services.tray"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.said() == "ready"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "authenticator", "--hidden"], env=environment
        )
        self.hand = self.next_hand()

    def next_hand(self) -> Hand:
        """Wait for an icon, of which there is a new one after each lock."""
        word, _, item = self.said().partition(" ")
        assert word == "item"
        return Hand(self.environment["DBUS_SESSION_BUS_ADDRESS"], item)

    def said(self) -> str:
        assert self.desktop.stdout is not None
        return self.desktop.stdout.readline().strip()

    def windows(self) -> str:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.strip()

    def clipboard(self) -> str:
        return subprocess.run(
            [sys.executable, "-m", "tests.gui.clipboard"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def end(self) -> None:
        self.hand.close()
        for process in (self.process, self.desktop):
            process.kill()
            process.communicate()


@pytest.fixture
def app(
    screen: dict[str, str], service: SecretService, home: Path, tmp_path: Path
) -> Iterator[App]:
    environment = service.environment | screen | {"AUTHENTICATOR_HOME": str(home)}
    environment["PYTHONPATH"] = str(Path.cwd())
    link = tmp_path / "link"
    link.write_text(f"otpauth://totp/Wiki:kim?secret={KEY}&issuer=Wiki")
    for words in (["add", str(link)], ["edit", "Wiki", "--pin"]):
        subprocess.run(
            [sys.executable, "-m", "authenticator", *words],
            env=environment,
            capture_output=True,
            check=True,
        )
    SettingsFile(home / "settings.json").change(introduced=True)
    one = App(environment)
    yield one
    one.end()


def test_tray_works_from_hidden_start_to_copied_code_lock_and_quit(app: App) -> None:
    wait_for(lambda: "Wiki: kim" in app.hand.entries(), "the pinned account")
    assert list(app.hand.entries()) == ["Wiki: kim", "Show", "Lock", "Quit"]
    assert not app.windows()
    app.hand.choose("Wiki: kim")
    assert app.said().startswith("notice Code of Wiki: kim copied")
    wait_for(lambda: app.clipboard() in oathtool(KEY), "the code on the clipboard")
    app.hand.choose("Show")
    wait_for(app.windows, "the window")
    wait_for(lambda: "Hide" in app.hand.entries(), "a menu that hides it")
    app.hand.press()
    wait_for(lambda: not app.windows(), "no window")
    app.hand.choose("Lock")
    app.hand.close()
    app.hand = app.next_hand()
    assert not app.windows()
    wait_for(lambda: list(app.hand.entries()) == ["Show", "Unlock", "Quit"], "no name")
    wait_for(lambda: app.clipboard() == "", "an empty clipboard")
    app.hand.choose("Quit")
    assert app.process.wait(timeout=PATIENCE_S) == 0
