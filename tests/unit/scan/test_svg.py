"""Drawings of codes, as libraries write them, are read; nothing outside of them ever is."""

import base64
import gzip
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
import qrcode
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.image import svg as writers
from qrcode.image.styles.moduledrawers import svg as drawers

from authenticator.errors import InputRefused
from authenticator.scan import svg
from authenticator.scan.image import ImageTooLarge, ImageTruncated, icon, load
from authenticator.scan.ladder import read
from authenticator.scan.picture_file import load_single, read_file
from tests.services.pictures import encoded, qr_pixels

TEXT = "otpauth://totp/Harbour%20Cloud:kim?secret=QX4M7ZB2TKNE5RYVHD3WCLJ6&issuer=Harbour%20Cloud"
CODE = segno.make(TEXT, micro=False)
SIDE = len(CODE.matrix)
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PLACES = [(x, y) for y, row in enumerate(CODE.matrix) for x, dark in enumerate(row) if dark]
BOX = f'viewBox="-4 -4 {SIDE + 8} {SIDE + 8}"'
WHITE = '<rect x="-4" y="-4" width="100%" height="100%" fill="#fff"/>'
RECTS = "".join(f'<rect x="{x}" y="{y}" width="1" height="1"/>' for x, y in PLACES)
PATH = "".join(f"M{x} {y}h1v1h-1z" for x, y in PLACES)
PNG = base64.b64encode(encoded(qr_pixels(TEXT))).decode()


def texts(data: bytes) -> list[str]:
    return [code.text for code in read_file(data).payloads]


def by_segno(**options: object) -> str:
    file = BytesIO()
    CODE.save(file, kind="svg", **options)
    return file.getvalue().decode()


def by_qrcode(factory: type, **options: object) -> str:
    code = qrcode.QRCode(image_factory=factory)
    code.add_data(TEXT)
    made: str = code.make_image(**options).to_string(encoding="unicode")
    return made


