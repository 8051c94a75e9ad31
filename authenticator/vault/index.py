"""The index file: order and sealed metadata of each account (SQLite), and its manifest.

Its owner lets one thread in at a time, and takes `write_lock` before it writes.
Index has more than 25 methods, since each statement about the tables has one here.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from authenticator import files
from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.vault import older_formats, schema
from authenticator.vault.database import Database, as_bytes
from authenticator.vault.errors import IndexReplaced, ManifestBroken, SlotsChanged
from authenticator.vault.head import Head, is_id
from authenticator.vault.manifest import Consistency, Manifest, State
from authenticator.vault.order import GAP, move, swap
from authenticator.vault.seal import Seal

KEPT: Final = (State.READY, State.CHANGING, State.REMOVING)
"""The states of accounts that exist, listed or in the trash. One whose deletion was interrupted
exists until recovery has found its item gone."""


class Row(NamedTuple):
    """One account as stored; `trashed` is its sealed `Retention`, None outside the trash."""

    id: str
    state: State
    meta: bytes
    trashed: bytes | None = None


class Index:
    """An open index. Every method may raise IndexUnreadable, DiskRefused, IndexBusy, and
    IndexReplaced where the file is not the one any more that was opened."""

    manifest: Manifest
    """There once `unseal` was called."""

    def __init__(self, path: Path) -> None:
        """Open the index at `path`. Raises IndexTooNew too."""
        self.path = path
        self._database = Database(path)
        try:
            self.is_old = schema.version(self._database) < schema.SCHEMA_VERSION
            if self.is_old:
                self.head, self._head_whole = older_formats.read_old_head(self._database), True
            else:
                self._read_head()
            self._seen = self._database.signature()
            self._replaced = self._slots_changed = False
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        self._database.close()

    def check_old_key(self, seal: Seal) -> None:
        """Raises VaultKeyMissing if this is not the key of an index of an older format."""
        older_formats.check_old_key(self._database, seal)

    def migrate(self, seal: Seal) -> None:
        """Migrate from an earlier format. Call it under `write_lock`."""
        older_formats.migrate(self._database, seal)
        self.is_old = False
        self._read_head()

    def is_empty(self) -> bool:
        """Whether there is no row of any account. An index of an older format never is."""
        return not self.is_old and schema.is_empty(self._database)

    def unseal(self, seal: Seal) -> None:
        """With the vault's key: from here on, everything but `head` can be used."""
        self.manifest = Manifest(self._database, seal)
        self._seen = self._database.signature()

    def _read_head(self) -> None:
        schema.check_tables(self._database)
        self.head, self._head_sum, self._head_whole = schema.read_heads(self._database)

    # Reading

    # The plus keeps SQLite from reading by the index of positions, which the manifest doesn't
    # cover; NOT INDEXED alone does not.

    def rows(self) -> list[tuple[str, bytes]]:
        """Id and sealed metadata of every listed account, in order."""
        self.look_again()
        with self._database.reading():
            hidden = self._hidden()
            found = self._database.fetch_all(
                "SELECT id, meta FROM account NOT INDEXED"
                " WHERE trashed IS NULL ORDER BY +position, id"
            )
        return [row for row in found if row[0] not in hidden and is_id(row[0])]

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
        self.look_again()
        with self._database.reading():
            states = self.manifest.unfinished()
            found = self._database.fetch_all(
                "SELECT id, meta, trashed FROM account NOT INDEXED"
                " WHERE trashed IS NOT NULL ORDER BY +position, id"
            )
        rows = [Row(id, states.get(id, State.READY), meta, put) for id, meta, put in found]
        return [row for row in rows if row.state in KEPT and is_id(row.id)]

    def row(self, id: str) -> Row | None:
        """One account in any state, in the trash or not."""
        self.look_again()
        with self._database.reading():
            states = self.manifest.unfinished()
            found = self._database.fetch_one("SELECT meta, trashed FROM account WHERE id = ?", id)
        if found is None or not is_id(id):
            return None
        return Row(id, states.get(id, State.READY), *found)

    def detail(self, id: str, kind: str) -> bytes | None:
        """Sealed notes or picture of an account."""
        self.look_again()
        found = self._database.fetch_one(
            "SELECT sealed FROM detail WHERE id = ? AND kind = ?", id, kind
        )
        return None if found is None else as_bytes(found[0])

    def incomplete(self) -> list[Row]:
        """Accounts that a crash left unfinished, or that another process is writing right now."""
        self.look_again()
        found = (self.row(id) for id in self.manifest.unfinished())
        return [row for row in found if row is not None]

    def sealed(self, name: str) -> bytes | None:
        """A sealed secret, if this file is the store."""
        self.look_again()
        found = self._database.fetch_one("SELECT sealed FROM secret WHERE name = ?", name)
        return None if found is None else as_bytes(found[0])

    def sealed_names(self) -> frozenset[str]:
        """The names of all sealed secrets."""
        self.look_again()
        return frozenset(
            str(name) for (name,) in self._database.fetch_all("SELECT name FROM secret")
        )

    def ids(self) -> list[str]:
        """Every account, in whatever state, listed or not."""
        self.look_again()
        found = self._database.fetch_all("SELECT id FROM account ORDER BY +position, id")
        return [id for (id,) in found if is_id(id)]

    def head_is_sealed(self) -> bool:
        """Whether the manifest confirms the head. Raises ManifestBroken."""
        self.look_again()
        return self.manifest.read().head == self._head_sum

    def verify(self) -> Consistency:
        """Compare the file with its manifest."""
        self.look_again()
        found = self.manifest.verify(self._head_sum)
        return found if self._head_whole else found._replace(same_head=False)

    def change_stamp(self) -> int:
        """A number that differs after any commit, of this or another connection.

        Only numbers of the same Index can be compared.
        """
        self.look_again()
        return self._database.change_stamp()

    def _hidden(self) -> set[str]:
        unfinished = self.manifest.unfinished()
        return {id for id, state in unfinished.items() if state not in KEPT}

    def look_again(self) -> None:
        """Notice a file that was put in place of the one that was opened, or written over it; or
        another process that changed who opens the vault (raises SlotsChanged, each time).

        What SQLite remembers of a file's pages holds as long as a count in the file is the
        same, and two copies that went different ways can have the same count.
        """
        if self._database.in_transaction:
            return
        if self._slots_changed:
            raise SlotsChanged
        if self._replaced:
            raise IndexReplaced(self.path)
        now = self._database.signature()
        if now == self._seen:
            return
        self._replaced = True
        if now[:2] != self._seen[:2]:
            raise IndexReplaced(self.path)
        self._database.reopen()
        known = self.head, self._head_sum, self._head_whole
        self._read_head()
        if self.head.id != known[0].id:
            raise IndexReplaced(self.path)
        if _what_matters(self.head) != _what_matters(known[0]):
            self.head, self._head_sum, self._head_whole = known
            self._slots_changed = True
            raise SlotsChanged
        with suppress(ManifestBroken):
            self.manifest.read()
        self._seen, self._replaced = now, False

    def accept_slots(self) -> None:
        """Go by the head as another process changed it. Call it under `write_lock`."""
        self._read_head()
        self._slots_changed, self._replaced = False, False
        self._seen = self._database.signature()

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is written inside; durable once it has ended. One inside
        another is part of that."""
        if self._database.in_transaction:
            yield
            return
        self.look_again()
        head = self.head, self._head_sum, self._head_whole
        try:
            with self._database.transaction(self._was_committed):
                if self._database.signature()[:2] != self._seen[:2]:
                    raise IndexReplaced(self.path)
                with self.manifest.transaction():
                    yield
                    if not self._head_whole:
                        self.set_head(self.head)
        except BaseException:
            self.head, self._head_sum, self._head_whole = head
            raise
        self.manifest.committed()
        self._seen = self._database.signature()

    def _was_committed(self) -> bool:
        """Whether the last transaction, whose commit failed, is in the file nevertheless."""
        with suppress(AuthenticatorError):
            self._database.reopen()
            if self.manifest.is_as_written():
                with suppress(DiskRefused):
                    files.sync_folder(self.path.parent)
                return True
        return False

    def set_head(self, head: Head) -> None:
        """Write both copies of the head, inside a transaction."""
        self._head_sum, self._head_whole = schema.write_heads(self._database, head), True
        self.manifest.set_head(self._head_sum)
        self.head = head

    def insert(self, id: str, meta: bytes) -> None:
        """Add a row, last in order."""
        self.manifest.touch(id)
        self._database.execute(
            "INSERT INTO account (id, position, meta)"
            " SELECT ?, coalesce(max(position), 0) + ?, ? FROM account",
            id,
            GAP,
            meta,
        )

    def set_meta(self, id: str, meta: bytes) -> None:
        self.manifest.touch(id)
        self._database.execute("UPDATE account SET meta = ? WHERE id = ?", meta, id)

    def delete(self, id: str) -> None:
        """Delete a row and its details."""
        self.manifest.touch(id)
        self._database.execute("DELETE FROM account WHERE id = ?", id)
        self._database.execute("DELETE FROM detail WHERE id = ?", id)
        self.manifest.set_state(id, State.READY)

    def set_trashed(self, id: str, trashed: bytes | None) -> None:
        self.manifest.touch(id)
        self._database.execute("UPDATE account SET trashed = ? WHERE id = ?", trashed, id)

    def set_detail(self, id: str, kind: str, sealed: bytes | None) -> None:
        """Store sealed notes or a picture; None deletes them."""
        self.manifest.touch(id)
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
        self.manifest.touch(id)
        move(self._database, id, before, self.manifest.touch_all)

    def swap(self, one: str, other: str) -> None:
        """Let two rows change places."""
        self.manifest.touch(one, other)
        swap(self._database, one, other)

    def set_sealed(self, name: str, sealed: bytes) -> None:
        with self.transaction():
            self.manifest.touch(name)
            self._database.execute(
                "INSERT OR REPLACE INTO secret (name, sealed) VALUES (?, ?)", name, sealed
            )

    def delete_sealed(self, name: str) -> None:
        with self.transaction():
            self.manifest.touch(name)
            self._database.execute("DELETE FROM secret WHERE name = ?", name)


def _what_matters(head: Head) -> tuple[object, ...]:
    """Of a head, what an open vault goes by: where secrets are, and what opens the vault."""
    return head.store, head.key, head.moving
