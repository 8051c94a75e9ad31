"""A PDF -> payloads, page by page, rendered by pdfium."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from authenticator.scan import colours, image
from authenticator.scan.image import ImageTruncated, PdfLocked, Picture
from authenticator.scan.pages import PagedReading, read_pages

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

    from authenticator.scan.image import Colours

DOTS_PER_INCH = 300
"""A link of 150 characters, printed 10 mm wide, is readable at this resolution."""
PAGE_PIXELS = image.PIXEL_LIMIT // 4
"""Posters are rendered at lower resolution: A1 fits at 250 dots per inch."""
PAGE_SIDE = 30_000
"""Pixels."""
_POINTS_PER_INCH = 72


def read(
    data: bytes, name: str = "", now_s: Callable[[], float] = time.perf_counter
) -> PagedReading:
    """Read the first pages of a PDF. Each gets an equal share of the remaining time.

    Raises PdfLocked; ImageTruncated if no page can be rendered.
    """
    with contextlib.closing(_opened(data, name)) as document:
        reading = read_pages(len(document), partial(_drawn, document), now_s)
    if not reading.pages_read:
        raise ImageTruncated(name, "PDF")
    return reading


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
