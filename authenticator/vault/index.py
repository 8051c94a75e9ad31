"""The index file: order, state and sealed metadata of each account (SQLite).

It never sees what is sealed. Its owner lets one thread in at a time, and takes `write_lock`
before it writes.
"""

from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from authenticator.vault.database import Database, as_bytes
from authenticator.vault.order import GAP, move, swap
from authenticator.vault.schema import SCHEMA_VERSION, migrate, read_header, version


class State(StrEnum):
    """How far the last change of an account got; all but READY need recovery."""

    PENDING = "pending"  # its item may not be there yet
    READY = "ready"
    CHANGING = "changing"  # its item may still be the old one
    REMOVING = "removing"  # its item may be gone


KEPT: Final = (State.READY, State.CHANGING)
"""The states of accounts that exist, listed or in the trash."""


class Row(NamedTuple):
    """One account as stored; `trashed` is its sealed `Retention`, None outside the trash."""

    id: str
    state: str
    meta: bytes
    trashed: bytes | None = None


class Index:
    """An open index. Every method may raise IndexUnreadable, DiskRefused and IndexBusy."""

    def __init__(self, path: Path) -> None:
        """Open the index at `path`. Raises IndexTooNew too."""
        self.path = path
        self._database = Database(path)
        try:
            self.header = read_header(self._database)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        self._database.close()

    @property
    def is_old(self) -> bool:
        """Whether `migrate` must run before anything but `header` is used."""
        return version(self._database) < SCHEMA_VERSION

    def migrate(self) -> None:
        """Migrate from an earlier version in one transaction. Call it under `write_lock`."""
        migrate(self._database)

    # Reading

    def rows(self) -> list[tuple[str, bytes]]:
        """Id and sealed metadata of every listed account, in order."""
        return self._database.fetch_all(
            "SELECT id, meta FROM account WHERE state IN (?, ?) AND binned IS NULL"
            " ORDER BY position",
            *KEPT,
        )

    def digest(self) -> bytes:
        """A hash of what `rows` returns, comparable between connections and processes."""
        from hashlib import blake2b

        digest = blake2b(digest_size=16)
        for id, meta in self.rows():
            digest.update(as_bytes(id))
            digest.update(as_bytes(meta))
        return digest.digest()

    def trashed(self) -> list[Row]:
        """Every account in the trash, in order."""
        found = self._database.fetch_all(
            "SELECT id, state, meta, binned FROM account"
            " WHERE binned IS NOT NULL AND state IN (?, ?) ORDER BY position",
            *KEPT,
        )
        return [Row(*cells) for cells in found]

    def row(self, id: str) -> Row | None:
        """One account in any state, in the trash or not."""
        found = self._database.fetch_one(
            "SELECT id, state, meta, binned FROM account WHERE id = ?", id
        )
        return None if found is None else Row(*found)

    def detail(self, id: str, kind: str) -> bytes | None:
        """Sealed notes or picture of an account."""
        found = self._database.fetch_one(
            "SELECT sealed FROM detail WHERE id = ? AND kind = ?", id, kind
        )
        return None if found is None else as_bytes(found[0])

    def trash_clock(self) -> bytes | None:
        """The sealed `TrashClock`."""
        (sealed,) = self._database.fetch_one("SELECT bin_clock FROM vault") or (None,)
        return None if sealed is None else as_bytes(sealed)

    def incomplete(self) -> list[Row]:
        """Accounts that a crash left unfinished, or that another process is writing right now."""
        found = self._database.fetch_all(
            "SELECT id, state, meta FROM account WHERE state <> 'ready'"
        )
        return [Row(*cells) for cells in found]

    def sealed(self, name: str) -> bytes | None:
        """A sealed secret, if this file is the store."""
        found = self._database.fetch_one("SELECT sealed FROM secret WHERE name = ?", name)
        return None if found is None else bytes(found[0])

    def change_stamp(self) -> int:
        """A number that differs after any commit, of this or another connection.

        Only numbers of the same Index can be compared.
        """
        return self._database.change_stamp()

    # Writing

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing of what is written inside; durable once it has ended."""
        return self._database.transaction()

    def insert(self, id: str, state: State, meta: bytes) -> None:
        """Add a row, last in order."""
        self._database.execute(
            "INSERT INTO account (id, position, state, meta)"
            " SELECT ?, coalesce(max(position), 0) + ?, ?, ? FROM account",
            id,
            GAP,
            state,
            meta,
        )

    def set_state(self, id: str, state: State) -> None:
        self._database.execute("UPDATE account SET state = ? WHERE id = ?", state, id)

    def set_meta(self, id: str, meta: bytes) -> None:
        self._database.execute("UPDATE account SET meta = ? WHERE id = ?", meta, id)

    def delete(self, id: str) -> None:
        self._database.execute("DELETE FROM account WHERE id = ?", id)

    def set_trashed(self, id: str, trashed: bytes | None) -> None:
        self._database.execute("UPDATE account SET binned = ? WHERE id = ?", trashed, id)

    def set_trash_clock(self, sealed: bytes) -> None:
        self._database.execute("UPDATE vault SET bin_clock = ?", sealed)

    def set_detail(self, id: str, kind: str, sealed: bytes | None) -> None:
        """Store sealed notes or a picture; None deletes them."""
        if sealed is None:
            self._database.execute("DELETE FROM detail WHERE id = ? AND kind = ?", id, kind)
        else:
            self._database.execute(
                "INSERT OR REPLACE INTO detail (id, kind, sealed) VALUES (?, ?, ?)",
                id,
                kind,
                sealed,
            )

    def move(self, id: str, before: str | None) -> None:
        """Put a row right before another, or last. Call it inside a transaction."""
        move(self._database, id, before)

    def swap(self, one: str, other: str) -> None:
        """Let two rows change places."""
        swap(self._database, one, other)

    def set_sealed(self, name: str, sealed: bytes) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO secret (name, sealed) VALUES (?, ?)", name, sealed
        )

    def delete_sealed(self, name: str) -> None:
        self._database.execute("DELETE FROM secret WHERE name = ?", name)
