"""The index file: order, state and sealed metadata of each account (SQLite).

Nothing here knows what is sealed. One connection, whose owner lets one thread in at a time;
other processes are kept out of each other's writes by `write_lock`.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from authenticator.errors import DiskRefused
from authenticator.vault.errors import IndexBusy, IndexTooNew, IndexUnreadable

FILE: Final = "vault.db"
UNFINISHED: Final = "vault.db.new"
LOCK: Final = "vault.lock"
LOCK_WAIT_S: Final = 10.0
BUSY_WAIT_S: Final = 5.0
APPLICATION_ID: Final = 0x41757468  # "Auth" in the file's header, for file(1) and for us
GAP: Final = 1 << 32
"""Between the positions of two neighbours: room for 32 moves to one place, and for 2**30
accounts, before rows have to be numbered anew."""

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


class State(StrEnum):
    """How far the last change of an account has come; all but READY want repair."""

    PENDING = "pending"  # its item may not be there yet
    READY = "ready"
    CHANGING = "changing"  # its item may still hold what was before
    REMOVING = "removing"  # its item may be gone


SHOWN: Final = (State.READY, State.CHANGING)


@dataclass(frozen=True, slots=True)
class Head:
    """The one row about the vault as a whole.

    `proof` is sealed by the vault key over nothing. The last five are there when a
    passphrase holds the key: Argon2id's salt and cost, and the key sealed under its result.
    """

    id: str
    store: str
    key: str
    proof: bytes
    salt: bytes | None = None
    iterations: int | None = None
    lanes: int | None = None
    memory_kib: int | None = None
    wrapped: bytes | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One account as the file has it; `binned` is sealed, and None outside the bin."""

    id: str
    state: str
    meta: bytes
    binned: bytes | None = None


# SQLite's primary result codes (the low byte) that speak of the disk, as an errno's name.
_DISK_REASONS: Final = {
    sqlite3.SQLITE_FULL: "ENOSPC",
    sqlite3.SQLITE_READONLY: "EROFS",
    sqlite3.SQLITE_IOERR: "EIO",
    sqlite3.SQLITE_CANTOPEN: "EACCES",
    sqlite3.SQLITE_PERM: "EACCES",
}


