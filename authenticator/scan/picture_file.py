"""Any file with codes -> payloads, by its content, whatever its name says."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from authenticator.errors import InputRefused
from authenticator.scan import frames, image, pdf, wrapped
from authenticator.scan.image import PAGE_LIMIT, ImageTruncated, NotAnImage, Picture
from authenticator.scan.image_format import kind_of
from authenticator.scan.ladder import Reading
from authenticator.scan.pages import read_pictures

WRAPPINGS = 3
"""Within each other: a page's `data:` address of a compressed drawing."""


def read_file(data: bytes, name: str = "") -> Reading:
    """All codes of a file: a PagedReading for one of several pages, frames or pictures. A web page
    without a code in its pictures is no picture.

    `name` is the file's name in errors. Raises what image.load raises, and PdfLocked.
    """
    if kind_of(data) != "HTML":
        return _read(_unwrapped(data, name), name)
    with suppress(InputRefused):
        reading = _read(_unwrapped(data, name), name)
        if reading.payloads:
            return reading
    raise NotAnImage(name, "HTML")  # its words may still hold what is wanted


def _read(found: list[bytes], name: str) -> Reading:
    if len(found) > 1:
        by_size = sorted(range(len(found)), key=lambda one: len(found[one]), reverse=True)
        largest = sorted(by_size[:PAGE_LIMIT])  # a page may have many small icons
        return read_pictures(len(found), partial(_picture, found), numbers=largest)
    (data,) = found
    if kind_of(data) == "PDF":
        return pdf.read(data, name)
    return frames.read(data, name)


def load_single(data: bytes) -> Picture | None:
    """The picture of a file that is just one; None for any other. Raises what image.load raises."""
    found = _unwrapped(data, "")
    if len(found) > 1 or kind_of(found[0]) == "PDF":
        return None
    return frames.load_single(found[0])


def _unwrapped(data: bytes, name: str, left: int = WRAPPINGS) -> list[bytes]:
    """The pictures that a file is or holds: at least one. Raises NotAnImage, ImageTruncated."""
    kind = kind_of(data)
    if kind == "HTML":
        found = wrapped.pictures_in_page(data)
        if not found:
            raise NotAnImage(name, kind)
    elif kind in ("DATA", "GZIP"):
        held = wrapped.from_address(data) if kind == "DATA" else wrapped.unzipped(data)
        if not held:
            raise ImageTruncated(name, kind)
        found = [held]
    else:
        return [data]
    if not left:
        raise NotAnImage(name, kind)
    return _unwrapped(found[0], name, left - 1) if len(found) == 1 else found


def _picture(found: list[bytes], number: int) -> Picture | None:
    """One of several; None if it can't be read."""
    try:
        return image.load(_unwrapped(found[number], "")[0])
    except InputRefused:
        return None
