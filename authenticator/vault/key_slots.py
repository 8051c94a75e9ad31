"""Key slots: who can unwrap the key of a vault.

The vault key is random and never changes. Each slot holds it, sealed under a key of its own:
one in the keyring, one that Argon2id makes of a passphrase.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from authenticator.vault.errors import (
    IndexUnreadable,
    KeyringAbsent,
    KeyringFailed,
    PassphraseNeeded,
    SealBroken,
    SecretMissing,
    StoreFault,
    VaultKeyMissing,
    WrongPassphrase,
)
from authenticator.vault.head import Head, Slot
from authenticator.vault.key_derivation import SALT_BYTES, Cost, key_from_passphrase
from authenticator.vault.kinds import KeyKind
from authenticator.vault.seal import KEY_BYTES, VAULT_ROW, Column, Seal, new_key
from authenticator.vault.stores.secret_store import SecretStore

_UNFINISHED: Final = "unfinished:"
"""In front of a key whose vault is not in place yet. Only such a key is ever deleted without
being asked for: a file put beside the vault can't name another one."""


def keyring_slot(vault_id: str, vault_key: bytes) -> tuple[Slot, bytes]:
    """A new slot for the keyring, and the key that belongs there."""
    key = new_key()
    return Slot(KeyKind.KEYRING, _wrap(vault_id, key, vault_key)), key


def store_unfinished(keyring: SecretStore, vault_id: str, key: bytes) -> None:
    """Store the key of a vault in the keyring that is not in place yet.

    Raises StoreFault; KeyringFailed if the keyring may have the key or not, or keeps nothing.
    """
    text = _UNFINISHED + b64encode(key).decode()
    keyring.write(_item(vault_id), text)
    # A keyring that only pretends to store things is found out before it gets any account.
    try:
        kept = keyring.read(_item(vault_id))
    except SecretMissing:
        kept = ""
    if kept != text:
        raise KeyringFailed("NotKept")


def delete_unfinished(keyring: SecretStore, vault_id: str) -> None:
    """Delete the key of a vault that was never put in place; any other is left alone."""
    try:
        if keyring.read(_item(vault_id)).startswith(_UNFINISHED):
            keyring.delete(_item(vault_id))
    except (SecretMissing, UnicodeDecodeError):
        pass


def passphrase_slot(vault_id: str, vault_key: bytes, passphrase: str, cost: Cost) -> Slot:
    """A new slot for a passphrase; `cost` is the cost of one guess."""
    salt = os.urandom(SALT_BYTES)
    derived = key_from_passphrase(passphrase, salt, cost)
    return Slot(KeyKind.PASSPHRASE, _wrap(vault_id, derived, vault_key), salt, cost)


def unlock(
    head: Head,
    path: Path,
    keyring: SecretStore | None,
    passphrase: str | Callable[[], str] | None,
) -> bytes:
    """The key of the vault at `path`. `passphrase` may be a function that asks for it, called
    if needed.

    Raises KeyringAbsent if no keyring was passed, VaultKeyMissing, PassphraseNeeded,
    WrongPassphrase, IndexUnreadable, StoreFault.
    """
    slot = head.slot(head.key)
    if slot is None:
        raise IndexUnreadable(path)
    if slot.kind is KeyKind.KEYRING:
        return _from_keyring(head.id, slot, keyring)
    if callable(passphrase):
        passphrase = passphrase()
    if not passphrase:
        raise PassphraseNeeded
    if slot.cost is None:
        raise IndexUnreadable(path)
    derived = key_from_passphrase(passphrase, slot.salt, slot.cost)
    try:
        return _unwrap(head.id, derived, slot)
    except SealBroken:
        raise WrongPassphrase from None


def _from_keyring(vault_id: str, slot: Slot, keyring: SecretStore | None) -> bytes:
    if keyring is None:
        raise KeyringAbsent
    try:
        text = keyring.read(_item(vault_id))
        key = b64decode(text.removeprefix(_UNFINISHED), validate=True)
    except (SecretMissing, ValueError):
        raise VaultKeyMissing from None
    if len(key) != KEY_BYTES:
        raise VaultKeyMissing
    if not slot.wrapped:  # format 2
        return key
    try:
        vault_key = _unwrap(vault_id, key, slot)
    except SealBroken:
        raise VaultKeyMissing from None
    if text.startswith(_UNFINISHED):  # this vault is in place
        with suppress(StoreFault):
            keyring.write(_item(vault_id), text.removeprefix(_UNFINISHED))
    return vault_key


def _wrap(vault_id: str, key: bytes, vault_key: bytes) -> bytes:
    return Seal(key, vault_id).close(vault_key, VAULT_ROW, Column.KEY)


def _unwrap(vault_id: str, key: bytes, slot: Slot) -> bytes:
    return Seal(key, vault_id).open(slot.wrapped, VAULT_ROW, Column.KEY)


def _item(vault_id: str) -> str:
    return f"vault {vault_id}"
