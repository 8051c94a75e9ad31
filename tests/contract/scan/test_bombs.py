"""Small files that would take much memory are refused before it is taken, or stay below the limit;
each is told, and the next picture is read."""

import gzip
import struct
import sys
import zlib
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from authenticator.errors import InputRefused
from authenticator.scan import image
from authenticator.scan.image import ImageTooLarge
from authenticator.scan.sandbox import MEMORY_BYTES
from authenticator.scan.worker_pool import WorkerPool
from tests.services import pictures

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
TEXT = "otpauth://totp/panel:kim?secret=JBSWY3DPEHPK3PXP"
CODE = pictures.encoded(pictures.qr_pixels(TEXT))
LOADED_MIB = 200
"""More than a worker has that has read small pictures."""
SIDE = 11_000
"""Of a square with more pixels than are read."""
LARGEST = int(image.PIXEL_LIMIT**0.5)


def saved(kind: str, mode: str = "L", side: int = 64, **more: object) -> bytes:
    file = BytesIO()
    Image.new(mode, (side, side), "white").save(file, kind, **more)
    return file.getvalue()


def patched(data: bytes, mark: bytes, after: int, form: str) -> bytes:
    """With the size that stands `after` bytes behind the first of these marks."""
    place = data.index(mark) + after
    size = struct.pack(form, SIDE, SIDE)
    return data[:place] + size + data[place + len(size) :]


def png(width: int, height: int, colours: int = 0, bits: int = 8) -> bytes:
    """One colour, compressed row by row."""
    packer = zlib.compressobj(9)
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    row = b"\0" + b"\x70" * ((width * samples * bits + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def tiff(**tags: int) -> bytes:
    """A grey one of 64 x 64 px with these tags, and hardly any pixels."""
    numbers = {"tile_width": 322, "tile_height": 323, "tile_at": 324, "tile_bytes": 325}
    entries = {256: 64, 257: 64, 258: 8, 259: 5, 262: 1, 277: 1}
    entries |= {numbers[name]: value for name, value in tags.items()}
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, entries[tag]) for tag in sorted(entries))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + rows + bytes(500)


def gif_with_large_frames() -> bytes:
    """The first frame is small."""
    film = b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    for side in (10, 65_535, 13_000, 10):
        film += b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\2\2\x4c\1\0"
    return film + b";"


def drawing(inside: bytes) -> bytes:
    head = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    return head + inside + b"</svg>"


def page_with_picture(width: int, height: int) -> bytes:
    """A PDF whose page shows a picture that is hardly there."""
    packed = zlib.compress(b"\xff" * 10_000)
    shown = b"q 200 0 0 200 0 0 cm /I Do Q"
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[5 0 R]>>",
        b"<</Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/FlateDecode/Width %d/Height %d/Length %d>>stream\n%s\nendstream"
        % (width, height, len(packed), packed),
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]"
            b"/Resources<</XObject<</I 3 0 R>>>>/Contents 4 0 R>>"
        ),
    )
    whole, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n"
    tail = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(whole)
    return whole + head + table + tail


