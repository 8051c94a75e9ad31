"""What an enrolment says and what would go wrong with it, without storing anything."""

from dataclasses import dataclass

from authenticator.app.enrolment import harvest
from authenticator.otp.account import Account
from authenticator.otp.lint import Finding, Severity, graded, lint
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.uri import is_enrolment, read_form

__all__ = ["Finding", "Inspection", "Severity", "inspect"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """`account` is None where nothing could be read."""

    account: Account | None
    findings: tuple[Finding, ...]


def inspect(text: str, picture: tuple[Remark, ...] = ()) -> tuple[Inspection, ...]:
    """Each enrolment that a text holds; one with an error where it holds none. `picture` is what
    there is to say about the picture that held the text."""
    seen = tuple(graded(remark) for remark in picture)
    gathered = harvest([text])
    form = read_form(text) if gathered.found and is_enrolment(text) else None
    read = [
        Inspection(enrolment.account, (*lint(enrolment, form), *seen))
        for enrolment in gathered.found
    ]
    refused = [
        Inspection(None, (*(Finding(Severity.ERROR, fault) for fault in refusal.faults), *seen))
        for refusal in gathered.refused
    ]
    if not read and not refused:
        fault = Remark(Field.URI, Reason.NOT_AN_ENROLMENT)
        return (Inspection(None, (Finding(Severity.ERROR, fault), *seen)),)
    return (*read, *refused)
