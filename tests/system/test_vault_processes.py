"""Several processes on one vault, as a window and a terminal are."""

from pathlib import Path

import pytest

from authenticator.otp.account import Account, Hotp, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.errors import VaultExists
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.stores.keyring import KeyringStore
from authenticator.vault.vault import Vault
from tests.services.child_process import Child, Say, in_child
from tests.services.secret_service import secret_service

COUNTED = Account(Label("Counted", "kim"), Secret(b"another secret here"), Hotp(counter=0))
PASSPHRASE = "correct horse"
PROCESSES, EACH = 3, 6


def _create(home: Path) -> Vault:
    return lifecycle.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase=PASSPHRASE, cost=CHEAP
    )


def _open(home: Path) -> Vault:
    return lifecycle.open(home, passphrase=PASSPHRASE)


def _work(home: Path, number: int, say: Say, vault: Vault) -> None:
    counted = vault.entries()[0].id
    for round in range(EACH):
        say(("counter", vault.advance_counter(counted)))
        entry = vault.add(Account(Label(f"process {number}", str(round)), Secret(b"x")))
        vault.edit(entry.id, label=Label(f"process {number}", f"renamed {round}"))
        if round % 2:
            vault.delete(entry.id)
        else:
            say(("kept", entry.id))


def _check(said: list[tuple[str, object]], vault: Vault) -> None:
    counters = [value for word, value in said if word == "counter"]
    assert sorted(counters) == list(range(PROCESSES * EACH))  # none twice, none lost
    kept = {value for word, value in said if word == "kept"}
    entries = vault.entries()[1:]
    assert {entry.id for entry in entries} == kept
    assert all(entry.label.account.startswith("renamed") for entry in entries)
    for entry in entries:
        vault.account(entry.id)


def test_processes_at_once_lose_nothing_in_sealed_store(home: Path) -> None:
    vault = _create(home)
    vault.add(COUNTED)
    children = [
        Child(lambda say, number=number: _work(home, number, say, _open(home)))
        for number in range(PROCESSES)
    ]
    _check([told for child in children for told in child.wait().said], vault)
    vault.close()


def test_processes_at_once_lose_nothing_in_keyring(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with secret_service() as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        keyring = KeyringStore()
        vault = lifecycle.create(
            home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=keyring
        )
        vault.add(COUNTED)

        def work(number: int, say: Say) -> None:
            _work(home, number, say, lifecycle.open(home, keyring=KeyringStore()))

        children = [
            Child(lambda say, number=number: work(number, say)) for number in range(PROCESSES)
        ]
        _check([told for child in children for told in child.wait().said], vault)
        assert daemon.services() == {f"Authenticator {entry.id}" for entry in vault.entries()} | {
            f"Authenticator vault {vault._index.head.id}"
        }
        vault.close()
        keyring.close()


def test_moves_by_two_processes_are_all_kept(home: Path) -> None:
    """Each moves its own accounts before one that both know."""
    vault = _create(home)
    ids = [vault.add(COUNTED).id for _ in range(2 * 40 + 1)]
    *moved, goal = ids

    def work(mine: list[str], say: Say) -> None:
        opened = _open(home)
        for id in mine:
            opened.move(id, goal)
        say("done")

    halves = moved[::2], moved[1::2]
    children = [Child(lambda say, mine=mine: work(mine, say)) for mine in halves]
    assert [child.wait().said for child in children] == [["done"], ["done"]]
    order = [entry.id for entry in vault.entries()]
    assert order[-1] == goal
    for half in halves:
        assert [id for id in order if id in half] == half
    vault.close()


def test_each_process_sees_changes_of_the_other(home: Path) -> None:
    ours = _create(home)
    stamp = ours.change_stamp()
    added = in_child(lambda say: say(_open(home).add(COUNTED).id)).said[0]
    assert ours.change_stamp() != stamp
    stamp = ours.change_stamp()
    assert [entry.id for entry in ours.entries()] == [added]
    in_child(lambda say: _open(home).remove(added))
    assert ours.change_stamp() != stamp
    assert ours.entries() == []
    ours.close()


def test_many_first_starts_at_once_create_one_vault(home: Path) -> None:
    def start(say: Say) -> None:
        try:
            _create(home).add(COUNTED)
            say("made")
        except VaultExists:
            say("there already")

    children = [Child(start) for _ in range(4)]
    said = [told for child in children for told in child.wait().said]
    assert sorted(said) == ["made", *["there already"] * 3]
    vault = _open(home)
    assert len(vault.entries()) == 1
    vault.close()
