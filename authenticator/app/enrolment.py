"""What scanned or pasted texts contain: accounts, faulty enrolments, or something else."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from authenticator.errors import InputRefused
from authenticator.otp.migration import Batch, Joined, is_migration, read_migration
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.uri import Enrolment, is_enrolment, read_uri


class Nature(StrEnum):
    """The kind of a text that is not an enrolment."""

    LINK = "link"
    WIFI = "wifi"
    CONTACT = "contact"
    TEXT = "text"


class NoCodeFound(InputRefused):
    """A picture without a readable code."""


class NoCodeInTime(InputRefused):
    """No code was found before the time limit; not everything was tried."""


class NotAnEnrolment(InputRefused):
    """A text that is not an enrolment. `text` is for showing to the user only: it may be a
    password, so it is not an argument of the exception."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.text = text
        self.nature = nature(text)


def nature(text: str) -> Nature:
    """The kind of a text, by how it starts."""
    start = text.lstrip()[:20].lower()
    if start.startswith(("http://", "https://", "www.")):
        return Nature.LINK
    if start.startswith("wifi:"):
        return Nature.WIFI
    if start.startswith(("begin:vcard", "mecard:")):
        return Nature.CONTACT
    return Nature.TEXT


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of an export in several codes has been scanned: it has `size` parts, counted from 1;
    `missing` are those not scanned yet."""

    size: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Harvest:
    """`refused` are invalid enrolments; `others` are texts that are not enrolments, as they were
    read; `exports` are those with parts still missing."""

    found: tuple[Enrolment, ...]
    refused: tuple[EnrolmentRefused, ...]
    others: tuple[str, ...]
    exports: tuple[Progress, ...] = ()

    @property
    def missing(self) -> tuple[int, ...]:
        """The missing parts (from 1) of all exports."""
        return tuple(part for export in self.exports for part in export.missing)


def harvest(texts: Iterable[str]) -> Harvest:
    """Sort texts, each at most once, in the given order. Accounts of exports come after all others,
    in the order of their parts."""
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
    return Harvest(tuple(found), tuple(refused), tuple(others), exports)
