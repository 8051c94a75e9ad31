"""The command line in this process, on a cheap sealed vault of the test's own."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from authenticator.app.desktop import WindowAbsent, WindowOrder
from authenticator.app.reading import Source
from authenticator.cli.main import run
from authenticator.compose import Services
from authenticator.otp.account import Account
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind

PASSPHRASE = "correct horse"


@dataclass
class Outcome:
    """The result of a run."""

    exit_code: int
    out: str
    messages: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def only(self) -> dict[str, Any]:
        (one,) = self.objects
        return one


Cli = Callable[..., Outcome]


@dataclass
class StandInDesktop:
    """What a test puts on the screens and the clipboard; an error is raised."""

    shown: list[NDArray[np.uint8]] | Exception = field(default_factory=list)
    copied: list[Source] | Exception = field(default_factory=list)
    window_is_open: bool | Exception = field(default_factory=WindowAbsent)
    orders: list[WindowOrder] = field(default_factory=list)

    def screens(self) -> list[NDArray[np.uint8]]:
        if isinstance(self.shown, Exception):
            raise self.shown
        return self.shown

    def clipboard(self) -> list[Source]:
        if isinstance(self.copied, Exception):
            raise self.copied
        return self.copied

    def icons(self) -> int:
        return 1

    def order_window(self, home: Path, order: WindowOrder) -> bool:
        self.orders.append(order)
        if isinstance(self.window_is_open, Exception):
            raise self.window_is_open
        return self.window_is_open


@pytest.fixture
def desktop() -> StandInDesktop:
    return StandInDesktop()


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases of these tests protect nothing."""
    monkeypatch.setattr(Services, "passphrase_cost", lambda _: CHEAP)


@pytest.fixture
def bare(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    desktop: StandInDesktop,
) -> Cli:
    """Run `authenticator WORDS`; `stdin` is its standard input."""

    def call(*words: object, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        try:
            exit_code = run([str(word) for word in words], desktop)
        except SystemExit as end:
            exit_code = int(end.code or 0)
        out, messages = capsys.readouterr()
        return Outcome(exit_code, out, messages)

    return call


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    return file


@pytest.fixture
def cli(bare: Cli, home: Path, passphrase_file: Path) -> Cli:
    """Like `bare`, with an empty vault that is cheap to open, and its passphrase."""
    lifecycle.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase=PASSPHRASE, cost=CHEAP
    ).close()

    def call(*words: object, stdin: str = "") -> Outcome:
        if words[0] in ("time", "inspect", "make-enrolment", "doctor", "demo"):
            return bare(*words, stdin=stdin)
        return bare(*words, "--passphrase-file", passphrase_file, stdin=stdin)

    return call


@pytest.fixture
def stored(cli: Cli, home: Path) -> Callable[[Account], str]:
    """Add an account to the vault and return its id."""

    def add(account: Account) -> str:
        vault = lifecycle.open(home, passphrase=PASSPHRASE)
        try:
            return vault.add(account).id
        finally:
            vault.close()

    return add
