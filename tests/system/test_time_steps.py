"""The computer's clock is set while the app runs, and between its starts: codes stay those of
the true time."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.patience import PATIENCE_S
from tests.services.stepped import SteppedClock
from tests.services.time_server import time_server

KEY = b"12345678901234567890"
PASSPHRASE = "correct horse"
STEPS_S = [3600.0, -90.0, 315_576_000.0, 0.0]  # an hour as of a time zone, ten years

RUNNING = """
import json, sys
from authenticator.app.time.correction import current_status
from authenticator.clock.boot_clock import this_boot
from authenticator.compose import Services
from authenticator.otp.account import Account, Label
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret

parts = Services.for_user()
clock = parts.clock(parts.note_clock_changes())
account = Account(Label("", "kim"), Secret(b"12345678901234567890"))
for line in sys.stdin:
    stands = current_status(parts.settings_file.read().correction, this_boot())
    code = code_at(account, clock.now()).value
    print(json.dumps([code, stands.offset_s, stands.jump_s]), flush=True)
"""


def oathtool(unix_s: float) -> str:
    return subprocess.run(
        ["oathtool", "--totp", "-N", f"@{int(unix_s)}", KEY.hex()],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.fixture(scope="module")
def servers() -> Iterator[list[str]]:
    with time_server() as one, time_server() as two, time_server() as three:
        yield [word for server in (one, two, three) for word in ("--server", server)]


class Terminal:
    """`authenticator` on a computer whose clock can be set."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.clock = SteppedClock(folder)
        self._passphrase = folder / "passphrase"
        self._passphrase.write_text(f"{PASSPHRASE}\n")
        vault = lifecycle.create(
            home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase=PASSPHRASE, cost=CHEAP
        )
        vault.add(Account(Label("", "kim"), Secret(KEY)))
        vault.close()

    def told(self, *words: str, exit_code: int = 0) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "authenticator", *words, "--json"],
            env=self.clock.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == exit_code, done.stderr
        return json.loads(done.stdout)

    def code_and_true_ones(self) -> tuple[dict[str, Any], set[str]]:
        begun = time.time()
        told = self.told("code", "kim", "--passphrase-file", str(self._passphrase))
        return told, {oathtool(begun), oathtool(time.time())}


@pytest.fixture
def terminal(tmp_path: Path, home: Path) -> Terminal:
    return Terminal(tmp_path, home)


@pytest.mark.parametrize("ahead_s", STEPS_S)
def test_clock_step_between_starts_leaves_codes_right(
    terminal: Terminal, servers: list[str], ahead_s: float
) -> None:
    terminal.told("time", *servers, "--apply")
    told, true_ones = terminal.code_and_true_ones()
    assert told["code"] in true_ones
    terminal.clock.set_to(ahead_s)
    told, true_ones = terminal.code_and_true_ones()
    assert told["code"] in true_ones
    assert told["offset_s"] == pytest.approx(-ahead_s, abs=0.1)
    status = terminal.told("time", "--status")
    assert status["correction"]["clock_set_s"] == pytest.approx(ahead_s, abs=0.1)
    assert not status["carried_over"]
    # Back where it was, as after a change of the time zone that was undone.
    terminal.clock.set_to(0.0)
    told, true_ones = terminal.code_and_true_ones()
    assert told["code"] in true_ones


@pytest.mark.parametrize("ahead_s", [90.0, -90.0, 315_576_000.0])
def test_clock_wrong_all_along_is_corrected(
    terminal: Terminal, servers: list[str], ahead_s: float
) -> None:
    terminal.clock.set_to(ahead_s)
    asked = terminal.told("time", *servers, "--apply")
    assert asked["offset_s"] == pytest.approx(-ahead_s, abs=0.1)
    told, true_ones = terminal.code_and_true_ones()
    assert told["code"] in true_ones
    terminal.clock.set_to(0.0)  # somebody sets it right
    told, true_ones = terminal.code_and_true_ones()
    assert told["code"] in true_ones
    assert told["offset_s"] == pytest.approx(0, abs=0.1)


def test_clock_steps_under_running_process_are_noticed_and_codes_stay_right(
    terminal: Terminal, servers: list[str]
) -> None:
    terminal.told("time", *servers, "--apply")
    with subprocess.Popen(
        [sys.executable, "-c", RUNNING],
        env=terminal.clock.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for ahead_s in [0.0, *STEPS_S]:
            terminal.clock.set_to(ahead_s)
            begun = time.time()
            running.stdin.write("\n")
            running.stdin.flush()
            code, offset_s, jump_s = json.loads(running.stdout.readline())
            assert code in {oathtool(begun), oathtool(time.time())}
            assert offset_s == pytest.approx(-ahead_s, abs=0.1)
            assert jump_s == pytest.approx(ahead_s, abs=0.1)
        running.stdin.close()
        assert running.wait(PATIENCE_S) == 0


def test_clock_step_without_correction_shifts_codes(terminal: Terminal) -> None:
    """Proves that the tests above can fail."""
    terminal.clock.set_to(3600)
    told, true_ones = terminal.code_and_true_ones()
    assert told["code"] not in true_ones
