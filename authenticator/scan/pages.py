"""Files of several pages, frames or pictures -> payloads, one after the other, within limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from authenticator.scan import ladder
from authenticator.scan.decoders import Payload
from authenticator.scan.image import PAGE_LIMIT, Picture
from authenticator.scan.parts import joined_payloads

BUDGET_MS = 10_000.0
"""For all pages, half of the worker's deadline: drawing a page can't be cut short."""
PAGE_BUDGET_MS = 1000.0


@dataclass(frozen=True, slots=True)
class PagedReading(ladder.Reading):
    """The codes of all pages, in reading order page by page; corners are in pixels of the drawn
    page. `pictures`: they are frames or pictures, not pages of a PDF.

    Pages beyond PAGE_LIMIT, damaged ones, and those that the budget did not cover are not read.
    `complete` is False if there are any, or if the budget ended during a page.
    """

    pages: int
    pages_read: int
    pictures: bool = field(default=False, kw_only=True)


def read_pages(
    pages: int,
    draw: Callable[[int], Picture | None],
    now_s: Callable[[], float] = time.perf_counter,
) -> PagedReading:
    """Read the first pages; `draw` gives one by its number, from 0, or None if it is damaged. Each
    gets an equal share of the remaining time."""
    return _Pages(pages, now_s).read(draw, range(min(pages, PAGE_LIMIT)))


def read_pictures(
    count: int,
    draw: Callable[[int], Picture | None],
    now_s: Callable[[], float] = time.perf_counter,
    numbers: Sequence[int] | None = None,
) -> PagedReading:
    """The same for frames and pictures, or for those of these numbers: one that looks like an
    earlier one costs no place among the PAGE_LIMIT that are read, and a text that was read before
    is not repeated."""
    return _Pages(count, now_s, pictures=True).read(
        draw, range(count) if numbers is None else numbers
    )


class _Pages:
    def __init__(self, pages: int, now_s: Callable[[], float], pictures: bool = False) -> None:
        self._pages = pages
        self._now_s = now_s
        self._start_s = now_s()
        self._pictures = pictures
        self._seen: set[bytes] = set()
        self._found: list[Payload] = []
        self._complete, self._by_zbar, self._cut_off = True, False, False

    def read(self, draw: Callable[[int], Picture | None], numbers: Sequence[int]) -> PagedReading:
        read = tried = 0
        for number in numbers:
            if self._left_ms() <= 0 or tried == PAGE_LIMIT:
                break
            picture = draw(number)
            if picture is None:
                tried += 1
                continue
            read += 1
            if self._is_new(picture):
                self._read(picture, min(len(numbers), PAGE_LIMIT) - tried)
                tried += 1
        return PagedReading(
            tuple(joined_payloads(self._found)),
            BUDGET_MS - self._left_ms(),
            self._complete and read == self._pages,
            self._pages,
            read,
            by_zbar=self._by_zbar,
            cut_off=self._cut_off and not self._found,
            pictures=self._pictures,
        )

    def _left_ms(self) -> float:
        return BUDGET_MS - (self._now_s() - self._start_s) * 1000

    def _is_new(self, picture: Picture) -> bool:
        if not self._pictures:
            return True
        looks = blake2b(repr(picture.grey.shape).encode() + picture.grey.tobytes()).digest()
        if looks in self._seen:
            return False
        self._seen.add(looks)
        return True

    def _read(self, picture: Picture, left: int) -> None:
        share_ms = min(PAGE_BUDGET_MS, max(0.0, self._left_ms()) / max(1, left))
        reading = ladder.read(picture, share_ms)
        known = {code.text for code in self._found} if self._pictures else set()
        self._found += [code for code in reading.payloads if code.text not in known]
        self._complete = self._complete and reading.complete
        self._by_zbar = self._by_zbar or reading.by_zbar
        self._cut_off = self._cut_off or reading.cut_off
