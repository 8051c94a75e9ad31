"""The tables of the index file, format 3: created and recognized word for word.

A schema is code: SQLite runs its triggers, views and generated columns. So any that is not ours
to the letter is damage, and nothing of it runs.
"""

from pathlib import Path
from typing import Final

from authenticator import files
from authenticator.vault.database import Database, as_bytes, disk_errors
from authenticator.vault.errors import IndexTooNew, IndexUnreadable
from authenticator.vault.head import Head, checksum, read_head, write_head

APPLICATION_ID: Final = 0x41757468  # "Auth" in the file header, for file(1) and for us
SCHEMA_VERSION: Final = 3

# Two tables, not two rows, for the head: so its copies are on different pages. The index is for
# finding a place in the order; nothing that is listed or compared is read by it.
TABLES: Final = {
    "head": "CREATE TABLE head (one INTEGER PRIMARY KEY, body BLOB, checksum BLOB)",
    "head_copy": "CREATE TABLE head_copy (one INTEGER PRIMARY KEY, body BLOB, checksum BLOB)",
    "manifest": "CREATE TABLE manifest (one INTEGER PRIMARY KEY, sealed BLOB)",
    "account": "CREATE TABLE account"
    " (id TEXT PRIMARY KEY, position INTEGER, meta BLOB, trashed BLOB) WITHOUT ROWID",
    "detail": "CREATE TABLE detail"
    " (id TEXT, kind TEXT, sealed BLOB, PRIMARY KEY (id, kind)) WITHOUT ROWID",
    "secret": "CREATE TABLE secret (name TEXT PRIMARY KEY, sealed BLOB) WITHOUT ROWID",
}
INDEXES: Final = {"placed": "CREATE INDEX placed ON account (position)"}
_READ_HEADS: Final = (
    "SELECT body, checksum FROM head",
    "SELECT body, checksum FROM head_copy",
)
_WRITE_HEADS: Final = (
    "INSERT OR REPLACE INTO head VALUES (1, ?, ?)",
    "INSERT OR REPLACE INTO head_copy VALUES (1, ?, ?)",
)


def create(path: Path, head: Head, manifest: bytes) -> None:
    """Create an index at `path`, where there must be no file yet; `manifest` is sealed."""
    with disk_errors(path):
        files.create(path)
    database = Database(path)
    try:
        with database.transaction():
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            create_tables(database, head, manifest)
    finally:
        database.close()


def create_tables(database: Database, head: Head, manifest: bytes) -> None:
    """Create the tables inside a transaction; `manifest` is sealed."""
    for statement in (*TABLES.values(), *INDEXES.values()):
        database.execute(statement)
    write_heads(database, head)
    database.execute("INSERT INTO manifest VALUES (1, ?)", manifest)
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def version(database: Database) -> int:
    """The version of the tables, 1 to SCHEMA_VERSION. Raises IndexUnreadable, IndexTooNew."""
    if database.fetch_one("PRAGMA application_id") != (APPLICATION_ID,):
        raise IndexUnreadable(database.path)
    (found,) = database.fetch_one("PRAGMA user_version") or (0,)
    if found > SCHEMA_VERSION:
        raise IndexTooNew(database.path, found, SCHEMA_VERSION)
    if found < 1:
        raise IndexUnreadable(database.path)
    return int(found)


def check_tables(database: Database) -> None:
    """Raises IndexUnreadable unless the schema is exactly that of this version."""
    found = database.fetch_all("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    ours = [
        *(("table", name, name, statement) for name, statement in TABLES.items()),
        *(("index", name, "account", statement) for name, statement in INDEXES.items()),
    ]
    if sorted(map(str, found)) != sorted(map(str, ours)):
        raise IndexUnreadable(database.path)


def read_heads(database: Database) -> tuple[Head, str, bool]:
    """The head, its checksum in hex, and whether both copies are whole and the same.

    Raises IndexUnreadable if neither is.
    """
    found: list[tuple[Head, bytes]] = []
    for statement in _READ_HEADS:
        try:
            body, sum_ = database.fetch_one(statement) or (b"", b"")
            if checksum(as_bytes(body)) == as_bytes(sum_):
                found.append((read_head(as_bytes(body)), as_bytes(sum_)))
        except (IndexUnreadable, ValueError):
            continue
    if not found:
        raise IndexUnreadable(database.path)
    return found[0][0], found[0][1].hex(), len(found) > 1 and found[0] == found[1]


def write_heads(database: Database, head: Head) -> str:
    """Write both copies inside a transaction; returns the checksum in hex."""
    body = write_head(head)
    for statement in _WRITE_HEADS:
        database.execute(statement, body, checksum(body))
    return checksum(body).hex()
