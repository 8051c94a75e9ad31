"""An enrolment field by field: as it was read, and as it was sent if that differs."""

from collections.abc import Iterable
from dataclasses import dataclass

from authenticator.app.inspection import Finding, Inspection, Sent, Severity
from authenticator.language import gettext_noop, number, tr, trn
from authenticator.otp.account import Account, Hotp, PinOtp, Type, type_of
from authenticator.wording.enrolment_fixes import suggested_fix
from authenticator.wording.enrolment_remarks import remark
from authenticator.wording.untrusted_text import displayable

_TYPES = {
    Type.TOTP: gettext_noop("Time (TOTP)"),
    Type.HOTP: gettext_noop("Counter (HOTP)"),
    Type.STEAM: gettext_noop("Steam Guard"),
    Type.MOTP: gettext_noop("Mobile-OTP"),
    Type.YANDEX: gettext_noop("Yandex"),
}

SEVERITIES = {
    Severity.ERROR: gettext_noop("Error"),
    Severity.WARNING: gettext_noop("Warning"),
    Severity.NOTE: gettext_noop("Note"),
}

_TYPE, _ISSUER, _ACCOUNT, _KEY = (
    gettext_noop("Type"),
    gettext_noop("Issuer"),
    gettext_noop("Account name"),
    gettext_noop("Key"),
)
_ALGORITHM, _DIGITS = gettext_noop("Algorithm"), gettext_noop("Digits")
_PIN = gettext_noop("PIN")
_COUNTER, _PERIOD = gettext_noop("Counter"), gettext_noop("Period")


FOR_THE_PANEL = gettext_noop("What to change is meant for those who run the panel.")
"""Said once, where a remark about a usable account comes with a mend."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words. `fix` is empty where nothing has to be done, or a later one says it."""

    severity: Severity
    reason: str
    fix: str


def told(findings: Iterable[Finding]) -> tuple[Told, ...]:
    """Findings in words, in this order; what several have in common to change is said at the last
    of them."""
    rows: list[Told] = []
    later: set[str] = set()
    for finding in reversed(tuple(findings)):
        fix = suggested_fix(finding.remark)
        rows.append(Told(finding.severity, remark(finding.remark), "" if fix in later else fix))
        later.add(fix)
    return tuple(reversed(rows))


def meant_for(inspection: Inspection) -> str:
    """Whom the mends are meant for; empty where the user may be the one to do something."""
    usable = inspection.account is not None
    fixes = any(suggested_fix(finding.remark) for finding in inspection.findings)
    return tr(FOR_THE_PANEL) if usable and fixes else ""


@dataclass(frozen=True, slots=True)
class Row:
    """`sent` is empty if it equals what was read, or is unknown."""

    name: str
    read: str
    sent: str


def fields(inspection: Inspection) -> tuple[Row, ...]:
    """The fields of an enrolment that could be read. They never contain the key."""
    if inspection.account is None:
        return ()
    read = _read(inspection.account)
    sent = {} if inspection.sent is None else _sent(inspection.sent)
    plain = _plain(inspection.account)
    return tuple(
        Row(
            tr(name),
            displayable(value) or tr("none"),
            _difference(sent[name], plain[name]) if name in sent else "",
        )
        for name, value in read.items()
    )


def _read(account: Account) -> dict[str, str]:
    otp = account.otp
    told = {
        _TYPE: tr(_TYPES[type_of(otp)]),
        _ISSUER: account.label.issuer,
        _ACCOUNT: account.label.account,
        _KEY: trn("{count} bit", "{count} bits", account.secret.bits),
        _ALGORITHM: str(otp.algorithm),
        _DIGITS: str(otp.digits),
    }
    if isinstance(otp, PinOtp):
        told[_PIN] = tr("asked for when it is added") if account.lacks_pin else tr("in the link")
    if isinstance(otp, Hotp):
        return told | {_COUNTER: str(otp.counter)}
    return told | {_PERIOD: tr("{seconds} s", seconds=number(otp.period_s))}


def _plain(account: Account) -> dict[str, str]:
    """Each field as a canonical link would have it."""
    otp = account.otp
    return _read(account) | {
        _TYPE: str(type_of(otp)),
        _PERIOD: "" if isinstance(otp, Hotp) else str(otp.period_s),
    }


def _sent(sent: Sent) -> dict[str, str | None]:
    return {
        _TYPE: sent.type,
        _ISSUER: sent.prefix if sent.issuer is None else sent.issuer,
        _ACCOUNT: sent.account,
        _KEY: trn("{count} character", "{count} characters", sent.secret_characters),
        _ALGORITHM: sent.algorithm,
        _DIGITS: sent.digits,
        _PERIOD: sent.period,
        _COUNTER: sent.counter,
    }


def _difference(sent: str | None, plain: str) -> str:
    if sent is None:
        return tr("not sent")
    if sent == plain:
        return ""
    return tr("sent as {text}", text=displayable(sent)) if sent else tr("sent empty")
