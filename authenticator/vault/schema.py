"""The tables of the index file: made, recognized, and brought up to date."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from authenticator import files
from authenticator.vault.database import Database, disk_errors
from authenticator.vault.errors import IndexTooNew, IndexUnreadable

APPLICATION_ID: Final = 0x41757468  # "Auth" in the file's header, for file(1) and for us

_SCHEMA: Final = """
CREATE TABLE vault (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  store TEXT NOT NULL,
  key TEXT NOT NULL,
  proof BLOB NOT NULL,
  salt BLOB,
  iterations INTEGER,
  lanes INTEGER,
  memory_kib INTEGER,
  wrapped BLOB
);
CREATE TABLE account (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  state TEXT NOT NULL,
  meta BLOB NOT NULL
);
CREATE INDEX placed ON account (position);
CREATE INDEX unsettled ON account (state) WHERE state <> 'ready';
CREATE TABLE secret (name TEXT PRIMARY KEY, sealed BLOB NOT NULL);
"""

# What turns each version into the next; a new file goes through all of them.
_STEPS: Final = (
    """
UPDATE account SET position = position << 32;
ALTER TABLE account ADD COLUMN binned BLOB;
CREATE INDEX in_bin ON account (id) WHERE binned IS NOT NULL;
CREATE TABLE detail (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (id, kind)
);
CREATE TRIGGER gone AFTER DELETE ON account BEGIN DELETE FROM detail WHERE id = old.id; END;
ALTER TABLE vault ADD COLUMN bin_clock BLOB;
""",
)
SCHEMA_VERSION: Final = 1 + len(_STEPS)


@dataclass(frozen=True, slots=True)
class VaultHeader:
    """The one row about the vault as a whole.

    `key_check` is sealed by the vault key over nothing. The last five are there when a
    passphrase holds the key: Argon2id's salt and cost, and the key sealed under its result.
    """

    id: str
    store: str
    key: str
    key_check: bytes
    salt: bytes | None = None
    iterations: int | None = None
    parallelism: int | None = None
    memory_kib: int | None = None
    wrapped: bytes | None = None


def create(path: Path, header: VaultHeader) -> None:
    """Make a new, empty index at `path`, where there must be none."""
    with disk_errors(path):
        files.create(path)
    database = Database(path)
    try:
        database.do_script(
            f"BEGIN EXCLUSIVE;"
            f"PRAGMA application_id = {APPLICATION_ID};"
            f"PRAGMA user_version = {SCHEMA_VERSION};"
            f"{_SCHEMA}"
            f"{''.join(_STEPS)}"
        )
        database.do(
            "INSERT INTO vault (one, id, store, key, proof, salt, iterations, lanes,"
            " memory_kib, wrapped) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            header.id,
            header.store,
            header.key,
            header.key_check,
            header.salt,
            header.iterations,
            header.parallelism,
            header.memory_kib,
            header.wrapped,
        )
        database.do("COMMIT")
    finally:
        database.close()


def read_header(database: Database) -> VaultHeader:
    """The row about the vault. Raises IndexUnreadable, IndexTooNew."""
    if database.one("PRAGMA application_id") != (APPLICATION_ID,):
        raise IndexUnreadable(database.path)
    found_version = version(database)
    if found_version > SCHEMA_VERSION:
        raise IndexTooNew(database.path, found_version, SCHEMA_VERSION)
    if found_version < 1:
        raise IndexUnreadable(database.path)
    found = database.one(
        "SELECT id, store, key, proof, salt, iterations, lanes, memory_kib, wrapped FROM vault"
    )
    if found is None:
        raise IndexUnreadable(database.path)
    return VaultHeader(*found)


def version(database: Database) -> int:
    """The version of the tables, SCHEMA_VERSION when they are ours; 0 in a foreign file."""
    (found,) = database.one("PRAGMA user_version") or (0,)
    return int(found)


def bring_up_to_date(database: Database) -> None:
    """Turn the schema of an earlier version into ours, at one stroke. Under `write_lock`."""
    with database.transaction():
        # Looked up inside: another process may have been quicker.
        for step in _STEPS[version(database) - 1 :]:
            for statement in _statements(step):
                database.do(statement)
        database.do(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> Iterator[str]:
    """A script's statements one by one: SQLite's own way to run one commits first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
