"""Pictures within something else, and formats beyond the usual ones, by their content."""

import base64
import gzip
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from authenticator.errors import InputRefused
from authenticator.scan import image_format, wrapped
from authenticator.scan.image import (
    FILE_LIMIT,
    PAGE_LIMIT,
    ImageTruncated,
    NotAnImage,
    PdfLocked,
)
from authenticator.scan.image_format import is_written_picture, kind_of
from authenticator.scan.pages import PagedReading
from authenticator.scan.picture_file import load_single, read_file
from tests.services import sheets
from tests.services.pictures import encoded, qr_pixels

TEXT = "otpauth://totp/Harbour%20Cloud:kim?secret=QX4M7ZB2TKNE5RYVHD3WCLJ6&issuer=Harbour%20Cloud"
OTHER = TEXT.replace("kim", "lee")
PNG = encoded(qr_pixels(TEXT))
BASE64 = base64.b64encode(PNG).decode()
HEIC = Path(__file__).parent / "heic"


def drawing(text: str = TEXT, **options: object) -> str:
    file = BytesIO()
    segno.make(text, micro=False).save(file, kind="svg", xmldecl=False, **options)
    return file.getvalue().decode()


SVG = drawing()
SVG64 = base64.b64encode(SVG.encode()).decode()
LINK = f"data:image/png;base64,{BASE64}"
WRAPPED64 = "\r\n ".join(BASE64[i : i + 76] for i in range(0, len(BASE64), 76))


def texts(data: str | bytes) -> list[str]:
    content = data.encode() if isinstance(data, str) else data
    return [code.text for code in read_file(content).payloads]


