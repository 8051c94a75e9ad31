"""Records of a damaged file, against SQLite itself."""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault.sqlite_pages import RECORD_LIMIT, PageRecord, _Reader, read_records

pytestmark = pytest.mark.hypothesis

VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([-1, 0, 1, 127, 128, 255, 256, 2**31, 2**47]),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
    st.binary(max_size=60),
    st.builds(
        lambda size, seed: random.Random(seed).randbytes(size),
        st.integers(0, 30_000),
        st.integers(),
    ),
)
ROWS = st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), VALUES, VALUES), max_size=40)
SIZES = st.sampled_from([512, 1024, 4096, 8192, 65536])

SCHEMA = """
CREATE TABLE plain (number INTEGER PRIMARY KEY, one, two);
CREATE TABLE keyed (name TEXT PRIMARY KEY, one, two) WITHOUT ROWID;
CREATE INDEX ones ON plain (two, one);
"""


def _file(rows: Iterable[tuple[int, Any, Any]], size: int = 4096, deleted: int = 0) -> bytes:
    """A file with these rows in a table, in another without rowids, and in an index."""
    with TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder, "file"))
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA page_size = {size}")
        connection.executescript(SCHEMA)
        with connection:
            for number, one, two in rows:
                for table, name in (("plain", number), ("keyed", f"{number:x}")):
                    statement = f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?)"  # noqa: S608
                    connection.execute(statement, (name, one, two))
        with connection:
            for number, *_ in list(rows)[:deleted]:
                connection.execute("DELETE FROM plain WHERE number = ?", (number,))
                connection.execute("DELETE FROM keyed WHERE name = ?", (f"{number:x}",))
        connection.close()
        return Path(folder, "file").read_bytes()


def _as_sqlite_reads(data: bytes) -> Counter[tuple[Any, ...]]:
    """Each record that is stored: rows (rowid, then cells), keys of the index."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    found: Counter[tuple[Any, ...]] = Counter()
    for question in (
        "SELECT rowid, type, name, tbl_name, rootpage, sql FROM sqlite_schema",
        "SELECT number, NULL, one, two FROM plain",
        "SELECT NULL, name, one, two FROM keyed",
        "SELECT NULL, two, one, number FROM plain",
    ):
        found.update(connection.execute(question).fetchall())
    connection.close()
    return found


def _as_we_read(records: Iterable[PageRecord]) -> Counter[tuple[Any, ...]]:
    return Counter((record.rowid, *record.cells) for record in records)


@given(ROWS, SIZES, st.integers(0, 40))
def test_undamaged_file_is_read_as_sqlite_reads_it(
    rows: list[tuple[int, Any, Any]], size: int, deleted: int
) -> None:
    data = _file(rows, size, deleted)
    records = read_records(data)
    assert _as_we_read(one for one in records if not one.carved) == _as_sqlite_reads(data)


@given(ROWS, SIZES, st.data())
def test_damaged_byte_costs_one_record_at_most(
    rows: list[tuple[int, Any, Any]], size: int, data: st.DataObject
) -> None:
    """Whatever byte it is: of the file's header, the schema, a page's header, a pointer, a page
    above, a record."""
    whole = _file(rows, size)
    # Headers of pages are few bytes, and matter most.
    headers = st.builds(
        lambda page, at: page * size + (100 if page == 0 else 0) + at,
        st.integers(0, len(whole) // size - 1),
        st.integers(0, 40),
    )
    places = data.draw(
        st.lists(
            st.one_of(headers, st.integers(0, len(whole) - 1), st.integers(0, 100)),
            min_size=1,
            max_size=3,
        )
    )
    damaged = bytearray(whole)
    for place in places:
        damaged[place] ^= 1 << data.draw(st.integers(0, 7))
    lost = _as_sqlite_reads(whole) - _as_we_read(read_records(bytes(damaged)))
    assert lost.total() <= len(places)


@given(ROWS, st.sampled_from([512, 4096]), st.data())
def test_truncated_file_keeps_what_is_on_its_pages(
    rows: list[tuple[int, Any, Any]], size: int, data: st.DataObject
) -> None:
    whole = _file(rows, size)
    pages = data.draw(st.integers(1, len(whole) // size))
    kept = read_records(whole[: pages * size])
    short = [
        one
        for one in read_records(whole)
        if one.page <= pages and sum(len(c) for c in one.cells if isinstance(c, str | bytes)) < 20
    ]
    assert not _as_we_read(short) - _as_we_read(kept)


@given(st.binary(max_size=20_000))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    read_records(data)


@given(ROWS, st.integers(), st.integers(1, 400))
def test_much_damage_is_read_without_an_error(
    rows: list[tuple[int, Any, Any]], seed: int, count: int
) -> None:
    damaged = bytearray(_file(rows, 512))
    chance = random.Random(seed)
    for _ in range(count):
        damaged[chance.randrange(len(damaged))] = chance.choice([0, 2, 5, 10, 13, 127, 255])
    read_records(bytes(damaged[: chance.randrange(len(damaged) + 1)]))


def test_page_size_in_the_header_is_not_needed() -> None:
    whole = _file([(number, "text" * 9, bytes(5000)) for number in range(50)], 1024)
    expected = _as_sqlite_reads(whole)
    for wrong in (bytes(100), whole[:16] + b"\x10\x00" + whole[18:100], b"\xff" * 100):
        assert not expected - _as_we_read(read_records(wrong + whole[100:]))


def test_cells_that_all_claim_the_same_long_chain_take_bounded_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size, leaves, chain, length = 4096, 200, 250, 1_000_000
    local = 489 + (length - 489) % (size - 4)  # the file format's M and K
    if local > size - 35:
        local = 489
    cell = b"\xbd\x84\x40\x01" + bytes(local) + (leaves + 1).to_bytes(4, "big")
    assert len(cell) * 2 < size
    page = bytearray(size)
    page[:8] = b"\x0d\0\0\0\2\0\0\0"
    for number in range(2):
        at = size - len(cell) * (number + 1)
        page[8 + 2 * number : 10 + 2 * number] = at.to_bytes(2, "big")
        page[at : at + len(cell)] = cell
    links = [(leaves + number + 2).to_bytes(4, "big") for number in range(chain)]
    data = page * leaves + b"".join(link + bytes(size - 4) for link in links)
    taken = 0

    def count(reader: _Reader, page: int) -> bytes:
        nonlocal taken
        taken += size
        return real(reader, page)

    real = _Reader._overflow
    monkeypatch.setattr(_Reader, "_overflow", count)
    read_records(bytes(data))
    asked = leaves * 2 * length
    assert len(data) < taken < asked / 4


def test_record_above_the_limit_is_left_out() -> None:
    data = _file([(1, bytes(RECORD_LIMIT + 1), 0), (2, "kept", 0)])
    rowids = {one.rowid for one in read_records(data) if one.cells[-2:-1] == ("kept",)}
    assert 2 in rowids
