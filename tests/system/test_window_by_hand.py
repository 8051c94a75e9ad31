"""The window on a real screen with a real keyring, by real mouse and keys."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authenticator import resource
from authenticator.app.settings_file import SettingsFile
from tests.gui.window_driver import WindowDriver, wait_for
from tests.patience import PATIENCE_S
from tests.services.screen import x_screen
from tests.services.secret_service import SecretService

pytestmark = pytest.mark.system

KEY = "JBSWY3DPEHPK3PXP"
START = (200, 606)
SKIP = (50, 606)
ENTER_THE_KEY = (200, 216)

Open = Callable[..., WindowDriver]


@pytest.fixture
def open_window(
    screen: dict[str, str], secret_service_here: SecretService, home: Path
) -> Iterator[Open]:
    """Start copies of the app for this test's user; at the end kill what still runs."""
    running: list[WindowDriver] = []

    def start(**changes: str) -> WindowDriver:
        environment = secret_service_here.environment | screen
        environment |= {"AUTHENTICATOR_HOME": str(home)} | changes
        running.append(WindowDriver(environment))
        return running[-1]

    yield start
    for hands in running:
        hands.end()


@pytest.fixture
def secret_service_here() -> Iterator[SecretService]:
    from tests.services.secret_service import secret_service

    with secret_service() as service:
        yield service


