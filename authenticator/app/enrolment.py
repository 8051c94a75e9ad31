"""Sorts scanned or pasted texts: accounts, faulty enrolments, and everything else."""

from collections.abc import Iterable
from dataclasses import dataclass

from authenticator.app.text_kind import TextKind, text_kind
from authenticator.errors import InputRefused
from authenticator.otp.migration import Batch, Joined, is_migration, read_migration
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.uri import Enrolment, is_enrolment, read_uri


class NoCodeFound(InputRefused):
    """A picture without a readable code."""


class NoCodeInTime(InputRefused):
    """The time was up before every way of reading the picture had been tried."""


class NotAnEnrolment(InputRefused):
    """A text that is no enrolment. `text` may be shown to its owner only: it may be a password,
    so it is not among the exception's arguments."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.text = text
        self.kind = text_kind(text)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export that spans several codes was scanned: it has `size` parts, counted from
    1, of which `missing` are still to be scanned."""

    size: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SortedPayloads:
    """Sorted texts. `refused` are faulty enrolments; `others` are texts that are no enrolment, as
    they were read; `exports` are those of which parts are still to be scanned."""

    found: tuple[Enrolment, ...]
    refused: tuple[EnrolmentRefused, ...]
    others: tuple[str, ...]
    exports: tuple[Progress, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Those of `others` that are nothing but a key: they lack a name, and a yes."""
        return tuple(text for text in self.others if text_kind(text) is TextKind.KEY)

    @property
    def missing(self) -> tuple[int, ...]:
        """The parts (from 1) of all exports that are still to be scanned."""
        return tuple(part for export in self.exports for part in export.missing)


def sort_payloads(texts: Iterable[str]) -> SortedPayloads:
    """Sort texts, each at most once, in the order given. The accounts of an export in several
    parts come last, in the order of the parts."""
    found: list[Enrolment] = []
    refused: list[EnrolmentRefused] = []
    others: list[str] = []
    batches: list[Batch] = []
    for text in dict.fromkeys(texts):
        try:
            if is_enrolment(text):
                found.append(read_uri(text))
            elif is_migration(text):
                part = read_migration(text)
                if all(batch.add(part) is Joined.FOREIGN for batch in batches):
                    batches.append(Batch())
                    batches[-1].add(part)
            else:
                others.append(text)
        except EnrolmentRefused as refusal:
            refused.append(refusal)
    for batch in batches:
        found += batch.enrolments
        refused += batch.refused
    exports = tuple(
        Progress(batch.size, tuple(index + 1 for index in batch.missing))
        for batch in batches
        if not batch.complete
    )
    return SortedPayloads(tuple(found), tuple(refused), tuple(others), exports)
