"""Entry: an account without its secret, and the metadata text that the index keeps sealed."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import Algorithm, Hotp, Label, Otp, Steam, Totp, Type, type_of


@dataclass(frozen=True, slots=True)
class Entry:
    """An account without its secret.

    A `damaged` one has an empty label and a meaningless `otp`; it can be exported raw and removed.
    """

    id: str
    label: Label
    otp: Otp
    group: str = ""
    pinned: bool = False
    damaged: bool = False


def write_metadata(entry: Entry) -> bytes:
    """One JSON object in ASCII: what the index knows of an account."""
    otp = entry.otp
    fields: dict[str, Any] = {
        "issuer": entry.label.issuer,
        "account": entry.label.account,
        "type": type_of(otp),
    }
    if not isinstance(otp, Steam):
        fields |= {"algorithm": otp.algorithm, "digits": otp.digits}
    if isinstance(otp, Totp):
        fields["period"] = otp.period_s
    if isinstance(otp, Hotp):
        fields["counter"] = otp.counter
    if entry.group:
        fields["group"] = entry.group
    if entry.pinned:
        fields["pinned"] = True
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def read_metadata(id: str, text: bytes) -> Entry:
    """The entry that `write_metadata` wrote; unknown fields are passed over.

    Raises ValueError for anything else.
    """
    try:
        fields = json.loads(text)
        return Entry(
            id,
            Label(fields["issuer"], fields["account"]),
            _otp(
                fields["type"],
                fields.get("algorithm", ""),
                fields.get("digits", 0),
                fields.get("period", 0),
                fields.get("counter", 0),
            ),
            str(fields.get("group", "")),
            fields.get("pinned") is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError, AuthenticatorError):
        raise ValueError("no metadata of an account") from None


def damaged_entry(id: str) -> Entry:
    """What stands for an account whose metadata can't be read."""
    return Entry(id, Label(), Totp(), damaged=True)


@lru_cache(maxsize=64)  # thousands of accounts share a handful of parameters
def _otp(type: str, algorithm: str, digits: int, period_s: int, counter: int) -> Otp:
    match Type(type):
        case Type.TOTP:
            return Totp(Algorithm(algorithm), digits, period_s)
        case Type.HOTP:
            return Hotp(Algorithm(algorithm), digits, counter)
        case Type.STEAM:
            return Steam()
