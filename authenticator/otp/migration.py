"""`otpauth-migration://` text <-> accounts: Google Authenticator's export, one part per QR code.

`otpauth-migration://offline?data=` and Base64 of a protobuf message, of which this holds
(numbers are protobuf field numbers):

    Payload          1 otp_parameters (message, repeated)   2 version   3 batch_size
                     4 batch_index (from 0)                 5 batch_id
    OtpParameters    1 secret (bytes)   2 name    3 issuer
                     4 algorithm: 1 SHA1, 2 SHA256, 3 SHA512, 4 MD5
                     5 digits: 1 six, 2 eight    6 type: 1 HOTP, 2 TOTP    7 counter

The format can't express a period other than 30 s, digits other than 6 and 8, Steam, or types
with a PIN. An enumeration that is missing or 0 means SHA1, six digits and TOTP, as Google
Authenticator reads it.
"""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, unquote

from authenticator.otp.account import (
    Account,
    Algorithm,
    FixedOtp,
    Hotp,
    Totp,
    Type,
    account_from_fields,
    type_of,
)
from authenticator.otp.protobuf import read_fields, signed, write_bytes, write_number
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.uri import Enrolment, after_issuer

TEXT_LIMIT = 131_072
"""Characters; a QR code holds fewer than 4,300, exports made by tools may have more."""

PART_LIMIT = 1_000
"""Parts of a batch, and accounts in a part."""

PART_BYTES = 1_500
"""A part ends before its accounts exceed this size, so that its QR code can be read from a screen.
An account larger than this gets a part of its own."""

_START = re.compile(r"[\s\ufeff]*otpauth-migration://", re.IGNORECASE)
_BLANK = re.compile(r"[\r\n\t]+")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")

_VERSION = 1
_ALGORITHMS = {0: Algorithm.SHA1, 1: Algorithm.SHA1, 2: Algorithm.SHA256, 3: Algorithm.SHA512}
_DIGITS = {0: "6", 1: "6", 2: "8"}
_TYPES = {0: Type.TOTP, 1: Type.HOTP, 2: Type.TOTP}
_NAMES_OF_UNKNOWN = {(Field.ALGORITHM, 4): "MD5"}
_COUNTER_LIMIT = 2**63  # the format's counter is signed


@dataclass(frozen=True, slots=True)
class Part:
    """The content of one QR code of an export.

    `index` is 0 to `size` - 1. `refused` has an error for each account that can't be used; its
    faults carry `entry`, the position in the part counted from 1.
    """

    batch_id: int
    index: int
    size: int
    enrolments: tuple[Enrolment, ...]
    refused: tuple[EnrolmentRefused, ...] = field(default=(), compare=False)


class Joined(StrEnum):
    """How a part relates to the batch that it was added to."""

    NEW = "new"
    REPEATED = "repeated"
    FOREIGN = "foreign"


class Batch:
    """The parts of one export, added in any order. The first part determines which export it is."""

    def __init__(self) -> None:
        self._parts: dict[int, Part] = {}

    def add(self, part: Part) -> Joined:
        """Add a part, or report that it is a repetition or belongs to another export.

        A part with the same index as another but different accounts is foreign: some tools give
        every export the same id.
        """
        if not self._parts:
            self._parts[part.index] = part
            return Joined.NEW
        first = next(iter(self._parts.values()))
        if (part.batch_id, part.size) != (first.batch_id, first.size):
            return Joined.FOREIGN
        known = self._parts.setdefault(part.index, part)
        if known is part:
            return Joined.NEW
        return Joined.REPEATED if known == part else Joined.FOREIGN

    @property
    def size(self) -> int:
        """How many parts the export has; 0 before the first one."""
        return next(iter(self._parts.values())).size if self._parts else 0

    @property
    def missing(self) -> tuple[int, ...]:
        """The indices of the missing parts, from 0."""
        return tuple(index for index in range(self.size) if index not in self._parts)

    @property
    def complete(self) -> bool:
        return bool(self._parts) and not self.missing

    @property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """The accounts so far, in the export's order."""
        return tuple(one for part in self._in_order() for one in part.enrolments)

    @property
    def refused(self) -> tuple[EnrolmentRefused, ...]:
        """One error for each account so far that can't be used, in the export's order."""
        return tuple(one for part in self._in_order() for one in part.refused)

    def _in_order(self) -> list[Part]:
        return [self._parts[index] for index in sorted(self._parts)]


