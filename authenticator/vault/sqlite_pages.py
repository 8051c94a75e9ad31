"""Records of a damaged SQLite file, read page by page (https://www.sqlite.org/fileformat2.html).

SQLite finds a record through the schema, the pages above it and the pointers on its own page,
and gives up where one of them is damaged. Here each page is looked at by itself, whatever the
others say. Where one doesn't account for all of its bytes, or belongs to nothing, each place on it
is tried; and a cell that can't be read is tried with each of its first bits changed. What is found
is only as true as the file: confirm it by its seal.
"""

from contextlib import suppress
from typing import Final, NamedTuple

Cell = int | float | str | bytes | None

RECORD_LIMIT: Final = 1 << 20
"""Bytes of the longest record that is read: no pointer of a damaged file fills the memory."""

_SIZES: Final = (4096, 512, 1024, 2048, 8192, 16384, 32768, 65536)
_FILE_HEADER_BYTES: Final = 100
_OVERFLOW_BUDGET: Final = 16  # bytes read from overflow pages, for each byte of the file

_MENDED_CELLS: Final = 64
_CARVED_HEADER_LIMIT: Final = 24  # bytes that tell the types of eight columns or more

_TABLE_LEAF: Final = 0x0D
_INDEX_LEAF: Final = 0x0A
_TABLE_INTERIOR: Final = 0x05
_INDEX_INTERIOR: Final = 0x02
_INTERIOR: Final = (_TABLE_INTERIOR, _INDEX_INTERIOR)
_INDEX: Final = (_INDEX_LEAF, _INDEX_INTERIOR)
_KINDS: Final = (_TABLE_LEAF, _INDEX_LEAF, _TABLE_INTERIOR, _INDEX_INTERIOR)

_INTEGER_BYTES: Final = (0, 1, 2, 3, 4, 6, 8)  # by serial type
_FLOAT: Final = 7
_ZERO: Final = 8
_ONE: Final = 9
_FIRST_BLOB: Final = 12


class PageRecord(NamedTuple):
    """One record: the page it begins on (from 1), and its rowid where it is a table's.

    `carved` tells that no pointer led to it: its page is damaged, or it is an old record that
    was deleted.
    """

    page: int
    rowid: int | None
    cells: tuple[Cell, ...]
    carved: bool = False


def read_records(data: bytes) -> list[PageRecord]:
    """Every record that can be read in the bytes of a file, in no order that matters.

    Texts are UTF-8; bytes that are none become surrogates (`surrogateescape`). A table's INTEGER
    PRIMARY KEY is None among its cells: it is the rowid. Never raises; time and memory grow with
    the file alone.
    """
    # One byte of the file's header has the page size. It may be the damaged one, so the size
    # with which most is found is the right one.
    readers = [_Reader(data, size, reserved) for size, reserved in _layouts(data)]
    best = max(readers, key=lambda reader: len(reader.found))
    return [*best.found.values(), *best.carve()]


def _layouts(data: bytes) -> list[tuple[int, int]]:
    """Page sizes, and bytes that an extension keeps at the end of each page; what the file's
    header says first."""
    said = int.from_bytes(data[16:18], "big")
    size = 65536 if said == 1 else said
    reserved = data[20] if len(data) > _FILE_HEADER_BYTES else 0
    sizes = sorted(_SIZES, key=lambda one: one != size)
    return [(one, spare) for one in sizes for spare in dict.fromkeys((reserved, 0))]


class _NotARecord(Exception):
    """There is no record here that can be read."""


