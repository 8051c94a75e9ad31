"""Texts that came as parts over several QR codes: joined, or named with what is missing."""

from __future__ import annotations

from collections.abc import Iterable

from authenticator.errors import InputRefused
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.scan import parts


class PartsMissing(InputRefused):
    """Only parts of a text that is spread over `total` codes: `numbers`, from 1; `missing` are the
    others. Nothing is taken from such a text."""

    def __init__(self, total: int, numbers: tuple[int, ...], missing: tuple[int, ...]) -> None:
        self.total = total
        self.numbers = numbers
        self.missing = missing
        super().__init__(total, numbers, missing)


def join(
    texts: Iterable[str],
) -> tuple[list[str], tuple[PartsMissing, ...], list[EnrolmentRefused]]:
    """Each text once, with complete sets of parts as their text; the sets that are not complete;
    and an error for each that is, but whose parts don't fit together."""
    told = list(dict.fromkeys(parts.joined(list(dict.fromkeys(texts)))))
    incomplete = parts.part_sets(told)
    left = {text for one in incomplete for text in one.texts}
    return (
        [text for text in told if text not in left],
        tuple(PartsMissing(s.total, s.numbers, s.missing) for s in incomplete if s.missing),
        [
            EnrolmentRefused([Remark(Field.URI, Reason.PARTS_UNFIT, {"total": s.total})])
            for s in incomplete
            if not s.missing
        ],
    )
