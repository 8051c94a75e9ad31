"""Pictures that come within something else: `data:` addresses, compressed drawings, web pages."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from html import escape
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

from authenticator.scan.image import FILE_LIMIT
from authenticator.scan.image_format import is_written_picture, kind_of, plain

_ADDRESS = re.compile(rb"\s*data:([^,]*),(.*)", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(
    r"""(?P<quote>["'`])(?P<a>data:image\\?/.*?)(?P=quote)"""
    r"""|url\(\s*(?P<b>data:image/[^)"']*)\)|(?P<c>data:image\\?/[^\s"'`<>()]+)""",
    re.IGNORECASE | re.DOTALL,
)
_BASE64 = re.compile(r";\s*base64\s*$", re.IGNORECASE)


def from_address(data: bytes) -> bytes | None:
    """What a `data:` address holds (RFC 2397), in Base64 or percent encoding; None if it is no
    such address or is damaged."""
    found = _ADDRESS.match(plain(data))
    if found is None:
        return None
    held = unquote_to_bytes(found[2].strip())
    if not _BASE64.search(found[1].decode("latin-1")):
        return held
    text = re.sub(rb"\s", b"", held).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return None


def picture_in_text(text: str) -> bytes | None:
    """A picture that is a text: what a `data:` address holds, a drawing, or a page or a part of
    one that has some; None for any other text."""
    if not is_written_picture(text):
        return None
    data = text.encode("utf-8", "replace")
    return from_address(data) or data


def unzipped(data: bytes) -> bytes | None:
    """What a gzip file holds (.svgz); None if it is damaged or holds more than FILE_LIMIT."""
    machine = zlib.decompressobj(wbits=31)
    try:
        held = machine.decompress(data, FILE_LIMIT)
    except zlib.error:
        return None
    return held if machine.eof else None


def pictures_in_page(data: bytes) -> list[bytes]:
    """The pictures that stand in a web page or a part of one, in order, each once: the content of
    its `data:` addresses, and its drawings. Nothing is fetched."""
    page = _Page()
    page.feed(_decoded(data))
    page.close()
    return list(dict.fromkeys(page.pictures))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


_CASED = {
    name.lower(): name
    for name in re.findall(
        r"\w+",
        """
        viewBox preserveAspectRatio clipPath clipPathUnits linearGradient radialGradient
        gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits
        patternTransform maskUnits maskContentUnits markerUnits markerWidth markerHeight refX refY
        """,
    )
}
"""Names of SVG that are in mixed case: pages may write them in any."""
_NAME = re.compile(r"[A-Za-z_][\w.-]*")


class _Page(HTMLParser):
    """Collects the pictures; a drawing is written anew as well-formed XML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures: list[bytes] = []
        self._drawing: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self._addresses(value or "", whole=name != "srcset")
        if tag == "svg" or self._open:
            self._open.append(tag)
            self._drawing.append(f"<{_element(tag)}{_written(attrs)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._open:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while True:
            last = self._open.pop()
            self._drawing.append(f"</{_element(last)}>")
            if last == tag:
                break
        if not self._open:
            self._drawn()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._drawing.append(data.replace("&", "&amp;").replace("<", "&lt;"))
        else:
            self._addresses(data, whole=False)

    def close(self) -> None:
        super().close()
        if self._open:
            self.handle_endtag(self._open[0])

    def _drawn(self) -> None:
        self.pictures.append("".join(self._drawing).encode("utf-8", "replace"))
        self._drawing.clear()

    def _addresses(self, text: str, *, whole: bool) -> None:
        """Those in a value, a style or a script; `whole`: the text may be one itself."""
        if whole and kind_of(text[:300].encode("utf-8", "replace")) == "DATA":
            found = [text]
        else:
            found = [next(filter(None, one.group("a", "b", "c"))) for one in _QUOTED.finditer(text)]
        for address in found:
            held = from_address(address.replace("\\/", "/").encode("utf-8", "replace"))
            if held:
                self.pictures.append(held)


def _element(tag: str) -> str:
    return _CASED.get(tag) or re.sub(r"[^\w.-]", "-", tag)


def _written(attributes: list[tuple[str, str | None]]) -> str:
    known: dict[str, str] = {}
    for name, value in attributes:
        if name.startswith("xlink:"):
            known["href"] = value or ""
        elif _NAME.fullmatch(name) and name != "xmlns":
            known.setdefault(_CASED.get(name, name), value or "")
    return "".join(f' {name}="{escape(value)}"' for name, value in known.items())
