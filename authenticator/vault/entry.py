"""Entry: an account without its secret, and its metadata text, which the index stores sealed.

What is long (notes, a custom icon's picture) is sealed in rows of its own: opening a vault reads
all metadata, and of those it only needs to know whether they are there.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import replace
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

_MOSTLY: Final = {
    "issuer",
    "account",
    "type",
    "algorithm",
    "digits",
    "period",
    "counter",
    "added",
    "mark",
}


class Entry(NamedTuple):
    """An account without its secret.

    A `damaged` one has an empty label and a meaningless `otp`; it can be exported raw and
    removed. `icon` is a brand's slug; `picture` identifies the version of the account's own
    picture, and is empty without one; `pin_version` identifies the PIN's, and is empty while it is
    the first one. `last_used_s` is in Unix seconds, 0 for never; `added_s`
    too, 0 for an account from before this was noted. `enrolled_as` is the label that it was added
    with, if it was renamed since. `mark` is what its secret is recognized by (`Seal.mark`).
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
    added_s: int = 0
    enrolled_as: Label | None = None
    mark: str = ""
    pin_version: str = ""

    def renamed(self, label: Label) -> "Entry":
        """The entry under another label; it remembers the one that it was added with."""
        if label == self.label:
            return self
        first = self.enrolled_as or self.label
        return self._replace(label=label, enrolled_as=None if label == first else first)


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
    first = entry.enrolled_as
    more = {
        "groups": entry.groups,
        "pinned": entry.pinned,
        "icon": entry.icon,
        "picture": entry.picture,
        "noted": entry.has_notes,
        "used": entry.uses and [entry.uses, entry.last_used_s],
        "added": entry.added_s,
        "enrolled_as": first and [first.issuer, first.account],
        "mark": entry.mark,
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
        added_s, mark = int(more("added", 0)), str(more("mark", ""))
        if fields.keys() <= _MOSTLY:  # most accounts, and opening reads them all
            return Entry(id, label, otp, added_s=added_s, mark=mark)
        groups = more("groups") or ([more("group")] if more("group") else ())
        uses, last_used_s = more("used") or (0, 0)
        first = more("enrolled_as")
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
            added_s,
            None if first is None else Label(first[0], first[1]),
            mark,
            str(more("pin", "")),
        )
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, AuthenticatorError):
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


def changes_of(
    groups: Iterable[str] | None,
    pinned: bool | None,
    icon: str | None,
    notes: str | None,
    picture: bytes | None,
) -> tuple[dict[str, object], dict[Detail, bytes]]:
    """The fields of an entry that change, and the details to seal. Raises DetailTooLong."""
    changes: dict[str, object] = {}
    details: dict[Detail, bytes] = {}
    if groups is not None:
        changes["groups"] = normalised_groups(groups)
    if pinned is not None:
        changes["pinned"] = pinned
    if icon is not None:
        check_limit(Detail.ICON, len(icon))
        changes["icon"] = well_formed(icon)
    if notes is not None:
        notes = well_formed(notes).strip()
        check_limit(Detail.NOTES, len(notes))
        changes["has_notes"] = bool(notes)
        details[Detail.NOTES] = notes.encode()
    if picture is not None:
        check_limit(Detail.PICTURE, len(picture))
        changes["picture"] = new_id() if picture else ""
        details[Detail.PICTURE] = picture
    return changes, details


def with_counter(otp: Otp, counter: int | None, before: Otp) -> Otp:
    """The parameters with the counter that `Vault.edit` documents."""
    if not isinstance(otp, Hotp):
        return otp
    if counter is None:
        counter = before.counter if isinstance(before, Hotp) else otp.counter
    return replace(otp, counter=counter)


def successor(old: Entry, new: Entry) -> Entry:
    """An account that was enrolled in another's stead, with what a person gave that one: see
    `Vault.replace`. Raises DetailTooLong for too many groups."""
    drawn = bool(new.icon or new.picture)
    named = new if new.enrolled_as else new.renamed(old.label)
    return named._replace(
        groups=normalised_groups((*old.groups, *new.groups)),
        pinned=old.pinned or new.pinned,
        icon=new.icon if drawn else old.icon,
        picture=new.picture if drawn else old.picture,
        has_notes=old.has_notes or new.has_notes,
        uses=old.uses + new.uses,
        last_used_s=max(old.last_used_s, new.last_used_s),
    )
