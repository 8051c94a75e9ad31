"""The life cycle of a vault: inspect, create, open, quarantine.

The file records the vault's id before the keyring gets the key, so that a crash leaves neither
a key that the next attempt can't find nor a vault without its key. While a vault exists, no
second key is ever made.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from authenticator import debug_log
from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.vault import folder, foreign_files, key_slots, schema
from authenticator.vault.attempts import Attempts
from authenticator.vault.entry import new_id
from authenticator.vault.errors import (
    IndexBusy,
    IndexTooNew,
    IndexUnreadable,
    KeyringAbsent,
    KeyringFailed,
    ManifestBroken,
    NoVault,
    StoreFault,
    VaultExists,
)
from authenticator.vault.head import Head, checksum, write_head
from authenticator.vault.index import Index
from authenticator.vault.key_derivation import Cost, measured_cost
from authenticator.vault.key_slots import Unlocked
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.manifest import Contents, seal_contents
from authenticator.vault.new_passphrase import require_usable
from authenticator.vault.seal import Seal, new_key
from authenticator.vault.stores.secret_store import SecretStore
from authenticator.vault.vault import Vault
from authenticator.vault.write_lock import write_lock

MOVE_S: Final = 0.5
"""How long opening goes on with rewriting secrets; the window does the rest in the background."""


def inspect(home: Path) -> VaultInfo | None:
    """What opening the vault in `home` takes, or None if there is none.

    Raises IndexUnreadable, IndexTooNew, DiskRefused, IndexBusy.
    """
    if not folder.exists(home):
        return None
    foreign_files.set_aside(home)
    index = Index(home / folder.FILE)
    try:
        return _vault_info(index)
    finally:
        index.close()


def create(
    home: Path,
    *,
    store: StoreKind,
    key: KeyKind,
    keyring: SecretStore | None = None,
    passphrase: str | None = None,
    cost: Cost | None = None,
    now: Callable[[], float] = time.time,
) -> Vault:
    """Create a vault in `home` (and the folder, for its owner only) and open it.

    `keyring` is needed unless both kinds do without one; `passphrase` is needed for the key
    kind of that name, and `cost` is the cost of a guess at it, by default measured here. Raises
    VaultExists, PassphraseNeeded, PassphraseTooSimple, and KeyringAbsent if no keyring was passed.
    """
    if key is KeyKind.PASSPHRASE:
        require_usable(passphrase or "")
    if keyring is None and (store is StoreKind.KEYRING or key is KeyKind.KEYRING):
        raise KeyringAbsent
    folder.make_home(home)
    with write_lock(home):
        if folder.exists(home):
            raise VaultExists
        _discard_unfinished(home, keyring)
        vault_id, vault_key = new_id(), new_key()
        if keyring is not None and key is KeyKind.KEYRING:
            slot, slot_key = key_slots.keyring_slot(vault_id, vault_key)
            _write_unfinished(home, Head(vault_id, store, (slot,)), vault_key)
            _store_key(home, keyring, vault_id, slot_key)
        else:
            cost = cost or measured_cost()
            slot = key_slots.passphrase_slot(vault_id, vault_key, passphrase or "", cost)
            _write_unfinished(home, Head(vault_id, store, (slot,)), vault_key)
        folder.put_in_place(home)
    Attempts(home).forget()  # those were at another vault
    return open(home, keyring=keyring, passphrase=passphrase, now=now)


def open(
    home: Path,
    *,
    keyring: SecretStore | None = None,
    passphrase: str | Callable[[], str] | None = None,
    recovery_key: str | None = None,
    key: bytes | None = None,
    cost: Callable[[], Cost] | None = None,
    now: Callable[[], float] = time.time,
) -> Vault:
    """Open the vault in `home`, recover from a crash unless somebody is writing, go on with what
    `slot_changes` began, and delete what has been in the trash for long enough.

    With the vault's `key` or `recovery_key`, neither keyring nor passphrase is asked for it.
    `passphrase` may be a function that asks for it, called only if needed. `now` returns Unix
    seconds. Where a guess at the passphrase costs too little, it is raised to what `cost`
    returns, if that is given.

    Raises NoVault, IndexTooNew, PassphraseNeeded, WrongPassphrase, TooManyAttempts,
    VaultKeyMissing, NotRecoveryKey, WrongRecoveryKey, TooLittleMemory.
    """
    if not folder.exists(home):
        raise NoVault
    begun_s = time.monotonic()
    foreign_files.set_aside(home)
    index = Index(home / folder.FILE)
    try:
        kinds = _vault_info(index)
        if key is not None:
            unlocked = Unlocked(key)
        elif recovery_key is not None:
            by_recovery = key_slots.unlock_by_recovery_key(index.head, index.path, recovery_key)
            unlocked = Unlocked(by_recovery)
        else:
            unlocked = key_slots.unlock(index.head, index.path, keyring, passphrase)
        seal = Seal(unlocked.vault_key, index.head.id)
        if index.is_old:
            index.check_old_key(seal)
            with write_lock(home):
                index.migrate(seal)
        index.unseal(seal)
        vault = Vault(index, seal, keyring, cost or measured_cost, now)
        # Reading does not depend on recovery: with a locked keyring, a read-only disk or
        # another writer it is left to a later start.
        try:
            vault.recover(wait_s=0)
            vault.purge_expired(wait_s=0)
            if index.head.moving is not None:
                vault.slots.advance(MOVE_S)
            if unlocked.passphrase and cost is not None:
                vault.slots.raise_cost(unlocked.passphrase)
        except (StoreFault, DiskRefused, IndexBusy, ManifestBroken) as error:
            debug_log.write("vault recovery put off", error=error)
    except BaseException as error:
        debug_log.write("vault opening failed", error=error)
        index.close()
        raise
    spent_ms = 1000 * (time.monotonic() - begun_s)
    debug_log.write("vault opened", ms=spent_ms, store=kinds.store, key=kinds.key)
    return vault


def quarantine(home: Path) -> Path:
    """Rename an index that can't be used, so that a new vault can be created; returns its new
    path. Nothing is deleted, neither from it nor from the keyring.

    Raises NoVault, DiskRefused, IndexBusy.
    """
    if not folder.exists(home):
        raise NoVault
    with write_lock(home):
        return folder.rename_to_quarantine(home)


def _vault_info(index: Index) -> VaultInfo:
    return VaultInfo(index.head.store, index.head.key)


def _write_unfinished(home: Path, head: Head, vault_key: bytes) -> None:
    contents = Contents(head=checksum(write_head(head)).hex())
    manifest = seal_contents(contents, Seal(vault_key, head.id))
    schema.create(home / folder.UNFINISHED, head, manifest)


def _store_key(home: Path, keyring: SecretStore, vault_id: str, key: bytes) -> None:
    try:
        key_slots.store_unfinished(keyring, vault_id, key)
    except KeyringFailed:
        raise  # it may have the key: the unfinished index remembers its name
    except AuthenticatorError:
        folder.discard_unfinished(home)
        raise


def _discard_unfinished(home: Path, keyring: SecretStore | None) -> None:
    """Clear away what an attempt at `create` left when it crashed. What may be anything else, a
    vault with accounts that was renamed for instance, is renamed."""
    path = home / folder.UNFINISHED
    foreign_files.set_aside_at_creation(path)
    if not os.path.lexists(path):
        return
    if not folder.is_plain(path):
        folder.set_aside(path)
        return
    try:
        unfinished = Index(path)
    except IndexUnreadable:
        # Without its tables it was never completed, so no key was stored for it.
        if path.stat().st_size:
            folder.set_aside(path)
    except IndexTooNew:
        folder.set_aside(path)
    else:
        holds_accounts = not unfinished.is_empty()
        unfinished.close()
        if holds_accounts:
            folder.set_aside(path)
        elif keyring is not None:
            key_slots.delete_unfinished(keyring, unfinished.head.id)
    folder.discard_unfinished(home)