ADDRESSES = {
    "base64": LINK,
    "upper case": LINK.replace("data:image/png;base64", "DATA:IMAGE/PNG;BASE64"),
    "around": f"\n  {LINK}\n",
    "with a name": LINK.replace(";base64", ";name=qr.png;base64"),
    "with a character set": LINK.replace(";base64", ";charset=utf-8;base64"),
    "with a space": LINK.replace(";base64", "; base64"),
    "wrong type": LINK.replace("image/png", "image/jpeg"),
    "no picture's type": LINK.replace("image/png", "application/octet-stream"),
    "no type": LINK.replace("image/png", ""),
    "lines": f"data:image/png;base64,{WRAPPED64}",
    "no padding": LINK.rstrip("="),
    "padding encoded": LINK.replace("=", "%3D"),
    "all of it encoded": f"data:image/png;base64,{quote(BASE64, safe='')}",
    "URL alphabet": f"data:image/png;base64,{base64.urlsafe_b64encode(PNG).decode()}",
    "percent": f"data:image/png,{quote_from_bytes(PNG, safe='')}",
    "svg base64": f"data:image/svg+xml;base64,{SVG64}",
    "svg percent": f"data:image/svg+xml,{quote(SVG)}",
    "svg all encoded": f"data:image/svg+xml;charset=utf-8,{quote(SVG, safe='')}",
    "svg utf8": f"data:image/svg+xml;utf8,{SVG}",
    "svg half encoded": f"data:image/svg+xml,{SVG.replace('<', '%3C').replace('>', '%3E')}",
    "svgz": f"data:image/svg+xml;base64,{base64.b64encode(gzip.compress(SVG.encode())).decode()}",
    "pdf": "data:application/pdf;base64,"
    + base64.b64encode(sheets.drawn([sheets.code(TEXT, 30)])).decode(),
    "page": f"data:text/html,{quote(f'<img src={LINK}>')}",
    "gif": "data:image/gif;base64," + base64.b64encode(encoded(qr_pixels(TEXT), "GIF")).decode(),
    "webp": "data:image/webp;base64," + base64.b64encode(encoded(qr_pixels(TEXT), "WEBP")).decode(),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_data_address_is_read(name: str) -> None:
    assert texts(ADDRESSES[name]) == [TEXT]
    assert is_written_picture(ADDRESSES[name])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_data_address_in_a_file_of_another_encoding_is_known(encoding: str) -> None:
    assert kind_of(LINK.encode(encoding)) == "DATA"
    assert texts(LINK.encode(encoding)) == [TEXT]


@given(st.binary(max_size=200), st.booleans())
def test_data_address_gives_its_bytes(content: bytes, in_base64: bool) -> None:
    address = (
        b"data:image/png;base64," + base64.b64encode(content)
        if in_base64
        else b"data:image/png," + quote_from_bytes(content, safe="").encode()
    )
    assert wrapped.from_address(address) == content


PAGES = {
    "img": f'<!DOCTYPE html><html><body><h1>Set up</h1><img src="{LINK}"></body></html>',
    "img, single quotes": f"<html><img alt='QR' src='{LINK}'/></html>",
    "img, no quotes": f"<html><img src={LINK} width=200></html>",
    "img, upper case": f'<HTML><BODY><IMG SRC="{LINK}"></BODY></HTML>',
    "img, entities": f'<html><img src="{LINK.replace("+", "&#43;").replace("/", "&#x2F;")}">',
    "img, lines": f'<html><img src="data:image/png;base64,{WRAPPED64}"></html>',
    "img of a drawing": f'<html><img src="data:image/svg+xml;base64,{SVG64}"></html>',
    "img, percent": f'<html><img src="data:image/svg+xml,{quote(SVG)}"></html>',
    "img, utf8": f"<html><img src='data:image/svg+xml;utf8,{SVG}'></html>",
    "srcset": f'<html><img srcset="{LINK} 1x, {LINK} 2x"></html>',
    "fragment": f'<p>Scan this:</p>\n<img src="{LINK}">',
    "clipboard fragment": f'<meta charset="utf-8"><!--StartFragment--><img src="{LINK}"><!--End-->',
    "comment first": f'<!-- saved from url=(23)https://panel.test/ --><html><img src="{LINK}">',
    "xhtml": '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    f'"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html><img src="{LINK}"/></html>',
    "object": f'<html><object data="{LINK}"></object></html>',
    "embed": f'<html><embed src="{LINK}"></html>',
    "input": f'<html><input type=image src="{LINK}"></html>',
    "link": f'<html><a href="{LINK}" download>QR</a></html>',
    "style attribute": f"""<html><div style="background: url('{LINK}') no-repeat"></div></html>""",
    "style attribute, no quotes": f'<html><div style="background:url({LINK})"></div></html>',
    "style sheet": f'<html><style>.qr {{ background-image: url("{LINK}"); }}</style></html>',
    "script": f'<html><script>document.querySelector("img").src = "{LINK}";</script></html>',
    "script, JSON": f"""<html><script>x = {{"qr":"{LINK.replace("/", chr(92) + "/")}"}}</script>""",
    "inline drawing": f"<!DOCTYPE html><html><body>{SVG}</body></html>",
    "inline drawing, no namespace": f"<html>{drawing(svgns=False)}</html>",
    "inline drawing, unquoted": f"<html>{SVG.replace(' width=', ' data-x=y hidden width=')}</html>",
    "inline drawing, lower case": "<html>"
    + drawing(omitsize=True).replace("viewBox", "viewbox")
    + "</html>",
    "inline drawing, upper case": f"<html>{SVG.replace('<svg', '<SVG').replace('/svg', '/SVG')}",
    "inline drawing, entities": f"<html>{SVG.replace('</svg>', '<desc>&nbsp;&copy;</desc></svg>')}",
    "inline drawing, not closed": f"<html><div>{SVG.replace('</svg>', '')}",
    "inline drawing, clip path": "<html><svg viewBox='0 0 9 9' width=9><clippath id=c>"
    "<rect width=1 height=1 /></clippath></svg>" + SVG + "</html>",
    "icons beside": "<html>"
    + "<svg viewBox='0 0 9 9'><path d='M0 0h9'/></svg>" * 80
    + SVG
    + "</html>",
    "other picture beside": '<html><img src="https://example.org/logo.png">'
    f'<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><img src="{LINK}"></html>',
    "no html element": f"<div><span>{SVG}</span></div>",
    "byte order mark": f"\ufeff<html><img src='{LINK}'></html>",
}


@pytest.mark.parametrize("name", PAGES)
def test_picture_in_a_page_is_read(name: str) -> None:
    assert texts(PAGES[name]) == [TEXT]
    assert is_written_picture(PAGES[name])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_page_in_any_encoding_is_read(encoding: str) -> None:
    page = f"<!DOCTYPE html><title>Grün</title><img src='{LINK}'>".encode(encoding)
    assert [code.text for code in read_file(page).payloads] == [TEXT]


def test_pictures_of_a_page_are_read_in_order_each_once() -> None:
    reading = read_file(f"<html>{drawing(OTHER)}<img src='{LINK}'>{SVG}<img src='{LINK}'>".encode())
    assert [code.text for code in reading.payloads] == [OTHER, TEXT]
    assert isinstance(reading, PagedReading)
    assert (reading.pages, reading.pages_read, reading.complete) == (3, 3, True)


def test_damaged_picture_of_a_page_does_not_affect_others() -> None:
    reading = read_file(f"<html><img src='data:image/png;base64,AAAA'>{SVG}</html>".encode())
    assert [code.text for code in reading.payloads] == [TEXT]
    assert isinstance(reading, PagedReading)
    assert (reading.pages, reading.pages_read) == (2, 1)


def test_of_very_many_pictures_the_largest_are_read() -> None:
    small = "".join(f"<svg viewBox='0 0 9 {n}'><path d='M0 0h9'/></svg>" for n in range(1, 200))
    page = f"<html>{small}{SVG}{small}</html>".encode()
    reading = read_file(page)
    assert [code.text for code in reading.payloads] == [TEXT]
    assert isinstance(reading, PagedReading)
    assert (reading.pages, reading.complete) == (200, False)
    assert reading.pages_read <= PAGE_LIMIT


def test_text_that_begins_like_an_address_is_no_picture() -> None:
    reading = read_file(f"<html><p title='data: one, two'><img src='{LINK}'></html>".encode())
    assert not isinstance(reading, PagedReading)


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><p>nothing</p></html>",
        '<html><img src="qr.png"></html>',
        '<html><img src="https://example.org/qr.png"></html>',
        '<html><img src="file:///tmp/qr.png"></html>',
        "<html></html>",
        "<html",
        "<html><svg viewBox='0 0 9 9'><path d='M0 0h9'/></svg></html>",
        "<html><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='></html>",
    ],
)
def test_page_without_a_picture_is_named(page: str) -> None:
    with pytest.raises(NotAnImage) as told:
        read_file(page.encode(), "page.html")
    assert (told.value.source, told.value.kind) == ("page.html", "HTML")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Data: 1, 2, 3",
        "data:1,2",
        "data.csv, other",
        "<p>no page</p>",
        "<a@b.example> wrote, data:",
        "a < b",
        "otpauth://totp/a?secret=AAAA&image=data:image/png;base64,AAAA",
        "see data:image/png;base64,AAAA",
        "svg",
    ],
)
def test_other_texts_are_no_pictures(text: str) -> None:
    assert not is_written_picture(text)


