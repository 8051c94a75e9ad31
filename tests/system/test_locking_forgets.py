"""After a lock no process of the app knows a name, a key or the passphrase: the window as people
start it, on a real screen, and its memory searched from outside."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from authenticator.app.settings_file import SettingsFile
from authenticator.compose import Services
from authenticator.vault.kinds import StoreKind
from tests.gui.window_driver import WindowDriver, wait_for
from tests.patience import PATIENCE_S
from tests.services.memory_search import family, forms, forms_of_key, found_in
from tests.services.pictures import qrencode_png
from tests.services.secret_service import SecretService, secret_service

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

PASSPHRASE = "violet anchors of the harbour"
TYPED_KEY = "K5UXG2DJNZTSAZTPOIQHI2DFEBRGK43U"
SCANNED_KEY = "ORUGK4TFEBUXGIDON4QHG4DPN5XCA3DF"
TYPED, SCANNED = ("Quellwasser", "mirabelle@example.org"), ("Steinbruch", "holunder@example.org")
LINK = f"otpauth://totp/{SCANNED[0]}:{SCANNED[1]}?secret={SCANNED_KEY}&issuer={SCANNED[0]}"
HALF_TYPED, HALF_KEY = "zwetschge@example.org", "MZWG65DFOIQGC3TEEBRGC3DLMVZA2345"

STARTS = "import sys; from authenticator.__main__ import main; sys.exit(main())"

Way = Callable[[WindowDriver], None]


def by_key(hands: WindowDriver) -> None:
    hands.key("ctrl+l")


def with_screen(hands: WindowDriver) -> None:
    """As a desktop says that its screen was locked."""
    subprocess.run(
        [
            *("dbus-send", "--session", "--type=signal", "/org/freedesktop/ScreenSaver"),
            *("org.freedesktop.ScreenSaver.ActiveChanged", "boolean:true"),
        ],
        env=hands._environment,
        check=True,
    )


class Desk:
    """One user's screen, keyring and home, and the windows that were opened there."""

    def __init__(self, service: SecretService, screen: dict[str, str], home: Path) -> None:
        self.home = home
        self.environment = service.environment | screen | {"AUTHENTICATOR_HOME": str(home)}
        self.hands: list[WindowDriver] = []
        self.wanted: dict[str, list[bytes]] = {}
        SettingsFile(home / "settings.json").change(
            introduced=True, lock_with_session=True, debug_log=True
        )

    def open(self) -> WindowDriver:
        self.hands.append(WindowDriver(self.environment))
        return self.hands[-1]

    def by_terminal(self, *words: str, given: str = "") -> str:
        return subprocess.run(
            [sys.executable, "-m", "authenticator", *words],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def processes(self) -> list[int]:
        return family(self.hands[-1].process.pid)

    def known(self) -> set[str]:
        """What is in the memory of any of the app's processes."""
        processes = self.processes()
        try:
            return set().union(*(found_in(pid, self.wanted) for pid in processes))
        except PermissionError:
            pytest.skip("may not read the memory of other processes here")


@contextmanager
def desk_with_keyring(screen: dict[str, str], home: Path) -> Iterator[Desk]:
    """A desk whose windows end with it."""
    with secret_service() as service:
        desk = Desk(service, screen, home)
        yield desk
        for hands in desk.hands:
            hands.end()


@pytest.fixture
def desk(screen: dict[str, str], home: Path) -> Iterator[Desk]:
    with desk_with_keyring(screen, home) as desk:
        yield desk


def enrol_by_hand(hands: WindowDriver) -> None:
    hands.key("ctrl+n")
    hands.until("Add an account")
    hands.key("Down", "Return")
    hands.until("Enter the key")
    hands.type(f"{TYPED[1]}\t{TYPED_KEY}\t{TYPED[0]}\n")
    hands.until("New code")
    hands.key("Escape")
    hands.until("Codes")


def enrol_by_picture(hands: WindowDriver, folder: Path) -> None:
    picture = folder / "panel.png"
    picture.write_bytes(qrencode_png(LINK))
    with hands.copied_picture(picture):
        hands.key("ctrl+v")
        hands.until("Accounts found")
        hands.key("Return")
        hands.until("New code")
    hands.key("Escape")
    hands.until("Codes")


def show_key(hands: WindowDriver) -> None:
    hands.key("End", "Menu", *("Up",) * 4, "Return")
    hands.until_dialog("Show QR code and key")
    hands.key("Tab", "Return")
    hands.until_gone("Show QR code and key")
    hands.until("QR code and key")
    hands.key("Escape")
    hands.until("Codes")


def copy_code(hands: WindowDriver) -> None:
    hands.key("Home", "Return")
    wait_for(lambda: hands.clipboard().isdigit(), "the code on the clipboard")


def half_type(hands: WindowDriver) -> None:
    hands.key("ctrl+n")
    hands.until("Add an account")
    hands.key("Down", "Return")
    hands.until("Enter the key")
    hands.type(f"{HALF_TYPED}\t{HALF_KEY}")


def accounts(desk: Desk) -> list[str]:
    listed = desk.by_terminal("list", "--json").splitlines()
    return [json.loads(line)["account"] for line in listed]


def everything_shown(desk: Desk, hands: WindowDriver, folder: Path, vault_key: bytes) -> None:
    """Go everywhere where a key or a name is shown, and see that the search would find them."""
    enrol_by_hand(hands)
    enrol_by_picture(hands, folder)
    show_key(hands)
    copy_code(hands)
    half_type(hands)
    desk.wanted |= {
        "vault key": forms_of_key(vault_key),
        "typed key": forms_of_key(base64.b32decode(TYPED_KEY)),
        "scanned key": forms_of_key(base64.b32decode(SCANNED_KEY)),
    }
    for word in (*TYPED, *SCANNED, HALF_TYPED, HALF_KEY):
        desk.wanted[word] = forms(word)
    missed = set(desk.wanted) - desk.known()
    assert missed <= {"passphrase"}  # of which Qt may have left nothing


def goes_on_as_before(desk: Desk, hands: WindowDriver) -> None:
    hands.until("Enter the key")  # which was half typed
    hands.key("Return")
    hands.until("New code")
    hands.key("Escape")
    hands.until("Codes")
    copy_code(hands)
    assert hands.quit()[0] == 0


@pytest.mark.parametrize("way", [by_key, with_screen])
def test_lock_forgets_everything_that_the_keyring_opened(
    desk: Desk, tmp_path: Path, way: Way
) -> None:
    hands = desk.open()
    hands.until("Codes")
    everything_shown(desk, hands, tmp_path, key_of(desk))
    place, before = hands.place(), desk.processes()
    assert len(before) > 1  # a process has read the picture
    way(hands)
    hands.until_restarted()
    hands.until("Locked")
    assert desk.known() == set()
    assert desk.processes() == [hands.process.pid]
    assert [pid for pid in before if Path(f"/proc/{pid}").exists()] == [hands.process.pid]
    assert not hands.clipboard()
    assert hands.place() == place
    hands.key("Return")
    goes_on_as_before(desk, hands)
    assert accounts(desk) == [TYPED[1], SCANNED[1], HALF_TYPED]


def test_lock_forgets_passphrase_and_everything_that_it_opened(desk: Desk, tmp_path: Path) -> None:
    vault = Services(desk.home).create_vault(StoreKind.SEALED, PASSPHRASE)
    key = vault.key
    vault.close()
    desk.wanted["passphrase"] = forms(PASSPHRASE)
    hands = desk.open()
    hands.until("Unlock")
    hands.type(f"{PASSPHRASE}\n")
    hands.until("Codes")
    everything_shown(desk, hands, tmp_path, key)
    hands.lock()
    hands.until("Unlock")
    assert desk.known() == set()
    hands.type(f"{PASSPHRASE}\n")
    goes_on_as_before(desk, hands)


def key_of(desk: Desk) -> bytes:
    """The vault's key, read with the keyring of this desk."""
    script = (
        "from authenticator.compose import Services;"
        "print(Services.for_user().open_vault().key.hex())"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env=desk.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return bytes.fromhex(told.stdout)


def test_locked_window_keeps_lock_and_takes_links_of_later_starts(desk: Desk) -> None:
    desk.by_terminal("add", "-", given=LINK)
    hands = desk.open()
    hands.until("Codes")
    hands.lock()
    later = subprocess.run(
        [sys.executable, "-m", "authenticator", LINK.replace(*SCANNED)],
        env=desk.environment,
        timeout=PATIENCE_S,
        check=False,
    )
    assert later.returncode == 0
    assert desk.processes() == [hands.process.pid]
    hands.key("Return")
    hands.until("Accounts found")
    hands.lock()  # with a link that was not added
    hands.key("Return")
    hands.until("Accounts found")


def test_start_between_two_processes_of_a_lock_is_taken_over(desk: Desk) -> None:
    desk.by_terminal("add", "-", given=LINK)
    hands = desk.open()
    hands.until("Codes")
    hands.key("ctrl+l")
    later = [
        subprocess.Popen([sys.executable, "-m", "authenticator", LINK], env=desk.environment)
        for _ in range(2)
    ]
    assert [start.wait(PATIENCE_S) for start in later] == [0, 0]
    hands.until_restarted()
    hands.key("Return")
    hands.until("Accounts found")


def test_process_that_cannot_be_replaced_ends(desk: Desk, tmp_path: Path) -> None:
    """Better no window than one that still knows everything."""
    script = "import os; os.execv = lambda *_: open('/nowhere');" + STARTS
    desk.by_terminal("add", "-", given=LINK)
    hands = WindowDriver(desk.environment, [sys.executable, "-c", script])
    desk.hands.append(hands)
    hands.until("Codes")
    hands.key("ctrl+l")
    hands.process.communicate(timeout=PATIENCE_S)
    assert hands.process.returncode == 5


TELLS = """
import ctypes, os, threading, time
def tell():
    while True:
        time.sleep(0.1)
        os.write(2, b"%d" % ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
threading.Thread(target=tell, daemon=True).start()
"""
"""Writes digits to stderr: whether the process is dumpable (PR_GET_DUMPABLE)."""


def test_window_is_not_dumpable_once_portals_have_looked(desk: Desk) -> None:
    desk.by_terminal("add", "-", given=LINK)
    hands = WindowDriver(desk.environment, [sys.executable, "-c", TELLS + STARTS])
    desk.hands.append(hands)
    assert hands.process.stderr is not None
    told = hands.process.stderr.fileno()

    def is_hidden_after_a_look() -> None:
        wait_for(lambda: os.read(told, 1) == b"1", "a process that portals can look at")
        wait_for(lambda: {os.read(told, 1) for _ in range(20)} == {b"0"}, "one that stays hidden")

    is_hidden_after_a_look()
    hands.until("Codes")
    hands.lock()
    is_hidden_after_a_look()


def with_cores(folder: Path) -> str:
    """Python that turns core files on, into this folder; skips where the system keeps none."""
    script = (
        f"import os, resource as r; os.chdir({str(folder)!r});"
        "r.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2);"
    )
    subprocess.run([sys.executable, "-c", f"{script}os.abort()"], check=False)
    cores = list(folder.glob("*core*"))
    if not cores:
        pytest.skip("no core files in the folder of a process here")
    for core in cores:
        core.unlink()
    return script


def test_no_core_is_written_of_window_or_reader(desk: Desk, tmp_path: Path) -> None:
    desk.by_terminal("add", "-", given=LINK)
    hands = WindowDriver(desk.environment, [sys.executable, "-c", with_cores(tmp_path) + STARTS])
    desk.hands.append(hands)
    hands.until("Codes")
    hands.key("ctrl+n")
    hands.until("Add an account")
    hands.key("Return")
    hands.until("Scan QR code")
    wait_for(lambda: len(desk.processes()) > 1, "the process that reads pictures")
    for pid in reversed(desk.processes()):
        os.kill(pid, signal.SIGABRT)
    hands.process.communicate(timeout=PATIENCE_S)
    assert hands.process.returncode == -signal.SIGABRT
    assert list(tmp_path.glob("*core*")) == []


def test_no_core_is_written_of_terminal(desk: Desk, tmp_path: Path) -> None:
    desk.by_terminal("add", "-", given=LINK)
    script = f"{with_cores(tmp_path)} import sys; sys.argv = ['authenticator', 'watch'];{STARTS}"
    with subprocess.Popen(
        [sys.executable, "-c", script], env=desk.environment, stdout=subprocess.PIPE
    ) as watch:
        assert watch.stdout is not None
        assert watch.stdout.read(1)
        watch.send_signal(signal.SIGABRT)
        assert watch.wait(PATIENCE_S) == -signal.SIGABRT
    assert list(tmp_path.glob("*core*")) == []
