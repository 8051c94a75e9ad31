"""The format information of a QR code: its error correction level and mask, in 15 bits with
corrections of their own (ISO/IEC 18004, 7.9 and annex C)."""

from __future__ import annotations

from typing import Final

_LEVELS: Final = "MLHQ"
"""By the first two bits (table 12)."""
_GENERATOR: Final = 0b10100110111
_MASK: Final = 0b101010000010010
"""The BCH code, and what the word is masked with."""
_CORRECTED: Final = 3
"""Wrong bits of 15."""


def word_of(level: str, mask: int) -> int:
    """The 15 bits for an error correction level (L, M, Q or H) and a mask (0 to 7)."""
    return _word(_LEVELS.index(level) << 3 | mask)


def level_of(word: int) -> str:
    """The error correction level in 15 bits as they were seen; "" if it can't be read."""
    wrong, best = min(((word ^ _word(data)).bit_count(), data) for data in range(32))
    return _LEVELS[best >> 3] if wrong <= _CORRECTED else ""


def _word(data: int) -> int:
    """Five bits with their ten of error correction, masked."""
    rest = data << 10
    for bit in range(14, 9, -1):
        if rest >> bit & 1:
            rest ^= _GENERATOR << (bit - 10)
    return (data << 10 | rest) ^ _MASK
