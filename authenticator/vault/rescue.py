"""Which of the rows that were found in a damaged index are right, and what can be put right.

A row is right if its seal opens. One that doesn't may have lost its id, or a single bit. If an
account's row is beyond that, or gone, the row is made anew from the secret, where that tells all
that codes depend on. Whatever is left is kept as it is, and the account is listed as damaged.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import reduce
from itertools import islice, product
from operator import xor
from typing import Final, NamedTuple

from authenticator.otp.account import Account, Hotp
from authenticator.vault.entry import Entry, read_metadata, write_metadata
from authenticator.vault.errors import SealBroken
from authenticator.vault.head import is_id
from authenticator.vault.kinds import Detail
from authenticator.vault.manifest import Contents, RowHashes
from authenticator.vault.order import GAP
from authenticator.vault.salvage import Row, with_one_bit_put_right
from authenticator.vault.seal import Column, Seal

_CHOICES: Final = 4096  # combinations of versions that are compared with the manifest
_PLACES_TRIED: Final = 100_000  # rows that don't open, times the ids they are tried under
_BITS_TRIED: Final = 64  # rows in which a single wrong bit is looked for

ReadAccount = Callable[[str], Account | None]
"""The account whose secret the store has under an id, None if it has none that can be read."""


class Rescued(NamedTuple):
    """The rows of a new file, and what became of the accounts: ids of those that stay damaged, of
    those whose rows were made anew, and how many the manifest counted that were found nowhere,
    None without a manifest. `confirmed`: the manifest says that each row is the newest."""

    rows: list[Row]
    damaged: frozenset[str]
    made_anew: frozenset[str]
    missing: int | None
    confirmed: bool


class Rescue:
    """Decides about the rows of one file. `rows` are those that are kept, before any account is
    made anew."""

    def __init__(
        self,
        found: Iterable[Row],
        seal: Seal,
        contents: Contents | None,
        in_keyring: Iterable[str] = (),
    ) -> None:
        """`contents` is what the manifest says, None if it can't be read. `in_keyring` are the
        names of the keyring's items, perhaps of other vaults too."""
        self._seal = seal
        self._contents = contents
        self._in_keyring = {name for name in in_keyring if is_id(name)}
        chosen = self._choose(found)
        ids = self._in_keyring | {row.id for row in chosen if is_id(row.id)}
        self.rows = [row for row in self._put_right(chosen, sorted(ids)) if is_id(row.id)]

    def result(self, read: ReadAccount) -> Rescued:
        """What is rescued. Items of the keyring that no row tells of are taken as this vault's if
        they are no more than are missing."""
        accounts = {row.id: row for row in self.rows if row.table == "account"}
        others = [row for row in self.rows if row.table != "account"]
        lost = {row.id for row in others if row.table == "secret"} - accounts.keys()
        counted = 0 if self._contents is None else self._contents.accounts
        missing = max(0, counted - len(accounts) - len(lost))
        items = self._in_keyring - accounts.keys() - lost
        if len(items) <= missing:
            lost |= items
            missing -= len(items)
        last = max((row.position for row in accounts.values()), default=0)
        for number, id in enumerate(sorted(lost), 1):
            accounts[id] = Row("account", id, Column.META, b"", last + GAP * number)
        damaged: set[str] = set()
        anew: set[str] = set()
        for id, row in accounts.items():
            if not self._opens(row):
                made = self._made_anew(row, read)
                (damaged if made is None else anew).add(id)
                accounts[id] = made or row
        rows = [*accounts.values(), *others]
        told = None if self._contents is None else missing
        return Rescued(rows, frozenset(damaged), frozenset(anew), told, self._is_total(self.rows))

    def _is_total(self, rows: Iterable[Row]) -> bool:
        """Whether the manifest has these rows, and no others."""
        if self._contents is None:
            return False
        return RowHashes(self._seal).total((_hashed(row),) for row in rows) == self._contents.total

    def _opens(self, row: Row) -> bool:
        return self._entry(row) is not None if row.table == "account" else self._is_sealed(row)

    def _is_sealed(self, row: Row) -> bool:
        with suppress(SealBroken):
            self._seal.open(row.sealed, row.id, row.column)
            return True
        return False

    def _entry(self, row: Row) -> Entry | None:
        with suppress(SealBroken, ValueError):
            return read_metadata(row.id, self._seal.open(row.sealed, row.id, row.column))
        return None

    # Versions

    def _choose(self, found: Iterable[Row]) -> list[Row]:
        """One version of each row: those whose total is the manifest's, or else what opens, what a
        pointer led to, what has the highest counter."""
        versions: dict[tuple[str, str, str], list[Row | None]] = {}
        for row in sorted(dict.fromkeys(found), key=self._rank, reverse=True):
            versions.setdefault(row[:3], []).append(row)
        for several in versions.values():
            if several[0] is not None and several[0].carved:
                several.append(None)  # perhaps an old row of an account that was deleted
        if self._contents is not None:
            hashes = RowHashes(self._seal)
            hashed = {
                row: hashes.total([(_hashed(row),)])
                for several in versions.values()
                for row in several
                if row is not None
            }
            for choice in islice(product(*versions.values()), _CHOICES):
                rows = [row for row in choice if row is not None]
                if reduce(xor, map(hashed.__getitem__, rows), 0) == self._contents.total:
                    return rows
        best = [several[0] for several in versions.values() if several[0] is not None]
        return self._without_deleted(best)

    def _without_deleted(self, rows: list[Row]) -> list[Row]:
        """The rows without carved ones of accounts beyond the number that the manifest says."""
        if self._contents is None:
            return rows
        spare = sum(row.table == "account" for row in rows) - self._contents.accounts
        carved = [row.id for row in rows if row.table == "account" and row.carved]
        deleted = set(carved[: max(0, spare)])
        return [row for row in rows if not (row.carved and row.id in deleted)]

    def _rank(self, row: Row) -> tuple[bool, bool, int]:
        entry = self._entry(row) if row.table == "account" else None
        counter = entry.otp.counter if entry is not None and isinstance(entry.otp, Hotp) else 0
        return self._opens(row), not row.carved, counter

    # What can be put right

    def _put_right(self, rows: Sequence[Row], ids: Sequence[str]) -> list[Row]:
        """The rows, those that don't open under the id that they were sealed for, or with the one
        bit changed that is wrong, where either helps."""
        there = {row[:3] for row in rows if self._opens(row)}
        places, bits = _PLACES_TRIED, _BITS_TRIED
        right: dict[tuple[str, str, str], Row] = {}
        for row in rows:
            fixed = row
            if row[:3] not in there:
                if places > 0:
                    places -= len(ids)
                    fixed = self._moved(row, ids)
                if fixed is row and bits > 0:
                    bits -= 1
                    fixed = self._corrected(row)
            # A row that was put back under its id takes the place of one that isn't whole.
            if fixed is not row or row[:3] in there:
                right[fixed[:3]] = fixed
            else:
                right.setdefault(row[:3], row)
        return list(right.values())

    def _moved(self, row: Row, ids: Iterable[str]) -> Row:
        kinds = (Detail.NOTES, Detail.PICTURE) if row.table == "detail" else (row.column,)
        for id, column in product(ids, kinds):
            if self._opens(tried := row._replace(id=id, column=column)):
                return tried
        return row

    def _corrected(self, row: Row) -> Row:
        fixed = with_one_bit_put_right(
            row.sealed, lambda tried: self._is_sealed(row._replace(sealed=tried))
        )
        return row if fixed is None else row._replace(sealed=fixed)

    def _made_anew(self, row: Row, read: ReadAccount) -> Row | None:
        """The row of an account from its secret. None where that isn't enough: a counter goes on
        without its item, and a code that was used before is refused."""
        account = read(row.id)
        if account is None or isinstance(account.otp, Hotp):
            return None
        details = {one.column for one in self.rows if one.id == row.id and self._opens(one)}
        entry = Entry(
            row.id,
            account.label,
            account.otp,
            picture=row.id if Detail.PICTURE in details else "",
            has_notes=Detail.NOTES in details,
            mark=self._seal.mark(account.secret.key),
        )
        return row._replace(sealed=self._seal.close(write_metadata(entry), row.id, Column.META))


def _hashed(row: Row) -> str:
    """What is hashed of a row; `manifest` has the statements that give the same."""
    id, nonce = _typed(row.id), _typed(row.sealed[:12])
    match row.table:
        case "account":
            put = None if row.trashed is None else row.trashed[:12]
            return f"account {id} {row.position} {nonce} {_typed(put)}"
        case "detail":
            return f"detail {id} {_typed(row.column)} {nonce}"
        case _:
            return f"secret {id} {nonce}"


def _typed(cell: str | bytes | None) -> str:
    """SQLite's typeof() and hex()."""
    match cell:
        case None:
            return "null"
        case str():
            return f"text{cell.encode().hex().upper()}"
        case _:
            return f"blob{cell.hex().upper()}"
