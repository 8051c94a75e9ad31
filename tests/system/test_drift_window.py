"""The worked example of docs/testing-a-panel.md, as it stands there, on independent panels."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django_otp.oath import TOTP

from authenticator.compose import Services
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.pytest_plugin import Authenticator, MovableClock
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.services.panel import PASSWORD, DjangoPanel, served

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "testing-a-panel.md").read_text(encoding="utf-8")
KEY = b"\x8b\x1f\x20\xd3\x77\x41\xc5\x9a\x0e\x66\xb2\xf8\x3d\x94\x55\xe1\x07\xac\x29\x70"
ACCOUNT = Account(Label("Panel", "kim"), Secret(KEY))

pytestmark = pytest.mark.system


def example(language: str, words: str) -> str:
    (text,) = (
        text for text in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if words in text
    )
    return text


class Panel:
    """django-otp's check with a window of `tolerance` time steps, and no code accepted twice."""

    def __init__(self, tolerance: int, now: Callable[[], float]) -> None:
        self._tolerance = tolerance
        self._now = now
        self._least_step = 0

    def accepts(self, code: str) -> bool:
        check = TOTP(KEY)
        check.time = self._now()
        taken = check.verify(int(code), self._tolerance, self._least_step)
        if taken:
            self._least_step = check.t() + 1
        return taken


@pytest.mark.parametrize("tolerance", [0, 1, 2])
@pytest.mark.parametrize("tick_s", [0.0, 2.5, 4.1])
def test_plugin_finds_true_drift_window_even_across_time_steps(
    home: Path, monkeypatch: pytest.MonkeyPatch, tolerance: int, tick_s: float
) -> None:
    vault = lifecycle.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase="horse", cost=CHEAP
    )
    wall_s = 1_764_000_000.0

    def now() -> float:
        nonlocal wall_s
        wall_s += tick_s
        return wall_s

    def sleep(seconds: float) -> None:
        nonlocal wall_s
        wall_s += seconds

    monkeypatch.setenv("PANEL_USERS", "")
    names: dict[str, Callable[..., object]] = {}
    exec(example("python", "def drift_window"), names)  # noqa: S102 - our own docs
    drift_window = names["drift_window"]
    phone = Authenticator(Services(home), vault, MovableClock(now), sleep)
    entry = vault.add(ACCOUNT)
    window = drift_window(phone, lambda _: (entry, Panel(tolerance, now).accepts))
    assert window == (tolerance, tolerance)
    assert drift_window(phone, lambda _: (entry, lambda _: False)) is None
    vault.close()


@pytest.mark.parametrize("tolerance", [0, 1, 2])
def test_worked_example_finds_true_drift_window_of_running_panel(
    tmp_path: Path, tolerance: int
) -> None:
    users = [f"kim{number}" for number in range(18)]
    script = tmp_path / "test_the_panel.py"
    script.write_text(example("python", "def drift_window"), encoding="utf-8")
    with served(DjangoPanel, *users, tolerance_steps=tolerance) as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", script],
            cwd=tmp_path,
            env=os.environ
            | {
                "PYTHONPATH": str(TOP),
                "PANEL": url,
                "PANEL_PASSWORD": PASSWORD,
                "PANEL_USERS": " ".join(users),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    if tolerance == 1:
        assert "1 passed" in done.stdout, done.stdout
    else:
        assert f"assert ({tolerance}, {tolerance}) == (1, 1)" in done.stdout, done.stdout


@pytest.mark.parametrize("tolerance", [0, 1, 2])
def test_terminal_finds_true_drift_window_of_oathtool(
    home: Path, tmp_path: Path, tolerance: int
) -> None:
    vault = lifecycle.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase="horse", cost=CHEAP
    )
    vault.add(ACCOUNT)
    vault.close()
    (tmp_path / "passphrase.txt").write_text("horse\n")
    for name, line in {
        "authenticator": f'exec {sys.executable} -m authenticator "$@"',
        "accepts": f'oathtool --totp -w {tolerance} {KEY.hex()} "$1" >answer 2>&1',
    }.items():
        script = tmp_path / name
        script.write_text(f"#!/bin/sh\n{line}\n")
        script.chmod(0o700)
    environment = os.environ | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(TOP),
    }
    done = subprocess.run(
        ["sh", "-c", example("sh", "for steps")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = dict(line.split() for line in done.stdout.splitlines())
    assert done.stderr == ""
    assert told == {
        str(steps): "taken" if abs(steps) <= tolerance else "refused" for steps in range(-3, 4)
    }
    if tolerance == 1:
        assert f"```\n{done.stdout}```" in PAGE
