"""A PDF -> payloads, page by page, rendered by pdfium."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from authenticator.scan import colours, image
from authenticator.scan.image import (
    PIXEL_LIMIT,
    ImageTooLarge,
    ImageTruncated,
    PdfLocked,
    Picture,
)
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
DECODED_BITS = image.PIXEL_LIMIT * 32
"""Of a picture in a page: a poster scanned in black and white may have 32 times as many pixels as
one in colours with opacity."""
NESTED = 15
"""Forms within forms, as pypdfium2 looks into them."""
_POINTS_PER_INCH = 72


def read(
    data: bytes, name: str = "", now_s: Callable[[], float] = time.perf_counter
) -> PagedReading:
    """Read the first pages of a PDF. Each gets an equal share of the remaining time.

    Raises PdfLocked; ImageTooLarge, ImageTruncated if no page can be rendered.
    """
    too_large: list[tuple[int, int]] = []
    with contextlib.closing(_opened(data, name)) as document:
        reading = read_pages(len(document), partial(_drawn, document, too_large), now_s)
    if not reading.pages_read and too_large:
        raise ImageTooLarge(name, *too_large[0], PIXEL_LIMIT)
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


def _drawn(document: PdfDocument, too_large: list[tuple[int, int]], number: int) -> Picture | None:
    """A page on white; None if it is damaged, or has a picture that is too large, whose size is
    then told."""
    import numpy as np
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
        if (size := _oversize(page)) is not None:
            too_large.append(size)
            return None
        drawn = page.render(scale=_scale(page), grayscale=True)
        grey = np.array(drawn.to_numpy()).reshape(drawn.height, drawn.width)
        return Picture(grey, colours=partial(_in_colour, page))
    except (PdfiumError, MemoryError, ValueError, ArithmeticError):
        return None


def _oversize(page: PdfPage) -> tuple[int, int] | None:
    """Width and height of a picture of more than DECODED_BITS in a page, if there is one: pdfium
    decodes it whole."""
    from ctypes import byref

    from pypdfium2 import raw

    told = raw.FPDF_IMAGEOBJ_METADATA()
    for one in _pictures(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, NESTED):
        if raw.FPDFImageObj_GetImageMetadata(one, page.raw, byref(told)) and (
            told.width * told.height * max(1, told.bits_per_pixel) > DECODED_BITS
        ):
            return int(told.width), int(told.height)
    return None


def _pictures(
    holder: Any, count: Callable[[Any], int], get: Callable[[Any, int], Any], deep: int
) -> Iterator[Any]:
    """Those of a page or a form, and of the forms in it."""
    from pypdfium2 import raw

    for number in range(count(holder)):
        one = get(holder, number)
        kind = raw.FPDFPageObj_GetType(one)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            yield one
        elif kind == raw.FPDF_PAGEOBJ_FORM and deep:
            yield from _pictures(
                one, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, deep - 1
            )


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
