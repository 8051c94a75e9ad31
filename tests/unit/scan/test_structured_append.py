"""The structured append header, against segno's codes of every version, level and mask."""

import random
from functools import cache

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from segno import consts, encoder

from authenticator.scan.image import Picture
from authenticator.scan.ladder import LIVE, read
from authenticator.scan.parts import Part, read_part
from authenticator.scan.structured_append import corrected, header

LEVELS = "LMQH"


def part_modules(
    part: Part, *, version: int | None = None, level: str = "M", mask: int | None = None
) -> NDArray[np.uint8]:
    """The modules of one part, 1 for dark."""
    segments = encoder.Segments()
    segments.add_segment(encoder.make_segment(part.data, mode=consts.MODE_BYTE, encoding="latin-1"))
    error = getattr(consts, f"ERROR_LEVEL_{level}")
    code = encoder._encode(
        segments,
        error=error,
        version=version
        or encoder.find_version(segments, error, eci=False, micro=False, is_sa=True),
        mask=mask,
        eci=False,
        boost_error=False,
        sa_info=encoder._StructuredAppendInfo(part.number - 1, part.total - 1, part.parity),
    )
    return np.array([list(row) for row in code.matrix], np.uint8) & 1


def drawn(modules: NDArray[np.uint8], module_px: int = 4) -> NDArray[np.uint8]:
    light = np.pad(1 - modules, 4, constant_values=1) * 255
    return np.kron(light, np.ones((module_px, module_px))).astype(np.uint8)


def headers(pixels: NDArray[np.uint8]) -> list[tuple[int, int, int] | None]:
    found = zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    return [header(code) for code in found]


@pytest.mark.parametrize("version", range(1, 41))
def test_header_of_every_version_level_and_mask(version: int) -> None:
    chance = random.Random(version)
    for level in LEVELS:
        total = chance.randint(2, 16)
        part = Part(chance.randint(1, total), total, chance.randrange(256), b"abc")
        pixels = drawn(part_modules(part, version=version, level=level, mask=chance.randrange(8)))
        assert headers(pixels) == [(part.number, part.total, part.parity)]


@pytest.mark.parametrize("mask", range(8))
def test_header_of_every_mask_turned_mirrored_and_inverted(mask: int) -> None:
    pixels = drawn(part_modules(Part(2, 3, 0xA5, b"some words"), version=7, mask=mask))
    for turned in (pixels, np.rot90(pixels), np.rot90(pixels, 2), pixels.T, 255 - pixels):
        assert headers(np.ascontiguousarray(turned)) == [(2, 3, 0xA5)]


@cache
def damaged_from() -> NDArray[np.uint8]:
    return part_modules(Part(3, 5, 0x96, b"otpauth://totp/a?secret=AAAABBBBCCCC"), level="H")


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True), st.integers(0, 255))
@settings(deadline=None)
def test_header_is_read_after_error_correction(places: list[int], wrong: int) -> None:
    """Where the very codewords of the header are damaged, at the code's lower right."""
    modules = damaged_from().copy()
    size = len(modules)
    for place in places:
        for bit in range(8):
            row, column = size - 1 - (place * 8 + bit) // 2, size - 1 - bit % 2
            modules[row, column] ^= wrong >> bit & 1
    found = headers(drawn(modules))
    assert found in ([(3, 5, 0x96)], [])
    if len(places) < 3:
        assert found


@given(st.text(min_size=1, max_size=200), st.sampled_from(LEVELS.lower()))
@settings(deadline=None)
def test_code_that_is_no_part_has_no_header(text: str, level: str) -> None:
    """Among them those that begin with the bits of the header, as text."""
    code = segno.make(text, error=level, micro=False, boost_error=False, encoding="utf-8")
    modules = np.array([list(row) for row in code.matrix], np.uint8)
    assert headers(drawn(modules)) in ([None], [])


@pytest.mark.parametrize("content", ["0123456789", "ABC $%*+-./:", "漢字", "3", "33", "\x33\x12"])
def test_other_modes_have_no_header(content: str) -> None:
    code = segno.make(content, micro=False)
    modules = np.array([list(row) for row in code.matrix], np.uint8)
    assert headers(drawn(modules)) == [None]


@given(st.data(), st.integers(1, 15))
def test_correction_mends_up_to_half_as_many_errors(data: st.DataObject, errors: int) -> None:
    words = data.draw(st.binary(min_size=20, max_size=40))
    block = bytearray(words) + encoder_words(words, 30)
    broken = bytearray(block)
    for place in data.draw(
        st.sets(st.integers(0, len(block) - 1), min_size=errors, max_size=errors)
    ):
        broken[place] ^= data.draw(st.integers(1, 255))
    assert corrected(broken, 30) == block


def encoder_words(words: bytes, correction: int) -> bytearray:
    """The error correction codewords, by long division, with segno's tables."""
    generator = consts.GEN_POLY[correction]
    rest = bytearray(words) + bytearray(correction)
    for place in range(len(words)):
        if rest[place]:
            lead = consts.GALIOS_LOG[rest[place]]
            for step, power in enumerate(generator, 1):
                rest[place + step] ^= consts.GALIOS_EXP[(lead + power) % 255]
    return rest[len(words) :]


def test_part_whose_text_looks_whole_is_a_part() -> None:
    """The key of the link is cut between two codes, both of which read as an account."""
    data = b"otpauth://totp/a?secret=AAAABBBBCCCCDDDD"
    pixels = drawn(part_modules(Part(1, 2, 0, data)))
    for ladder in ({}, {"ladder": LIVE}):
        (code,) = read(Picture(pixels), **ladder).payloads
        assert read_part(code.text) == Part(1, 2, 0, data)
