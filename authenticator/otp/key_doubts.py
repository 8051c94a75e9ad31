"""What has to be asked about letters that could all be a key: length, case, groups."""

import re
from collections.abc import Iterable
from typing import Final

from authenticator.otp.key_labels import glued_label, is_label_word
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.secret import Secret, spaced, without_fillers

USUAL_LETTERS: Final = (16, 26, 32, 42, 52, 64, 103)
"""Base32 letters of the keys that panels make: 10, 16, 20, 26, 32, 40 and 64 bytes."""
LEAST_BYTES: Final = 10
"""The shortest key that panels make."""
_MOST_GROUPS: Final = 64
_LEAST_WORD: Final = 3
"""Fewer letters beside a key are a slip rather than a word."""


def doubts(core: str) -> list[Remark]:
    """What has to be asked about letters that could all be a key."""
    letters = without_fillers(core)
    groups = spaced(core).split()
    found = []
    if letters.upper() != letters and letters.lower() != letters:
        found.append(Remark(Field.SECRET, Reason.MIXED_CASE))
    elif glued_label(letters) or (len(groups) > 1 and not _regular(groups)):
        found.append(Remark(Field.SECRET, Reason.UNCLEAR_START))
    lines = {len(without_fillers(line)) for line in core.strip().splitlines()}
    if len(core.strip().splitlines()) > 2 and len(lines) == 1 and lines <= set(range(8, 17)):
        found.append(Remark(Field.SECRET, Reason.RECOVERY_CODE))
    elif doubt := _length_doubt(letters, groups):
        found.append(doubt)
    return found


def _regular(groups: list[str]) -> bool:
    """Whether this is how a key is grouped: all groups have one size, the last at most that, and
    none is a word for a key."""
    size, last = len(groups[0]), len(groups[-1])
    same = all(len(group) == size for group in groups[:-1])
    return (
        same
        and (last == size or (size <= 8 and last < size))
        and not any(map(is_label_word, groups))
    )


def _length_doubt(letters: str, groups: list[str]) -> Remark | None:
    """An unusual length, or letters that no encoder produces: some may be missing, or there are
    too many, or a group is a word."""
    count = len(letters)
    if count * 5 // 8 < LEAST_BYTES - 1:
        coded = len(groups) > 1 and count in (8, 10, 12)
        reason = Reason.RECOVERY_CODE if coded else Reason.INCOMPLETE
        return Remark(Field.SECRET, reason, {"length": count})
    encoded = Secret.from_base32(letters).base32() == letters.upper()
    if count in USUAL_LETTERS and encoded:
        return None
    return length_remark(count, USUAL_LETTERS)


def are_keys(core: str) -> bool:
    """Whether these are two or more keys, one behind the other. Lines of one key have one size."""
    sizes = {len(group) for group in spaced(core).split()}
    return len(sizes) > 1 and sizes <= set(USUAL_LETTERS)


def length_remark(count: int, usual: Iterable[int], **more: int) -> Remark:
    """`wanted` in its facts is the usual length from which this one differs by one."""
    facts: dict[str, int | str] = {"length": count, **more}
    for one in usual:
        if abs(one - count) == 1:
            facts["wanted"] = one
    return Remark(Field.SECRET, Reason.ODD_LENGTH, facts)


def clean_part(core: str) -> str:
    """The longest part of whole groups that nothing has to be asked about and that has a usual
    length; a label may run into its first group. Empty where there is none."""
    spans = [group.span() for group in re.finditer(r"\S+", spaced(core))]
    borders = {
        place
        for place in range(1, len(core))
        if core[place - 1].islower() and core[place].isupper()
    }
    if len(spans) + len(borders) > _MOST_GROUPS:
        return ""
    first = core[slice(*spans[0])] if spans else ""
    if (label := glued_label(first)) and label != first.upper():
        borders.add(spans[0][0] + len(label))
    starts = sorted({start for start, _ in spans} | borders)
    parts = [core[start:end] for start in starts for _, end in spans if end > start]
    clean = ""
    count = len(without_fillers(core))
    for part in sorted(parts, key=len, reverse=True):
        letters = without_fillers(part)
        if 0 < count - len(letters) < _LEAST_WORD or len(letters) not in USUAL_LETTERS:
            continue
        if not _all_base32(letters) or doubts(part):
            continue
        if len(letters) < len(without_fillers(clean)):
            break
        if clean and clean != part:
            return ""  # with a group of the key's own size it may be either
        clean = part
    return clean


def _all_base32(letters: str) -> bool:
    """Whether all of these are Base32."""
    return re.fullmatch(r"[A-Za-z2-7]+", letters) is not None