def oathtool(key: str) -> list[str]:
    """Return the current and the previous codes: a slow computer needs seconds to look, and the
    time step may end meanwhile."""
    return [
        subprocess.run(
            ["oathtool", "--totp", "-b", "-N", f"@{int(time.time()) - ago}", key],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for ago in (0, 3, 10)
    ]


def copies(hands: WindowDriver, key: str = KEY) -> bool:
    return hands.clipboard() in oathtool(key)


def by_terminal(hands: WindowDriver, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "authenticator", *words],
        env=hands._environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_first_start_leads_to_copied_code(
    open_window: Open, secret_service_here: SecretService
) -> None:
    hands = open_window()
    hands.until("Welcome")
    hands.click(*START)
    hands.until("Introduction")
    hands.click(*SKIP)
    hands.until("Add an account")
    hands.click(*ENTER_THE_KEY)
    hands.until("Enter the key")
    hands.type("kim@example.org\tjbsw y3dp-ehpk 3pxp\tExample Panel\n")
    hands.until("New code")
    hands.key("Return")
    wait_for(lambda: copies(hands), "the code on the clipboard")
    found = subprocess.run(
        ["secret-tool", "search", "--all", "username", "authenticator"],
        env=secret_service_here.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert KEY in found.stdout

    hands.key("Tab", "Return")
    hands.until("Codes")
    code, said = hands.quit()
    assert (code, said) == (0, "")

    again = open_window()
    again.until("Codes")
    again.click(120, 100)
    wait_for(lambda: copies(again), "the code on the clipboard, by a click on its row")
    assert again.quit() == (0, "")


def test_pasted_picture_of_code_becomes_account(
    open_window: Open, secret_service_here: SecretService
) -> None:
    hands = open_window()
    hands.until("Welcome")
    hands.key("Return")
    hands.until("Introduction")
    hands.key("Return", "Return", "Return")
    hands.until("Add an account")
    with hands.copied_picture(resource.path("samples/panel-enrolment.png")):
        hands.key("ctrl+v")
        hands.until("Accounts found")
        hands.key("Return")
        hands.until("New code")
    hands.key("Return")
    listed = by_terminal(hands, "list", "--json")
    assert '"Example Panel"' in listed
    code = by_terminal(hands, "code", "Example")
    wait_for(lambda: hands.clipboard() in code.replace(" ", ""), "the code on the clipboard")


def test_account_added_by_terminal_appears_in_window(open_window: Open, tmp_path: Path) -> None:
    hands = open_window()
    hands.until("Welcome")
    hands.key("Return")
    hands.until("Introduction")
    hands.key("Return", "Return", "Return")
    hands.until("Add an account")
    hands.key("Escape")
    hands.until("Codes")
    link = tmp_path / "link"
    link.write_text(f"otpauth://totp/Wiki:kim?secret={KEY}&issuer=Wiki")
    by_terminal(hands, "add", str(link))

    def copies_on_a_click() -> bool:
        hands.click(120, 100)  # where its row will be
        return copies(hands)

    wait_for(copies_on_a_click, "the code of the account that the terminal added")


def test_locked_keyring_is_reported_and_retried(
    open_window: Open, secret_service_here: SecretService, tmp_path: Path
) -> None:
    hands = open_window()
    hands.until("Welcome")
    hands.key("Return")
    hands.until("Introduction")
    hands.key("Return", "Return", "Return")
    hands.until("Add an account")
    link = tmp_path / "link"
    link.write_text(f"otpauth://totp/Wiki:kim?secret={KEY}&issuer=Wiki")
    by_terminal(hands, "add", str(link))
    assert hands.quit()[0] == 0
    secret_service_here.lock()
    locked = open_window()
    wait_for(lambda: "keyring" in locked.title.lower(), "words about the keyring")
    secret_service_here.unlock()
    locked.key("Return")
    locked.until("Codes")


def test_missing_keyring_stores_keys_in_sealed_file(open_window: Open, home: Path) -> None:
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    hands = open_window(**nowhere)
    hands.until("Welcome")
    hands.key("Return")
    hands.until("Introduction")
    hands.key("Return", "Return", "Return")
    hands.until("No keyring found on this computer")
    hands.key("Tab", "Return")
    hands.until("Sealed file")
    hands.type("open sesame\nopen sesame\n")
    hands.until("Add an account")
    hands.click(*ENTER_THE_KEY)
    hands.until("Enter the key")
    hands.type(f"kim\t{KEY}\tWiki\n")
    hands.until("New code")
    assert hands.quit()[0] == 0
    assert KEY.encode() not in b"".join(
        file.read_bytes() for file in home.iterdir() if file.is_file()
    )

    again = open_window(**nowhere)
    again.until("Unlock")
    again.type("wrong\n")
    time.sleep(2)  # either it was refused, or the message stays long enough to be read
    again.until("Unlock")
    again.type("open sesame\n")
    again.until("Codes")
    again.key("Down", "Return")
    wait_for(lambda: copies(again), "the code on the clipboard")


@pytest.fixture
def hands(open_window: Open, tmp_path: Path, home: Path) -> WindowDriver:
    """A window with one account, which clears the clipboard after 10 s."""
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "settings.json").write_text('{"introduced": true, "clear_after_s": 10}')
    hands = open_window()
    hands.until("Codes")
    link = tmp_path / "link"
    link.write_text(f"otpauth://totp/Wiki:kim?secret={KEY}&issuer=Wiki")
    by_terminal(hands, "add", str(link))
    return hands


def copied_by(hands: WindowDriver) -> bool:
    """Return whether Ctrl+C copies the code of the first account; it may not be there yet."""
    hands.key("Down", "ctrl+c")
    return copies(hands)


def test_copied_code_is_marked_secret_and_cleared_after_its_time(hands: WindowDriver) -> None:
    wait_for(lambda: copied_by(hands), "the code on the clipboard")
    assert "UTF8_STRING" in hands.clipboard_targets()
    assert hands.clipboard_as("x-kde-passwordManagerHint") == "secret"
    wait_for(lambda: "UTF8_STRING" not in hands.clipboard_targets(), "an empty clipboard")
    wait_for(lambda: copied_by(hands), "the code on the clipboard")
    hands.copy("something else")
    code, said = hands.quit()
    assert code == 0
    # Qt says so when somebody asks for what was cleared at the same moment.
    assert all("no data available" in line for line in said.splitlines())
    assert hands.clipboard() == "something else"


def test_code_kept_by_clipboard_manager_is_cleared_on_quit(hands: WindowDriver) -> None:
    wait_for(lambda: copied_by(hands), "the code on the clipboard")
    with hands.clipboard_kept() as kept:
        hands.key("Return")
        kept()
        assert copies(hands)
        assert hands.quit() == (0, "")
        assert hands.clipboard() == ""


@pytest.mark.parametrize("accounts", [0, 3])
def test_start_can_be_measured(
    screen: dict[str, str],
    secret_service_here: SecretService,
    home: Path,
    tmp_path: Path,
    accounts: int,
) -> None:
    environment = secret_service_here.environment | screen | {"AUTHENTICATOR_HOME": str(home)}
    command = [sys.executable, "-m", "authenticator"]
    if accounts:
        links = tmp_path / "links"
        links.write_text(
            "\n".join(f"otpauth://totp/Wiki{n}:kim?secret={KEY}" for n in range(accounts))
        )
        subprocess.run(
            [*command, "add", str(links)], env=environment, capture_output=True, check=True
        )
    started = subprocess.run(
        command,
        env=environment | {"AUTHENTICATOR_TRACE_START": "quit"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (started.returncode, started.stdout, started.stderr) == (0, "painted\n", "")


FIRST_PICTURE = """
import linecache, os, sys, types

def on_first_paint():
    def painted():
        print(*sorted(sys.modules))
        print(*sorted(linecache.cache), flush=True)
        os._exit(0)
    return painted

# In its place, for it loads Qt, which a start does not yet.
sys.modules["authenticator.gui.startup.trace"] = trace = types.ModuleType("trace")
trace.on_first_paint = on_first_paint
sys.argv = ["authenticator"]
from authenticator.__main__ import main
main()
"""
NOT_YET = {
    "authenticator.vault.lifecycle",
    "authenticator.vault.vault",
    "authenticator.vault.index",
    "authenticator.wording.errors",
    "cryptography",
    "authenticator.app.crash_report",
    "authenticator.gui.widgets.crash_dialog",
    "jeepney",
    "logging.handlers",
    "secretstorage",
    "sqlite3",
    "keyring",
    "pickle",
    "pyotp",
    "hashlib",
    "cv2",
    "numpy",
    "zxingcpp",
    "ntplib",
    "PySide6.QtDBus",
    "PySide6.QtSvg",
    "PySide6.QtNetwork",
}


def test_first_codes_appear_before_their_modules_are_loaded(
    screen: dict[str, str], secret_service_here: SecretService, home: Path
) -> None:
    """The start is quick because another process opens the vault meanwhile: one import too many
    in this one, and both are loaded."""
    environment = secret_service_here.environment | screen | {"AUTHENTICATOR_HOME": str(home)}
    subprocess.run(
        [sys.executable, "-m", "authenticator", "add", "-"],
        env=environment,
        input=f"otpauth://totp/Wiki:kim?secret={KEY}",
        capture_output=True,
        text=True,
        check=True,
    )
    told = subprocess.run(
        [sys.executable, "-c", FIRST_PICTURE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    ).stdout
    loaded, sources = (line.split() for line in told.splitlines())
    assert "authenticator.gui.accounts.row_delegate" in loaded
    assert NOT_YET & set(loaded) == set()
    assert [file for file in sources if "authenticator" in file] == []  # PySide reads them all


def test_window_has_icon_of_the_app(open_window: Open) -> None:
    hands = open_window()
    wait_for(lambda: "(CARDINAL)" in hands.told("_NET_WM_ICON"), "its icon")


def test_window_fits_small_screen(secret_service_here: SecretService, home: Path) -> None:
    SettingsFile(home / "settings.json").change(introduced=True)
    with x_screen("640x480") as small:
        environment = secret_service_here.environment | small | {"AUTHENTICATOR_HOME": str(home)}
        hands = WindowDriver(environment)
        try:
            hands.until("Codes")
            left, top, width, height = hands.place()
            assert 0 <= left <= left + width <= 640
            assert 0 <= top <= top + height <= 480

            def turns_to_settings() -> bool:
                hands.key("ctrl+comma")  # has no effect before the vault exists
                return hands.title == "Settings"

            wait_for(turns_to_settings, "the settings")
            hands.type("compact")
            hands.key("Tab", "space")
            settings = SettingsFile(home / "settings.json")
            wait_for(lambda: settings.read().compact, "compact rows")
            assert hands.quit() == (0, "")
        finally:
            hands.end()


def issuers(hands: WindowDriver, *words: str) -> list[str]:
    """Return the issuers that the terminal lists, in order."""
    listed = by_terminal(hands, "list", "--json", *words)
    return [json.loads(line)["issuer"] for line in listed.splitlines()]


@pytest.fixture
def three(
    open_window: Open, secret_service_here: SecretService, tmp_path: Path, home: Path
) -> WindowDriver:
    """The window with three accounts: A, B and C."""
    SettingsFile(home / "settings.json").change(introduced=True)
    links = tmp_path / "links"
    links.write_text(
        "\n".join(f"otpauth://totp/{name}:kim?secret={KEY}&issuer={name}" for name in "ABC")
    )
    subprocess.run(
        [sys.executable, "-m", "authenticator", "add", links],
        env=secret_service_here.environment | {"AUTHENTICATOR_HOME": str(home)},
        capture_output=True,
        check=True,
    )
    hands = open_window()
    hands.until("Codes")
    return hands


def test_rows_are_dragged_to_their_places(three: WindowDriver) -> None:
    wait_for(lambda: copied_by(three), "the first code")  # the rows are there
    three.drag((200, 97), (200, 300))
    wait_for(lambda: issuers(three) == ["B", "C", "A"], "the first row below the others")
    three.drag((200, 273), (200, 160))
    wait_for(lambda: issuers(three) == ["B", "A", "C"], "the last row in the middle")
    assert three.quit() == (0, "")


def test_accounts_are_found_moved_edited_and_removed_by_keyboard(three: WindowDriver) -> None:
    three.type("b")
    three.key("Return")
    wait_for(lambda: copies(three), "the code on the clipboard")
    three.key("Escape", "Down", "Home", "alt+Down")
    wait_for(lambda: issuers(three) == ["B", "A", "C"], "the first row below the second")
    three.key("Delete")
    wait_for(lambda: issuers(three) == ["B", "C"], "two accounts")
    assert issuers(three, "--bin") == ["A"]
    three.key("ctrl+z")
    wait_for(lambda: issuers(three) == ["B", "A", "C"], "the account back in its place")
    # Last, because without a window manager nothing gives the focus back after a dialog.
    three.key("F2")
    three.until_dialog("Edit account")
    three.type("Z\n")
    wait_for(lambda: issuers(three) == ["B", "A", "Z"], "the new name")


def test_lock_clears_clipboard_and_enter_unlocks(hands: WindowDriver) -> None:
    wait_for(lambda: copied_by(hands), "the code on the clipboard")
    hands.lock()
    hands.until("Locked")
    wait_for(lambda: "UTF8_STRING" not in hands.clipboard_targets(), "an empty clipboard")
    hands.key("Return")
    hands.until("Codes")
    wait_for(lambda: copied_by(hands), "the code on the clipboard")
    assert hands.quit()[0] == 0
