"""The manifest: what the file should hold as a whole, sealed under the vault key.

Each row is sealed by itself, so one that was altered does not open. What that can't tell is
told here: rows that are missing, swapped, put back from an old copy, moved, or taken from or
put into the trash by something else than this app. And nothing but the manifest says which
accounts are being added, changed or deleted: whoever can write the file, but has no key, can't
make the app delete anything.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Final, NamedTuple

from authenticator.vault.database import Database, as_bytes
from authenticator.vault.errors import IndexReplaced, ManifestBroken, SealBroken
from authenticator.vault.seal import VAULT_ROW, Column, Seal


class State(StrEnum):
    """How far the last change of an account got; all but READY need recovery."""

    PENDING = "pending"  # its item may not be there yet
    READY = "ready"
    CHANGING = "changing"  # its item may be newer than its row
    REMOVING = "removing"  # its item may be gone


class Contents(NamedTuple):
    """What a manifest says.

    `generation` grows by one with each transaction. `total` stands for all rows of `accounts`
    accounts: the exclusive or of a keyed hash of each. `head` is the checksum of the head.
    `unfinished` are the accounts that are not READY. `trash_clock` is in `vault.trash`.
    """

    generation: int = 0
    total: int = 0
    accounts: int = 0
    head: str = ""
    unfinished: Mapping[str, State] = {}
    trash_clock: tuple[int, int, int] = (0, 0, 0)


class Consistency(NamedTuple):
    """What `Manifest.verify` found; `missing` counts accounts, negative where there are more
    than there should be."""

    readable: bool = True
    same_head: bool = True
    same_rows: bool = True
    missing: int = 0

    @property
    def whole(self) -> bool:
        """Whether the file is as this app left it."""
        return self.readable and self.same_head and self.same_rows


def write_contents(contents: Contents) -> bytes:
    """A JSON object in ASCII."""
    fields = contents._asdict() | {"total": f"{contents.total:032x}"}
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def read_contents(text: bytes) -> Contents:
    """What `write_contents` wrote. Raises ValueError."""
    try:
        fields = json.loads(text)
        one, two, three = map(int, fields["trash_clock"])
        return Contents(
            int(fields["generation"]),
            int(fields["total"], 16),
            int(fields["accounts"]),
            str(fields["head"]),
            {str(id): State(state) for id, state in fields["unfinished"].items()},
            (one, two, three),
        )
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
        raise ValueError("no manifest") from None


# What is hashed of a row: its place, and the nonce of what is sealed there. A nonce is another one
# each time something is sealed, and the seal itself ties it to the rest.
_ACCOUNT: Final = (
    "SELECT 'account ' || typeof(id) || hex(id) || ' ' || quote(position)"
    " || ' ' || typeof(meta) || hex(substr(meta, 1, 12))"
    " || ' ' || typeof(trashed) || hex(substr(trashed, 1, 12)) FROM account NOT INDEXED"
)
_DETAIL: Final = (
    "SELECT 'detail ' || typeof(id) || hex(id) || ' ' || typeof(kind) || hex(kind)"
    " || ' ' || typeof(sealed) || hex(substr(sealed, 1, 12)) FROM detail"
)
_SEALED: Final = (
    "SELECT 'secret ' || typeof(name) || hex(name)"
    " || ' ' || typeof(sealed) || hex(substr(sealed, 1, 12)) FROM secret"
)


class RowHashes:
    """Keyed hashes of rows, added up by exclusive or: 16 bytes of BLAKE2b each, as a number."""

    def __init__(self, seal: Seal) -> None:
        from hashlib import blake2b

        self._hash = blake2b
        self._key = blake2b(b"manifest", key=seal.key, digest_size=32).digest()

    def total(self, rows: Iterable[tuple[str]]) -> int:
        """Of rows as the statements above give them."""
        total = 0
        for (row,) in rows:
            digest = self._hash(row.encode(), key=self._key, digest_size=16).digest()
            total ^= int.from_bytes(digest, "big")
        return total


def count_rows(database: Database, hashes: RowHashes) -> tuple[int, int]:
    """The number of accounts in the tables, and the total of all rows, whoever wrote them."""
    accounts = database.fetch_all(_ACCOUNT)
    others = database.fetch_all(_DETAIL) + database.fetch_all(_SEALED)
    return len(accounts), hashes.total(accounts) ^ hashes.total(others)


class Manifest:
    """The manifest of an open file, kept up to date with each transaction.

    Inside `transaction`, call `touch` before the rows of an account change.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        self._hashes = RowHashes(seal)
        self._newest = 0
        self._contents = Contents()
        self._written = b""
        self._before: dict[str, tuple[int, int]] = {}

    def read(self) -> Contents:
        """What the manifest says. Raises ManifestBroken; IndexReplaced where it is older than
        what was read before."""
        (sealed,) = self._database.fetch_one("SELECT sealed FROM manifest") or (b"",)
        try:
            contents = read_contents(self._seal.open(as_bytes(sealed), VAULT_ROW, Column.MANIFEST))
        except (SealBroken, ValueError):
            raise ManifestBroken(self._database.path) from None
        if contents.generation < self._newest:
            raise IndexReplaced(self._database.path)
        self._newest = contents.generation
        return contents

    def unfinished(self) -> Mapping[str, State]:
        """The accounts that are not READY; none where the manifest can't be read, so that
        nothing is done about them."""
        try:
            return self.read().unfinished
        except ManifestBroken:
            return {}

    def verify(self, head: str) -> Consistency:
        """Compare the tables with the manifest, and the head by its checksum."""
        with self._database.reading():
            try:
                contents = self.read()
            except ManifestBroken:
                return Consistency(readable=False)
            accounts, total = count_rows(self._database, self._hashes)
        return Consistency(
            same_head=contents.head == head,
            same_rows=contents.total == total,
            missing=contents.accounts - accounts,
        )

    # In a transaction

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Around the changes of a transaction, inside it. Raises ManifestBroken: a file that may
        lack rows gets no new manifest that says it is whole."""
        self._contents = self.read()
        self._before = {}
        yield
        total, accounts = self._contents.total, self._contents.accounts
        for id, (before, was_there) in self._before.items():
            after, is_there = self._rows_of(id)
            total ^= before ^ after
            accounts += is_there - was_there
        self._contents = self._contents._replace(
            generation=self._contents.generation + 1, total=total, accounts=accounts
        )
        self._written = self._seal.close(write_contents(self._contents), VAULT_ROW, Column.MANIFEST)
        self._database.execute("UPDATE manifest SET sealed = ?", self._written)

    def is_as_written(self) -> bool:
        """Whether the file has the manifest that the last transaction wrote."""
        return self._database.fetch_one("SELECT sealed FROM manifest") == (self._written,)

    def committed(self) -> None:
        """The transaction is durable."""
        self._newest = self._contents.generation

    def touch(self, *ids: str) -> None:
        """These accounts are about to change."""
        for id in ids:
            if id not in self._before:
                self._before[id] = self._rows_of(id)

    def touch_all(self) -> None:
        """All accounts are about to change."""
        self.touch(*(id for (id,) in self._database.fetch_all("SELECT id FROM account")))

    def set_state(self, id: str, state: State) -> None:
        unfinished = dict(self._contents.unfinished)
        unfinished.pop(id, None)
        if state is not State.READY:
            unfinished[id] = state
        self._contents = self._contents._replace(unfinished=unfinished)

    def set_trash_clock(self, clock: tuple[int, int, int]) -> None:
        self._contents = self._contents._replace(trash_clock=clock)

    def set_head(self, checksum: str) -> None:
        self._contents = self._contents._replace(head=checksum)

    def _rows_of(self, id: str) -> tuple[int, int]:
        """The total of an account's rows, and 1 if it has one in `account`, else 0."""
        accounts = self._database.fetch_all(f"{_ACCOUNT} WHERE id = ?", id)
        others = self._database.fetch_all(f"{_DETAIL} WHERE id = ?", id)
        others += self._database.fetch_all(f"{_SEALED} WHERE name = ?", id)
        return self._hashes.total(accounts) ^ self._hashes.total(others), len(accounts)