@given(
    st.text(max_size=100),
    st.sampled_from(["", "<html>", "<svg ", "data:image/png;base64,", "<!--"]),
)
def test_any_text_is_a_picture_or_not(text: str, start: str) -> None:
    is_written_picture(start + text)
    with suppress(InputRefused):
        read_file((start + text).encode("utf-8", "replace"))


def test_long_prologue_takes_no_long_time() -> None:
    assert kind_of(b"<!-- -->" * 8000 + b"x") == ""
    assert kind_of(b"<?a?>" * 12_000 + b"<") == ""
    assert kind_of(b"<!doctype [" * 5000) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"data:image/png;base64,",
        b"data:image/png;base64,A",
        b"data:image/png;base64,!!!!",
        gzip.compress(SVG.encode())[:-20],
        b"\x1f\x8b\x08" + bytes(50),
    ],
)
def test_damaged_wrapping_is_truncated(data: bytes) -> None:
    with pytest.raises(ImageTruncated) as told:
        read_file(data, "a")
    assert told.value.source == "a"


def test_few_bytes_that_unpack_to_very_many_are_refused() -> None:
    with pytest.raises(ImageTruncated):
        read_file(gzip.compress(bytes(FILE_LIMIT + 1)))


def test_wrappings_within_each_other_end() -> None:
    data = SVG.encode()
    for _ in range(6):
        data = gzip.compress(data)
    with pytest.raises(NotAnImage):
        read_file(data)


