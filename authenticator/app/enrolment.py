"""Sorts scanned or pasted texts: accounts, faulty enrolments, and everything else.

Links are found wherever they stand in a text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from authenticator.app import joined_parts
from authenticator.app.joined_parts import PartsMissing
from authenticator.app.text_kind import TextKind, text_kind
from authenticator.errors import InputRefused
from authenticator.otp.account import Account
from authenticator.otp.link_reading import read_link
from authenticator.otp.links import FoundLink, links_in
from authenticator.otp.migration import Batch, Joined, is_migration, read_migration
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import looks_like_key
from authenticator.otp.uri import Enrolment

_KEY_LINE = re.compile(r"\s*[A-Za-z0-9][A-Za-z0-9 =_:-]{14,}\s*")


class NoCodeFound(InputRefused):
    """A picture without a readable code."""


class CodeCutOff(InputRefused):
    """A picture whose edge cuts through a code."""


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
    def keys(self) -> tuple[str, ...]:
        """Those of `others` that are nothing but a key: they lack a name, and a yes."""
        return tuple(text for text in self.others if text_kind(text) is TextKind.KEY)

    @property
    def missing(self) -> tuple[int, ...]:
        """The parts (from 1) of all exports that are still to be scanned."""
        return tuple(part for export in self.exports for part in export.missing)


def sort_payloads(texts: Iterable[str]) -> SortedPayloads:
    """Sort texts and the links in them, each at most once, in the order given. The accounts of an
    export in several parts come last, in the order of the parts.

    Faults in a text of several lines have the fact `line`, counted from 1.
    """
    whole, parts, refused = joined_parts.join(texts)
    found: dict[Account, Enrolment] = {}
    others: list[str] = []
    batches: list[Batch] = []
    seen: set[str] = set()
    for text in whole:
        links = links_in(text)
        if not links:
            others.append(text)
        several_lines = "\n" in text.strip()
        for link in links:
            if link.text in seen:
                continue
            seen.add(link.text)
            try:
                if is_migration(link.text):
                    _join(batches, link)
                else:
                    enrolment = _read(link)
                    found.setdefault(enrolment.account, enrolment)
            except EnrolmentRefused as refusal:
                refused.append(_at_line(refusal, link.line) if several_lines else refusal)
        refused += _bare_keys(text, links) if links and several_lines else []
    of_exports: list[Enrolment] = []
    for batch in batches:
        of_exports += batch.enrolments
        refused += batch.refused
    exports = tuple(
        Progress(batch.size, tuple(index + 1 for index in batch.missing))
        for batch in batches
        if not batch.complete
    )
    exports += tuple(Progress(one.total, one.missing, split=True) for one in parts)
    return SortedPayloads(
        (*found.values(), *of_exports), tuple(refused), tuple(others), exports, parts
    )


def _bare_keys(text: str, links: Sequence[FoundLink]) -> list[EnrolmentRefused]:
    """Lines beside links that may be keys: in a list, their accounts must not be left out without
    a word."""
    told = "\n".join(link.text for link in links)
    return [
        EnrolmentRefused([Remark(Field.URI, Reason.BARE_KEY, {"line": number})])
        for number, line in enumerate(text.split("\n"), 1)
        if _KEY_LINE.fullmatch(line) and _is_key(line.strip()) and line.strip() not in told
    ]


def _is_key(line: str) -> bool:
    """Whether a line is a key in one piece or in groups of one size, and no words."""
    sizes = [len(group) for group in re.split(r"[ _:-]+", line.rstrip("="))]
    even = all(size == sizes[0] for size in sizes[:-1]) and sizes[-1] <= sizes[0]
    return even and looks_like_key(line)


def _read(link: FoundLink) -> Enrolment:
    if link.fault is not None:
        raise EnrolmentRefused([link.fault])
    enrolment = read_link(link.text)
    return replace(enrolment, notices=(*link.notices, *enrolment.notices))


def _join(batches: list[Batch], link: FoundLink) -> None:
    part = read_migration(link.text)
    if all(batch.add(part) is Joined.FOREIGN for batch in batches):
        batches.append(Batch())
        batches[-1].add(part)


def _at_line(refusal: EnrolmentRefused, line: int) -> EnrolmentRefused:
    return EnrolmentRefused(
        Remark(fault.field, fault.reason, {**fault.facts, "line": line}) for fault in refusal.faults
    )
