"""Key slots: who can unwrap the key of a vault.

The vault key is random and never changes. Each slot holds it, sealed under a key of its own:
one in the keyring, one that Argon2id makes of a passphrase, or an age identity's.
`slot_changes` adds, changes and removes them.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from authenticator.vault import recovery_key
from authenticator.vault.attempts import Attempts
from authenticator.vault.errors import (
    IndexUnreadable,
    KeyringAbsent,
    KeyringFailed,
    NoSuchSlot,
    PassphraseNeeded,
    SealBroken,
    SecretAmbiguous,
    SecretMissing,
    SecretUnreadable,
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
    _store(keyring, vault_id, _UNFINISHED + b64encode(key).decode())


def store_key(keyring: SecretStore, vault_id: str, key: bytes) -> None:
    """Store the key of a keyring slot. Raises StoreFault; KeyringFailed if it is not kept."""
    _store(keyring, vault_id, b64encode(key).decode())


def delete_key(keyring: SecretStore, vault_id: str) -> None:
    """Delete the key of a keyring slot that is gone."""
    keyring.delete(_item(vault_id))


def delete_unfinished(keyring: SecretStore, vault_id: str) -> None:
    """Delete the key of a vault that was never put in place; any other is left alone."""
    try:
        if keyring.read(_item(vault_id)).startswith(_UNFINISHED):
            keyring.delete(_item(vault_id))
    except (SecretMissing, SecretUnreadable):
        pass


def passphrase_slot(vault_id: str, vault_key: bytes, passphrase: str, cost: Cost) -> Slot:
    """A new slot for a passphrase; `cost` is the cost of one guess."""
    salt = os.urandom(SALT_BYTES)
    derived = key_from_passphrase(passphrase, salt, cost)
    return Slot(KeyKind.PASSPHRASE, _wrap(vault_id, derived, vault_key), salt, cost)


class Unlocked(NamedTuple):
    """The key of a vault, and the passphrase that was given for it, if it took one."""

    vault_key: bytes
    passphrase: str = ""


def unlock(
    head: Head,
    path: Path,
    keyring: SecretStore | None,
    passphrase: str | Callable[[], str] | None,
) -> Unlocked:
    """The key of the vault at `path`. `passphrase` may be a function that asks for it, called
    if needed.

    Raises KeyringAbsent if no keyring was passed, VaultKeyMissing, PassphraseNeeded,
    WrongPassphrase, TooManyAttempts, IndexUnreadable, StoreFault, TooLittleMemory.
    """
    slot = head.slot(head.key)
    if slot is None:
        raise IndexUnreadable(path)
    if slot.kind is KeyKind.KEYRING:
        return Unlocked(_from_keyring(head.id, slot, keyring))
    attempts = Attempts(path.parent)
    attempts.check()
    if callable(passphrase):
        passphrase = passphrase()
    if not passphrase:
        raise PassphraseNeeded
    if slot.cost is None:
        raise IndexUnreadable(path)
    derived = key_from_passphrase(passphrase, slot.salt, slot.cost)
    try:
        vault_key = _unwrap(head.id, derived, slot)
    except SealBroken:
        attempts.record_wrong()
        raise WrongPassphrase from None
    attempts.forget()
    return Unlocked(vault_key, passphrase)


def unlock_by_recovery_key(head: Head, path: Path, typed: str) -> bytes:
    """The vault key. Raises NoSuchSlot, NotRecoveryKey, WrongRecoveryKey, IndexUnreadable."""
    slot = head.slot(KeyKind.RECOVERY)
    if slot is None:
        raise NoSuchSlot(KeyKind.RECOVERY)
    try:
        return recovery_key.unwrap(slot.wrapped, slot.recipient, typed)
    except SealBroken:
        raise IndexUnreadable(path) from None


def opens(vault_id: str, slot: Slot, passphrase: str, vault_key: bytes) -> bool:
    """Whether a passphrase unwraps this vault key from its slot."""
    if slot.cost is None:
        return False
    try:
        derived = key_from_passphrase(passphrase, slot.salt, slot.cost)
        return _unwrap(vault_id, derived, slot) == vault_key
    except SealBroken:
        return False


def _from_keyring(vault_id: str, slot: Slot, keyring: SecretStore | None) -> bytes:
    if keyring is None:
        raise KeyringAbsent
    try:
        text = keyring.read(_item(vault_id))
        key = b64decode(text.removeprefix(_UNFINISHED), validate=True)
    except SecretAmbiguous:
        raise
    except (SecretMissing, SecretUnreadable, ValueError):
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


def _store(keyring: SecretStore, vault_id: str, text: str) -> None:
    keyring.write(_item(vault_id), text)
    # A keyring that only pretends to store things is found out before it gets any account.
    try:
        kept = keyring.read(_item(vault_id))
    except SecretMissing:
        kept = ""
    if kept != text:
        raise KeyringFailed("NotKept")


def _wrap(vault_id: str, key: bytes, vault_key: bytes) -> bytes:
    return Seal(key, vault_id).close(vault_key, VAULT_ROW, Column.KEY)


def _unwrap(vault_id: str, key: bytes, slot: Slot) -> bytes:
    return Seal(key, vault_id).open(slot.wrapped, VAULT_ROW, Column.KEY)


def _item(vault_id: str) -> str:
    return f"vault {vault_id}"
