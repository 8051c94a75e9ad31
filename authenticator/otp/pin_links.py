"""Links of the types that need a PIN. They mostly leave it out: the account then lacks it.

- Mobile-OTP, as multiOTP, privacyIDEA and Aegis write it: `motp://issuer:account?secret=`, the key
  in hexadecimal digits. `pin` is the PIN as it is.
- Yandex: `otpauth://yaotp/account?secret=`, perhaps with `pin_length`. `pin` is Base32 of the PIN,
  as Aegis writes it.

Both may repeat what their type fixes (digits, period, algorithm). Anything else there makes other
codes, so it is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from authenticator.otp.account import (
    Account,
    Label,
    MobileOtp,
    Type,
    Yandex,
    account_from_fields,
)
from authenticator.otp.mobile_otp import written_key
from authenticator.otp.pin import LENGTH, pin_as_base32, pin_from_base32
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark

_SHOWN = 12
_PARAMETERS = {"algorithm": Field.ALGORITHM, "digits": Field.DIGITS, "period": Field.PERIOD}
_PIN_DIGITS = {str(length): length for length in LENGTH}
_YANDEX_OWN = ("name", "track_id", "uid")
"""Parameters of Yandex's links that no code depends on."""


def read(
    kind: Type, values: Mapping[str, str], label: Label, notices: list[Remark]
) -> tuple[Account, list[Remark]]:
    """The account that a link's decoded parameters describe, and those notices that it deserves.

    Raises EnrolmentRefused; no fact of a remark contains key or PIN.
    """
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    otp = MobileOtp() if kind is Type.MOTP else Yandex()
    fixed = {"algorithm": otp.algorithm, "digits": str(otp.digits), "period": str(otp.period_s)}
    faults = [
        Remark(field, Reason.UNSUPPORTED, {"given": given[name].partition("=")[0][:_SHOWN]})
        for name, field in _PARAMETERS.items()
        if name in given and given[name].upper().replace("-", "") != fixed[name]
    ]
    if "secret" not in given:
        faults.append(Remark(Field.SECRET, Reason.EMPTY if "secret" in values else Reason.MISSING))
    if faults:
        raise EnrolmentRefused(faults)
    pin = given.get("pin", "")
    if kind is Type.YANDEX:
        notices = [one for one in notices if one.facts.get("name") not in _YANDEX_OWN]
        if not label.issuer and "issuer" not in values:
            label = replace(label, issuer="Yandex")
        pin = pin and pin_from_base32(pin)
    account = account_from_fields(
        key=values["secret"], issuer=label.issuer, account=label.account, type=kind, pin=pin
    )
    if account.otp == Yandex() and account.lacks_pin:
        account = replace(account, otp=Yandex(_PIN_DIGITS.get(given.get("pin_length", ""), 0)))
    elif kind is Type.MOTP and values["secret"] != values["secret"].lower():
        notices = [*notices, Remark(Field.SECRET, Reason.NORMALISED)]  # it is hashed as text
    return account, notices


def write(account: Account, label: str, encoded: Callable[[str], str]) -> str:
    """The canonical link: one line of ASCII that reads back as an equal account. `label` is the
    encoded label, `encoded` how the rest is encoded."""
    otp, secret = account.otp, account.secret
    # Where the issuer is empty, too: it is Yandex where Yandex's links leave it out.
    issuer = f"&issuer={encoded(account.label.issuer)}"
    if not isinstance(otp, Yandex):
        pin = f"&pin={encoded(secret.pin)}" if secret.pin else ""
        return f"motp://{label}?secret={written_key(secret)}{issuer}{pin}"
    pin = f"&pin={pin_as_base32(secret.pin)}" if secret.pin else ""
    if otp.pin_digits:
        pin = f"&pin_length={otp.pin_digits}"
    return f"otpauth://yaotp/{label}?secret={secret.base32()}{issuer}{pin}"
