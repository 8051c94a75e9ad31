"""Sorts scanned or pasted texts: accounts, faulty enrolments, and everything else."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from authenticator.app import joined_parts
from authenticator.app.joined_parts import PartsMissing
from authenticator.errors import InputRefused
from authenticator.otp.migration import Batch, Joined, is_migration, read_migration
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.uri import Enrolment, is_enrolment, read_uri


class TextKind(StrEnum):
    """What a text is if it is no enrolment."""

    LINK = "link"
    WIFI = "wifi"
    CONTACT = "contact"
    TEXT = "text"


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


def text_kind(text: str) -> TextKind:
    """What kind of text this is, judged by its beginning."""
    start = text.lstrip()[:20].lower()
    if start.startswith(("http://", "https://", "www.")):
        return TextKind.LINK
    if start.startswith("wifi:"):
        return TextKind.WIFI
    if start.startswith(("begin:vcard", "mecard:")):
        return TextKind.CONTACT
    return TextKind.TEXT


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export that spans several codes was scanned: it has `size` parts, counted from
    1, of which `missing` are still to be scanned. `split`: it is a text cut into parts, of which
    none says anything alone."""

    size: int
    missing: tuple[int, ...]
    split: bool = False


@dataclass(frozen=True, slots=True)
class SortedPayloads:
    """Sorted texts. `refused` are faulty enrolments; `others` are texts that are no enrolment, as
    they were read; `exports` are those of which parts are still to be scanned, among them the
    texts that are cut into parts, which `parts` are about."""

    found: tuple[Enrolment, ...]
    refused: tuple[EnrolmentRefused, ...]
    others: tuple[str, ...]
    exports: tuple[Progress, ...] = ()
    parts: tuple[PartsMissing, ...] = ()

    @property
    def missing(self) -> tuple[int, ...]:
        """The parts (from 1) of all exports that are still to be scanned."""
        return tuple(part for export in self.exports for part in export.missing)


def sort_payloads(texts: Iterable[str]) -> SortedPayloads:
    """Sort texts, each at most once, in the order given. The accounts of an export in several
    parts come last, in the order of the parts."""
    whole, parts, refused = joined_parts.join(texts)
    found: list[Enrolment] = []
    others: list[str] = []
    batches: list[Batch] = []
    for text in whole:
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
    exports += tuple(Progress(one.total, one.missing, split=True) for one in parts)
    return SortedPayloads(tuple(found), tuple(refused), tuple(others), exports, parts)
