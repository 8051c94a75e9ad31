"""Parts of a text that is spread over several QR codes (ISO/IEC 18004, 8: structured append).

A part is no text of its own: an enrolment whose key is cut would pass for a whole one. So a part
travels in a written form that nothing takes for an enrolment, until all parts are there:

    structured-append:NUMBER/TOTAL/PARITY:BASE64

NUMBER counts from 1, TOTAL is 2 to 16, PARITY (two hex digits) is the same in all parts, and the
Base64 (RFC 4648, 5) holds the bytes of this part.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice, product
from operator import xor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authenticator.scan.decoders import Payload

_WRITTEN = re.compile(r"structured-append:(\d{1,2})/(\d{1,2})/([0-9a-f]{2}):([\w=-]*)", re.ASCII)
_TRIED = 4096
"""Combinations that are tried where parts of several texts share number, total and parity."""


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """Part `number` of `total`. `parity` is the exclusive or of all bytes of the whole text; 0 is
    also what writers put there that don't calculate it."""

    number: int
    total: int
    parity: int
    data: bytes

    def written(self) -> str:
        data = base64.urlsafe_b64encode(self.data).decode()
        return f"structured-append:{self.number}/{self.total}/{self.parity:02x}:{data}"


@dataclass(frozen=True, slots=True, repr=False)
class PartSet:
    """Parts that belong together, in their written form, in the order given. `whole` is the text
    if all are there and fit together, else None; `missing` are the numbers of the others."""

    texts: tuple[str, ...]
    numbers: tuple[int, ...]
    total: int
    whole: str | None = None

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(one for one in range(1, self.total + 1) if one not in self.numbers)


def read_part(text: str) -> Part | None:
    """The part that a text is the written form of; None for any other text."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    number, total, parity = int(found[1]), int(found[2]), int(found[3], 16)
    try:
        data = base64.b64decode(found[4], altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    return Part(number, total, parity, data) if 1 <= number <= total <= 16 and total > 1 else None


def part_sets(texts: Iterable[str]) -> list[PartSet]:
    """The sets that the parts among these texts make up."""
    families: dict[tuple[int, int], dict[str, Part]] = {}
    for text in texts:
        if part := read_part(text):
            families.setdefault((part.parity, part.total), {})[text] = part
    return [one for family in families.values() for one in _sets_of(family)]


def joined(texts: Sequence[str]) -> list[str]:
    """These texts, with each complete set as its text in the place of the last of its parts.
    Parts of incomplete sets stay."""
    wholes = _wholes(texts)
    return [whole for text in texts if (whole := wholes.get(text, text)) is not None]


def joined_payloads(payloads: Sequence[Payload]) -> list[Payload]:
    """The same for payloads."""
    wholes = _wholes(payload.text for payload in payloads)
    return [
        payload if whole == payload.text else replace(payload, text=whole)
        for payload in payloads
        if (whole := wholes.get(payload.text, payload.text)) is not None
    ]


def _wholes(texts: Iterable[str]) -> dict[str, str | None]:
    """The text of each complete set, by the last of its parts; None for the others of them."""
    wholes: dict[str, str | None] = {}
    for one in part_sets(texts):
        if one.whole is not None:
            wholes |= dict.fromkeys(one.texts)
            wholes[one.texts[-1]] = one.whole
    return wholes


def _sets_of(family: dict[str, Part]) -> Iterator[PartSet]:
    """The sets among parts of one total and parity. Parts of two texts that have both in common
    are told apart by what the parity says of each combination; if several fit, none is taken."""
    total = next(iter(family.values())).total
    by_number = [[t for t, part in family.items() if part.number == n] for n in _range(total)]
    combinations = list(islice(product(*by_number), _TRIED))
    fitting = [texts for texts in combinations if _fits([family[text] for text in texts])]
    if len(combinations) == 1 and not fitting and not next(iter(family.values())).parity:
        fitting = combinations
    left = dict(family)
    for texts in fitting:
        if all(texts is other or not set(texts) & set(other) for other in fitting):
            data = b"".join(family[text].data for text in texts)
            in_order = tuple(text for text in family if text in texts)
            yield PartSet(in_order, tuple(_range(total)), total, _decoded(data))
            for text in texts:
                del left[text]
    if left:
        numbers = sorted({part.number for part in left.values()})
        yield PartSet(tuple(left), tuple(numbers), total)


def _range(total: int) -> range:
    return range(1, total + 1)


def _fits(parts: Sequence[Part]) -> bool:
    """Whether the parity is that of these parts together. Some writers calculate it from the text
    in another encoding than the code has."""
    data = b"".join(part.data for part in parts)
    text = _decoded(data)
    written = [data]
    for encoding in ("utf-8", "latin-1", "shift_jis"):
        try:
            written.append(text.encode(encoding))
        except UnicodeEncodeError:
            continue
    return any(reduce(xor, form, 0) == parts[0].parity for form in written)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # ISO/IEC 18004: the default of a QR code
