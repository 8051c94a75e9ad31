"""The main job by command line, as people run it, on a real keyring and a real time server."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S
from tests.services.pictures import qrencode_png
from tests.services.secret_service import SecretService, secret_service
from tests.services.time_server import time_server

pytestmark = pytest.mark.system

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PANEL = f"otpauth://totp/127.0.0.1%3A8765%3A%20alice?secret={KEY}&issuer=127.0.0.1:8765"
STRONG = f"otpauth://totp/Bank:bob?secret={KEY}&issuer=Bank&algorithm=SHA512&digits=8"


@pytest.fixture(scope="module")
def ring() -> Iterator[SecretService]:
    with secret_service() as service:
        yield service


@pytest.fixture
def unlocked(ring: SecretService) -> SecretService:
    ring.unlock()
    return ring


class App:
    """`authenticator WORDS` in a session of its own."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.environment = environment | {"AUTHENTICATOR_HOME": str(home)}

    def start(self, *words: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "authenticator", *map(str, words)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: object, stdin: str = "", exit_code: int = 0) -> tuple[str, str]:
        process = self.start(*words)
        out, messages = process.communicate(stdin, timeout=PATIENCE_S)
        assert process.returncode == exit_code, messages
        return out, messages

    def told(self, *words: object, stdin: str = "", exit_code: int = 0) -> list[dict[str, Any]]:
        out, _ = self.run(*words, "--json", stdin=stdin, exit_code=exit_code)
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def app(home: Path, unlocked: SecretService) -> App:
    return App(home, unlocked.environment)


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, Path]:
    made = (tmp_path / "panel.png", tmp_path / "bank.png")
    for path, uri in zip(made, (PANEL, STRONG), strict=True):
        path.write_bytes(qrencode_png(uri))
    return made


