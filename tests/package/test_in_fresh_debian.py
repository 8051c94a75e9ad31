"""The executable where there is no Python, as people get it: the whole job by terminal and by
window, with the keyring, the time server and the screen of a real session."""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gui.window_driver import WindowDriver, wait_for
from tests.services.fresh_debian import HOME, FreshDebian
from tests.services.pictures import qrencode_png
from tests.services.time_server import time_server
from tests.system.test_main_job import KEY, oath

PROGRAM = "/opt/authenticator/authenticator"
WINDOW = "/opt/authenticator/authenticator-gui"
LINK = f"otpauth://totp/Panel:kim@example.org?secret={KEY}&issuer=Panel"

App = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def app(debian: FreshDebian, session: dict[str, str]) -> App:
    """Return what the executable's `authenticator WORDS --json` prints."""

    def run(*words: str, exit_code: int = 0) -> list[dict[str, Any]]:
        done = debian.run(PROGRAM, *words, "--json", exit_code=exit_code, **session)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


@pytest.fixture
def fresh_home(debian: FreshDebian) -> Path:
    """Nothing of this app is stored yet; the keyring is."""
    kept = debian.root / HOME.lstrip("/") / ".local/share/authenticator"
    shutil.rmtree(kept, ignore_errors=True)
    return kept


@pytest.fixture
def picture(debian: FreshDebian) -> str:
    place = f"{HOME}/panel.png"
    (debian.root / place.lstrip("/")).write_bytes(qrencode_png(LINK))
    return place


@pytest.fixture
def window(
    debian: FreshDebian, session: dict[str, str], screen: dict[str, str]
) -> Iterator[Callable[..., WindowDriver]]:
    """Start the window on a screen of the test's own; at the end kill what still runs."""
    running: list[WindowDriver] = []

    def start(*words: str) -> WindowDriver:
        import os

        command = debian.command(WINDOW, *words, **session, **screen)
        running.append(WindowDriver(os.environ | screen, command))
        return running[-1]

    yield start
    for hands in running:
        hands.end()


def test_debian_has_neither_python_nor_zbar(debian: FreshDebian) -> None:
    for name in ("python3", "ld", "gcc"):
        assert debian.run("sh", "-c", f"command -v {name}", exit_code=None).returncode != 0
    assert not list((debian.root / "usr/lib").rglob("libzbar*"))


@pytest.mark.parametrize("program", [PROGRAM, WINDOW])
def test_self_check_passes_for_every_part(
    debian: FreshDebian, session: dict[str, str], fresh_home: Path, program: str
) -> None:
    done = debian.run(program, "--self-check", "--json", **session)
    checks = {one["check"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert [one for one in checks.values() if not one["ok"]] == []
    assert "executable" in checks["program"]["detail"]
    assert all(one["ms"] >= 0 for one in checks.values())
    assert checks.keys() >= {
        "keyring",
        "zbar",
        "opencv",
        "zxing",
        "camera",
        "certificates",
        "icons",
    }


def test_self_check_leaves_keyring_unchanged(
    debian: FreshDebian, session: dict[str, str], fresh_home: Path
) -> None:
    def items() -> bytes:
        folder = debian.root / HOME.lstrip("/") / ".local/share/keyrings"
        return b"".join(file.read_bytes() for file in sorted(folder.glob("*.keyring")))

    debian.run(PROGRAM, "--self-check", **session)
    assert b"probe" not in items()


def test_account_from_picture_gives_codes_of_oathtool(
    app: App, fresh_home: Path, picture: str
) -> None:
    (scanned,) = app("scan", picture, "--add")
    assert [one["account"] for one in scanned["added"]] == ["kim@example.org"]
    for at in (59, 20_000_000_000):
        assert app("code", "kim", "--at", str(at))[0]["code"] == oath(at)


def test_codes_follow_real_time_server(app: App, fresh_home: Path, picture: str) -> None:
    app("scan", picture, "--add")
    with time_server(90) as server:
        (asked,) = app("time", "--server", server, "--apply")
    assert asked["decision"] == "agreed"
    begun = time.time()
    shifted = app("code", "kim")[0]
    assert shifted["code"] in {oath(begun + 89.5), oath(time.time() + 90.5)}


def test_window_from_first_start_to_code_and_again_next_day(
    window: Callable[..., WindowDriver], app: App, fresh_home: Path, picture: str
) -> None:
    hands = window(picture)
    hands.until("Welcome")
    hands.key("Return")
    hands.until("Introduction")
    hands.key("Return", "Return", "Return")
    hands.until("Accounts found")
    hands.add_opened()
    hands.key("Return")
    wait_for(lambda: copies(hands), "the code on the clipboard")
    assert hands.quit() == (0, "")

    again = window()
    again.until("Codes")
    wait_for(lambda: click_copies(again), "the code on the clipboard, by a click on its row")
    assert again.quit() == (0, "")
    assert [one["account"] for one in app("list")] == ["kim@example.org"]


def test_window_codes_follow_corrected_time(
    window: Callable[..., WindowDriver], app: App, fresh_home: Path, picture: str
) -> None:
    app("scan", picture, "--add")
    with time_server(90) as server:
        app("time", "--server", server, "--apply")
    hands = window()
    hands.until("Codes")
    wait_for(lambda: click_copies(hands, 90), "the code of 90 s from now on the clipboard")
    assert hands.quit() == (0, "")


def test_account_outlives_session(debian: FreshDebian, fresh_home: Path, picture: str) -> None:
    with debian.session() as first:
        debian.run(PROGRAM, "scan", picture, "--add", **first)
    with debian.session() as second:
        told = debian.run(PROGRAM, "code", "kim", "--at", "59", **second).stdout
    assert oath(59) in re.sub(r"\s", "", told)


def copies(hands: WindowDriver, ahead_s: float = 0.0) -> bool:
    now = time.time() + ahead_s
    return hands.clipboard() in {oath(now - ago) for ago in (-1, 0, 3)}


def click_copies(hands: WindowDriver, ahead_s: float = 0.0) -> bool:
    """Click on the first row. On a busy computer the page may appear before its rows, so call this
    repeatedly."""
    hands.click(120, 100)
    return copies(hands, ahead_s)
