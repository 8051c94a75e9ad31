"""What the first bytes of a file say: its format, and the size of a picture."""

import struct

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
    ("ZIP", 0, (b"PK\3\4",)),
)
_FIRST_BYTES = {"WEBP": b"RIFF", "AVI": b"RIFF", "BMP": b"BM"}


def kind_of(data: bytes) -> str:
    """What the first bytes say this is: a format's name, "empty", or "" if unknown."""
    if not data:
        return "empty"
    for kind, offset, marks in _MAGIC:
        if data.startswith(_FIRST_BYTES.get(kind, b"")) and data.startswith(marks, offset):
            return kind
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"<svg", b"<?xml", b"<!")) and b"<svg" in data[:4096]:
        return "SVG"
    return "PDF" if b"%PDF-" in data[:1024] else ""  # mail programs may put lines before it


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
