"""PDFs give the codes of their pages in order; what is not read is reported."""

from io import BytesIO
from itertools import count

import numpy as np
import pytest
import segno

from authenticator.scan import pages, pdf
from authenticator.scan.image import (
    PAGE_LIMIT,
    ImageTruncated,
    NotAnImage,
    PdfLocked,
)
from authenticator.scan.pages import PagedReading
from authenticator.scan.pdf import read
from authenticator.scan.picture_file import read_file
from tests.services import pictures, sheets

TEXT = "otpauth://totp/Grüne Wolke:kim?secret=JBSWY3DPEHPK3PXP"
LONG = TEXT + "&issuer=" + "a" * 90
BLANK = np.full((1754, 1240), 255, np.uint8)


def texts(data: bytes) -> list[str]:
    return [code.text for code in read(data).payloads]


def page(*names: str) -> np.ndarray:
    """A4 at 150 dots per inch, the codes below one another."""
    return pictures.sheet(
        [(pictures.qr_pixels(name), 150, 150 + 300 * row) for row, name in enumerate(names)],
        width=1240,
        height=1754,
    )


def test_read_codes_of_scanned_pages_in_order() -> None:
    data = sheets.scanned([page("one", "two", "three"), BLANK, page(TEXT), page("last")])
    reading = read(data)
    assert [code.text for code in reading.payloads] == ["one", "two", "three", TEXT, "last"]
    assert (reading.pages, reading.pages_read) == (4, 4)


def test_read_codes_of_vector_pages_in_order() -> None:
    upper, lower = sheets.code("upper", 25, y=600), sheets.code("lower", 25, y=200)
    assert texts(sheets.drawn([lower + upper, sheets.code(TEXT, 30)])) == ["upper", "lower", TEXT]


def test_read_page_of_another_writer() -> None:
    file = BytesIO()
    segno.make(TEXT).save(file, kind="pdf", scale=2, border=4)
    assert texts(file.getvalue()) == [TEXT]


@pytest.mark.parametrize("millimetres", [10, 20, 40])
def test_read_long_link_in_small_print(millimetres: float) -> None:
    assert texts(sheets.drawn([sheets.code(LONG, millimetres)])) == [LONG]


def test_read_corners_are_positions_on_rendered_page() -> None:
    (found,) = read(sheets.drawn([sheets.code(TEXT, 25.4, x=72, y=842 - 144)])).payloads
    expected = ((300, 300), (600, 300), (600, 600), (300, 600))
    assert np.abs(np.subtract(found.corners, expected)).max() < 12


@pytest.mark.parametrize("size", [(9000, 12_000), (14_400, 14_400), (10**9, 1), (1, 10**9)])
def test_read_page_of_any_size_renders_within_limits(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    seen: list[tuple[int, int]] = []
    real = pages.ladder.read

    def noted(picture: pdf.Picture, *words: float) -> pages.ladder.Reading:
        seen.append(picture.grey.shape)
        return real(picture, *words)

    monkeypatch.setattr(pages.ladder, "read", noted)
    width, height = size
    wide = min(size) / 4 / 72 * 25.4
    content = sheets.code(TEXT, wide, x=width / 2, y=height / 2)
    reading = read(sheets.drawn([content], size=size))
    (shape,) = seen
    assert shape[0] * shape[1] < 1.02 * pdf.PAGE_PIXELS
    assert [code.text for code in reading.payloads] == ([TEXT] if min(size) > 1 else [])


def test_read_reports_pages_beyond_the_limit() -> None:
    pages = [sheets.code(f"page {number}", 30) for number in range(1, 61)]
    reading = read(sheets.drawn(pages), now_s=lambda: 0)
    assert [code.text for code in reading.payloads] == [f"page {n}" for n in range(1, 51)]
    assert (reading.pages, reading.pages_read, reading.complete) == (60, PAGE_LIMIT, False)


def test_read_fifty_pages_is_complete() -> None:
    reading = read(sheets.drawn([sheets.code("code", 30)] * 50), now_s=lambda: 0)
    assert (reading.pages, reading.pages_read, reading.complete) == (50, 50, True)


def test_read_reports_pages_beyond_the_budget() -> None:
    seconds = count(0, 3)  # each look at the clock is 3 s later
    pages = [sheets.code(f"page {number}", 30) for number in range(1, 11)]
    reading = read(sheets.drawn(pages), now_s=lambda: float(next(seconds)))
    assert 0 < reading.pages_read < 10
    assert reading.pages == 10
    assert len(reading.payloads) == reading.pages_read
    assert not reading.complete


def test_read_damaged_page_does_not_affect_others() -> None:
    data = sheets.drawn([sheets.code(f"page {number}", 30) for number in range(3)])
    data = data.replace(b"[3 0 R 5 0 R 7 0 R]", b"[3 0 R 9 0 R 7 0 R]")
    reading = read(data)
    assert [code.text for code in reading.payloads] == ["page 0", "page 2"]
    assert (reading.pages, reading.pages_read, reading.complete) == (3, 2, False)


@pytest.mark.parametrize("handler", [b"/Standard", b"/Adobe.PubSec"])
def test_read_with_password_is_locked(handler: bytes) -> None:
    with pytest.raises(PdfLocked) as told:
        read(sheets.locked([sheets.code(TEXT, 30)], handler), "a.pdf")
    assert told.value.source == "a.pdf"


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + bytes(1000)])
def test_read_unopenable_pdf_is_truncated(data: bytes) -> None:
    with pytest.raises(ImageTruncated) as told:
        read(data, "a.pdf")
    assert (told.value.source, told.value.kind) == ("a.pdf", "PDF")


@pytest.mark.parametrize("kids", [b"[9 0 R]", b"[]"])
def test_read_without_renderable_page_is_truncated(kids: bytes) -> None:
    data = sheets.drawn([sheets.code(TEXT, 30)]).replace(b"[3 0 R]", kids)
    with pytest.raises(ImageTruncated):
        read(data)


def test_read_without_pages_is_truncated_after_any_other() -> None:
    with pytest.raises(PdfLocked):
        read(sheets.locked([b""]))
    with pytest.raises(ImageTruncated):
        read(sheets.drawn([]))


def test_read_blank_page_is_empty() -> None:
    reading = read(sheets.drawn([b""]))
    assert (reading.payloads, reading.pages, reading.pages_read) == ((), 1, 1)


def test_read_file_detects_pdf_by_content() -> None:
    reading = read_file(b"From: a mail\r\n\r\n" + sheets.drawn([sheets.code(TEXT, 30)]))
    assert isinstance(reading, PagedReading)
    assert [code.text for code in reading.payloads] == [TEXT]
    reading = read_file(pictures.encoded(pictures.qr_pixels(TEXT)))
    assert not isinstance(reading, PagedReading)
    assert [code.text for code in reading.payloads] == [TEXT]
    with pytest.raises(NotAnImage):
        read_file(b"no picture")