INNER = b'<image width="9" height="9" href="data:image/%s;base64,%s"/>'
TOO_LARGE = {
    "PNG": lambda: patched(saved("PNG"), b"IHDR", 4, ">II"),
    "JPEG": lambda: patched(saved("JPEG"), b"\xff\xc0", 5, ">HH"),
    "GIF": lambda: patched(saved("GIF"), b"GIF", 6, "<HH"),
    "BMP": lambda: patched(saved("BMP"), b"BM", 18, "<II"),
    "WEBP": lambda: saved("WEBP", "RGB", SIDE, lossless=True, quality=0, method=0),
    "TIFF": lambda: saved("TIFF", "1", SIDE, compression="group4"),
    "TIFF in a tile": lambda: tiff(
        tile_width=40_000, tile_height=40_000, tile_at=200, tile_bytes=64
    ),
    "AVIF": lambda: patched(saved("AVIF", "RGB"), b"ispe", 8, ">II"),
    "SVG, elements": lambda: drawing(b"<g/>" * 600_000),
    "SVGZ, elements": lambda: gzip.compress(drawing(b"<g/>" * 600_000)),
    "SVG, PNG within": lambda: drawing(INNER % (b"png", b64encode(png(SIDE, SIDE, bits=1)))),
    "SVG, JPEG within": lambda: drawing(
        INNER % (b"jpeg", b64encode(patched(saved("JPEG"), b"\xff\xc0", 5, ">HH")))
    ),
    "PDF": lambda: page_with_picture(20_000, 20_000),
    "PDF, more than there can be": lambda: page_with_picture(60_000, 60_000),
}
HEIC = Path(__file__).parents[2] / "unit/scan/heic/plain.heic"
REFUSED = {
    "HEIC": lambda: patched(HEIC.read_bytes(), b"ispe", 8, ">II"),
    "GIF, later frames": lambda: gif_with_large_frames(),
    "GZIP": lambda: gzip.compress(b"<" * (image.FILE_LIMIT + 1)),
}
LARGE = {
    "PNG, 16 bits": lambda: png(LARGEST, LARGEST, 0, 16),
    "PNG, opacity": lambda: png(LARGEST, LARGEST, 6),
    "JPEG": lambda: saved("JPEG", "CMYK", LARGEST),
    "WEBP": lambda: saved("WEBP", "RGBA", LARGEST, lossless=True, quality=0, method=0),
    "TIFF, numbers": lambda: saved("TIFF", "F", LARGEST, compression="tiff_lzw"),
    "GIF": lambda: saved("GIF", "P", LARGEST),
}


@pytest.fixture
def reader() -> Iterator[WorkerPool]:
    one = WorkerPool()
    yield one
    one.close()


def peak_mib(reader: WorkerPool) -> float:
    """What its only worker had at most."""
    (worker,) = reader._running
    for line in Path(f"/proc/{worker._process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 2**10
    raise AssertionError


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_size_is_checked_before_decoding(reader: WorkerPool, kind: str) -> None:
    with pytest.raises(ImageTooLarge) as told:
        reader.read(TOO_LARGE[kind](), kind)
    assert told.value.source == kind
    assert told.value.width * told.value.height > image.PIXEL_LIMIT or "elements" in kind
    assert peak_mib(reader) < LOADED_MIB + 100 * ("elements" in kind)
    assert reader.read(CODE).payloads


@pytest.mark.parametrize("kind", REFUSED)
def test_bomb_is_refused_without_memory(reader: WorkerPool, kind: str) -> None:
    with pytest.raises(InputRefused):
        reader.read(REFUSED[kind]())
    assert peak_mib(reader) < LOADED_MIB + 300 * (kind == "GZIP")
    assert reader.read(CODE).payloads


@pytest.mark.parametrize("kind", LARGE)
def test_largest_picture_stays_below_the_limit(reader: WorkerPool, kind: str) -> None:
    """It is read, whatever its format: the limit is for what goes further."""
    assert reader.read(LARGE[kind]()).payloads == ()
    assert peak_mib(reader) * 2**20 < 0.9 * MEMORY_BYTES
    assert reader.read(CODE).payloads


def test_memory_that_runs_out_is_told_as_too_large(
    reader: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authenticator.scan.worker_client._command", lambda: NARROW)
    for kind in ("PNG, opacity", "TIFF, numbers", "JPEG"):
        with pytest.raises(ImageTooLarge):
            reader.read(LARGE[kind]())
        assert reader.read(CODE).payloads


NARROW = [
    sys.executable,
    "-c",
    (
        f"import sys; sys.path[:0] = {[part for part in sys.path if part]!r}\n"
        "from authenticator.scan import sandbox, worker_process\n"
        "sandbox.MEMORY_BYTES = 300 * 2**20\n"
        "worker_process.serve(sys.argv[1])"
    ),
]
