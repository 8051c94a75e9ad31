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
from authenticator.vault.head import checksum, write_head
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.contract.vault.memory_store import MemoryStore
from tests.unit.vault.sample_vault import KIM, PASSPHRASE, SampleVault


def test_open_with_no_or_a_wrong_passphrase_is_refused(home: Path) -> None:
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


def test_keyring_vault_without_a_keyring_raises_keyring_absent(keyring_sample: SampleVault) -> None:
    with pytest.raises(KeyringAbsent):
        lifecycle.create(keyring_sample.home, store=StoreKind.KEYRING, key=KeyKind.KEYRING)
    assert lifecycle.inspect(keyring_sample.home) is None
    keyring_sample.create()
    with pytest.raises(KeyringAbsent):
        lifecycle.open(keyring_sample.home)


@pytest.mark.parametrize("key", [None, "", "AAAA", "no base64 !", "A" * 43 + "="], ids=str)
def test_open_with_a_lost_or_wrong_vault_key_raises_key_missing(
    keyring_sample: SampleVault, key: str | None
) -> None:
    """A key that does not fit is reported, and no new vault is made in its place."""
    keyring_sample.create()
    (name,) = keyring_sample.keyring.items
    if key is None:
        del keyring_sample.keyring.items[name]
    else:
        keyring_sample.keyring.items[name] = key
    with pytest.raises(VaultKeyMissing):
        keyring_sample.open()
    with pytest.raises(VaultExists):
        keyring_sample.create()


@pytest.mark.parametrize("fault", [KeyringLocked(), KeyringAbsent(), KeyringDismissed()], ids=repr)
def test_create_refused_by_the_keyring_leaves_nothing(
    keyring_sample: SampleVault, fault: AuthenticatorError
) -> None:
    keyring_sample.keyring.before = fault
    with pytest.raises(type(fault)):
        keyring_sample.create()
    assert lifecycle.inspect(keyring_sample.home) is None
    assert not list(keyring_sample.home.glob("vault.db*"))
    keyring_sample.create()


def test_create_after_a_failed_keyring_write_leaves_one_key(keyring_sample: SampleVault) -> None:
    """A key that a failing keyring took after all is found and deleted by the next attempt."""
    keyring_sample.keyring.after = KeyringFailed("Broken")
    with pytest.raises(KeyringFailed):
        keyring_sample.create()
    assert lifecycle.inspect(keyring_sample.home) is None
    keyring_sample.create()
    assert len(keyring_sample.keyring.items) == 1


def test_create_on_a_keyring_that_keeps_nothing_fails(keyring_sample: SampleVault) -> None:
    class Forgetful(MemoryStore):
        def write(self, name: str, text: str) -> None:
            pass

    keyring_sample.keyring = Forgetful()
    with pytest.raises(KeyringFailed):
        keyring_sample.create()
    assert lifecycle.inspect(keyring_sample.home) is None


def test_head_of_another_vault_does_not_open(keyring_sample: SampleVault) -> None:
    """A slot is bound to its vault's id."""
    vault = keyring_sample.create()
    key = next(iter(keyring_sample.keyring.items.values()))
    forged = write_head(vault._index.head._replace(id="f" * 16))
    for table in ("head", "head_copy"):
        keyring_sample.sql(
            f"UPDATE {table} SET body = ?, checksum = ?",  # noqa: S608
            forged,
            checksum(forged),
        )
    keyring_sample.keyring.items[f"vault {'f' * 16}"] = key
    with pytest.raises(VaultKeyMissing):
        keyring_sample.open()


def test_unfinished_vault_that_names_a_finished_one_deletes_no_key(
    keyring_sample: SampleVault,
) -> None:
    """Whoever can write into the folder can put any file there, but has no say on the keyring."""
    vault = keyring_sample.create()
    vault.add(KIM)
    keys = dict(keyring_sample.keyring.items)
    path = keyring_sample.home / "vault.db"
    path.rename(path.with_name("vault.db.new"))
    keyring_sample.create()
    assert keys.items() <= keyring_sample.keyring.items.items()