@contextmanager
def _our_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise about `path` into our errors."""
    try:
        yield
    except sqlite3.Error as fault:
        code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise IndexBusy from fault
        if code in _DISK_REASONS:
            reason = "EISDIR" if path.is_dir() else _DISK_REASONS[code]
            raise DiskRefused(path, reason) from fault
        raise IndexUnreadable(path) from fault
    except OSError as fault:
        raise DiskRefused(path, errno.errorcode.get(fault.errno or 0, "EIO")) from fault


@contextmanager
def write_lock(home: Path, wait_s: float | None = None) -> Iterator[None]:
    """Keep every other process (and vault object) from writing in `home`.

    Waits `wait_s` seconds, LOCK_WAIT_S unless told. Raises IndexBusy, DiskRefused.
    """
    from filelock import FileLock, Timeout  # 50 ms or more that reading does not need

    path = home / LOCK
    lock = FileLock(path, timeout=LOCK_WAIT_S if wait_s is None else wait_s, mode=0o600)
    with _our_errors(path):
        try:
            lock.acquire()
        except Timeout as taken:  # an OSError too
            raise IndexBusy from taken
    try:
        yield
    finally:
        lock.release()


def exists(home: Path) -> bool:
    """Whether `home` has an index, readable or not. Raises DiskRefused."""
    path = home / FILE
    with _our_errors(path):
        return path.exists()


def make_home(home: Path) -> None:
    """Make the folder, for its owner only; one that is there keeps its mode."""
    with _our_errors(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)


def put_in_place(home: Path) -> None:
    """Turn the unfinished index into the index, at one stroke and for good."""
    with _our_errors(home / FILE):
        (home / UNFINISHED).rename(home / FILE)
        _sync_folder(home)


def discard_unfinished(home: Path) -> None:
    """Forget an index whose making did not end."""
    with _our_errors(home / UNFINISHED):
        for name in (UNFINISHED, f"{UNFINISHED}-journal"):
            (home / name).unlink(missing_ok=True)


def rename_aside(home: Path) -> Path:
    """Rename the index, and its journal with it, to the first free `vault.db.aside-N`."""
    number = 1
    with _our_errors(home / FILE):
        while (aside := home / f"{FILE}.aside-{number}").exists():
            number += 1
        journal = home / f"{FILE}-journal"
        if journal.exists():
            journal.rename(home / f"{aside.name}-journal")
        (home / FILE).rename(aside)
        _sync_folder(home)
    return aside


def _sync_folder(home: Path) -> None:
    if os.name == "posix":  # elsewhere a folder can't be opened; renames are journalled
        handle = os.open(home, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Index:
    """An open index. Every method may raise IndexUnreadable, DiskRefused and IndexBusy."""

    def __init__(self, path: Path) -> None:
        """Open the index at `path`. Raises IndexTooNew too."""
        self.path = path
        self._connection = _connect(path)
        try:
            self.head = self._checked_head()
        except BaseException:
            self._connection.close()
            raise

    @classmethod
    def make(cls, path: Path, head: Head) -> "Index":
        """A new, empty index at `path`, where there must be none."""
        with _our_errors(path):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            connection = _connect(path)
            try:
                connection.executescript(
                    f"BEGIN EXCLUSIVE;"
                    f"PRAGMA application_id = {APPLICATION_ID};"
                    f"PRAGMA user_version = {SCHEMA_VERSION};"
                    f"{_SCHEMA}"
                    f"{''.join(_STEPS)}"
                )
                connection.execute(
                    "INSERT INTO vault (one, id, store, key, proof, salt, iterations, lanes,"
                    " memory_kib, wrapped) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        head.id,
                        head.store,
                        head.key,
                        head.proof,
                        head.salt,
                        head.iterations,
                        head.lanes,
                        head.memory_kib,
                        head.wrapped,
                    ),
                )
                connection.execute("COMMIT")
            finally:
                connection.close()
        return cls(path)

    def close(self) -> None:
        self._connection.close()

    @property
    def is_old(self) -> bool:
        """Whether `bring_up_to_date` has to run before anything but `head` is used."""
        return self._version() < SCHEMA_VERSION

    def bring_up_to_date(self) -> None:
        """Turn the schema of an earlier version into ours, at one stroke. Under `write_lock`."""
        with self.transaction():
            # Looked up inside: another process may have been quicker.
            for step in _STEPS[self._version() - 1 :]:
                for statement in _statements(step):
                    self._do(statement)
            self._do(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _version(self) -> int:
        (version,) = self._one("PRAGMA user_version") or (0,)
        return int(version)

    def _checked_head(self) -> Head:
        if self._one("PRAGMA application_id") != (APPLICATION_ID,):
            raise IndexUnreadable(self.path)
        version = self._version()
        if version > SCHEMA_VERSION:
            raise IndexTooNew(self.path, version, SCHEMA_VERSION)
        if version < 1:
            raise IndexUnreadable(self.path)
        found = self._one(
            "SELECT id, store, key, proof, salt, iterations, lanes, memory_kib, wrapped FROM vault"
        )
        if found is None:
            raise IndexUnreadable(self.path)
        return Head(*found)

    # Reading

    def rows(self) -> list[tuple[str, bytes]]:
        """Id and sealed metadata of every account that is shown, in order."""
        with _our_errors(self.path):
            return self._connection.execute(
                "SELECT id, meta FROM account WHERE state IN (?, ?) AND binned IS NULL"
                " ORDER BY position",
                SHOWN,
            ).fetchall()

    def digest(self) -> bytes:
        """Of what `rows` tells: those of all connections, in whatever process, compare."""
        from hashlib import blake2b

        digest = blake2b(digest_size=16)
        for id, meta in self.rows():
            digest.update(as_bytes(id))
            digest.update(as_bytes(meta))
        return digest.digest()

    def binned(self) -> list[Row]:
        """Every account in the bin, in order."""
        with _our_errors(self.path):
            return [
                Row(*found)
                for found in self._connection.execute(
                    "SELECT id, state, meta, binned FROM account"
                    " WHERE binned IS NOT NULL AND state IN (?, ?) ORDER BY position",
                    SHOWN,
                )
            ]

    def row(self, id: str) -> Row | None:
        """One account in any state, in the bin or not."""
        found = self._one("SELECT id, state, meta, binned FROM account WHERE id = ?", id)
        return None if found is None else Row(*found)

    def detail(self, id: str, kind: str) -> bytes | None:
        """Something long that belongs to an account, sealed."""
        found = self._one("SELECT sealed FROM detail WHERE id = ? AND kind = ?", id, kind)
        return None if found is None else as_bytes(found[0])

    def bin_clock(self) -> bytes | None:
        """What the vault has seen of time, sealed."""
        (sealed,) = self._one("SELECT bin_clock FROM vault") or (None,)
        return None if sealed is None else as_bytes(sealed)

    def unsettled(self) -> list[Row]:
        """What a crash, or another process at this moment, has left in between."""
        with _our_errors(self.path):
            return [
                Row(*found)
                for found in self._connection.execute(
                    "SELECT id, state, meta FROM account WHERE state <> 'ready'"
                )
            ]

    def sealed(self, name: str) -> bytes | None:
        """A sealed secret, where the file is the store."""
        found = self._one("SELECT sealed FROM secret WHERE name = ?", name)
        return None if found is None else bytes(found[0])

    def change_stamp(self) -> int:
        """A number that differs after any commit, of ours or of another connection.

        Only numbers of one Index compare. Our own count of changed rows and SQLite's
        count of others' commits both only grow.
        """
        (others,) = self._one("PRAGMA data_version") or (0,)
        return int(others) + self._connection.total_changes

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is written inside; durable when it ends well."""
        with _our_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with _our_errors(self.path):
                self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk may have rolled back by itself
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            raise

    def insert(self, id: str, state: State, meta: bytes) -> None:
        """A new row, the last in order."""
        self._do(
            "INSERT INTO account (id, position, state, meta)"
            " SELECT ?, coalesce(max(position), 0) + ?, ?, ? FROM account",
            id,
            GAP,
            state,
            meta,
        )

    def set_state(self, id: str, state: State) -> None:
        self._do("UPDATE account SET state = ? WHERE id = ?", state, id)

    def set_meta(self, id: str, meta: bytes) -> None:
        self._do("UPDATE account SET meta = ? WHERE id = ?", meta, id)

    def delete(self, id: str) -> None:
        self._do("DELETE FROM account WHERE id = ?", id)

    def set_binned(self, id: str, binned: bytes | None) -> None:
        self._do("UPDATE account SET binned = ? WHERE id = ?", binned, id)

    def set_bin_clock(self, sealed: bytes) -> None:
        self._do("UPDATE vault SET bin_clock = ?", sealed)

    def set_detail(self, id: str, kind: str, sealed: bytes | None) -> None:
        """Keep something long beside an account; None takes it away."""
        if sealed is None:
            self._do("DELETE FROM detail WHERE id = ? AND kind = ?", id, kind)
        else:
            self._do(
                "INSERT OR REPLACE INTO detail (id, kind, sealed) VALUES (?, ?, ?)",
                id,
                kind,
                sealed,
            )

    def move(self, id: str, before: str | None) -> None:
        """Put a row right before another, or last: one row is written, the others keep their
        positions. Inside a transaction."""
        place = self._place(before)
        if place is None:
            self._number_anew()
            place = self._place(before)
        self._do("UPDATE account SET position = ? WHERE id = ?", place, id)

    def _place(self, before: str | None) -> int | None:
        """A position right before a row; None where its predecessor leaves no room."""
        if before is None:
            (last,) = self._one("SELECT max(position) FROM account") or (None,)
            return int(last or 0) + GAP
        (follower,) = self._one("SELECT position FROM account WHERE id = ?", before) or (0,)
        (predecessor,) = self._one(
            "SELECT max(position) FROM account WHERE position < ?", follower
        ) or (None,)
        if predecessor is None:
            return int(follower) - GAP
        middle = (int(follower) + int(predecessor)) // 2
        return middle if middle > predecessor else None

    def _number_anew(self) -> None:
        self._do(
            "UPDATE account SET position = place * ? FROM"
            " (SELECT id AS name, row_number() OVER (ORDER BY position, rowid) AS place"
            " FROM account) WHERE id = name",
            GAP,
        )

    def set_sealed(self, name: str, sealed: bytes) -> None:
        self._do("INSERT OR REPLACE INTO secret (name, sealed) VALUES (?, ?)", name, sealed)

    def delete_sealed(self, name: str) -> None:
        self._do("DELETE FROM secret WHERE name = ?", name)

    def _do(self, statement: str, *values: object) -> None:
        with _our_errors(self.path):
            self._connection.execute(statement, values)

    def _one(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        with _our_errors(self.path):
            found: tuple[Any, ...] | None = self._connection.execute(statement, values).fetchone()
            return found


def _connect(path: Path) -> sqlite3.Connection:
    with _our_errors(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_WAIT_S,
            isolation_level=None,  # transactions are ours to begin and end
            check_same_thread=False,
        )
        try:
            # A flipped bit in one text must not keep the other rows from being read.
            connection.text_factory = _lenient_text
            connection.execute("PRAGMA synchronous = EXTRA")  # the journal's removal too
            connection.execute("PRAGMA secure_delete = ON")
        except BaseException:
            connection.close()
            raise
    return connection


def _lenient_text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def as_bytes(cell: object) -> bytes:
    """A cell that should be bytes, and in a damaged file may be anything."""
    return cell if isinstance(cell, bytes) else str(cell).encode()


def _statements(script: str) -> Iterator[str]:
    """A script's statements one by one: SQLite's own way to run one commits first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