class _Reader:
    """Reads with one page size. `found` has the records that pointers lead to, by where their
    header is in the file."""

    def __init__(self, data: bytes, size: int, reserved: int) -> None:
        self._data = bytearray(data)
        self._size = size
        self._usable = size - reserved
        self._pages = -(-len(data) // size)
        self._budget = _OVERFLOW_BUDGET * len(data)
        self._explained: set[int] = set()
        self._broken: list[tuple[int, int, int]] = []
        self.found: dict[int, PageRecord] = {}
        self._carved: dict[tuple[int, PageRecord], None] = {}
        for page in range(1, self._pages + 1):
            if self._read_page(page):
                self._explained.add(page)

    def _bounds(self, page: int) -> tuple[int, int]:
        """Where a page begins in the file, and where its usable bytes end."""
        begin = (page - 1) * self._size
        return begin, min(begin + self._usable, len(self._data))

    # By pointers

    def _read_page(self, page: int) -> bool:
        """Read the records that a page points to; whether they account for all its bytes."""
        begin, end = self._bounds(page)
        at = begin + (_FILE_HEADER_BYTES if page == 1 else 0)
        head = self._data[at : at + 8]
        if end - at < len(head) or len(head) < 8 or head[0] not in _KINDS:
            return False
        kind, cells = head[0], int.from_bytes(head[3:5], "big")
        content = int.from_bytes(head[5:7], "big") or 65536
        pointers = at + (12 if kind in _INTERIOR else 8)
        count = min(cells, max(0, end - pointers) // 2)
        sound, used = count == cells, head[7]
        for slot in range(pointers, pointers + 2 * count, 2):
            place = begin + int.from_bytes(self._data[slot : slot + 2], "big")
            try:
                if not pointers + 2 * count <= place < end:
                    raise _NotARecord
                used += self._read_cell(page, kind, place, end)
            except _NotARecord:
                sound = False
                self._broken.append((page, kind, place))
        free = self._free_bytes(begin, int.from_bytes(head[1:3], "big"))
        return sound and used + free == self._usable - content

    def _read_cell(self, page: int, kind: int, at: int, end: int) -> int:
        """Read one cell; how many bytes it takes on its page."""
        start = at
        if kind in _INTERIOR:
            child = int.from_bytes(self._data[at : at + 4], "big")
            if not 0 < child <= self._pages:
                raise _NotARecord
            at += 4
        if kind == _TABLE_INTERIOR:
            _, at = _varint(self._data, at, end)
        else:
            at = self._read_record(page, kind, at, end)
        return max(4, at - start)

    def _free_bytes(self, begin: int, first: int) -> int:
        """How many bytes of a page are in its free blocks."""
        total, at = 0, first
        while 0 < at <= self._usable - 4:
            block = self._data[begin + at : begin + at + 4]
            total += int.from_bytes(block[2:], "big")
            after = int.from_bytes(block[:2], "big")
            if after <= at:  # they are in order, so this ends
                break
            at = after
        return total

    # One record

    def _read_record(self, page: int, kind: int, at: int, end: int, *, carved: bool = False) -> int:
        """Keep the record whose cell is at a place; where the cell ends."""
        length, at = _varint(self._data, at, end)
        rowid = None
        if kind == _TABLE_LEAF:
            rowid, at = _varint(self._data, at, end)
            rowid -= (rowid >> 63) << 64
        local = self._local_bytes(length, kind)
        stop = at + local + (4 if local < length else 0)
        if not 2 <= length <= RECORD_LIMIT or stop > end:
            raise _NotARecord
        payload = bytes(self._data[at : at + local])
        overflow: list[int] = []
        if local < length:
            overflow = self._chain(at + local, length - local)
            rest = b"".join(self._overflow(one) for one in overflow)
            payload += rest[: length - local]
        record = PageRecord(page, rowid, _cells(payload, length), carved)
        if not carved:
            self.found[at] = record
        elif at not in self.found:
            self._carved[at, record] = None
        self._explained.update(overflow)
        return stop

    def _local_bytes(self, length: int, kind: int) -> int:
        """How much of a payload is on the page of its cell."""
        most = self._usable - 35
        if kind in _INDEX:
            most = (self._usable - 12) * 64 // 255 - 23
        if length <= most:
            return length
        least = (self._usable - 12) * 32 // 255 - 23
        some = least + (length - least) % (self._usable - 4)
        return some if some <= most else least

    def _chain(self, pointer: int, length: int) -> list[int]:
        """The overflow pages of a payload, of which `length` bytes are there."""
        chain: dict[int, None] = {}
        while length > 0:
            page = int.from_bytes(self._data[pointer : pointer + 4], "big")
            if not 1 < page <= self._pages or page in chain or self._budget <= 0:
                raise _NotARecord
            chain[page] = None
            pointer = (page - 1) * self._size
            length -= self._usable - 4
            self._budget -= self._usable
        return list(chain)

    def _overflow(self, page: int) -> bytearray:
        begin, end = self._bounds(page)
        return self._data[begin + 4 : end]

    # Without pointers

    def carve(self) -> list[PageRecord]:
        """Records on pages that are not explained by what was found, and in cells that can't be
        read as they are."""
        for cell in self._broken[:_MENDED_CELLS]:
            self._mend_cell(*cell)
        for page in range(1, self._pages + 1):
            if page not in self._explained:
                self._carve_page(page)
        return [record for _, record in self._carved]

    def _mend_cell(self, page: int, kind: int, at: int) -> None:
        """Try a cell that can't be read with each bit changed of what is before its values."""
        _, end = self._bounds(page)
        if kind in _INTERIOR:
            at += 4
        kind = _INDEX_LEAF if kind in _INDEX else _TABLE_LEAF
        for place in range(at, min(at + _CARVED_HEADER_LIMIT, end)):
            for bit in range(8):
                self._data[place] ^= 1 << bit
                with suppress(_NotARecord):
                    self._read_record(page, kind, at, end, carved=True)
                self._data[place] ^= 1 << bit

    def _carve_page(self, page: int) -> None:
        begin, end = self._bounds(page)
        if not any(self._data[begin:end]):
            return
        for at in range(begin, end - 3):
            # Most places are told apart by a look at where the header of a record would begin.
            if self._data[at] > 1:  # a payload has two bytes at least
                header = self._after_varint(at)
                for kind, place in (
                    (_TABLE_LEAF, self._after_varint(header)),
                    (_INDEX_LEAF, header),
                ):
                    if place < end and 1 < self._data[place] <= _CARVED_HEADER_LIMIT:
                        with suppress(_NotARecord):
                            self._read_record(page, kind, at, end, carved=True)

    def _after_varint(self, at: int) -> int:
        stop = min(at + 8, len(self._data) - 1)
        while at < stop and self._data[at] > 0x7F:
            at += 1
        return at + 1


def _cells(payload: bytes, length: int) -> tuple[Cell, ...]:
    """The values of a record whose header and values fill its payload exactly."""
    head, at = _varint(payload, 0, len(payload))
    if not at < head <= len(payload) or len(payload) != length:
        raise _NotARecord
    types = []
    while at < head:
        serial, at = _varint(payload, at, head)
        types.append(serial)
    if head + sum(map(_value_bytes, types)) != length:
        raise _NotARecord
    cells = []
    for serial in types:
        size = _value_bytes(serial)
        cells.append(_value(serial, payload[at : at + size]))
        at += size
    return tuple(cells)


def _value_bytes(serial: int) -> int:
    if serial < len(_INTEGER_BYTES):
        return _INTEGER_BYTES[serial]
    if serial >= _FIRST_BLOB:
        return (serial - _FIRST_BLOB) // 2
    if serial in (_ZERO, _ONE):
        return 0
    if serial == _FLOAT:
        return 8
    raise _NotARecord  # 10 and 11 are never stored


def _value(serial: int, value: bytes) -> Cell:
    if serial >= _FIRST_BLOB:
        return value.decode("utf-8", "surrogateescape") if serial % 2 else value
    if serial in (_ZERO, _ONE):
        return serial - _ZERO
    if serial == _FLOAT:
        import struct

        (number,) = struct.unpack(">d", value)
        return float(number)
    return int.from_bytes(value, "big", signed=True) if serial else None


def _varint(data: bytes | bytearray, at: int, end: int) -> tuple[int, int]:
    """A number of one to nine bytes, unsigned, and where it ends."""
    number = 0
    for place in range(at, min(at + 8, end)):
        byte = data[place]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, place + 1
    if at + 8 >= end:
        raise _NotARecord
    return number << 8 | data[at + 8], at + 9
