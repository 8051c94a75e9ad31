"""Who can unwrap a vault's key, and who can't."""

from pathlib import Path

import pytest

from authenticator.errors import AuthenticatorError
from authenticator.vault import lifecycle
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    PassphraseNeeded,
    VaultExists,
    VaultKeyMissing,
    WrongPassphrase,
)
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.seal import CHEAP
from tests.contract.vault.memory_store import MemoryStore
from tests.unit.vault.sample_vault import PASSPHRASE, Set


def test_a_passphrase_is_needed_and_has_to_be_right(home: Path) -> None:
    with pytest.raises(PassphraseNeeded):
        lifecycle.create(home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase="")
    assert lifecycle.inspect(home) is None
    lifecycle.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase=PASSPHRASE, cost=CHEAP
    ).close()
    for nothing in (None, ""):
        with pytest.raises(PassphraseNeeded):
            lifecycle.open(home, passphrase=nothing)
    with pytest.raises(WrongPassphrase):
        lifecycle.open(home, passphrase="Correct horse")
    lifecycle.open(home, passphrase=PASSPHRASE).close()


def test_without_a_keyring_what_needs_one_says_so(kept: Set) -> None:
    with pytest.raises(KeyringAbsent):
        lifecycle.create(kept.home, store=StoreKind.KEYRING, key=KeyKind.KEYRING)
    assert lifecycle.inspect(kept.home) is None
    kept.create()
    with pytest.raises(KeyringAbsent):
        lifecycle.open(kept.home)


@pytest.mark.parametrize("key", [None, "", "AAAA", "no base64 !", "A" * 43 + "="], ids=str)
def test_a_vault_key_that_is_lost_or_wrong_is_said_to_be_missing(
    kept: Set, key: str | None
) -> None:
    kept.create()
    (name,) = kept.keyring.items
    if key is None:
        del kept.keyring.items[name]
    else:
        kept.keyring.items[name] = key
    with pytest.raises(VaultKeyMissing):
        kept.open()
    with pytest.raises(VaultExists):
        kept.create()


@pytest.mark.parametrize("fault", [KeyringLocked(), KeyringAbsent(), KeyringDismissed()], ids=repr)
def test_a_first_vault_that_the_keyring_refuses_leaves_nothing(
    kept: Set, fault: AuthenticatorError
) -> None:
    kept.keyring.before = fault
    with pytest.raises(type(fault)):
        kept.create()
    assert lifecycle.inspect(kept.home) is None
    assert not list(kept.home.glob("vault.db*"))
    kept.create()


def test_a_key_that_a_failing_keyring_took_is_no_orphan(kept: Set) -> None:
    kept.keyring.after = KeyringFailed("Broken")
    with pytest.raises(KeyringFailed):
        kept.create()
    assert lifecycle.inspect(kept.home) is None
    kept.create()
    assert len(kept.keyring.items) == 1


def test_a_keyring_that_keeps_nothing_is_found_out_at_once(kept: Set) -> None:
    class Forgetful(MemoryStore):
        def write(self, name: str, text: str) -> None:
            pass

    kept.keyring = Forgetful()
    with pytest.raises(KeyringFailed):
        kept.create()
    assert lifecycle.inspect(kept.home) is None


@pytest.mark.parametrize(
    "damage", ["UPDATE vault SET proof = 'forged'", "UPDATE vault SET id = 'forged'"]
)
def test_a_head_that_was_tampered_with_does_not_open(kept: Set, damage: str) -> None:
    kept.create()
    key = next(iter(kept.keyring.items.values()))
    kept.sql(damage)
    kept.keyring.items["vault forged"] = key
    with pytest.raises(VaultKeyMissing):
        kept.open()
