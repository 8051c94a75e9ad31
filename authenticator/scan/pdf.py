"""A PDF -> payloads, page by page, rendered by pdfium; any other file is read as a picture."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from authenticator.scan import colours, image, ladder
from authenticator.scan.decoders import Payload
from authenticator.scan.image import PAGE_LIMIT, ImageTruncated, PdfLocked, Picture
from authenticator.scan.image_format import kind_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

    from authenticator.scan.image import Colours

DOTS_PER_INCH = 300
"""A link of 150 characters, printed 10 mm wide, is readable at this resolution."""
PAGE_PIXELS = image.PIXEL_LIMIT // 4
"""Posters are rendered at lower resolution: A1 fits at 250 dots per inch."""
PAGE_SIDE = 30_000
"""Pixels."""
BUDGET_MS = 10_000.0
"""For all pages, half of the worker's deadline: rendering a page can't be cut short."""
PAGE_BUDGET_MS = 1000.0
_POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class PdfReading(ladder.Reading):
    """The codes of all pages, in reading order page by page; corners are in pixels of the rendered
    page.

    Pages beyond PAGE_LIMIT, damaged ones, and those that the budget did not cover are not read.
    `complete` is False if there are any, or if the budget ended during a page.
    """

    pages: int
    pages_read: int


def read_file(source: Path | bytes, name: str = "") -> ladder.Reading:
    """All codes of a file: a PdfReading for a PDF.

    `name` is the name in errors for bytes without a file. Raises what image.load raises, and
    PdfLocked.
    """
    data = image.content(source, name)
    name = name or (str(source) if isinstance(source, Path) else "")
    if kind_of(data) == "PDF":
        return read(data, name)
    return ladder.read(image.load(data, name))


def read(data: bytes, name: str = "", now_s: Callable[[], float] = time.perf_counter) -> PdfReading:
    """Read the first pages of a PDF. Each gets an equal share of the remaining time.

    Raises PdfLocked; ImageTruncated if no page can be rendered.
    """
    start_s = now_s()

    def left_ms() -> float:
        return BUDGET_MS - (now_s() - start_s) * 1000

    found: list[Payload] = []
    complete, by_zbar = True, False
    pages_read = 0
    with contextlib.closing(_opened(data, name)) as document:
        pages = len(document)
        wanted = min(pages, PAGE_LIMIT)
        for number in range(wanted):
            if left_ms() <= 0:
                break
            picture = _drawn(document, number)
            if picture is None:
                continue
            share_ms = min(PAGE_BUDGET_MS, max(0.0, left_ms()) / (wanted - number))
            reading = ladder.read(picture, share_ms)
            found += reading.payloads
            complete = complete and reading.complete
            by_zbar = by_zbar or reading.by_zbar
            pages_read += 1
    if not pages_read:
        raise ImageTruncated(name, "PDF")
    spent_ms = BUDGET_MS - left_ms()
    complete = complete and pages_read == pages
    return PdfReading(tuple(found), spent_ms, complete, pages, pages_read, by_zbar=by_zbar)


def _opened(data: bytes, name: str) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    with contextlib.suppress(PdfiumError):
        PdfDocument(b"%")  # a file without pages reports the error of the previous file
    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise PdfLocked(name) from error
        raise ImageTruncated(name, "PDF") from error


def _drawn(document: PdfDocument, number: int) -> Picture | None:
    """A page on white; None if it is damaged."""
    import numpy as np
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
        drawn = page.render(scale=_scale(page), grayscale=True)
        grey = np.array(drawn.to_numpy()).reshape(drawn.height, drawn.width)
        return Picture(grey, colours=partial(_in_colour, page))
    except (PdfiumError, MemoryError, ValueError, ArithmeticError):
        return None


def _in_colour(page: PdfPage) -> Colours:
    return colours.of_array(page.render(scale=_scale(page)).to_numpy())


def _scale(page: PdfPage) -> float:
    """Pixels per point."""
    width, height = map(float, page.get_size())
    return min(
        DOTS_PER_INCH / _POINTS_PER_INCH,
        math.sqrt(PAGE_PIXELS / (width * height)),
        PAGE_SIDE / max(width, height),
    )
