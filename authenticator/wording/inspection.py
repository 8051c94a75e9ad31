"""An enrolment field by field: as it was read, and as it was sent if that differs."""

from dataclasses import dataclass

from authenticator.app.inspection import Inspection, Sent, Severity
from authenticator.language import later, number, tr, trn
from authenticator.otp.account import Account, Hotp, Type, type_of
from authenticator.wording.text import shown

_TYPES = {
    Type.TOTP: later("Time (TOTP)"),
    Type.HOTP: later("Counter (HOTP)"),
    Type.STEAM: later("Steam Guard"),
}

SEVERITIES = {
    Severity.ERROR: later("Error"),
    Severity.WARNING: later("Warning"),
    Severity.NOTE: later("Note"),
}

_TYPE, _ISSUER, _ACCOUNT, _KEY = later("Type"), later("Issuer"), later("Account name"), later("Key")
_ALGORITHM, _DIGITS = later("Algorithm"), later("Digits")
_COUNTER, _PERIOD = later("Counter"), later("Period")


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
            shown(value) or tr("none"),
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
        _ALGORITHM: otp.algorithm.value,
        _DIGITS: str(otp.digits),
    }
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
        _ISSUER: sent.issuer,
        _ACCOUNT: sent.label,
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
    return tr("sent as {text}", text=shown(sent)) if sent else tr("sent empty")
