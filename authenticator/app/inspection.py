"""What an enrolment says and what would go wrong with it, without storing anything."""

from dataclasses import dataclass
from enum import StrEnum

from authenticator.app.enrolment import harvest
from authenticator.otp.account import Account
from authenticator.otp.remark import Field, Reason, Remark


class Severity(StrEnum):
    """`error`: can't be used. `warning`: works, with a risk. `note`: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_WARNINGS = {Reason.SHORT, Reason.ALL_ZERO, Reason.DIFFERS, Reason.REPEATED, Reason.TRAILING_BITS}


@dataclass(frozen=True, slots=True)
class Finding:
    severity: Severity
    remark: Remark


@dataclass(frozen=True, slots=True)
class Inspection:
    """`account` is None where nothing could be read."""

    account: Account | None
    findings: tuple[Finding, ...]


def inspect(text: str) -> tuple[Inspection, ...]:
    """Each enrolment that a text holds; one with an error where it holds none."""
    gathered = harvest([text])
    read = [
        Inspection(
            enrolment.account,
            tuple(
                Finding(Severity.WARNING if notice.reason in _WARNINGS else Severity.NOTE, notice)
                for notice in enrolment.notices
            ),
        )
        for enrolment in gathered.found
    ]
    refused = [
        Inspection(None, tuple(Finding(Severity.ERROR, fault) for fault in refusal.faults))
        for refusal in gathered.refused
    ]
    if not read and not refused:
        fault = Remark(Field.URI, Reason.NOT_AN_ENROLMENT)
        return (Inspection(None, (Finding(Severity.ERROR, fault),)),)
    return (*read, *refused)
