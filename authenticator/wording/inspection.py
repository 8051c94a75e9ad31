"""An enrolment field by field: as it was read, and as it was sent where that differs."""

from dataclasses import dataclass

from authenticator.app.inspection import Inspection, Sent, Severity
from authenticator.otp.account import Account, Hotp, Type, type_of
from authenticator.wording.text import shown

_TYPES = {Type.TOTP: "Time (TOTP)", Type.HOTP: "Counter (HOTP)", Type.STEAM: "Steam Guard"}

SEVERITIES = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.NOTE: "Note"}


@dataclass(frozen=True, slots=True)
class Row:
    """`sent` is empty where what was read is what was sent, or nobody knows what was sent."""

    name: str
    read: str
    sent: str


def fields(inspection: Inspection) -> tuple[Row, ...]:
    """What an enrolment that could be read says. No key stands in it."""
    if inspection.account is None:
        return ()
    read = _read(inspection.account)
    sent = {} if inspection.sent is None else _sent(inspection.sent)
    plain = _plain(inspection.account)
    return tuple(
        Row(
            name,
            shown(value) or "none",
            _difference(sent[name], plain[name]) if name in sent else "",
        )
        for name, value in read.items()
    )


def _read(account: Account) -> dict[str, str]:
    otp = account.otp
    told = {
        "Type": _TYPES[type_of(otp)],
        "Issuer": account.label.issuer,
        "Account name": account.label.account,
        "Key": f"{account.secret.bits:,} bits",
        "Algorithm": otp.algorithm.value,
        "Digits": str(otp.digits),
    }
    if isinstance(otp, Hotp):
        return told | {"Counter": str(otp.counter)}
    return told | {"Period": f"{otp.period_s} s"}


def _plain(account: Account) -> dict[str, str]:
    """Each field as a link would say it without any detour."""
    otp = account.otp
    return _read(account) | {
        "Type": str(type_of(otp)),
        "Period": "" if isinstance(otp, Hotp) else str(otp.period_s),
    }


def _sent(sent: Sent) -> dict[str, str | None]:
    return {
        "Type": sent.type,
        "Issuer": sent.issuer,
        "Account name": sent.label,
        "Key": f"{sent.secret_characters:,} characters",
        "Algorithm": sent.algorithm,
        "Digits": sent.digits,
        "Period": sent.period,
        "Counter": sent.counter,
    }


def _difference(sent: str | None, plain: str) -> str:
    if sent is None:
        return "not sent"
    return "" if sent == plain else f"sent as {shown(sent)}" if sent else "sent empty"
