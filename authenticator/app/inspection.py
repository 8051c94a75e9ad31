"""What an enrolment says and what is wrong with it. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from authenticator.app.enrolment import sort_payloads
from authenticator.app.text_kind import app_of, text_kind
from authenticator.errors import AuthenticatorError
from authenticator.otp.account import Account
from authenticator.otp.lint import Finding, Severity, lint, with_severity
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.uri import Enrolment, ParsedUri, after_issuer
from authenticator.scan.parts import read_part

if TYPE_CHECKING:
    from authenticator.app.reading import Picture, ScannedPicture
    from authenticator.scan.decoders import Payload

    Legibility = Callable[[Picture, Sequence[Payload]], tuple[tuple[Remark, ...], ...]]
    """What would keep a phone from reading each of these codes of a picture."""

__all__ = [
    "Finding",
    "Inspection",
    "Sent",
    "Severity",
    "inspect",
    "inspect_picture",
    "inspect_scanned",
    "inspected",
]


@dataclass(frozen=True, slots=True)
class Sent:
    """The values of a link, decoded but not yet interpreted; None for those it does not give. Of
    the key only its length, without padding. The label as a whole, and its two parts."""

    type: str
    label: str
    prefix: str | None
    account: str
    issuer: str | None
    algorithm: str | None
    digits: str | None
    period: str | None
    counter: str | None
    secret_characters: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """`account` is None where nothing could be read. So is `sent`, also where the account did not
    come as a link of its own."""

    account: Account | None
    findings: tuple[Finding, ...]
    sent: Sent | None = None


def inspect(text: str, picture: tuple[Remark, ...] = ()) -> tuple[Inspection, ...]:
    """Inspect each enrolment in a text; a text without any gives one inspection with an error.
    `picture` are remarks about the picture that held the text."""
    seen = tuple(with_severity(remark) for remark in picture)
    gathered = sort_payloads([text])
    read = [inspected(enrolment, picture) for enrolment in gathered.found]
    refused = [
        Inspection(None, (*(Finding(Severity.ERROR, fault) for fault in refusal.faults), *seen))
        for refusal in gathered.refused
    ]
    if part := read_part(text):
        fault = Remark(Field.URI, Reason.PART, {"number": part.number, "total": part.total})
        return (Inspection(None, (Finding(Severity.ERROR, fault), *seen)),)
    if not read and not refused:
        return (Inspection(None, (Finding(Severity.ERROR, _other(text)), *seen)),)
    return (*read, *refused)


def inspect_picture(
    codes: Iterable[tuple[str, tuple[Remark, ...]]],
) -> tuple[Inspection, ...]:
    """Inspect all codes of one picture, each with the remarks about how it is drawn. Beside an
    enrolment any other code, such as that of an app store, is a note and no error."""
    inspections = [one for text, picture in codes for one in inspect(text, picture)]
    if all(one.account is None for one in inspections):
        return tuple(inspections)
    return tuple(_as_note(one) if _is_other(one) else one for one in inspections)


def _is_other(inspection: Inspection) -> bool:
    return any(finding.remark.reason is Reason.NOT_AN_ENROLMENT for finding in inspection.findings)


def _as_note(inspection: Inspection) -> Inspection:
    """Without what is said of its picture: nobody has to scan it."""
    remark = inspection.findings[0].remark
    return Inspection(None, (Finding(Severity.NOTE, remark),))


def _other(text: str) -> Remark:
    """That a text is no enrolment, and what it is."""
    facts: dict[str, int | str] = {"kind": text_kind(text).value}
    if (app := app_of(text)) is not None:
        facts["app"] = app.value
    return Remark(Field.URI, Reason.NOT_AN_ENROLMENT, facts)


def inspect_scanned(
    enrolment: Enrolment, pictures: Iterable[ScannedPicture], legibility: Legibility
) -> Inspection:
    """Inspect one enrolment, and the legibility of its code in the first of these pictures that
    shows it. Nothing is said about a picture that is gone by now."""
    for scanned in pictures:
        for payload in scanned.payloads:
            accounts = [one.account for one in sort_payloads([payload.text]).found]
            if enrolment.account in accounts:
                with suppress(AuthenticatorError):
                    (seen,) = legibility(scanned.picture, [payload])
                    return inspected(enrolment, seen)
    return inspected(enrolment)


def inspected(enrolment: Enrolment, picture: tuple[Remark, ...] = ()) -> Inspection:
    """Inspect one enrolment that could be read. `picture` as for `inspect`."""
    seen = (with_severity(remark) for remark in picture)
    sent = None if enrolment.parsed_uri is None else _sent(enrolment.parsed_uri, enrolment.account)
    return Inspection(enrolment.account, (*lint(enrolment), *seen), sent)


def _sent(form: ParsedUri, account: Account) -> Sent:
    values = {name: value.strip() for name, value in form.values.items()}
    name = after_issuer(form.label, account.label.issuer)
    if name is None:
        name = form.label if form.prefix is None else form.rest
    return Sent(
        type=form.type.removesuffix(":"),
        label=form.label.strip(),
        prefix=form.prefix,
        account=name.strip(),
        issuer=values.get("issuer"),
        algorithm=values.get("algorithm"),
        digits=values.get("digits"),
        period=values.get("period"),
        counter=values.get("counter"),
        secret_characters=len(values.get("secret", "").rstrip("= ")),
    )