def test_locked_pdf_in_an_address_is_locked() -> None:
    locked = base64.b64encode(sheets.locked([b""]))
    with pytest.raises(PdfLocked):
        read_file(b"data:application/pdf;base64," + locked)


# HEIC and AVIF


@pytest.mark.parametrize("name", ["plain", "turned", "transparent", "several"])
def test_heic_is_read(name: str) -> None:
    found = [code.text for code in read_file((HEIC / f"{name}.heic").read_bytes()).payloads]
    link = "otpauth://totp/HEIC?secret=AAAABBBBCCCCDDDD"
    assert found == ([link, f"{link}&n=2"] if name == "several" else [link])


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("name", ["plain", "several"])
def test_cut_off_heic_is_refused(name: str, share: float) -> None:
    data = (HEIC / f"{name}.heic").read_bytes()
    with suppress(ImageTruncated):
        assert isinstance(read_file(data[: int(len(data) * share)]), PagedReading)


@given(st.integers(0, 2**32), st.integers(1, 5))
@settings(deadline=None, max_examples=40)
def test_any_damage_to_heic_ends_in_a_reading_or_a_refusal(seed: int, many: int) -> None:
    import random

    chance = random.Random(seed)
    data = bytearray((HEIC / "plain.heic").read_bytes())
    for _ in range(many):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with suppress(InputRefused):
        read_file(bytes(data))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("quality", [30, 60, 90])
def test_avif_is_read(mode: str, quality: int) -> None:
    assert texts(encoded(qr_pixels(TEXT), "AVIF", mode, quality=quality)) == [TEXT]


@pytest.mark.parametrize(("kind", "module"), [("HEIC", "pi_heif"), ("AVIF", "PIL.AvifImagePlugin")])
def test_format_whose_library_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, kind: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    data = (HEIC / "plain.heic").read_bytes() if kind == "HEIC" else encoded(qr_pixels("x"), "PNG")
    if kind == "AVIF":
        data = b"\0\0\0\x1cftypavif" + data
    with pytest.raises(NotAnImage) as told:
        read_file(data, "a")
    assert told.value.kind == kind


def test_brands_of_heic_and_avif_are_told_apart() -> None:
    assert kind_of(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf") == "AVIF"
    assert kind_of(b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf") == "HEIC"
    assert kind_of(b"\0\0\0\x1cftypavis") == "AVIF"


def test_every_reader_is_there() -> None:
    for kind in image_format.READERS:
        reader = image_format.reader_of(kind)
        assert reader is not None
        assert issubclass(reader, Image.Image)


def test_legibility_is_measured_in_a_single_picture_only() -> None:
    assert load_single(LINK.encode()) is not None
    assert load_single(PAGES["img"].encode()) is not None
    assert load_single(f"<html>{SVG}<img src='{LINK}'></html>".encode()) is None
    assert load_single(sheets.drawn([b""])) is None