def oath(at: float, *options: str) -> str:
    words = options or ("--totp",)
    return subprocess.run(
        ["oathtool", *words, "-N", f"@{int(at)}", "-b", KEY],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_scanned_picture_gives_right_code_through_keyring(
    app: App, home: Path, unlocked: SecretService, pictures: tuple[Path, Path]
) -> None:
    panel, bank = app.told("scan", *pictures, "--add")
    alice, bob = panel["added"][0], bank["added"][0]
    begun = time.time()
    now = app.told("code", "alice")[0]
    assert now["code"] in {oath(begun), oath(time.time())}
    for at in (59, 20_000_000_000):
        assert app.told("code", "alice", "--at", at)[0]["code"] == oath(at)
        assert app.told("code", "bob", "--at", at)[0]["code"] == oath(
            at, "--totp=sha512", "-d", "8"
        )
    # An independent reader finds each secret under a name that tells whose it is.
    for account in (alice, bob):
        item = unlocked.lookup(service=f"Authenticator {account['id']}", username="authenticator")
        assert item is not None
        assert KEY in item
    kept = all_bytes(home)
    for plain in (KEY, "127.0.0.1:8765", "alice", "bob", "Bank", "otpauth"):
        assert plain.encode() not in kept
    app.run("remove", alice["id"], "--now", "--yes")
    assert unlocked.lookup(service=f"Authenticator {alice['id']}") is None
    assert [one["account"] for one in app.told("list")] == ["bob"]


def test_locked_keyring_is_reported_and_loses_nothing(
    app: App, unlocked: SecretService, pictures: tuple[Path, Path]
) -> None:
    app.run("scan", pictures[0], "--add")
    unlocked.lock()
    _, messages = app.run("code", "alice", exit_code=5)
    assert "The keyring is locked" in messages
    _, messages = app.run("scan", pictures[1], "--add", exit_code=5)
    assert "The keyring is locked" in messages
    unlocked.unlock()
    assert app.told("code", "alice", "--at", 59)[0]["code"] == oath(59)
    assert len(app.told("list")) == 1


def test_corrected_time_shifts_codes_and_clearing_restores_them(
    app: App, pictures: tuple[Path, Path]
) -> None:
    app.run("scan", pictures[0], "--add")
    with time_server(90) as server:
        asked = app.told("time", "--server", server)[0]
        assert asked["decision"] == "agreed"
        assert asked["offset_s"] == pytest.approx(90, abs=0.5)
        assert app.told("code", "alice")[0]["offset_s"] == 0.0
        out, _ = app.run("time", "--server", server, "--apply")
    assert "own clock is not changed" in out
    begun = time.time()
    shifted = app.told("code", "alice")[0]
    assert shifted["code"] in {oath(begun + 89.5), oath(time.time() + 90.5)}
    assert shifted["offset_s"] == pytest.approx(90, abs=0.5)
    app.run("time", "--clear")
    begun = time.time()
    assert app.told("code", "alice")[0]["code"] in {oath(begun), oath(time.time())}


def test_offline_time_check_changes_nothing(app: App) -> None:
    with time_server(90) as server:
        app.run("time", "--server", server, "--apply")
    before = app.told("time", "--status")
    asked = app.told("time", "--server", server, "--apply", exit_code=5)[0]
    assert (asked["decision"], asked["offset_s"]) == ("unreachable", None)
    assert app.told("time", "--status") == before


def test_two_terminals_at_once_lose_nothing(app: App) -> None:
    app.run("add", "--account", "first", "--key-file", "-", stdin=KEY)
    running = []
    for number in range(8):
        process = app.start("add", "--account", f"kim{number}", "--key-file", "-")
        assert process.stdin is not None
        process.stdin.write(KEY)
        process.stdin.close()
        process.stdin = None
        running.append(process)
    for number, process in enumerate(running):
        process.communicate(timeout=PATIENCE_S)
        assert process.returncode in (0, 5), "5: on a slow computer it waited in vain for its turn"
        if process.returncode:
            app.run("add", "--account", f"kim{number}", "--key-file", "-", stdin=KEY)
    names = {one["account"] for one in app.told("list")}
    assert names == {"first", *(f"kim{number}" for number in range(8))}


def test_two_first_starts_at_once_create_one_vault(app: App) -> None:
    running = [app.start("add", "--account", f"kim{n}", "--key-file", "-") for n in range(2)]
    for process in running:
        process.communicate(KEY, timeout=PATIENCE_S)
    assert [process.returncode for process in running] == [0, 0]
    assert len(app.told("list")) == 2


class Screen:
    """A terminal of 80 x 24 with a person at it."""

    def __init__(self, *words: str, environment: dict[str, str]) -> None:
        import pty

        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.execve(sys.executable, [sys.executable, "-m", "authenticator", *words], environment)  # noqa: S606
        self.seen = ""

    def wait_for(self, pattern: str, within_s: float = PATIENCE_S) -> "re.Match[str]":
        import select

        ends = time.monotonic() + within_s
        while (found := re.search(pattern, self.seen)) is None:
            left = ends - time.monotonic()
            assert left > 0, self.seen
            if select.select([self.terminal], [], [], left)[0]:
                try:
                    self.seen += os.read(self.terminal, 4096).decode()
                except OSError:  # the program ended
                    ends = 0 if re.search(pattern, self.seen) is None else ends
        return found

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def end(self) -> int:
        while True:
            try:
                if not os.read(self.terminal, 4096):
                    break
            except OSError:
                break
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


def without_keyring(home: Path) -> dict[str, str]:
    return dict(os.environ) | {"AUTHENTICATOR_HOME": str(home)}


def test_missing_keyring_lets_person_at_terminal_choose_passphrase(
    home: Path, pictures: tuple[Path, Path]
) -> None:
    environment = without_keyring(home)
    screen = Screen("scan", str(pictures[0]), "--add", environment=environment)
    screen.wait_for("No keyring found")
    screen.wait_for("New passphrase")
    screen.type("first horse\n")
    screen.wait_for("The same again")
    screen.type("other horse\n")
    screen.wait_for("The two differ(.|\n)*New passphrase")
    screen.type("correct horse\n")
    screen.wait_for("The same again(.|\n)*The same again")
    screen.type("correct horse\n")
    screen.wait_for(r"code now: \d{6}")
    assert "horse" not in screen.seen
    assert screen.end() == 0

    screen = Screen("code", "alice", "--at", "59", environment=environment)
    screen.wait_for("Passphrase: ")
    screen.type("correct horse\n")
    screen.wait_for("287082")
    assert screen.end() == 0

    screen = Screen("remove", "alice", "--now", environment=environment)
    screen.wait_for("Passphrase: ")
    screen.type("correct horse\n")
    screen.wait_for("Delete 127.0.0.1:8765: alice and its key for good")
    screen.type("n\n")
    screen.wait_for("Nothing was removed")
    assert screen.end() == 0


def test_demo_on_terminal_follows_code_past_time_step(home: Path) -> None:
    screen = Screen("demo", environment=without_keyring(home))
    first = screen.wait_for(r"Code: (\d{6})")[1]
    screen.wait_for(rf"Code: (?!{first})\d{{6}} \(for 30 s\)")
    screen.wait_for("To go on")
    assert screen.end() == 0


def test_watch_on_terminal_redraws_its_table(home: Path, unlocked: SecretService) -> None:
    app = App(home, unlocked.environment)
    app.run("add", "--issuer", "Panel", "--account", "kim", "--key-file", "-", stdin=KEY)
    screen = Screen("watch", environment=app.environment)
    screen.wait_for(r"\d{3} \d{3} +\d+ s  Panel: kim")
    screen.wait_for(r"\x1b\[1A")
    screen.type("\x03")
    assert screen.end() == 130


def test_vault_with_lost_key_can_be_set_aside(
    app: App, home: Path, unlocked: SecretService
) -> None:
    others = unlocked.services()
    app.run("add", "--account", "kim", "--key-file", "-", stdin=KEY)
    app.run("doctor", "--set-aside", exit_code=2)
    (key_item,) = (name for name in unlocked.services() - others if "vault" in name)
    words = ["secret-tool", "clear", "service", key_item]
    subprocess.run(words, env=unlocked.environment, check=True)
    _, messages = app.run("code", "kim", exit_code=4)
    assert "doctor --set-aside" in messages
    kept = Path(app.told("doctor", "--set-aside")[0]["kept"])
    assert kept.parent == home
    assert kept.exists()
    app.run("add", "--account", "lee", "--key-file", "-", stdin=KEY)


def test_watch_fits_its_table_to_the_screen(home: Path, unlocked: SecretService) -> None:
    app = App(home, unlocked.environment)
    links = "".join(f"otpauth://totp/P:kim{n}?secret={KEY}&issuer=P\n" for n in range(30))
    app.run("add", "-", stdin=links)
    screen = Screen("watch", environment=app.environment | {"LINES": "12", "COLUMNS": "80"})
    screen.wait_for("20 more: name some words")
    screen.wait_for(r"\x1b\[11A")
    assert "kim9" in screen.seen
    assert "kim10" not in screen.seen
    screen.type("\x03")
    assert screen.end() == 130
