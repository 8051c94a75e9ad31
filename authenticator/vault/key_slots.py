"""Who can unwrap the key of a vault: the OS keyring, or a passphrase."""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

from authenticator.errors import AuthenticatorError
from authenticator.vault import folder
from authenticator.vault.errors import (
    IndexUnreadable,
    KeyringAbsent,
    KeyringFailed,
    PassphraseNeeded,
    SealBroken,
    SecretMissing,
    VaultKeyMissing,
    WrongPassphrase,
)
from authenticator.vault.index import Index
from authenticator.vault.key_derivation import SALT_BYTES, Cost, key_from_passphrase
from authenticator.vault.kinds import KeyKind
from authenticator.vault.schema import VaultHeader
from authenticator.vault.seal import KEY_BYTES, VAULT_ROW, Column, Seal
from authenticator.vault.stores.secret_store import SecretStore


def add_keyring_slot(home: Path, keyring: SecretStore, vault_id: str, vault_key: bytes) -> None:
    """Store a new vault's key in the keyring, while its index is unfinished.

    Raises StoreFault; if the keyring certainly did not store it, the index is discarded.
    """
    text = b64encode(vault_key).decode()
    try:
        keyring.write(_item(vault_id), text)
    except KeyringFailed:
        raise  # it may have the key: the unfinished index remembers its name
    except AuthenticatorError:
        folder.discard_unfinished(home)
        raise
    # A keyring that only pretends to store things is found out before it gets any account.
    try:
        kept = keyring.read(_item(vault_id))
    except SecretMissing:
        kept = ""
    if kept != text:
        raise KeyringFailed("NotKept")


def add_passphrase_slot(
    header: VaultHeader, vault_key: bytes, passphrase: str, cost: Cost
) -> VaultHeader:
    """The header with the key wrapped by a passphrase; `cost` is the cost of one guess."""
    salt = os.urandom(SALT_BYTES)
    wrapping = Seal(key_from_passphrase(passphrase, salt, cost), header.id)
    return header._replace(
        salt=salt,
        iterations=cost.iterations,
        parallelism=cost.parallelism,
        memory_kib=cost.memory_kib,
        wrapped=wrapping.close(vault_key, VAULT_ROW, Column.KEY),
    )


def unlock(
    index: Index,
    kind: KeyKind,
    keyring: SecretStore | None,
    passphrase: str | Callable[[], str] | None,
) -> bytes:
    """The key of a vault. `passphrase` may be a function that asks for it, called if needed.

    Raises KeyringAbsent if no keyring was passed, VaultKeyMissing, PassphraseNeeded,
    WrongPassphrase, IndexUnreadable, StoreFault.
    """
    if kind is KeyKind.KEYRING:
        return _from_keyring(index.header, keyring)
    if callable(passphrase):
        passphrase = passphrase()
    if not passphrase:
        raise PassphraseNeeded
    return _from_passphrase(index, passphrase)


def delete_unfinished(header: VaultHeader, keyring: SecretStore | None) -> None:
    """Delete the key of a vault that was never completed from the keyring."""
    if keyring is not None and header.key == KeyKind.KEYRING:
        keyring.delete(_item(header.id))


def _from_keyring(header: VaultHeader, keyring: SecretStore | None) -> bytes:
    if keyring is None:
        raise KeyringAbsent
    try:
        key = b64decode(keyring.read(_item(header.id)), validate=True)
    except (SecretMissing, ValueError):
        raise VaultKeyMissing from None
    if len(key) != KEY_BYTES:
        raise VaultKeyMissing
    return key


def _from_passphrase(index: Index, passphrase: str) -> bytes:
    header = index.header
    try:
        cost = Cost(header.iterations or 0, header.parallelism or 0, header.memory_kib or 0)
        derived = key_from_passphrase(passphrase, header.salt or b"", cost)
    except (ValueError, TypeError):
        raise IndexUnreadable(index.path) from None
    try:
        return Seal(derived, header.id).open(header.wrapped or b"", VAULT_ROW, Column.KEY)
    except SealBroken:
        raise WrongPassphrase from None


def _item(vault_id: str) -> str:
    return f"vault {vault_id}"
