"""The index file: order, state and sealed metadata of each account (SQLite).

Nothing here knows what is sealed. One connection, whose owner lets one thread in at a time;
other processes are kept out of each other's writes by `write_lock`.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from authenticator.vault.database import Database, as_bytes
from authenticator.vault.order import GAP, move
from authenticator.vault.schema import SCHEMA_VERSION, bring_up_to_date, read_header, version


class State(StrEnum):
    """How far the last change of an account has come; all but READY want repair."""

    PENDING = "pending"  # its item may not be there yet
    READY = "ready"
    CHANGING = "changing"  # its item may still hold what was before
    REMOVING = "removing"  # its item may be gone


SHOWN: Final = (State.READY, State.CHANGING)


@dataclass(frozen=True, slots=True)
class Row:
    """One account as the file has it; `trashed` is sealed, and None outside the bin."""

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
        """Whether `bring_up_to_date` has to run before anything but `head` is used."""
        return version(self._database) < SCHEMA_VERSION

    def bring_up_to_date(self) -> None:
        """Turn the schema of an earlier version into ours, at one stroke. Under `write_lock`."""
        bring_up_to_date(self._database)

    # Reading

    def rows(self) -> list[tuple[str, bytes]]:
        """Id and sealed metadata of every account that is shown, in order."""
        return self._database.all(
            "SELECT id, meta FROM account WHERE state IN (?, ?) AND binned IS NULL"
            " ORDER BY position",
            *SHOWN,
        )

    def digest(self) -> bytes:
        """Of what `rows` tells: those of all connections, in whatever process, compare."""
        from hashlib import blake2b

        digest = blake2b(digest_size=16)
        for id, meta in self.rows():
            digest.update(as_bytes(id))
            digest.update(as_bytes(meta))
        return digest.digest()

    def trashed(self) -> list[Row]:
        """Every account in the bin, in order."""
        found = self._database.all(
            "SELECT id, state, meta, binned FROM account"
            " WHERE binned IS NOT NULL AND state IN (?, ?) ORDER BY position",
            *SHOWN,
        )
        return [Row(*cells) for cells in found]

    def row(self, id: str) -> Row | None:
        """One account in any state, in the bin or not."""
        found = self._database.one("SELECT id, state, meta, binned FROM account WHERE id = ?", id)
        return None if found is None else Row(*found)

    def detail(self, id: str, kind: str) -> bytes | None:
        """Something long that belongs to an account, sealed."""
        found = self._database.one("SELECT sealed FROM detail WHERE id = ? AND kind = ?", id, kind)
        return None if found is None else as_bytes(found[0])

    def trash_clock(self) -> bytes | None:
        """What the vault has seen of time, sealed."""
        (sealed,) = self._database.one("SELECT bin_clock FROM vault") or (None,)
        return None if sealed is None else as_bytes(sealed)

    def unsettled(self) -> list[Row]:
        """What a crash, or another process at this moment, has left in between."""
        found = self._database.all("SELECT id, state, meta FROM account WHERE state <> 'ready'")
        return [Row(*cells) for cells in found]

    def sealed(self, name: str) -> bytes | None:
        """A sealed secret, where the file is the store."""
        found = self._database.one("SELECT sealed FROM secret WHERE name = ?", name)
        return None if found is None else bytes(found[0])

    def change_stamp(self) -> int:
        """A number that differs after any commit, of ours or of another connection.

        Only numbers of one Index compare.
        """
        return self._database.change_stamp()

    # Writing

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing of what is written inside; durable when it ends well."""
        return self._database.transaction()

    def insert(self, id: str, state: State, meta: bytes) -> None:
        """A new row, the last in order."""
        self._database.do(
            "INSERT INTO account (id, position, state, meta)"
            " SELECT ?, coalesce(max(position), 0) + ?, ?, ? FROM account",
            id,
            GAP,
            state,
            meta,
        )

    def set_state(self, id: str, state: State) -> None:
        self._database.do("UPDATE account SET state = ? WHERE id = ?", state, id)

    def set_meta(self, id: str, meta: bytes) -> None:
        self._database.do("UPDATE account SET meta = ? WHERE id = ?", meta, id)

    def delete(self, id: str) -> None:
        self._database.do("DELETE FROM account WHERE id = ?", id)

    def set_trashed(self, id: str, trashed: bytes | None) -> None:
        self._database.do("UPDATE account SET binned = ? WHERE id = ?", trashed, id)

    def set_trash_clock(self, sealed: bytes) -> None:
        self._database.do("UPDATE vault SET bin_clock = ?", sealed)

    def set_detail(self, id: str, kind: str, sealed: bytes | None) -> None:
        """Keep something long beside an account; None takes it away."""
        if sealed is None:
            self._database.do("DELETE FROM detail WHERE id = ? AND kind = ?", id, kind)
        else:
            self._database.do(
                "INSERT OR REPLACE INTO detail (id, kind, sealed) VALUES (?, ?, ?)",
                id,
                kind,
                sealed,
            )

    def move(self, id: str, before: str | None) -> None:
        """Put a row right before another, or last. Inside a transaction."""
        move(self._database, id, before)

    def set_sealed(self, name: str, sealed: bytes) -> None:
        self._database.do(
            "INSERT OR REPLACE INTO secret (name, sealed) VALUES (?, ?)", name, sealed
        )

    def delete_sealed(self, name: str) -> None:
        self._database.do("DELETE FROM secret WHERE name = ?", name)
