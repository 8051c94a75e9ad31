"""An enrolment field by field: as it was read, and as it was sent if that differs."""

from dataclasses import dataclass

from authenticator.app.inspection import Inspection, Sent, Severity
from authenticator.language import gettext_noop, number, tr, trn
from authenticator.otp.account import Account, Hotp, PinOtp, Type, type_of
from authenticator.wording.untrusted_text import displayable

_TYPES = {
    Type.TOTP: gettext_noop("Time (TOTP)"),
    Type.HOTP: gettext_noop("Counter (HOTP)"),
    Type.STEAM: gettext_noop("Steam Guard"),
    Type.MOTP: "Mobile-OTP (mOTP)",
    Type.YANDEX: "Yandex",
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
    return tr("sent as {text}", text=displayable(sent)) if sent else tr("sent empty")
