"""Whether a rollback journal is of the file beside it (https://www.sqlite.org/fileformat2.html,
"The Rollback Journal").

A crash in the middle of a write leaves a journal, from which SQLite restores the file when it is
opened next. If another file has been put in that place meanwhile, from a backup, SQLite writes
the pages of the one over those of the other.

The journal belongs if the file is, page by page, what the journal remembers or what the write
that it was kept for has put there. That write raises the file's change counter by one.
"""

from typing import Final, NamedTuple

from authenticator.vault.sqlite_pages import read_records

_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")
_HEADER_BYTES: Final = 28
_COUNTER: Final = slice(24, 28)
_PAGES: Final = slice(28, 32)
_FILE_HEADER_BYTES: Final = 100
_NONCE_BYTES: Final = 12
_UNCOUNTED: Final = 0xFFFFFFFF
_NOTHING: Final = bytes(len(_MAGIC))


class Journal(NamedTuple):
    """What SQLite would restore: pages by number (from 1), and how many the file had."""

    page_bytes: int
    pages_before: int
    pages: dict[int, bytes]


def belongs(journal: bytes, file: bytes) -> bool:
    """Whether a journal may be left to SQLite; False if it is another file's, or is none."""
    # SQLite takes no notice of one that is empty, or that begins with zeros: it was not
    # complete when the write ended.
    if journal[: len(_MAGIC)] in (b"", _NOTHING):
        return True
    read = read_journal(journal)
    if read is None:
        return False
    first = read.pages.get(1)
    if first is None:
        # The counter is not raised before page 1 is in the journal, so the file is as it was.
        pages = _number(file[_PAGES]) if read.pages else len(file) / read.page_bytes
        return pages == read.pages_before
    raised_by = _number(file[_COUNTER]) - _number(first[_COUNTER])
    if raised_by == 0 and file[:_FILE_HEADER_BYTES] != first[:_FILE_HEADER_BYTES]:
        return False  # a disk writes these bytes together
    return raised_by in (0, 1) and _is_same_history(read, file)


def _is_same_history(journal: Journal, file: bytes) -> bool:
    """Whether the file's manifest is the one that the journal remembers or its successor: files
    that went different ways may have counted as far. True where that can't be seen."""
    size = journal.page_bytes
    for number, page in journal.pages.items():
        before = _manifest(page)
        now = _manifest(file[(number - 1) * size : number * size])
        if before and now:
            nonce = before[_NONCE_BYTES : 2 * _NONCE_BYTES]
            return nonce in (now[:_NONCE_BYTES], now[_NONCE_BYTES : 2 * _NONCE_BYTES])
    return True


def _manifest(page: bytes) -> bytes | None:
    """The manifest on a page, told by its form: a table's row with one BLOB (see `manifest`)."""
    for record in read_records(bytes(len(page)) + page):
        if record.rowid == 1 and len(record.cells) == 2 and not record.carved:
            return record.cells[1] if isinstance(record.cells[1], bytes) else None
    return None


def read_journal(data: bytes) -> Journal | None:
    """What a journal has, up to where SQLite would stop reading it; None if it is none."""
    if len(data) < _HEADER_BYTES or not data.startswith(_MAGIC):
        return None
    before, sector, page_bytes = (_number(data[at : at + 4]) for at in (16, 20, 24))
    if not (_is_power(sector, 32) and _is_power(page_bytes, 512)):
        return None
    journal = Journal(page_bytes, before, {})
    at = 0
    while data.startswith(_MAGIC, at) and len(data) >= at + sector:
        count, nonce = _number(data[at + 8 : at + 12]), _number(data[at + 12 : at + 16])
        at += sector
        if count == _UNCOUNTED:
            count = (len(data) - at) // (page_bytes + 8)
        for _ in range(count):
            number, page = _number(data[at : at + 4]), data[at + 4 : at + 4 + page_bytes]
            at += page_bytes + 8
            if not number or len(data) < at or _number(data[at - 4 : at]) != _sum(page, nonce):
                return journal
            if number <= before:
                journal.pages[number] = page
        at = -(-at // sector) * sector
    return journal


def _sum(page: bytes, nonce: int) -> int:
    """The checksum of a page: every 200th byte from its end."""
    return (nonce + sum(page[at] for at in range(len(page) - 200, 0, -200))) & 0xFFFFFFFF


def _number(four: bytes) -> int:
    return int.from_bytes(four, "big")


def _is_power(number: int, least: int) -> bool:
    return least <= number <= 65536 and not number & (number - 1)
