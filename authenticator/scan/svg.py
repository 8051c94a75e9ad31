"""Drawings (SVG) -> PNG, drawn by resvg. Nothing outside of the drawing is ever read.

A drawing is a program of strangers. It is parsed here and written anew: without references to
files and addresses, without entities, in a size that suits codes, and refused where a few bytes
would draw millions of shapes.
"""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

from authenticator.scan import image
from authenticator.scan.image import PIXEL_LIMIT, ImageTooLarge, ImageTruncated, NotAnImage
from authenticator.scan.image_format import READERS, kind_of
from authenticator.scan.wrapped import from_address

NAMESPACE: Final = "http://www.w3.org/2000/svg"
_LINK: Final = "{http://www.w3.org/1999/xlink}href"
SIDE_PX: Final = 1600
"""The longer side of what is drawn: 9 px a module of the largest QR code."""
SHAPES: Final = 500_000
"""Elements that are drawn, each use of one counted; the largest QR code has 31,329 modules."""
UNSIZED: Final = 1000.0
"""How much is drawn of a drawing that gives no size."""
DEPTH: Final = 64
"""Elements within elements."""
_DEEP: Final = 3
"""Drawings within drawings."""
_DATA: Final = re.compile(r"\s*data:([^,]*),.*", re.IGNORECASE | re.DOTALL)
_NUMBER: Final = re.compile(
    r"\s*([+]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z%]*)\s*", re.IGNORECASE
)
_UNITS: Final = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "em": 16.0,
    "ex": 8.0,
}
"""Px."""


class _NotDrawn(Exception):
    """Not a drawing, or a damaged one."""


def drawn(data: bytes, name: str = "") -> bytes:
    """The drawing as a PNG, transparent where nothing is drawn.

    Raises ImageTruncated; ImageTooLarge for more than SHAPES.
    """
    from resvg_py import svg_to_bytes

    try:
        root = _parsed(data)
        _cleaned(root, _DEEP)
        if _shapes(root) > SHAPES:
            raise ImageTooLarge(name, 0, 0, PIXEL_LIMIT)
        _sized(root)
        return svg_to_bytes(
            svg_string=ElementTree.tostring(root, "unicode"),
            skip_system_fonts=True,  # they take seconds, and no code is written in letters
            shape_rendering="crisp_edges",  # no light seams between modules
            dpi=96,
        )
    except (_NotDrawn, ValueError, OverflowError) as error:
        raise ImageTruncated(name, "SVG") from error


def _parsed(data: bytes) -> ElementTree.Element:
    """Raises _NotDrawn, and ImageTooLarge for more than SHAPES. Entities within entities are
    refused; external ones are never read."""
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = count = 0

    def started(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > DEPTH:
            raise _NotDrawn
        if count > SHAPES:
            raise ImageTooLarge("", 0, 0, PIXEL_LIMIT)
        # A drawing within a page needs no namespace.
        name = f"{{{tag}" if "}" in tag else f"{{{NAMESPACE}}}{tag}"
        builder.start(
            name, {f"{{{key}" if "}" in key else key: text for key, text in attributes.items()}
        )

    def ended(_tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end("")

    def declared(_name: str, _parameter: bool, value: str | None, *_outside: str | None) -> None:
        if value is None or "&" in value:
            raise _NotDrawn

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(data, True)
        root: ElementTree.Element = builder.close()
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as error:
        raise _NotDrawn from error
    if root.tag != f"{{{NAMESPACE}}}svg":
        raise _NotDrawn
    return root


def _cleaned(root: ElementTree.Element, deep: int) -> None:
    """Removes every reference but those to parts of the drawing and to pictures within it."""
    for element in root.iter():
        for name in ("href", _LINK):
            target = element.get(name, "#").strip()
            if target.startswith("#"):
                continue
            inner = _DATA.fullmatch(target)
            if inner is None or not inner[1].lower().startswith("image/"):
                del element.attrib[name]
            elif "svg" in inner[1].lower():
                element.set(name, _cleaned_inner(target, deep))
            else:
                _check_inner(target)


def _cleaned_inner(address: str, deep: int) -> str:
    data = from_address(address.encode("utf-8", "replace"))
    if data is None or not deep:
        return "#"
    try:
        root = _parsed(data)
    except _NotDrawn:
        return "#"
    _cleaned(root, deep - 1)
    whole = base64.b64encode(ElementTree.tostring(root)).decode()
    return f"data:image/svg+xml;base64,{whole}"


def _check_inner(address: str) -> None:
    """Raises ImageTooLarge. One that can't be read here is left to resvg, which knows the sizes of
    what it decodes as well."""
    held = from_address(address.encode("utf-8", "replace")) or b""
    if kind_of(held) in READERS:
        with contextlib.suppress(ImageTruncated, NotAnImage):
            image.opened(held, "", lambda _: None)


def _shapes(root: ElementTree.Element) -> int:
    """How many elements are drawn, each `use` counted with all that it draws."""
    by_id = {name: element for element in root.iter() if (name := element.get("id"))}
    known: dict[ElementTree.Element, int] = {}
    entered: set[ElementTree.Element] = set()
    waiting = [root]
    while waiting:
        element = waiting[-1]
        entered.add(element)
        below = list(_drawn_by(element, by_id))
        unknown = [one for one in below if one not in known and one not in entered]
        if unknown:
            waiting += unknown
            continue
        # One that is entered and not known is being drawn by itself: resvg draws no such circle.
        known[element] = min(1 + sum(known.get(one, 0) for one in below), SHAPES + 1)
        waiting.pop()
    return known[root]


def _drawn_by(
    element: ElementTree.Element, by_id: dict[str, ElementTree.Element]
) -> Iterator[ElementTree.Element]:
    yield from element
    for target in element.attrib.values():
        name = target.strip()
        if name.startswith("#"):
            name = name[1:]
        elif name.startswith("url(") and name.endswith(")"):
            name = name[4:-1].strip("\"' ").removeprefix("#")
        else:
            continue
        if name in by_id:
            yield by_id[name]


def _sized(root: ElementTree.Element) -> None:
    """Sets the size in which it is drawn; its proportions stay."""
    width, height = _length(root.get("width")), _length(root.get("height"))
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        _, _, wide, high = map(float, box)
    except ValueError:
        wide = width or height or UNSIZED
        high = height or wide
        root.set("viewBox", f"0 0 {wide} {high}")
    if not width or not height:
        width, height = wide, high
    if not 0 < width < 1e9 or not 0 < height < 1e9:
        raise _NotDrawn
    scale = SIDE_PX / max(width, height)
    root.set("width", str(max(1, round(width * scale))))
    root.set("height", str(max(1, round(height * scale))))


def _length(value: str | None) -> float:
    """In px; 0 for none, and for one that depends on what is around the drawing."""
    found = _NUMBER.fullmatch(value or "")
    return float(found[1]) * _UNITS.get(found[2].lower(), 0.0) if found else 0.0
