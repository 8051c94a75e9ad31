"""A SQLite connection with the settings that the vault needs, and its errors as ours.

Its owner lets one thread in at a time.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from authenticator import debug_log, files
from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.vault.errors import IndexBusy, IndexUnreadable

BUSY_WAIT_S: Final = 5.0

# SQLite's primary result codes (the low byte) that are about the disk, as errno names.
_DISK_REASONS: Final = {
    sqlite3.SQLITE_FULL: "ENOSPC",
    sqlite3.SQLITE_READONLY: "EROFS",
    sqlite3.SQLITE_IOERR: "EIO",
    sqlite3.SQLITE_CANTOPEN: "EACCES",
    sqlite3.SQLITE_PERM: "EACCES",
    sqlite3.SQLITE_NOMEM: "ENOMEM",
    sqlite3.SQLITE_NOLFS: "EFBIG",
    sqlite3.SQLITE_PROTOCOL: "EAGAIN",
    sqlite3.SQLITE_INTERRUPT: "EINTR",
}


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise about `path` into our errors."""
    try:
        yield
    except sqlite3.Error as fault:
        code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise IndexBusy from fault
        if code in _DISK_REASONS:
            raise DiskRefused(path, _system_reason(path) or _DISK_REASONS[code]) from fault
        raise IndexUnreadable(path) from fault
    except UnicodeDecodeError:  # of SQLite's message about a damaged schema, which quotes it
        raise IndexUnreadable(path) from None
    except OSError as fault:
        raise DiskRefused(path, files.reason(fault)) from fault


def _system_reason(path: Path) -> str:
    """What the system says about this place now, as SQLite keeps that to itself; empty if nothing.
    Does not open the file: closing it would release SQLite's locks."""
    try:
        if path.is_dir():
            return "EISDIR"
        with os.scandir(path.parent):
            return ""
    except OSError as refusal:
        return files.reason(refusal)


class Database:
    """An open file. Every method may raise IndexUnreadable, DiskRefused and IndexBusy."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _connect(path)
        self._stamp_before = 0

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self, was_committed: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """All or nothing of what is written inside; durable once it has ended.

        A commit can fail when all is done but the sync of the folder. `was_committed` is asked
        about one that failed, after what can be rolled back was; if it was committed after all,
        that counts.
        """
        with disk_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._roll_back()
            raise
        try:
            with disk_errors(self.path):
                self._connection.execute("COMMIT")
        except AuthenticatorError as refused:
            self._roll_back()
            if not was_committed():
                raise
            debug_log.write("committed in spite of", error=refused)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:  # SQLite itself rolls back on a full disk
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def execute(self, statement: str, *values: object) -> None:
        with disk_errors(self.path):
            self._connection.execute(statement, values)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is read inside is of one moment. Inside a transaction it is that of the
        transaction."""
        if self.in_transaction:
            yield
            return
        with disk_errors(self.path):
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def reopen(self) -> None:
        """Open the file anew, and forget what was remembered of its pages."""
        before = self.change_stamp()
        connection = _connect(self.path)
        self._connection.close()
        self._connection = connection
        self._stamp_before = before

    def copy_to(self, other: sqlite3.Connection) -> None:
        """Copy the whole file, as it was last committed, into another database."""
        with disk_errors(self.path):
            self._connection.backup(other)

    def signature(self) -> tuple[int, ...]:
        """Differs if the file is another one (the first two numbers), or was written to.

        Raises DiskRefused.
        """
        with disk_errors(self.path):
            found = self.path.stat()
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size

    def fetch_one(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        """The first row, or None."""
        with disk_errors(self.path):
            found: tuple[Any, ...] | None = self._connection.execute(statement, values).fetchone()
            return found

    def fetch_all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with disk_errors(self.path):
            return self._connection.execute(statement, values).fetchall()

    def change_stamp(self) -> int:
        """A number that differs after any commit, of this or another connection.

        It adds up two counts that only grow: our changed rows, and the commits of others.
        """
        (others,) = self.fetch_one("PRAGMA data_version") or (0,)
        return self._stamp_before + int(others) + self._connection.total_changes


_OPENED_BY_SQLITE: Final = ("", "-journal", "-wal", "-shm")


def _connect(path: Path) -> sqlite3.Connection:
    for ending in _OPENED_BY_SQLITE:
        files.is_there(path.with_name(path.name + ending))  # SQLite would wait for a pipe
    with disk_errors(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_WAIT_S,
            isolation_level=None,  # we begin and end transactions ourselves
            check_same_thread=False,
        )
        try:
            # One flipped bit in a text must not keep the other rows from being read.
            connection.text_factory = _lenient_text
            connection.execute("PRAGMA synchronous = EXTRA")  # the journal's removal too
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
        except BaseException:
            connection.close()
            raise
    return connection


def _lenient_text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def as_bytes(cell: object) -> bytes:
    """A cell that should be bytes; in a damaged file it may be anything."""
    return cell if isinstance(cell, bytes) else str(cell).encode()