def is_migration(text: str) -> bool:
    """Whether the text claims to be an `otpauth-migration://` URI; it may still be a bad one."""
    return _START.match(text) is not None


def read_migration(text: str) -> Part:
    """Read one part of an export, at most 131,072 characters.

    Raises EnrolmentRefused when nothing can be read; single accounts that can't be used
    are in the part's `refused`.
    """
    message = _message(text)
    entries: list[bytes] = []
    numbers = {3: 1, 4: 0, 5: 0}
    for number, value in read_fields(message):
        if number == 1 and isinstance(value, bytes):
            entries.append(value)
        elif number in numbers and isinstance(value, int):
            numbers[number] = signed(value, 32)
    size, index, batch_id = max(1, numbers[3]), numbers[4], numbers[5]
    if not entries:
        raise EnrolmentRefused([Remark(Field.URI, Reason.EMPTY)])
    if max(size, len(entries)) > PART_LIMIT:
        raise _refused(Reason.TOO_LONG, length=max(size, len(entries)), limit=PART_LIMIT)
    if not 0 <= index < size:
        raise _refused(Reason.MALFORMED)
    enrolments, refused = [], []
    for place, entry in enumerate(entries, start=1):
        try:
            enrolments.append(_enrolment(entry))
        except EnrolmentRefused as refusal:
            refused.append(EnrolmentRefused(_placed(refusal.faults, place)))
    return Part(batch_id, index, size, tuple(enrolments), tuple(refused))


def write_migration(accounts: Sequence[Account], *, batch_id: int, per_part: int = 10) -> list[str]:
    """The export of these accounts, one URI per QR code; no URI for no account.

    `batch_id` is any signed 32-bit number, `per_part` 1 to 1,000 accounts; large accounts
    make smaller parts. Raises EnrolmentRefused with everything that the format can't express, each
    fault with `entry`, the account's position in `accounts` counted from 1.
    """
    if not 1 <= per_part <= PART_LIMIT or not -(2**31) <= batch_id < 2**31:
        raise ValueError("per_part or batch_id out of range")
    faults = [
        fault
        for place, account in enumerate(accounts, start=1)
        for fault in _placed(_not_held(account), place)
    ]
    if faults:
        raise EnrolmentRefused(faults)
    parts: list[list[bytes]] = []
    for account in accounts:
        entry = write_bytes(1, _entry(account))
        full = (
            not parts
            or len(parts[-1]) == per_part
            or sum(map(len, parts[-1])) + len(entry) > PART_BYTES
        )
        if full:
            parts.append([])
        parts[-1].append(entry)
    if len(parts) > PART_LIMIT:
        raise _refused(Reason.TOO_LONG, length=len(parts), limit=PART_LIMIT)
    return [
        _text(
            b"".join(entries)
            + write_number(2, _VERSION)
            + write_number(3, len(parts))
            + write_number(4, index)
            + write_number(5, batch_id)
        )
        for index, entries in enumerate(parts)
    ]


def _refused(reason: Reason, **facts: int | str) -> EnrolmentRefused:
    return EnrolmentRefused([Remark(Field.URI, reason, facts)])


def _placed(faults: Iterable[Remark], place: int) -> list[Remark]:
    return [Remark(fault.field, fault.reason, {**fault.facts, "entry": place}) for fault in faults]


# Text <-> message


def _text(message: bytes) -> str:
    data = quote(base64.b64encode(message).decode("ascii"), safe="")
    return f"otpauth-migration://offline?data={data}"


def _message(text: str) -> bytes:
    """The bytes of `data`: either alphabet of Base64 (RFC 4648), padded or not, percent-encoded or
    raw, also if `+` became a space in transit."""
    if len(text) > TEXT_LIMIT:
        raise _refused(Reason.TOO_LONG, length=len(text), limit=TEXT_LIMIT)
    start = _START.match(text)
    if start is None:
        raise _refused(Reason.NOT_AN_ENROLMENT)
    _, _, query = _BLANK.sub("", text[start.end() :].strip()).partition("?")
    values = [item.partition("=")[2] for item in query.split("&") if item.startswith("data=")]
    if not values:
        raise EnrolmentRefused([Remark(Field.PARAMETER, Reason.MISSING, {"name": "data"})])
    data = unquote(values[0], errors="replace").rstrip("=")
    data = data.replace(" ", "+").replace("-", "+").replace("_", "/")
    wrong = _NOT_BASE64.search(data)
    if wrong is not None:
        raise _refused(Reason.WRONG_CHARACTER, position=wrong.start() + 1, character=wrong[0])
    if len(data) % 4 == 1:  # truncated: no Base64 has this length
        raise _refused(Reason.MALFORMED)
    return base64.b64decode(data + "=" * (-len(data) % 4))


