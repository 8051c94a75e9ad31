"""What can be seen of a fault in the app as people start it: the debug log of `--debug`, and the
dialog that an unexpected error ends in, before and after the window is there."""

import base64
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authenticator import debug_log
from tests.gui.window_driver import WindowDriver
from tests.patience import PATIENCE_S, wait_for
from tests.services.pictures import qrencode_png
from tests.services.secret_service import secret_service

pytestmark = pytest.mark.system

KEY = "JBSWY3DPEHPK3PXP"
SCANNED_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
START = (200, 606)
SKIP = (50, 606)
ENTER_THE_KEY = (200, 216)
DIALOG = "Something went wrong"

BROKEN = """
import sys
from authenticator.gui.{module} import {kind}

def broken(*_):
    raise ValueError("Example Panel has {key}")

{kind}.{method} = broken
sys.argv = ["authenticator"]
from authenticator.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def environment(screen: dict[str, str], home: Path) -> Iterator[dict[str, str]]:
    with secret_service() as service:
        yield service.environment | screen | {"AUTHENTICATOR_HOME": str(home)}


Start = Callable[..., WindowDriver]


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    running: list[WindowDriver] = []

    def run(*words: str) -> WindowDriver:
        running.append(WindowDriver(environment, (sys.executable, *words)))
        return running[-1]

    yield run
    for hands in running:
        hands.end()


def by_terminal(environment: dict[str, str], *words: str, stdin: str = "") -> str:
    return subprocess.run(
        [sys.executable, "-m", "authenticator", *words],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def forms_of(key: str) -> list[str]:
    """Return the ways in which a key might be written, in lower case."""
    raw = base64.b32decode(key)
    grouped = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    forms = [key, grouped, raw.hex(), raw.hex(" "), base64.b64encode(raw).decode()]
    return [form.lower() for form in forms]


def test_debug_log_of_whole_enrolment_holds_no_secret(
    start: Start, environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    hands = start("-m", "authenticator", "--debug")
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
    wait_for(lambda: re.fullmatch(r"\d{6}", hands.clipboard()), "the code on the clipboard")
    codes = {hands.clipboard()}
    hands.lock()
    hands.until("Locked")
    hands.key("Return")
    hands.until("Codes")
    assert hands.quit() == (0, "")

    picture = tmp_path / "panel.png"
    picture.write_bytes(
        qrencode_png(f"otpauth://totp/Wiki%20GmbH:lee?secret={SCANNED_KEY}&issuer=Wiki%20GmbH")
    )
    by_terminal(environment, "scan", str(picture), "--add", "--debug")
    codes |= {
        re.sub(r"\D", "", word)
        for line in by_terminal(environment, "code", "lee", "--debug").splitlines()
        for word in re.findall(r"\b\d{3} ?\d{3}\b", line)
    }
    assert len(codes) == 2

    log = home / "logs" / debug_log.FILE_NAME
    told = log.read_text(encoding="utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    for event in ("vault made", "vault opened", "locked", "picture read", "scan ended exit=0"):
        assert f" {event} " in told, told
    for secret in ("kim", "example", "Panel", "Wiki", "lee", *codes):
        assert secret.lower() not in told.lower()
    for key in (KEY, SCANNED_KEY):
        for form in forms_of(key):
            assert form not in told.lower()

    by_terminal(environment, "code", "lee")
    assert log.read_text(encoding="utf-8") == told


def test_error_in_slot_of_window_is_shown_and_window_goes_on(
    start: Start, environment: dict[str, str]
) -> None:
    by_terminal(environment, "add", "-", stdin=f"otpauth://totp/Example:kim?secret={KEY}")
    script = BROKEN.format(
        module="settings.flow", kind="SettingsFlow", method="show_shortcuts", key=KEY
    )
    hands = start("-c", script)
    hands.until("Codes")
    hands.key("F1")
    hands.until_dialog(DIALOG)
    hands.key("Return")
    hands.until_gone(DIALOG)
    hands.key("ctrl+comma")
    hands.until("Settings")
    code, said = hands.quit()
    assert code == 0
    assert "ValueError" in said
    assert KEY not in said
    assert "Example" not in said


def test_error_before_window_is_there_is_shown_and_is_our_bug(
    start: Start, environment: dict[str, str]
) -> None:
    script = BROKEN.format(module="navigation", kind="Navigation", method="register", key=KEY)
    hands = start("-c", script)
    hands.until(DIALOG)
    hands.key("Return")
    out, said = hands.process.communicate(timeout=PATIENCE_S)
    assert hands.process.returncode == 70
    assert out == ""
    assert "ValueError" in said
    assert KEY not in said
    assert "Example" not in said
