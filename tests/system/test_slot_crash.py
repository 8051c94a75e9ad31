"""kill -9 at every write of each change to who opens a vault, with the real keyring.

Whatever the point: one of the two ways in opens the vault, all accounts give their keys, and once
it has been opened again nothing of the other way is left.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.errors import PassphraseNeeded, WrongPassphrase
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.recovery_key import new_recovery_key, recipient_of
from authenticator.vault.slot_changes import KeySlots
from authenticator.vault.stores.keyring import KeyringStore
from authenticator.vault.vault import Vault
from tests.services.child_process import Outcome, Say, in_child
from tests.services.secret_service import SecretService, secret_service
from tests.system.test_vault_crash import DONE, Points, TracedStore, _trace

pytestmark = [pytest.mark.system, pytest.mark.crash]

OLD, NEW = "first horse", "second horse"
ACCOUNTS = [Account(Label("Panel", name), Secret(name.encode() * 10)) for name in ("kim", "eve")]
RECOVERY = new_recovery_key()

ACTIONS: dict[str, tuple[Callable[[KeySlots], None], KeyKind, str | None]] = {
    "set": (lambda slots: slots.set_passphrase(NEW), KeyKind.KEYRING, NEW),
    "change": (lambda slots: slots.change_passphrase(OLD, NEW), KeyKind.PASSPHRASE, NEW),
    "remove": (lambda slots: slots.remove_passphrase(OLD), KeyKind.PASSPHRASE, None),
    "move": (
        lambda slots: slots.move_store(
            StoreKind.SEALED if slots._index.head.store is StoreKind.KEYRING else StoreKind.KEYRING
        ),
        KeyKind.PASSPHRASE,
        OLD,
    ),
    "add a recovery key": (
        lambda slots: slots.add_recovery(recipient_of(RECOVERY)),
        KeyKind.PASSPHRASE,
        OLD,
    ),
}
"""What is done, to a vault that is opened by what, and what opens it then (None: the session)."""


@pytest.fixture(scope="module")
def daemon() -> Iterator[SecretService]:
    with secret_service() as running:
        yield running


@contextmanager
def keyring() -> Iterator[KeyringStore]:
    store = KeyringStore()
    try:
        yield store
    finally:
        store.close()


def prepare(home: Path, info: VaultInfo) -> None:
    with keyring() as store:
        vault = lifecycle.create(
            home, store=info.store, key=info.key, keyring=store, passphrase=OLD, cost=CHEAP
        )
        for account in ACCOUNTS:
            vault.add(account)
        vault.close()


def settle(vault: Vault) -> None:
    vault._cost = lambda: CHEAP
    while vault.is_moving:
        vault.slots.advance(60)


def act(home: Path, action: Callable[[KeySlots], None], fatal: int) -> Outcome:
    """In a process of its own, which dies at one point."""

    def child(say: Say) -> None:
        point = Points(fatal)
        store = TracedStore(KeyringStore(), point)
        vault = lifecycle.open(home, keyring=store, passphrase=OLD)
        vault._cost = lambda: CHEAP
        vault.close()
        _trace(point)
        vault = lifecycle.open(home, keyring=store, passphrase=OLD)
        vault._cost = lambda: CHEAP
        action(vault.slots)
        settle(vault)
        point("before telling")
        say(DONE)
        say(point.names)

    return in_child(child)


def opened(home: Path, store: KeyringStore, passphrases: tuple[str | None, ...]) -> str | None:
    """Open it with the first of these that fits, and finish what was begun; what fitted."""
    for passphrase in passphrases:
        try:
            vault = lifecycle.open(home, keyring=store, passphrase=passphrase)
        except (PassphraseNeeded, WrongPassphrase):
            continue
        settle(vault)
        found = vault.info.key
        vault.close()
        return passphrase if found is KeyKind.PASSPHRASE else None
    pytest.fail("nothing opens it")


def check(home: Path, daemon: SecretService, foreign: set[str], passphrase: str | None) -> None:
    """All accounts are there, and only what belongs to this state."""
    (home / "attempts.json").unlink(missing_ok=True)
    with keyring() as store:
        vault = lifecycle.open(home, keyring=store, passphrase=passphrase)
        assert not vault.is_moving
        assert vault.verify().whole
        entries = vault.entries()
        assert [vault.account(entry.id) for entry in entries] == ACCOUNTS
        key = KeyKind.KEYRING if passphrase is None else KeyKind.PASSPHRASE
        assert vault.info.key is key
        expected = {f"Authenticator {entry.id}" for entry in entries}
        rows = {entry.id for entry in entries if vault._index.sealed(entry.id) is not None}
        if vault.info.store is StoreKind.SEALED:
            assert rows == {entry.id for entry in entries}
            expected = set()
        else:
            assert not rows
        if key is KeyKind.KEYRING:
            expected |= {f"Authenticator vault {vault._index.head.id}"}
        assert daemon.services() - foreign == expected
        vault.close()


@pytest.mark.parametrize("store", StoreKind)
@pytest.mark.parametrize("verb", ACTIONS)
def test_kill_at_any_point_leaves_one_way_in_and_every_account(
    verb: str,
    store: StoreKind,
    daemon: SecretService,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)
    action, key, after = ACTIONS[verb]
    before = OLD if key is KeyKind.PASSPHRASE else None
    reached = set()
    number, killed = 1, True
    while killed:
        home = tmp_path / f"home-{number}"
        foreign = daemon.services()
        prepare(home, VaultInfo(store, key))
        outcome = act(home, action, number)
        killed = outcome.killed
        with keyring() as items:
            found = opened(home, items, (after, before))
            assert found in (after, before)
            reached.add(found)
        check(home, daemon, foreign, found)
        if outcome.said:
            assert found == after
        with keyring() as items:  # a keyring of hundreds of items is slow
            for service in daemon.services() - foreign:
                items.delete(service.removeprefix("Authenticator "))
        number += 1
    assert number > 6
    assert reached == {before, after}