# Accounts <-> messages


def _enrolment(entry: bytes) -> Enrolment:
    texts = {1: b"", 2: b"", 3: b""}
    numbers = {4: 0, 5: 0, 6: 0, 7: 0}
    for number, value in read_fields(entry):
        if number in texts and isinstance(value, bytes):
            texts[number] = value
        elif number in numbers and isinstance(value, int):
            numbers[number] = signed(value, 64)
    remarks: list[Remark] = []
    algorithm = _meant(Field.ALGORITHM, numbers[4], _ALGORITHMS, remarks)
    digits = _meant(Field.DIGITS, numbers[5], _DIGITS, remarks)
    kind = _meant(Field.TYPE, numbers[6], _TYPES, remarks)
    issuer = _characters(Field.ISSUER, texts[3], remarks).strip()
    name = _characters(Field.ACCOUNT, texts[2], remarks)
    bare = after_issuer(name, issuer)
    if bare is not None:
        name = bare
    elif not issuer and ":" in name:
        issuer, _, name = name.partition(":")

    faults = [remark for remark in remarks if remark.reason is Reason.UNKNOWN]
    try:
        account = account_from_fields(
            key=base64.b32encode(texts[1]).decode("ascii"),
            issuer=issuer,
            account=name,
            type=kind,
            algorithm=algorithm,
            digits=digits,
            counter=numbers[7],
        )
    except EnrolmentRefused as refusal:
        raise EnrolmentRefused([*faults, *refusal.faults]) from None
    if faults:
        raise EnrolmentRefused(faults)
    if not account.label.issuer:
        remarks.append(Remark(Field.ISSUER, Reason.ABSENT))
    if not account.label.account:
        remarks.append(Remark(Field.ACCOUNT, Reason.ABSENT))
    return Enrolment(account, (*remarks, *account.notices()))


def _meant(field: Field, number: int, meanings: Mapping[int, str], remarks: list[Remark]) -> str:
    """The meaning of an enumeration's number; the default, with a remark, if it is unset or
    unknown."""
    if number not in meanings:
        given = _NAMES_OF_UNKNOWN.get((field, number), str(number))
        remarks.append(Remark(field, Reason.UNKNOWN, {"given": given}))
        return meanings[0]
    if number == 0:
        remarks.append(Remark(field, Reason.DEFAULTED, {"used": str(meanings[0])}))
    return meanings[number]


def _characters(field: Field, given: bytes, remarks: list[Remark]) -> str:
    try:
        return given.decode("utf-8")
    except UnicodeDecodeError:
        remarks.append(Remark(field, Reason.NORMALISED))
        return given.decode("latin-1")


def _not_held(account: Account) -> list[Remark]:
    otp = account.otp

    def unsupported(field: Field, given: int | str) -> Remark:
        return Remark(field, Reason.UNSUPPORTED, {"given": given})

    if isinstance(otp, FixedOtp):
        return [unsupported(Field.TYPE, type_of(otp))]
    found = []
    if str(otp.digits) not in _DIGITS.values():
        found.append(unsupported(Field.DIGITS, otp.digits))
    if isinstance(otp, Totp) and otp.period_s != Totp().period_s:
        found.append(unsupported(Field.PERIOD, otp.period_s))
    if isinstance(otp, Hotp) and otp.counter >= _COUNTER_LIMIT:
        found.append(unsupported(Field.COUNTER, otp.counter))
    return found


def _entry(account: Account) -> bytes:
    label, otp = account.label, account.otp
    # As in a URI's label: a colon in the name is safe after that of the issuer.
    name = f"{label.issuer}:{label.account}" if ":" in label.account else label.account
    entry = (
        write_bytes(1, account.secret.key)
        + write_bytes(2, name.encode("utf-8"))
        + write_bytes(3, label.issuer.encode("utf-8"))
        + write_number(4, _number_of(_ALGORITHMS, otp.algorithm))
        + write_number(5, _number_of(_DIGITS, str(otp.digits)))
        + write_number(6, _number_of(_TYPES, type_of(otp)))
    )
    return entry + write_number(7, otp.counter) if isinstance(otp, Hotp) else entry


def _number_of(meanings: Mapping[int, str], meaning: str) -> int:
    return next(number for number, known in meanings.items() if number and known == meaning)
