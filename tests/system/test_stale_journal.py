"""A journal that a crash left, and a file that was put back meanwhile.

The crashes are real: kill -9 at each system call of a write.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from authenticator.otp.account import Account, Hotp, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.vault import Vault
from tests.services.killed_at_call import killed_at_call

pytestmark = [
    pytest.mark.system,
    pytest.mark.crash,
    pytest.mark.skipif(os.name != "posix", reason="kills processes at a system call"),
]

PASSPHRASE = "correct horse"
LONG = "long " * 1000


def _account(name: str) -> Account:
    return Account(Label(name, "kim"), Secret(b"a secret of twenty b"), Hotp(counter=1))


def _facts(vault: Vault) -> list[tuple[object, ...]]:
    assert vault.verify().whole
    return [
        (one.id, one.label, one.otp, vault.notes(one.id), vault.account(one.id).secret)
        for one in vault.entries()
    ]


def _opened(home: Path) -> list[tuple[object, ...]]:
    vault = lifecycle.open(home, passphrase=PASSPHRASE)
    try:
        return _facts(vault)
    finally:
        vault.close()


Facts = list[tuple[object, ...]]


@dataclass
class History:
    """A vault, and a copy of its file after each change."""

    home: Path
    copies: list[tuple[bytes, Facts]]

    @property
    def file(self) -> Path:
        return self.home / "vault.db"

    def act(self, *actions: Callable[[Vault], object]) -> None:
        for action in actions:
            vault = lifecycle.open(self.home, passphrase=PASSPHRASE)
            action(vault)
            vault.close()
            self.copies.append((self.file.read_bytes(), _opened(self.home)))


ACTIONS: list[Callable[[Vault], object]] = [
    lambda vault: vault.add(_account("one")),
    lambda vault: vault.add(_account("two")),
    lambda vault: vault.edit(vault.entries()[0].id, notes=LONG),
    lambda vault: vault.advance_counter(vault.entries()[0].id),
    lambda vault: vault.move(vault.entries()[1].id, vault.entries()[0].id),
    lambda vault: vault.edit(vault.entries()[1].id, notes=""),
    lambda vault: vault.delete(vault.entries()[0].id),
]


@pytest.fixture
def history(home: Path) -> History:
    lifecycle.create(
        home,
        store=StoreKind.SEALED,
        key=KeyKind.PASSPHRASE,
        passphrase=PASSPHRASE,
        cost=CHEAP,
    ).close()
    one = History(home, [])
    one.act(*ACTIONS[:5])
    return one


CRASHING: dict[str, Callable[[Vault], object]] = {
    "add": lambda vault: vault.add(_account("new")),
    "grow": lambda vault: vault.edit(vault.entries()[0].id, notes=LONG * 2),
    "shrink": lambda vault: vault.edit(vault.entries()[-1].id, notes=""),
    "advance": lambda vault: vault.advance_counter(vault.entries()[0].id),
    "delete": lambda vault: vault.delete(vault.entries()[-1].id),
}


def _crashes(history: History, action: Callable[[Vault], object]) -> Iterator[int]:
    """Crash at one system call after another, each time from the same state."""
    whole = history.file.read_bytes()

    def prepare() -> Callable[[], object]:
        vault = lifecycle.open(history.home, passphrase=PASSPHRASE)
        return lambda: action(vault)

    number = 1
    while killed_at_call(number, prepare):
        yield number
        for path in history.home.iterdir():
            path.unlink()
        history.file.write_bytes(whole)
        number += 1


def _aside(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if ".aside-" in path.name)


@pytest.mark.parametrize("name", CRASHING)
def test_journal_of_this_file_is_left_to_sqlite(history: History, name: str) -> None:
    before = _opened(history.home)
    journals, states = 0, set()
    for _ in _crashes(history, CRASHING[name]):
        journals += (history.home / "vault.db-journal").exists()
        after = _opened(history.home)
        assert _aside(history.home) == []
        states.add(after == before)
    assert journals > 20
    assert states == {True, False}


@pytest.mark.parametrize("in_place", [True, False], ids=["written over", "renamed"])
@pytest.mark.parametrize("name", ["add", "shrink"])
def test_file_put_back_over_a_stale_journal_opens_as_it_was(
    history: History, tmp_path: Path, name: str, in_place: bool
) -> None:
    """Whichever earlier copy, or one of a history that forked from it and counted as far."""
    fork = History(tmp_path / "fork", [])
    fork.home.mkdir()
    shutil.copy(history.file, fork.file)
    (fork.home / "vault.db").write_bytes(history.copies[1][0])
    fork.act(*ACTIONS[2:], *ACTIONS[:4])
    aside = 0
    for number in _crashes(history, CRASHING[name]):
        crashed = {path.name: path.read_bytes() for path in history.home.iterdir()}
        if "vault.db-journal" not in crashed or number % 3:
            continue
        for data, facts in [*history.copies, *fork.copies]:
            for path in history.home.iterdir():
                path.unlink()
            for file, content in crashed.items():
                (history.home / file).write_bytes(content)
            if in_place:
                history.file.write_bytes(data)
            else:
                (tmp_path / "copy").write_bytes(data)
                (tmp_path / "copy").replace(history.file)
            assert _opened(history.home) == facts
            aside += bool(_aside(history.home))
    assert aside > 20


def test_journal_of_a_live_writer_is_left_alone(history: History) -> None:
    """Even one that looks like another file's."""
    from authenticator.vault.write_lock import write_lock

    journal = history.home / "vault.db-journal"
    journal.write_bytes(b"\0" * 512)
    with write_lock(history.home):
        journal.write_bytes(b"no journal, but not ours to judge")
        lifecycle.foreign_files.set_aside(history.home)
        assert journal.exists()
    assert lifecycle.foreign_files.set_aside(history.home) == [
        history.home / "vault.db-journal.aside-1"
    ]