DRAWINGS: dict[str, str] = {
    "segno": by_segno(),
    "segno small": by_segno(scale=0.1, unit="mm"),
    "segno large": by_segno(scale=20),
    "segno no size": by_segno(omitsize=True),
    "segno no namespace": by_segno(svgns=False),
    "segno colours": by_segno(dark="darkblue", light="#ffe", scale=3),
    "segno light on dark": by_segno(dark="#fff", light="#123"),
    "segno no margin": by_segno(border=0),
    "segno inches": by_segno(scale=0.02, unit="in"),
    "qrcode rects": by_qrcode(writers.SvgImage),
    "qrcode fragment": by_qrcode(writers.SvgFragmentImage),
    "qrcode path": by_qrcode(writers.SvgPathImage),
    "qrcode filled": by_qrcode(writers.SvgFillImage),
    "qrcode circles": by_qrcode(writers.SvgImage, module_drawer=drawers.SvgCircleDrawer()),
    "qrcode path circles": by_qrcode(
        writers.SvgPathImage, module_drawer=drawers.SvgPathCircleDrawer()
    ),
    "plain rects": f"{HEAD} {BOX}>{WHITE}{RECTS}</svg>",
    "transparent": f"{HEAD} {BOX}>{RECTS}</svg>",
    "white on transparent": f'{HEAD} {BOX}><g fill="white">{RECTS}</g></svg>',
    "one path": f'{HEAD} {BOX}>{WHITE}<path d="{PATH}"/></svg>',
    "even-odd": f'{HEAD} {BOX}>{WHITE}<path fill-rule="evenodd" d="{PATH}"/></svg>',
    "use": f'{HEAD} {BOX}><defs><rect id="m" width="1" height="1"/></defs>{WHITE}'
    + "".join(f'<use x="{x}" y="{y}" href="#m"/>' for x, y in PLACES)
    + "</svg>",
    "xlink use": f'{HEAD} {BOX}><defs><rect id="m" width="1" height="1"/></defs>{WHITE}'
    + "".join(f'<use x="{x}" y="{y}" xlink:href="#m"/>' for x, y in PLACES)
    + "</svg>",
    "symbol": f'{HEAD} {BOX}><symbol id="s" viewBox="0 0 {SIDE} {SIDE}">{RECTS}</symbol>{WHITE}'
    f'<use href="#s" width="{SIDE}" height="{SIDE}"/></svg>',
    "clip path": f'{HEAD} {BOX}><clipPath id="c">{RECTS}</clipPath>{WHITE}'
    f'<rect width="{SIDE}" height="{SIDE}" fill="#000" clip-path="url(#c)"/></svg>',
    "quoted clip path": f"{HEAD} {BOX}><clipPath id='c'>{RECTS}</clipPath>{WHITE}"
    f"""<rect width="{SIDE}" height="{SIDE}" clip-path="url('#c')"/></svg>""",
    "mask": f'{HEAD} {BOX}><mask id="m"><g fill="#fff">{RECTS}</g></mask>{WHITE}'
    f'<rect width="{SIDE}" height="{SIDE}" mask="url(#m)"/></svg>',
    "style sheet": f"{HEAD} {BOX}><style>.d{{fill:#000}}.l{{fill:#fff}}</style>"
    f'<rect class="l" x="-4" y="-4" width="100%" height="100%"/><g class="d">{RECTS}</g></svg>',
    "style in CDATA": f"{HEAD} {BOX}><style><![CDATA[ g > rect {{ fill: #222 }} ]]></style>{WHITE}"
    f"<g>{RECTS}</g></svg>",
    "style attribute": f'{HEAD} {BOX}>{WHITE}<g style="fill:rgb(10,20,30)">{RECTS}</g></svg>',
    "current colour": f'{HEAD} {BOX}>{WHITE}<g fill="currentColor">{RECTS}</g></svg>',
    "gradient": f'{HEAD} {BOX}><linearGradient id="g"><stop stop-color="#006"/>'
    f'<stop offset="1" stop-color="#600"/></linearGradient>{WHITE}'
    f'<path fill="url(#g)" d="{PATH}"/></svg>',
    "transforms": f'{HEAD} viewBox="0 0 900 900">'
    f'<g transform="translate(90 90) scale(9)">{RECTS}</g></svg>',
    "turned": f'{HEAD} viewBox="-80 -80 160 160"><g transform="rotate(17)">{RECTS}</g></svg>',
    "nested": f'{HEAD} viewBox="0 0 100 100"><svg x="20" y="20" width="60" height="60" {BOX}>'
    f"{RECTS}</svg></svg>",
    "in a poster": f'{HEAD} viewBox="0 0 2100 2970">{WHITE}'
    f'<g transform="translate(900 1500) scale(7)">{RECTS}</g></svg>',
    "percent": f'{HEAD} width="100%" height="100%" {BOX}>{RECTS}</svg>',
    "em": f'{HEAD} width="10em" height="10em" {BOX}>{RECTS}</svg>',
    "one length": f'{HEAD} width="200" {BOX}>{RECTS}</svg>',
    "no view box": f'{HEAD} width="{SIDE}" height="{SIDE}">{RECTS}</svg>',
    "no size at all": f'{HEAD}><g transform="translate(40 40) scale(4)">{RECTS}</g></svg>',
    "entities": '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" '
    '[<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY dark "#000">]>'
    f'<svg xmlns="&ns;" {BOX}>{WHITE}<g fill="&dark;">{RECTS}</g></svg>',
    "prefix": f'<s:svg xmlns:s="http://www.w3.org/2000/svg" {BOX}>'
    + RECTS.replace("<rect", "<s:rect")
    + "</s:svg>",
    "comments first": f"<?xml version='1.0'?><!-- {'word ' * 900}--><!-- another -->\n"
    f"{HEAD} {BOX}>{RECTS}</svg>",
    "picture within": f'{HEAD} viewBox="0 0 10 10"><image width="10" height="10" '
    f'href="data:image/png;base64,{PNG}"/></svg>',
    "drawing within": f'{HEAD} viewBox="0 0 10 10"><image width="10" height="10" '
    f'href="data:image/svg+xml;base64,{base64.b64encode(by_segno().encode()).decode()}"/></svg>',
    "drawing within, percent": f'{HEAD} viewBox="0 0 10 10"><image width="10" height="10" '
    f'xlink:href="data:image/svg+xml,{quote(by_segno())}"/></svg>',
    "logo from elsewhere": f'{HEAD} {BOX}>{WHITE}{RECTS}<image href="https://example.org/logo.png" '
    f'width="9" height="9"/></svg>',
    "metadata": f'{HEAD} {BOX}><title>Code</title><metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22'
    f'-rdf-syntax-ns#"/></metadata>{RECTS}<text x="0" y="0">Scan me</text></svg>',
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_is_read(name: str) -> None:
    assert texts(DRAWINGS[name].encode()) == [TEXT]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_drawing_in_any_encoding_is_read(encoding: str) -> None:
    name = "latin-1" if encoding == "latin-1" else encoding.removesuffix("-sig")
    words = f'<?xml version="1.0" encoding="{name}"?><!-- ü -->{DRAWINGS["plain rects"]}'
    assert texts(words.encode(encoding)) == [TEXT]


def test_compressed_drawing_is_read() -> None:
    packed = gzip.compress(DRAWINGS["segno"].encode())
    assert [code.text for code in read_file(packed).payloads] == [TEXT]


def test_legibility_of_a_drawing_can_be_measured() -> None:
    picture = load_single(DRAWINGS["segno"].encode())
    assert picture is not None
    assert read(picture).payloads[0].text == TEXT


def test_drawing_can_be_an_icon() -> None:
    pixels = icon(
        f'{HEAD} viewBox="0 0 9 9"><rect width="9" height="9" fill="#f00"/></svg>'.encode()
    )
    assert pixels[:4] == bytes((255, 0, 0, 255))


@pytest.mark.parametrize(
    "target",
    [
        "{path}",
        "file://{path}",
        "FILE:{path}",
        "&#x66;ile://{path}",
        "http://127.0.0.1:{port}/qr.png",
        "//127.0.0.1:{port}/qr.png",
        "qr.png",
        "./qr.png",
        " {path}",
        "qr.png#x",
    ],
)
@pytest.mark.parametrize(
    "place", ["image", "image xlink", "feImage", "use", "style", "within", "within a text"]
)
def test_nothing_outside_of_the_drawing_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, place: str
) -> None:
    """A code that lies in a file would be seen in the drawing."""
    path = tmp_path / "qr.png"
    path.write_bytes(encoded(qr_pixels(TEXT)))
    monkeypatch.chdir(tmp_path)
    to = target.format(path=path, port=9)
    size = 'width="10" height="10"'
    inside = {
        "image": f'<image {size} href="{to}"/>',
        "image xlink": f'<image {size} xlink:href="{to}"/>',
        "feImage": f'<filter id="f"><feImage href="{to}"/></filter><rect {size} filter="url(#f)"/>',
        "use": f'<use {size} href="{to}"/>',
        "style": f"<style>@import '{to}'; rect {{fill:url({to})}}</style><rect {size}/>",
    }.get(place, "")
    if not inside:
        inner = f'{HEAD} viewBox="0 0 10 10"><image {size} href="{to}"/></svg>'
        held = base64.b64encode(inner.encode()).decode()
        kind = "image/svg+xml" if place == "within" else "text/plain"
        inside = f'<image {size} href="data:{kind};base64,{held}"/>'
    data = f'{HEAD} viewBox="0 0 10 10">{inside}</svg>'.encode()
    assert texts(data) == []


