"""Formats 1 and 2 of the index file: read, and migrated to the present one."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from authenticator import files
from authenticator.vault import folder, schema
from authenticator.vault.database import Database, as_bytes, disk_errors
from authenticator.vault.errors import IndexUnreadable, SealBroken, VaultKeyMissing
from authenticator.vault.head import Head, Slot, checksum, write_head
from authenticator.vault.key_derivation import Cost
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.manifest import (
    Contents,
    RowHashes,
    State,
    count_rows,
    write_contents,
)
from authenticator.vault.seal import VAULT_ROW, Column, Seal

_ONE_TO_TWO: Final = (
    "UPDATE account SET position = position << 32",
    "ALTER TABLE account ADD COLUMN binned BLOB",
    "CREATE TABLE detail (id TEXT NOT NULL, kind TEXT NOT NULL, sealed BLOB NOT NULL)",
    "ALTER TABLE vault ADD COLUMN bin_clock BLOB",
)
_OLD: Final = ("vault", "account", "detail", "secret")


class OldHeader(NamedTuple):
    """The row about the vault; `key_check` is an empty text sealed by the vault key."""

    id: str
    store: str
    key: str
    key_check: bytes
    salt: bytes | None
    iterations: int | None
    lanes: int | None
    memory_kib: int | None
    wrapped: bytes | None


def read_old_head(database: Database) -> Head:
    """The head as the present format has it. Raises IndexUnreadable."""
    old = _header(database)
    try:
        if KeyKind(old.key) is KeyKind.KEYRING:
            slot = Slot(KeyKind.KEYRING, b"")
        else:
            cost = Cost(int(old.iterations or 0), int(old.lanes or 0), int(old.memory_kib or 0))
            salt, wrapped = as_bytes(old.salt), as_bytes(old.wrapped)
            if len(salt) < 8:
                raise ValueError("no salt")
            slot = Slot(KeyKind.PASSPHRASE, wrapped, salt, cost)
        return Head(old.id, StoreKind(old.store), (slot,))
    except (ValueError, TypeError):
        raise IndexUnreadable(database.path) from None


def check_old_key(database: Database, seal: Seal) -> None:
    """Raises VaultKeyMissing if this key is not the vault's."""
    try:
        seal.open(_header(database).key_check, VAULT_ROW, Column.KEY_CHECK)
    except SealBroken:
        raise VaultKeyMissing from None


def migrate(database: Database, seal: Seal) -> None:
    """Bring the file up to the present format, in one transaction, and keep the old file as
    `folder.BEFORE_MIGRATION`. Call it under `write_lock`."""
    found = schema.version(database)
    if found == schema.SCHEMA_VERSION:  # another process was quicker
        return
    _keep_copy(database)
    with database.transaction():
        head = read_old_head(database)
        slot = head.slot(KeyKind.KEYRING)
        if slot is not None:
            # The keyring goes on holding the old key, which is the vault's own.
            head = head.with_slot(
                slot._replace(wrapped=seal.close(seal.key, VAULT_ROW, Column.KEY))
            )
        if found == 1:
            for statement in _ONE_TO_TWO:
                database.execute(statement)
        _rename_old(database)
        clock = _trash_clock(database, seal)
        schema.create_tables(database, head, b"")
        _copy_rows(database)
        contents = _contents(database, seal, head, clock)
        for table in _OLD:
            database.execute(f"DROP TABLE old_{table}")
        database.execute(
            "UPDATE manifest SET sealed = ?",
            seal.close(write_contents(contents), VAULT_ROW, Column.MANIFEST),
        )


def _header(database: Database) -> OldHeader:
    found = database.fetch_one(
        "SELECT id, store, key, proof, salt, iterations, lanes, memory_kib, wrapped FROM vault"
    )
    if found is None:
        raise IndexUnreadable(database.path)
    return OldHeader(*found)


def _rename_old(database: Database) -> None:
    kept = {(table,) for table in _OLD}
    for kind in ("trigger", "index"):
        for (name,) in database.fetch_all(
            "SELECT name FROM sqlite_schema WHERE type = ? AND sql IS NOT NULL", kind
        ):
            quoted = str(name).replace('"', '""')
            database.execute(f'DROP {kind} "{quoted}"')
    if set(database.fetch_all("SELECT name FROM sqlite_schema WHERE type = 'table'")) != kept:
        raise IndexUnreadable(database.path)
    for table in _OLD:
        database.execute(f"ALTER TABLE {table} RENAME TO old_{table}")


def _copy_rows(database: Database) -> None:
    database.execute(
        "INSERT INTO account (id, position, meta, trashed)"
        " SELECT id, position, meta, binned FROM old_account"
    )
    database.execute(
        "INSERT INTO detail (id, kind, sealed) SELECT id, kind, sealed FROM old_detail"
    )
    database.execute("INSERT INTO secret (name, sealed) SELECT name, sealed FROM old_secret")


def _contents(database: Database, seal: Seal, head: Head, clock: tuple[int, int, int]) -> Contents:
    unfinished: dict[str, State] = {}
    for id, state in database.fetch_all("SELECT id, state FROM old_account"):
        # A word that is none of ours is damage, and an account is not deleted for that.
        with suppress(ValueError):
            if (known := State(state)) is not State.READY:
                unfinished[id] = known
    accounts, total = count_rows(database, RowHashes(seal))
    return Contents(1, total, accounts, checksum(write_head(head)).hex(), unfinished, clock)


def _trash_clock(database: Database, seal: Seal) -> tuple[int, int, int]:
    import json

    (sealed,) = database.fetch_one("SELECT bin_clock FROM old_vault") or (None,)
    with suppress(SealBroken, ValueError, TypeError):
        opened = seal.open(as_bytes(sealed), VAULT_ROW, Column.TRASH_CLOCK)
        one, two, three = map(int, json.loads(opened))
        return one, two, three
    return 0, 0, 0


def _keep_copy(database: Database) -> None:
    """Keep the file as it is now beside it, durably; the copy of an earlier attempt is replaced."""
    path: Path = database.path.with_name(folder.BEFORE_MIGRATION)
    fresh = path.with_name(f"{path.name}.part")
    with disk_errors(path):
        fresh.unlink(missing_ok=True)
        files.create(fresh)
        copy = sqlite3.connect(fresh)
        try:
            database.copy_to(copy)
        finally:
            copy.close()
        fresh.replace(path)
        files.sync_folder(path.parent)
