"""No picture crashes the process that decodes it, exceeds its time limit, or leaks memory."""

import gzip
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from authenticator.errors import InputRefused
from authenticator.scan.decoders import Payload
from authenticator.scan.image import PIXEL_LIMIT, PictureBroke
from authenticator.scan.worker_pool import WorkerPool
from tests.services import pictures
from tests.services.pictures import Pixels

TEXT = "otpauth://totp/Grüne Wolke:kim?secret=JBSWY3DPEHPK3PXP"
CODE = pictures.qr_pixels(TEXT, module_px=3)
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".pdf", ".svg", "")
SVG_HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
HEIC = Path(__file__).parents[2] / "unit/scan/heic/plain.heic"
FILMS = ("GIF", "PNG", "TIFF", "WEBP", "AVIF")
FILES = {
    "png": pictures.encoded(CODE),
    "png-palette": pictures.encoded(CODE, "PNG", "P"),
    "png-alpha": pictures.encoded(CODE, "PNG", "RGBA"),
    "jpeg": pictures.encoded(CODE, "JPEG", "RGB"),
    "jpeg-progressive": pictures.encoded(CODE, "JPEG", "RGB", progressive=True),
    "jpeg-cmyk": pictures.encoded(CODE, "JPEG", "CMYK"),
    "webp": pictures.encoded(CODE, "WEBP", "RGB"),
    "webp-lossless": pictures.encoded(CODE, "WEBP", "RGBA", lossless=True),
    "gif": pictures.encoded(CODE, "GIF", "P"),
    "bmp": pictures.encoded(CODE, "BMP", "RGB"),
    "tiff": pictures.encoded(CODE, "TIFF", "RGB", compression="tiff_lzw"),
    "tiff-fax": pictures.encoded(CODE, "TIFF", "1", compression="group4"),
    "tiff-jpeg": pictures.encoded(CODE, "TIFF", "RGB", compression="jpeg"),
    "avif": pictures.encoded(CODE, "AVIF", "RGB"),
    "heic": HEIC.read_bytes(),
    **{f"{kind.lower()}-frames": pictures.film_file([CODE, 255 - CODE], kind) for kind in FILMS},
    "svg": pictures.drawing(TEXT),
    "svgz": gzip.compress(pictures.drawing(TEXT), mtime=0),
    "page": b"<!DOCTYPE html><p>Scan</p>" + pictures.drawing(TEXT),
    "address": b"data:image/png;base64," + b64encode(pictures.encoded(CODE)),
}


@pytest.fixture(scope="module")
def reader() -> Iterator[WorkerPool]:
    one = WorkerPool()
    yield one
    one.close()


def told(reader: WorkerPool, source: Path | bytes | Pixels) -> tuple[Payload, ...] | None:
    """What was read; None if the picture was refused. Fails if it broke the worker."""
    try:
        return reader.read(source).payloads
    except PictureBroke as broke:
        pytest.fail(f"the worker {broke.reason}")
    except InputRefused:
        return None


# Files


@given(
    data=st.binary(max_size=400),
    head=st.sampled_from([b"", b"%PDF-1.7\n", *sorted({data[:40] for data in FILES.values()})]),
    suffix=st.sampled_from(SUFFIXES),
)
def test_read_any_bytes_under_any_suffix_are_read_or_refused(
    reader: WorkerPool,
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    head: bytes,
    suffix: str,
) -> None:
    path = tmp_path_factory.getbasetemp() / f"picture{suffix}"
    path.write_bytes(head + data)
    told(reader, path)


@given(
    name=st.sampled_from(sorted(FILES)),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), max_size=12),
    share=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_read_damaged_pictures_are_read_or_refused(
    reader: WorkerPool, name: str, flips: list[tuple[float, int]], share: float
) -> None:
    """Flipped bits and missing ends are read or refused; the worker survives."""
    data = bytearray(FILES[name])
    for place, bit in flips:
        data[int(place * (len(data) - 1))] ^= 1 << bit
    told(reader, bytes(data[: int(len(data) * share)]))


