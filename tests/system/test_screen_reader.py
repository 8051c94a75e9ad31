"""What a person who does not see the window hears, over the bus that screen readers use."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gui.window_driver import WindowDriver, wait_for
from tests.services.screen_reader import Reader, screen_reader
from tests.services.secret_service import secret_service
from tests.system.test_window_by_hand import KEY, copies, oathtool

pytestmark = pytest.mark.system

NEW_KEY = "NRSXIIDNMUQGS3RANRSXIIDNMUQGS3RA"
WIKI = f"otpauth://totp/Wiki:kim?secret={KEY}&issuer=Wiki"
BANK = f"otpauth://hotp/Bank:lee?secret={KEY}&issuer=Bank&counter=0"

Open = Callable[..., WindowDriver]


@pytest.fixture
def session(screen: dict[str, str], tmp_path: Path, home: Path) -> Iterator[dict[str, str]]:
    """A keyring and a screen, and a runtime folder for the accessibility bus."""
    runtime = tmp_path / "session"
    runtime.mkdir(mode=0o700)
    here = {"XDG_RUNTIME_DIR": str(runtime), "AUTHENTICATOR_HOME": str(home)}
    with secret_service() as service:
        yield os.environ | service.environment | screen | here


@pytest.fixture
def reader(session: dict[str, str]) -> Iterator[Reader]:
    with screen_reader(session) as found:
        yield found


@pytest.fixture
def open_with(session: dict[str, str], reader: Reader, home: Path) -> Iterator[Open]:
    """Open the window with the accounts of some links, once each of them can be heard."""
    running: list[WindowDriver] = []

    def start(*links: str) -> WindowDriver:
        home.mkdir(mode=0o700)
        (home / "settings.json").write_text('{"introduced": true}')
        add = [sys.executable, "-m", "authenticator", "add", "-"]
        subprocess.run(add, env=session, input="\n".join(links), text=True, check=True)
        running.append(WindowDriver(session))
        running[0].until("Codes")
        wait_for(lambda: len(ready(reader)) == len(links), "a row for each, with its key read")
        return running[0]

    yield start
    for hands in running:
        hands.end()


def rows(reader: Reader) -> list[str]:
    app = reader.app("Authenticator")
    return app.all("list item") if app else []


def ready(reader: Reader) -> list[str]:
    return [row for row in rows(reader) if row.endswith((" left", " next code"))]


def said(code: str) -> str:
    return " ".join(code)


def test_enrolment_is_announced_from_typing_error_to_copied_code(
    open_with: Open, reader: Reader
) -> None:
    hands = open_with(BANK)
    hands.key("ctrl+n")
    hands.until("Add an account")
    hands.key("Tab", "Return")
    hands.until("Enter the key")
    hands.type(f"kim@example.org\t{NEW_KEY}1\n")
    assert "1" in reader.announced()  # which letter of the key it was
    hands.key("End", "BackSpace")
    hands.type("\tExample Panel\n")
    hands.until("New code")
    words = wait_for(lambda: reader.announced(naming="Example Panel"), "the new code")
    assert any(said(code) in words for code in oathtool(NEW_KEY))
    hands.key("Return")
    assert reader.announced() == "Code copied"
    wait_for(lambda: copies(hands, NEW_KEY), "the code on the clipboard")


def test_row_is_announced_with_names_code_digits_and_seconds_left(
    open_with: Open, reader: Reader
) -> None:
    open_with(WIKI)
    app = reader.app("Authenticator")
    assert app is not None
    assert app.all("frame") == ["Codes – Authenticator"]
    assert app.all("list") == ["Accounts"]
    (row,) = ready(reader)
    assert any(row.startswith(f"Wiki, kim, code {said(code)}, ") for code in oathtool(KEY))
    assert row.endswith(" seconds left")


def test_events_away_from_focus_are_announced(open_with: Open, reader: Reader) -> None:
    hands = open_with(f"{WIKI}&period=86400", BANK)  # no last seconds to announce
    hands.key("Return")
    assert reader.announced(naming="Wiki") == "Code of Wiki: kim copied"
    hands.key("Down", "F5")
    first = subprocess.run(
        ["oathtool", "-b", "-c", "0", KEY], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert reader.announced() == f"Bank, lee, code {said(first)}"
    hands.key("Delete")
    assert reader.announced() == "Bank: lee is in the bin. Undo"
    hands.key("ctrl+z")
    assert reader.announced() == "Put back"
    hands.type("nobody")
    assert reader.announced(naming="nobody") == "No account matches “nobody”."


def test_hidden_code_is_announced_when_revealed(
    open_with: Open, reader: Reader, home: Path
) -> None:
    hands = open_with(WIKI)
    hands.quit()
    (home / "settings.json").write_text('{"introduced": true, "hide_codes": true}')
    again = WindowDriver(hands._environment)
    try:
        again.until("Codes")
        wait_for(lambda: "hidden" in "".join(rows(reader)), "a hidden code")
        assert not any(said(code) in "".join(rows(reader)) for code in oathtool(KEY))
        again.key("space")
        words = reader.announced()
        assert any(words.startswith(f"Wiki, kim, code {said(code)}, ") for code in oathtool(KEY))
    finally:
        again.end()


def test_idle_window_announces_nothing(open_with: Open, reader: Reader) -> None:
    open_with(f"{WIKI}&period=2")
    reader.events(2.0)
    told = reader.events(5.0)
    # What is visible changes with each time step, so that reading on gives the new code.
    assert {kind for kind, _ in told} <= {"VisibleDataChanged"}
    assert len(told) <= 4
