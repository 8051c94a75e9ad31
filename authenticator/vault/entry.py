"""Entry: an account without its secret, and its metadata text, which the index stores sealed.

What is long (notes, a custom icon's picture) is sealed in rows of its own: opening a vault reads
all metadata, and of those it only needs to know whether they are there.
"""

import json
import os
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import (
    Algorithm,
    FixedOtp,
    Hotp,
    Label,
    MobileOtp,
    Otp,
    Steam,
    Totp,
    Type,
    Yandex,
    type_of,
    well_formed,
)
from authenticator.vault.errors import DetailTooLong
from authenticator.vault.kinds import DETAIL_LIMITS, Detail

_ALWAYS: Final = {"issuer", "account", "type", "algorithm", "digits", "period", "counter"}


class Entry(NamedTuple):
    """An account without its secret.

    A `damaged` one has an empty label and a meaningless `otp`; it can be exported raw and
    removed. `icon` is a brand's slug; `picture` identifies the version of the account's own
    picture, and is empty without one; `pin_version` identifies the PIN's, and is empty while it is
    the first one. `last_used_s` is in Unix seconds, 0 for never.
    """

    id: str
    label: Label
    otp: Otp
    groups: tuple[str, ...] = ()
    pinned: bool = False
    damaged: bool = False
    icon: str = ""
    picture: str = ""
    has_notes: bool = False
    uses: int = 0
    last_used_s: int = 0
    pin_version: str = ""


class Use(NamedTuple):
    """How many codes of an account were used, and when the last one was (Unix seconds)."""

    times: int
    last_s: int


def normalised_groups(names: Iterable[str]) -> tuple[str, ...]:
    """Names of groups as they are stored: well-formed, stripped, each once, none empty.

    Raises DetailTooLong.
    """
    kept = tuple(dict.fromkeys(name for one in names if (name := well_formed(one).strip())))
    check_limit(Detail.GROUPS, len(kept))
    for name in kept:
        check_limit(Detail.GROUP, len(name))
    return kept


def check_limit(detail: Detail, size: int) -> None:
    """Check a size against the detail's limit. Raises DetailTooLong."""
    if size > DETAIL_LIMITS[detail]:
        raise DetailTooLong(detail, size)


def write_metadata(entry: Entry) -> bytes:
    """What the index stores of an account: a JSON object in ASCII."""
    otp = entry.otp
    fields: dict[str, Any] = {
        "issuer": entry.label.issuer,
        "account": entry.label.account,
        "type": type_of(otp),
    }
    if not isinstance(otp, FixedOtp):
        fields |= {"algorithm": otp.algorithm, "digits": otp.digits}
    if isinstance(otp, Totp):
        fields["period"] = otp.period_s
    if isinstance(otp, Hotp):
        fields["counter"] = otp.counter
    more = {
        "groups": entry.groups,
        "pinned": entry.pinned,
        "icon": entry.icon,
        "picture": entry.picture,
        "noted": entry.has_notes,
        "used": entry.uses and [entry.uses, entry.last_used_s],
        "pin": entry.pin_version,
    }
    fields |= {name: value for name, value in more.items() if value}
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def read_metadata(id: str, text: bytes) -> Entry:
    """The entry that `write_metadata` wrote. Unknown fields are ignored, and a single `group`,
    as earlier versions wrote it, is read too.

    Raises ValueError for anything else.
    """
    try:
        fields = json.loads(text.decode())
        more = fields.get
        label = Label(fields["issuer"], fields["account"])
        otp = _otp(
            fields["type"],
            more("algorithm", ""),
            more("digits", 0),
            more("period", 0),
            more("counter", 0),
        )
        if fields.keys() <= _ALWAYS:  # most accounts, and opening reads them all
            return Entry(id, label, otp)
        groups = more("groups") or ([more("group")] if more("group") else ())
        uses, last_used_s = more("used") or (0, 0)
        return Entry(
            id,
            label,
            otp,
            tuple(map(str, groups)),
            more("pinned") is True,
            False,
            str(more("icon", "")),
            str(more("picture", "")),
            more("noted") is True,
            int(uses),
            int(last_used_s),
            pin_version=str(more("pin", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, AuthenticatorError):
        raise ValueError("no metadata of an account") from None


def damaged_entry(id: str) -> Entry:
    """The entry of an account whose metadata can't be read."""
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
        case Type.MOTP:
            return MobileOtp()
        case Type.YANDEX:
            return Yandex()


def new_id() -> str:
    """64 random bits: enough for one person's accounts, short enough to type."""
    return os.urandom(8).hex()
