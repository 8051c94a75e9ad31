"""The life cycle of a vault: inspect, create, open, quarantine.

The file records the vault's id before the keyring gets the key, so that a crash leaves neither
a key that the next attempt can't find nor a vault without its key. While a vault exists, no
second key is ever made.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from authenticator import debug_log
from authenticator.errors import DiskRefused
from authenticator.vault import folder, key_slots, schema
from authenticator.vault.entry import new_id
from authenticator.vault.errors import (
    IndexBusy,
    IndexTooNew,
    IndexUnreadable,
    KeyringAbsent,
    NoVault,
    PassphraseNeeded,
    SealBroken,
    StoreFault,
    VaultExists,
    VaultKeyMissing,
)
from authenticator.vault.index import Index
from authenticator.vault.key_derivation import FLOOR, Cost
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.schema import VaultHeader
from authenticator.vault.seal import VAULT_ROW, Column, Seal, new_key
from authenticator.vault.stores.sealed_rows import SealedItemStore, SealedStore
from authenticator.vault.stores.secret_store import SecretStore
from authenticator.vault.vault import Vault
from authenticator.vault.write_lock import write_lock


def inspect(home: Path) -> VaultInfo | None:
    """What opening the vault in `home` takes, or None if there is none.

    Raises IndexUnreadable, IndexTooNew, DiskRefused, IndexBusy.
    """
    if not folder.exists(home):
        return None
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
    cost: Cost = FLOOR,
    now: Callable[[], float] = time.time,
) -> Vault:
    """Create a vault in `home` (and the folder, for its owner only) and open it.

    `keyring` is needed unless both kinds do without one; `passphrase` is needed for the key
    kind of that name, and `cost` is the cost of a guess at it. Raises VaultExists,
    PassphraseNeeded, and KeyringAbsent if no keyring was passed.
    """
    if key is KeyKind.PASSPHRASE and not passphrase:
        raise PassphraseNeeded
    if keyring is None and (store is StoreKind.KEYRING or key is KeyKind.KEYRING):
        raise KeyringAbsent
    folder.make_home(home)
    with write_lock(home):
        if folder.exists(home):
            raise VaultExists
        _discard_unfinished(home, keyring)
        vault_id, vault_key = new_id(), new_key()
        seal = Seal(vault_key, vault_id)
        header = VaultHeader(vault_id, store, key, seal.close(b"", VAULT_ROW, Column.KEY_CHECK))
        if passphrase and key is KeyKind.PASSPHRASE:
            header = key_slots.add_passphrase_slot(header, vault_key, passphrase, cost)
        schema.create(home / folder.UNFINISHED, header)
        if keyring is not None and key is KeyKind.KEYRING:
            key_slots.add_keyring_slot(home, keyring, vault_id, vault_key)
        folder.put_in_place(home)
    return open(home, keyring=keyring, passphrase=passphrase, now=now)


def open(
    home: Path,
    *,
    keyring: SecretStore | None = None,
    passphrase: str | Callable[[], str] | None = None,
    key: bytes | None = None,
    now: Callable[[], float] = time.time,
) -> Vault:
    """Open the vault in `home`, recover from a crash unless somebody is writing, and delete
    what has been in the trash for long enough.

    With the vault's `key`, neither keyring nor passphrase is asked for it. `passphrase` may be
    a function that asks for it, called only if needed. `now` returns Unix seconds.

    Raises NoVault, IndexTooNew, PassphraseNeeded, WrongPassphrase, VaultKeyMissing.
    """
    if not folder.exists(home):
        raise NoVault
    begun_s = time.monotonic()
    index = Index(home / folder.FILE)
    try:
        kinds = _vault_info(index)
        vault_key = key or key_slots.unlock(index, kinds.key, keyring, passphrase)
        seal = Seal(vault_key, index.header.id)
        try:
            seal.open(index.header.key_check, VAULT_ROW, Column.KEY_CHECK)
        except SealBroken:
            raise VaultKeyMissing from None
        if index.is_old:
            with write_lock(home):
                index.migrate()
        vault = Vault(index, seal, _store(kinds, index, seal, keyring), now)
        # Reading does not depend on recovery: with a locked keyring, a read-only disk or
        # another writer it is left to a later start.
        try:
            vault.recover(wait_s=0)
            vault.purge_expired(wait_s=0)
        except (StoreFault, DiskRefused, IndexBusy) as error:
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
    try:
        return VaultInfo(StoreKind(index.header.store), KeyKind(index.header.key))
    except ValueError:
        raise IndexUnreadable(index.path) from None


def _discard_unfinished(home: Path, keyring: SecretStore | None) -> None:
    """Clear away what an attempt at `create` left when it crashed."""
    path = home / folder.UNFINISHED
    if not path.exists():
        return
    # A file that can't be read was never completed, so no key was stored for it.
    with suppress(IndexUnreadable, IndexTooNew):
        unfinished = Index(path)
        unfinished.close()
        key_slots.delete_unfinished(unfinished.header, keyring)
    folder.discard_unfinished(home)


def _store(kinds: VaultInfo, index: Index, seal: Seal, keyring: SecretStore | None) -> SecretStore:
    if kinds.store is StoreKind.SEALED:
        return SealedStore(index, seal)
    if keyring is None:
        raise KeyringAbsent
    return SealedItemStore(keyring, seal) if kinds.key is KeyKind.PASSPHRASE else keyring
