"""What a file's content says: its format, who reads it, and the size of a picture."""

from __future__ import annotations

import re
import struct
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_MAGIC: tuple[tuple[str, int, tuple[bytes, ...]], ...] = (
    ("PNG", 0, (b"\x89PNG",)),
    ("JPEG", 0, (b"\xff\xd8\xff",)),
    ("GIF", 0, (b"GIF87a", b"GIF89a")),
    ("WEBP", 8, (b"WEBP",)),
    ("TIFF", 0, (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    # Many texts start with "BM": the size of the second header must be a valid one.
    ("BMP", 14, tuple(bytes((size, 0, 0, 0)) for size in (12, 16, 40, 52, 56, 64, 108, 124))),
    ("PDF", 0, (b"%PDF-",)),
    ("HEIC", 4, (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1")),
    ("AVIF", 4, (b"ftypavi",)),
    ("AVI", 8, (b"AVI ",)),
    ("MP4", 4, (b"ftyp",)),
    ("ICO", 0, (b"\0\0\1\0",)),
    ("PSD", 0, (b"8BPS",)),
    ("JPEG XL", 0, (b"\xff\x0a", b"\0\0\0\x0cJXL ")),
    ("JPEG 2000", 0, (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")),
    ("ZIP", 0, (b"PK\3\4",)),
    ("GZIP", 0, (b"\x1f\x8b\x08",)),
)
_FIRST_BYTES = {"WEBP": b"RIFF", "AVI": b"RIFF", "BMP": b"BM"}
READERS = {
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "JPEG": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "HEIC": ("pi_heif", "HeifImageFile"),
}
"""Pillow's class for each picture format, and the module that has it."""
PICTURES = frozenset((*READERS, "ICO", "PSD", "JPEG XL", "JPEG 2000"))
"""What is a picture, whether it can be read or not."""
KINDS = frozenset((*(kind for kind, _, _ in _MAGIC), "SVG", "HTML", "DATA", "empty", ""))
"""All that `kind_of` tells."""

_PROLOGUE = (
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!doctype(?:[^\[>]*\[.*?\])?[^>]*>)*+"  # atomic: one way each
)
_ROOT = re.compile(_PROLOGUE + rb"<([a-z][\w:-]*)", re.IGNORECASE | re.DOTALL)
_HEAD = 1 << 16
"""Bytes in which the first element of a drawing or page is found."""
_HTML = re.compile(rb"<!doctype\s+html", re.IGNORECASE)
_INLINE = re.compile(rb"<svg[\s/>]|\bdata:image", re.IGNORECASE)
_DATA = re.compile(rb"\s*data:(?:[a-z]+/[\w.+-]+|;)[^,<>\r\n]{0,200},", re.IGNORECASE)


def kind_of(data: bytes) -> str:
    """What the content says this is: a format's name, "empty", or "" if unknown. "HTML" is a page
    or part of one, "DATA" a `data:` address."""
    if not data:
        return "empty"
    for kind, offset, marks in _MAGIC:
        if data.startswith(_FIRST_BYTES.get(kind, b"")) and data.startswith(marks, offset):
            return "AVIF" if kind == "HEIC" and b"avif" in data[8:64] else kind
    text = plain(data)
    if _DATA.match(text):
        return "DATA"
    return _markup(text) or ("PDF" if b"%PDF-" in data[:1024] else "")  # mail may put lines before


def plain(data: bytes) -> bytes:
    """A text without its byte order mark; UTF-16 as far as it is ASCII."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[2:].replace(b"\0", b"")
    return data.removeprefix(b"\xef\xbb\xbf")


def _markup(text: bytes) -> str:
    """SVG or HTML, by the first element; "" for anything else."""
    root = _ROOT.match(text[:_HEAD])
    if root is None:
        return ""
    name = root[1].lower()
    if name in (b"html", b"head", b"body") or _HTML.search(root[0]):
        return "HTML"
    if name.rpartition(b":")[2] == b"svg":
        return "SVG"
    return "HTML" if _INLINE.search(text) else ""


def is_written_picture(text: str) -> bool:
    """Whether a text is a picture, or a page or part of one that holds some."""
    data = text.encode("utf-8", "replace")
    kind = kind_of(data)
    return kind in ("DATA", "SVG") or (kind == "HTML" and _INLINE.search(data) is not None)


def reader_of(kind: str) -> type[ImageFile] | None:
    """Pillow's class for a format; None if there is none, or if it is not installed."""
    # The classes themselves: `Image.open` checks its own limit first and then gives no size.
    if kind not in READERS:
        return None
    module, name = READERS[kind]
    try:
        found = import_module(module)
    except ImportError:
        return None
    reader: type[ImageFile] | None = getattr(found, name)
    return reader if getattr(found, "SUPPORTED", True) else None


def told_size(kind: str, data: bytes) -> tuple[int, int]:
    """Width and height from the header of a PNG or WebP; 0, 0 if it gives none.

    Pillow gets a PNG's size only if pixels follow, and a WebP's only from a decoder that has
    already allocated the memory.
    """
    if kind == "PNG" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if kind == "WEBP" and len(data) >= 30:
        form, head = data[12:16], data[20:30]
        if form == b"VP8X":
            return (
                int.from_bytes(head[4:7], "little") + 1,
                int.from_bytes(head[7:10], "little") + 1,
            )
        if form == b"VP8 ":
            width, height = struct.unpack("<HH", head[6:])
            return width & 0x3FFF, height & 0x3FFF
        if form == b"VP8L":
            bits = int.from_bytes(head[1:5], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0
