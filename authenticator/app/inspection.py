"""What an enrolment contains and its problems, without storing anything."""

from dataclasses import dataclass

from authenticator.app.enrolment import harvest
from authenticator.otp.account import Account
from authenticator.otp.lint import Finding, Severity, graded, lint
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.uri import Enrolment, Form

__all__ = ["Finding", "Inspection", "Sent", "Severity", "inspect", "inspected"]


@dataclass(frozen=True, slots=True)
class Sent:
    """The decoded but uninterpreted fields of a link; None for one that is missing. Of the key,
    only its length."""

    type: str
    label: str
    issuer: str | None
    algorithm: str | None
    digits: str | None
    period: str | None
    counter: str | None
    secret_characters: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """`account` is None if nothing could be read; `sent` is None also for an account that did not
    come from a link of its own."""

    account: Account | None
    findings: tuple[Finding, ...]
    sent: Sent | None = None


def inspect(text: str, picture: tuple[Remark, ...] = ()) -> tuple[Inspection, ...]:
    """Each enrolment in a text; one with an error if there is none. `picture` has the remarks about
    the picture that contained the text."""
    seen = tuple(graded(remark) for remark in picture)
    gathered = harvest([text])
    read = [inspected(enrolment, picture) for enrolment in gathered.found]
    refused = [
        Inspection(None, (*(Finding(Severity.ERROR, fault) for fault in refusal.faults), *seen))
        for refusal in gathered.refused
    ]
    if not read and not refused:
        fault = Remark(Field.URI, Reason.NOT_AN_ENROLMENT)
        return (Inspection(None, (Finding(Severity.ERROR, fault), *seen)),)
    return (*read, *refused)


def inspected(enrolment: Enrolment, picture: tuple[Remark, ...] = ()) -> Inspection:
    """One enrolment that could be read. `picture` as for `inspect`."""
    seen = (graded(remark) for remark in picture)
    sent = None if enrolment.form is None else _sent(enrolment.form)
    return Inspection(enrolment.account, (*lint(enrolment), *seen), sent)


def _sent(form: Form) -> Sent:
    values = {name: value.strip() for name, value in form.values.items()}
    return Sent(
        type=form.type,
        label=form.label.strip(),
        issuer=values.get("issuer"),
        algorithm=values.get("algorithm"),
        digits=values.get("digits"),
        period=values.get("period"),
        counter=values.get("counter"),
        secret_characters=len(values.get("secret", "")),
    )