@pytest.mark.parametrize(
    "inside",
    [
        (
            '<pattern id="p" width="1000000" height="1000000" patternUnits="userSpaceOnUse">'
            '<path d="M0 0h9v9z"/></pattern><rect width="9" height="9" fill="url(#p)"/>'
        ),
        '<g opacity=".5">' * 60 + '<rect width="9" height="9"/>' + "</g>" * 60,
    ],
)
def test_drawing_that_asks_for_all_memory_takes_only_its_reading(inside: str) -> None:
    own = WorkerPool()
    try:
        with suppress(InputRefused):  # that it broke the worker, or took too long
            assert own.read(SVG_HEAD + inside.encode() + b"</svg>").payloads == ()
        assert own.read(CODE).payloads
    finally:
        own.close()


# Sizes


def png(width: int, height: int, rows: Iterator[bytes]) -> bytes:
    """A greyscale PNG, compressed row by row, never uncompressed in memory."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\0" + row) for row in rows) + packer.flush()

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def test_read_decompression_bomb_is_read_or_refused_by_limit(
    reader: WorkerPool,
) -> None:
    side = int(PIXEL_LIMIT**0.5)
    row = b"\xff" * side
    bomb = png(side, side, (row for _ in range(side)))
    assert len(bomb) * 500 < PIXEL_LIMIT
    assert told(reader, bomb) == ()
    assert told(reader, png(side, side + 1, (row for _ in range(side + 1)))) is None


@pytest.mark.parametrize(
    ("width", "height"), [(1_000_000, 1), (1_000_000, 24), (1, 1_000_000), (24, 1_000_000)]
)
@pytest.mark.parametrize("kind", ["white", "stripes"])
def test_read_strip_of_a_million_pixels_to_its_end(
    reader: WorkerPool, width: int, height: int, kind: str
) -> None:
    row = b"\xff" * width if kind == "white" else (b"\0" * 7 + b"\xff" * 5) * (width // 12 + 1)
    assert told(reader, png(width, height, (row[:width] for _ in range(height)))) == ()


# Codes


def test_read_longest_code_is_whole(reader: WorkerPool) -> None:
    text = "".join("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"[n * 7 % 45] for n in range(4296))
    code = segno.make(text, error="l", micro=False)
    assert (code.version, code.mode) == (40, "alphanumeric")
    (found,) = told(reader, pictures.qr_pixels(text, error="L")) or ()
    assert found.text == text


@given(held=st.binary(min_size=1, max_size=300))
def test_read_binary_code_is_displayable_text(reader: WorkerPool, held: bytes) -> None:
    code = zxingcpp.create_barcode(held, zxingcpp.BarcodeFormat.QRCode)
    drawn = np.pad(np.array(code.to_image(scale=3)), 12, constant_values=255)
    (found,) = told(reader, drawn) or ()
    found.text.encode()


def test_read_hundred_codes_in_reading_order(reader: WorkerPool) -> None:
    texts = [f"otpauth://totp/number-{n:02}?secret=JBSWY3DPEHPK3PXP" for n in range(100)]
    codes = [pictures.qr_pixels(text, module_px=3) for text in texts]
    step = codes[0].shape[0]
    page = pictures.sheet(
        [(code, step * (n % 10), step * (n // 10)) for n, code in enumerate(codes)],
        width=step * 10,
        height=step * 10,
    )
    assert [code.text for code in told(reader, page) or ()] == texts


OTHERS = {
    "DataBar": "0112345678901231",
    "DataBarLimited": "0112345678901231",
    "DataBarExpanded": "[01]12345678901231",
    "PDF417": "otpauth://totp/a?secret=AA",
    "MicroPDF417": "otpauth://totp/a",
    "MaxiCode": "otpauth://totp/a",
    "Codabar": "A1234A",
    "Code128": "otpauth://totp/a",
    "ITF": "1234567890",
}


@given(
    symbology=st.sampled_from(sorted(OTHERS)),
    scale=st.integers(1, 4),
    turns=st.integers(0, 3),
    stains=st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 40), st.integers(0, 255)),
        max_size=6,
    ),
)
def test_read_broken_symbol_of_other_kind_is_ignored(
    reader: WorkerPool,
    symbology: str,
    scale: int,
    turns: int,
    stains: list[tuple[float, float, int, int]],
) -> None:
    made = zxingcpp.create_barcode(OTHERS[symbology], zxingcpp.BarcodeFormat[symbology])
    plane = np.pad(np.array(made.to_image(scale=scale)), 8, constant_values=255)
    for down, across, size, shade in stains:
        y, x = int(down * plane.shape[0]), int(across * plane.shape[1])
        plane[y : y + size, x : x + size] = shade
    told(reader, np.ascontiguousarray(np.rot90(plane, turns)))


@given(
    count=st.integers(2, 16),
    order=st.randoms(use_true_random=False),
    stain=st.integers(0, 30),
    data=st.data(),
)
def test_read_structured_append_in_any_number_and_order(
    reader: WorkerPool, count: int, order: object, stain: int, data: st.DataObject
) -> None:
    """Structured append: pyzbar fails on it, zbar joins what it assumes belongs together."""
    symbols = list(segno.make_sequence("part of a text " * count, symbol_count=count, error="l"))
    planes = [
        np.where(
            np.array([bytearray(row) for row in one.matrix_iter(scale=3, border=4)]) > 0, 0, 255
        )
        for one in symbols
    ]
    shown = data.draw(st.lists(st.sampled_from(range(len(planes))), min_size=1, max_size=6))
    height = max(planes[number].shape[0] for number in shown)
    page = np.hstack(
        [
            np.pad(planes[n], ((0, height - planes[n].shape[0]), (0, 0)), constant_values=255)
            for n in shown
        ]
    ).astype(np.uint8)
    page[20 : 20 + stain, 20 : 20 + stain] = 255
    for code in told(reader, page) or ():
        code.text.encode()


# Memory


def kinds_of_pictures(number: int) -> bytes | Pixels:
    """One of many: formats, sizes and faults alternate."""
    chance = np.random.default_rng(number)
    plane = pictures.qr_pixels(f"otpauth://totp/{number}?secret=AAAA", module_px=2 + number % 4)
    height, width = (int(side) for side in chance.integers(20, 300, 2))
    makers = [
        lambda: pictures.encoded(plane),
        lambda: pictures.encoded(plane, "JPEG", "RGB"),
        lambda: pictures.encoded(plane, "WEBP", "RGB"),
        lambda: pictures.encoded(plane, "TIFF", "CMYK"),
        lambda: pictures.encoded(plane, "GIF", "P")[: int(chance.integers(10, 400))],
        lambda: pictures.encoded(np.full((height, width), 255, np.uint8)),
        lambda: chance.integers(0, 256, (height, width), np.uint8),
        lambda: np.dstack([plane] * 3),
        lambda: np.ascontiguousarray(plane[8:-8, 8:-8]),
        lambda: chance.bytes(int(chance.integers(0, 5000))),
        lambda: np.pad(plane, ((0, 400), (0, 700 + 10 * (number % 7))), constant_values=200),
    ]
    return makers[number % len(makers)]()


def resident_mib(reader: WorkerPool) -> dict[str, float]:
    """Of this process and of the one that decodes."""
    (worker,) = reader._running
    return {
        name: int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096 / 2**20
        for name, process in (("this", "self"), ("worker", str(worker._process.pid)))
    }


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="looks into /proc")
def test_reader_memory_does_not_grow_with_pictures(rounds: int) -> None:
    count = 500 * rounds
    reader = WorkerPool()
    try:
        for number in range(count):
            if number == count // 2:
                before = resident_mib(reader)
                first = set(reader._running)
            told(reader, kinds_of_pictures(number))
        after = resident_mib(reader)
        assert set(reader._running) == first, "a new worker starts with less"
    finally:
        reader.close()
    # An allocator varies by a few MiB; a leak of 1 KB per picture is 5 MiB in a soak.
    assert all(after[name] - before[name] < 4 for name in before), (before, after)
