"""The structured append header of a QR code, read from its modules (ISO/IEC 18004, 7 and 8).

zxing-cpp reads such a code as if it were alone, and its binding does not tell the header. It does
give the modules that it sampled, upright, and their version, error correction level and mask.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from authenticator.scan.format_information import word_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Modules = NDArray[np.bool_]

MODE: Final = 0b0011
"""The mode indicator of structured append (table 2)."""
HEADER_BITS: Final = 20
"""Mode 4, position 4, total 4, parity 8 (8.1)."""

# Table 9: error correction codewords of a block, and blocks, of versions 1 to 40.
_CORRECTION: Final = {
    "L": (
        """
        7 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28 28 28 30 30 26 28
        30 30 30 30 30 30 30 30 30 30 30 30 30 30
        """,
        """
        1 1 1 1 1 2 2 2 2 4 4 4 4 4 6 6 6 6 7 8 8 9 9 10 12 12 12 13 14 15 16 17 18 19
        19 20 21 22 24 25
        """,
    ),
    "M": (
        """
        10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26 26 28 28 28 28 28
        28 28 28 28 28 28 28 28 28 28 28 28 28 28
        """,
        """
        1 1 1 2 2 4 4 4 5 5 5 8 9 9 10 10 11 13 14 16 17 17 18 20 21 23 25 26 28 29 31
        33 35 37 38 40 43 45 47 49
        """,
    ),
    "Q": (
        """
        13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30 28 30 30 30 30 28
        30 30 30 30 30 30 30 30 30 30 30 30 30 30
        """,
        """
        1 1 2 2 4 4 6 6 8 8 8 10 12 16 12 17 16 18 21 20 23 23 25 27 29 34 34 35 38 40
        43 45 48 51 53 56 59 62 65 68
        """,
    ),
    "H": (
        """
        17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28 30 24 30 30 30 30
        30 30 30 30 30 30 30 30 30 30 30 30 30 30
        """,
        """
        1 1 2 4 4 4 5 6 8 8 11 11 16 16 18 16 19 21 25 25 25 34 30 32 35 37 40 42 45
        48 51 54 57 60 63 66 70 74 77 81
        """,
    ),
}


def header(code: Any) -> tuple[int, int, int] | None:
    """Number (from 1), total and parity of a QR code that is a part of a text; None for one that
    is not. `code` is zxing-cpp's."""
    import numpy as np

    about = code.extra
    version = int(about.get("Version", 0))
    modules = np.array(code.to_image(scale=1, add_quiet_zones=False)) == 0
    if modules.shape != (4 * version + 17, 4 * version + 17):
        return None  # a model 1 code has other versions, and no structured append
    if _is_mirrored(modules, about["ECLevel"], int(about["DataMask"])):
        modules = modules.T
    block = _first_block(modules, version, about["ECLevel"], int(about["DataMask"]))
    if about.get("UEC") != 1.0:  # some of its error correction was used
        block = corrected(block, _correction(version, about["ECLevel"])[0])
    bits = int.from_bytes(block[:3], "big") >> (24 - HEADER_BITS)
    if bits >> 16 != MODE:
        return None
    number, total = (bits >> 12 & 15) + 1, (bits >> 8 & 15) + 1
    total = max(number, total)
    return (number, total, bits & 0xFF) if total > 1 else None


def _is_mirrored(modules: Modules, level: str, mask: int) -> bool:
    """Whether rows and columns are exchanged: the format information (7.9), known here, is then
    found along the other side of the first finder pattern."""
    import numpy as np

    word = word_of(level, mask)
    bits = np.array([word >> place & 1 for place in range(15)], np.bool_)
    along = [0, 1, 2, 3, 4, 5, 7, 8]
    upright = [modules[row, 8] for row in along] + [modules[8, c] for c in (7, 5, 4, 3, 2, 1, 0)]
    mirrored = [modules[8, c] for c in along] + [modules[row, 8] for row in (7, 5, 4, 3, 2, 1, 0)]
    return bool(np.sum(bits != mirrored) < np.sum(bits != upright))


def _correction(version: int, level: str) -> tuple[int, int]:
    """Error correction codewords of each block, and how many blocks."""
    words, blocks = (int(row.split()[version - 1]) for row in _CORRECTION[level])
    return words, blocks


def _first_block(modules: Modules, version: int, level: str, mask: int) -> bytearray:
    """The codewords of the first block, with which the text begins: blocks are interleaved, their
    data first, and the first is a short one (7.6)."""
    import numpy as np

    rows, columns = _places(version)
    bits = modules[rows, columns] ^ _masked(mask, rows, columns)
    words = np.packbits(bits[: len(bits) // 8 * 8])
    correction, blocks = _correction(version, level)
    data = len(words) // blocks - correction
    start = len(words) - correction * blocks
    return bytearray(words[: data * blocks : blocks].tobytes() + words[start::blocks].tobytes())


@cache
def _places(version: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the modules that hold codewords, in their order: upwards and downwards
    in turn, in columns of two from the right (7.7.3)."""
    import numpy as np

    size = 4 * version + 17
    free = np.ones((size, size), np.bool_)
    free[:9, :9] = free[:9, -8:] = free[-8:, :9] = False  # finder patterns, format information
    free[6, :] = free[:, 6] = False  # timing patterns
    centres = _alignment(version)
    for row in centres:
        for column in centres:
            if (row, column) not in ((6, 6), (6, size - 7), (size - 7, 6)):
                free[row - 2 : row + 3, column - 2 : column + 3] = False
    if version >= 7:  # version information
        free[:6, -11:-8] = free[-11:-8, :6] = False
    places: list[tuple[int, int]] = []
    pairs = [right for right in range(size - 1, 0, -2) if right > 6]
    pairs += range(5, 0, -2)
    for turn, right in enumerate(pairs):
        for row in range(size) if turn % 2 else range(size - 1, -1, -1):
            places += [(row, column) for column in (right, right - 1) if free[row, column]]
    rows, columns = np.array(places, np.intp).T
    return rows, columns


def _alignment(version: int) -> list[int]:
    """Centres of the alignment patterns, as rows and as columns (annex E): evenly spaced from the
    last one back, but for the first, which is on the timing pattern."""
    if version == 1:
        return []
    last, steps = 4 * version + 10, version // 7 + 1
    step = 26 if version == 32 else -(-(last - 6) // (2 * steps)) * 2
    return [6, *(last - step * back for back in range(steps - 1, -1, -1))]


def _masked(mask: int, row: NDArray[np.intp], column: NDArray[np.intp]) -> NDArray[np.bool_] | Any:
    """Where the data mask inverts a module (table 10)."""
    return (
        lambda: (row + column) % 2 == 0,
        lambda: row % 2 == 0,
        lambda: column % 3 == 0,
        lambda: (row + column) % 3 == 0,
        lambda: (row // 2 + column // 3) % 2 == 0,
        lambda: row * column % 2 + row * column % 3 == 0,
        lambda: (row * column % 2 + row * column % 3) % 2 == 0,
        lambda: ((row + column) % 2 + row * column % 3) % 2 == 0,
    )[mask]()


def corrected(block: bytearray, correction: int) -> bytearray:
    """A block with its errors corrected (annex A and B), of which there are at most half as many
    as it has error correction codewords, its last; with more it stays as it is."""
    from reedsolo import ReedSolomonError, RSCodec

    try:
        return bytearray(RSCodec(correction).decode(block)[1])
    except ReedSolomonError:
        return block
