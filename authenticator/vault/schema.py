"""The tables of the index file: created, recognized and migrated."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from authenticator import files
from authenticator.vault.database import Database, disk_errors
from authenticator.vault.errors import IndexTooNew, IndexUnreadable

APPLICATION_ID: Final = 0x41757468  # "Auth" in the file header, for file(1) and for us

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

# Each migrates one version to the next; a new file goes through all of them.
_MIGRATIONS: Final = (
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
SCHEMA_VERSION: Final = 1 + len(_MIGRATIONS)


class VaultHeader(NamedTuple):
    """The one row about the vault as a whole.

    `key_check` is an empty text sealed by the vault key. The last five are set when a
    passphrase unwraps that key: Argon2id's salt and cost, and the key sealed by its output.
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
    """Create an empty index at `path`, where there must be no file yet."""
    with disk_errors(path):
        files.create(path)
    database = Database(path)
    try:
        database.execute_script(
            f"BEGIN EXCLUSIVE;"
            f"PRAGMA application_id = {APPLICATION_ID};"
            f"PRAGMA user_version = {SCHEMA_VERSION};"
            f"{_SCHEMA}"
            f"{''.join(_MIGRATIONS)}"
        )
        database.execute(
            "INSERT INTO vault (one, id, store, key, proof, salt, iterations, lanes,"
            " memory_kib, wrapped) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *header,
        )
        database.execute("COMMIT")
    finally:
        database.close()


def read_header(database: Database) -> VaultHeader:
    """The row about the vault. Raises IndexUnreadable, IndexTooNew."""
    if database.fetch_one("PRAGMA application_id") != (APPLICATION_ID,):
        raise IndexUnreadable(database.path)
    found_version = version(database)
    if found_version > SCHEMA_VERSION:
        raise IndexTooNew(database.path, found_version, SCHEMA_VERSION)
    if found_version < 1:
        raise IndexUnreadable(database.path)
    found = database.fetch_one(
        "SELECT id, store, key, proof, salt, iterations, lanes, memory_kib, wrapped FROM vault"
    )
    if found is None:
        raise IndexUnreadable(database.path)
    return VaultHeader(*found)


def version(database: Database) -> int:
    """The version of the tables; 0 in a file of another app."""
    (found,) = database.fetch_one("PRAGMA user_version") or (0,)
    return int(found)


def migrate(database: Database) -> None:
    """Migrate from an earlier version in one transaction. Call it under `write_lock`."""
    with database.transaction():
        # The version is read in here: another process may have been quicker.
        for step in _MIGRATIONS[version(database) - 1 :]:
            for statement in _statements(step):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; sqlite3's `executescript` would commit first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
