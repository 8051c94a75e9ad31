"""Notices about the values in a link, for whoever wonders what became of them."""

import re

from authenticator.otp.account import (
    LABEL_LIMIT,
    STEAM_DIGITS,
    STEAM_PERIOD_S,
    Account,
    Algorithm,
    Hotp,
    Totp,
    Type,
    type_of,
)
from authenticator.otp.remark import Field, Reason, Remark

_NOT_BASE32 = re.compile(r"[^A-Z2-7]")

FIELDS = {
    "secret": Field.SECRET,
    "issuer": Field.ISSUER,
    "algorithm": Field.ALGORITHM,
    "digits": Field.DIGITS,
    "period": Field.PERIOD,
    "counter": Field.COUNTER,
    "encoder": Field.PARAMETER,
    "pin": Field.PIN,
    "pin_length": Field.PIN,
}

DEFAULTS = {
    "algorithm": Algorithm.SHA1.value,
    "digits": str(Totp().digits),
    "period": str(Totp().period_s),
    "counter": str(Hotp().counter),
}

_STEAM_FIXED = {
    "algorithm": Algorithm.SHA1.value,
    "digits": str(STEAM_DIGITS),
    "period": str(STEAM_PERIOD_S),
    "counter": "0",
}


def normalised(field: Field, given: str, used: str) -> Remark:
    """That a value, which is no secret, was read in another form."""
    return Remark(
        field,
        Reason.NORMALISED,
        {"given": given.strip()[:LABEL_LIMIT], "used": used.strip()[:LABEL_LIMIT]},
    )


def secret_notices(given: str, account: Account) -> list[Remark]:
    """Spaces, dashes and marks between characters, and final characters that no encoder produces.

    Lower case and padding at the end are common and cause no remark.
    """
    tidy = given.upper().rstrip("=")
    letters = _NOT_BASE32.sub("", tidy)
    found = []
    if tidy != letters:
        found.append(Remark(Field.SECRET, Reason.NORMALISED))
    if letters != account.secret.base32():
        found.append(Remark(Field.SECRET, Reason.TRAILING_BITS))
    return found


def value_notices(values: dict[str, str], account: Account) -> list[Remark]:
    """Parameters that are empty, missing though required, unused by the type, or misspelt."""
    otp = account.otp
    unused = {Type.TOTP: ("counter",), Type.HOTP: ("period",), Type.STEAM: tuple(_STEAM_FIXED)}
    kind = type_of(otp)
    fixed = _STEAM_FIXED if kind == Type.STEAM else DEFAULTS
    found = []
    for name, default in DEFAULTS.items():
        given = values.get(name, "").strip()
        if name in unused[kind]:
            if given and given.upper() != fixed[name]:
                facts: dict[str, int | str] = {"name": name, "given": given[:40]}
                found.append(Remark(FIELDS[name], Reason.IGNORED, facts))
        elif not given and (name in values or name == "counter"):
            found.append(Remark(FIELDS[name], Reason.DEFAULTED, {"used": default}))
    algorithm = values.get("algorithm", "").strip()
    if algorithm and kind != Type.STEAM and algorithm.upper() != otp.algorithm:
        found.append(normalised(Field.ALGORITHM, algorithm, otp.algorithm))
    return found