def bomb(levels: int) -> str:
    groups = "".join(
        f'<g id="a{i}">' + f'<use href="#a{i + 1}"/>' * 10 + "</g>" for i in range(levels)
    )
    return f'{HEAD} viewBox="0 0 9 9">{groups}<rect id="a{levels}" width="1" height="1"/></svg>'


@pytest.mark.parametrize(
    "words",
    [
        bomb(8),
        bomb(30),
        bomb(8).replace('href="#', 'xlink:href=" #'),
        f'{HEAD} viewBox="0 0 9 9">'
        + "".join(
            f'<clipPath id="c{i}">'
            + f'<path clip-path="url(#c{i + 1})" d="M0 0"/>' * 8
            + "</clipPath>"
            for i in range(9)
        )
        + '<rect clip-path="url(#c0)"/></svg>',
    ],
)
def test_few_bytes_that_draw_millions_of_shapes_are_refused(words: str) -> None:
    with pytest.raises(ImageTooLarge):
        load(words.encode())


@pytest.mark.parametrize(
    "words",
    [
        f"{HEAD}",
        f"{HEAD}><rect></svg>",
        f"{HEAD} viewBox='0 0 0 9'/>",
        f"{HEAD} viewBox='0 0 -5 9'/>",
        f"{HEAD} viewBox='0 0 nan 9'/>",
        f"{HEAD} viewBox='0 0 1e400 9'/>",
        f"{HEAD}>&nbsp;</svg>",
        f"{HEAD}>" + "<g>" * 1000 + "</g>" * 1000 + "</svg>",
        "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><svg>&b;</svg>",
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        '<svg xmlns="http://example.org/other"/>',
    ],
)
def test_what_is_no_drawing_is_truncated(words: str) -> None:
    with pytest.raises(ImageTruncated) as told:
        load(words.encode(), "a.svg")
    assert (told.value.source, told.value.kind) == ("a.svg", "SVG")


def test_use_of_itself_ends() -> None:
    circle = '<g id="a"><use href="#a"/><use href="#b"/></g><use id="b" href="#a"/>'
    assert texts(f'{HEAD} viewBox="0 0 9 9">{circle}</svg>'.encode()) == []


@pytest.mark.parametrize("size", ["1 100000000", "100000000 1", "1e-9 1e-9", "1e8 1e8"])
def test_any_proportions_are_drawn_within_limits(size: str) -> None:
    shape = load(
        f'{HEAD} viewBox="0 0 {size}"><rect width="9" height="9"/></svg>'.encode()
    ).grey.shape
    assert max(shape) == svg.SIDE_PX


@given(st.integers(0, 2**32), st.integers(1, 30))
@settings(deadline=None, max_examples=50)
def test_any_damage_ends_in_a_picture_or_a_refusal(seed: int, many: int) -> None:
    words = bytearray(DRAWINGS["clip path"].encode())
    chance = np.random.default_rng(seed)
    for place in chance.integers(0, len(words), many):
        words[place] = int(chance.integers(32, 127))
    with suppress(InputRefused):
        assert max(Image.open(BytesIO(svg.drawn(bytes(words)))).size) == svg.SIDE_PX


def test_lengths_in_every_unit() -> None:
    for unit, px in (("", 1), ("px", 1), ("in", 96), ("pt", 4 / 3), ("mm", 96 / 25.4)):
        assert svg._length(f" 2{unit} ") == pytest.approx(2 * px)
    for odd in ("", "2%", "two", "-2", "2 px px", None):
        assert svg._length(odd) == 0
