"""What is left in the bytes of a damaged index, told by its form alone; no key is needed.

Tables can't be told by the schema, which may be what is damaged, but each kind of row has another
number of cells or cells of other types. A cell whose type was changed by the damage is read as
what it has to be.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from authenticator.vault.head import Head, checksum, read_head
from authenticator.vault.seal import Column
from authenticator.vault.sqlite_pages import Cell, read_records

_FLIPS_TRIED_UP_TO: Final = 4096  # bytes; each bit of them costs microseconds


class Row(NamedTuple):
    """A row of the table `account`, `detail` or `secret`: what is sealed in it, and for which id
    and column. `carved` tells a row that may be an old one: see `sqlite_pages`."""

    table: str
    id: str
    column: str
    sealed: bytes
    position: int = 0
    trashed: bytes | None = None
    carved: bool = False


class Salvage(NamedTuple):
    """All rows that were found, several versions of one row among them.

    `heads` are bodies with their checksums, right or not; `manifests` are as stored.
    """

    heads: tuple[tuple[bytes, bytes], ...]
    manifests: tuple[bytes, ...]
    rows: tuple[Row, ...]

    def readable_heads(self) -> list[Head]:
        """The heads that their checksums confirm, if need be after one bit is put right."""
        right = [body for body, sum_ in self.heads if checksum(body) == sum_]
        right = right or [
            fixed for body, sum_ in self.heads if (fixed := _right_head(body, sum_)) is not None
        ]
        found = []
        for body in dict.fromkeys(right):
            try:
                found.append(read_head(body))
            except ValueError:
                continue
        return found


def salvage(data: bytes) -> Salvage:
    """Every row in the bytes of a file."""
    heads: list[tuple[bytes, bytes]] = []
    manifests: list[bytes] = []
    rows: list[Row] = []
    for record in read_records(data):
        carved = record.carved
        match record.cells:
            case (None, body, sum_):
                heads.append((_blob(body), _blob(sum_)))
            case (None, stored):
                manifests.append(_blob(stored))
            case (str() | bytes() as id, position, str() | bytes() as meta, trashed):
                place = position if isinstance(position, int) else 0
                put = None if trashed is None else _blob(trashed)
                row = Row("account", _text(id), Column.META, _blob(meta), place, put, carved)
                rows.append(row)
            case (str() | bytes() as id, str() | bytes() as kind, str() | bytes() as content):
                rows.append(Row("detail", _text(id), _text(kind), _blob(content), carved=carved))
            case (str() | bytes() as name, str() | bytes() as content):
                sealed = _blob(content)
                rows.append(Row("secret", _text(name), Column.SECRET, sealed, carved=carved))
    return Salvage(tuple(heads), tuple(manifests), tuple(rows))


def with_one_bit_put_right(data: bytes, is_right: Callable[[bytes], bool]) -> bytes | None:
    """The bytes with that bit changed which makes them right; None if there is none, or if there
    are too many to try."""
    if len(data) > _FLIPS_TRIED_UP_TO:
        return None
    tried = bytearray(data)
    for at in range(len(tried)):
        for bit in range(8):
            tried[at] ^= 1 << bit
            if is_right(bytes(tried)):
                return bytes(tried)
            tried[at] ^= 1 << bit
    return None


def _right_head(body: bytes, sum_: bytes) -> bytes | None:
    return with_one_bit_put_right(body, lambda tried: checksum(tried) == sum_)


def _blob(cell: Cell) -> bytes:
    if isinstance(cell, bytes):
        return cell
    return cell.encode("utf-8", "surrogateescape") if isinstance(cell, str) else b""


def _text(cell: Cell) -> str:
    return _blob(cell).decode("utf-8", "replace")
