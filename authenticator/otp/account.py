"""Account: what a panel and this app share. Frozen; validated once, reporting all faults."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import SHORT_BITS, Secret

LABEL_LIMIT = 255
DIGITS = range(4, 11)
PERIOD_S = range(1, 86_401)
COUNTER_LIMIT = 2**64
STEAM_DIGITS = 5
STEAM_PERIOD_S = 30
_STEAM_NAMES = ("steam", "steamguard", "steampowered", "steampoweredcom", "steamcommunity")
STEAM_ALPHABET = "23456789BCDFGHJKMNPQRTVWXY"
"""What Steam's codes are made of."""
_EXCERPT_LIMIT = 12


class Algorithm(StrEnum):
    """The hash under HMAC (RFC 6238, section 1.2)."""

    SHA1 = "SHA1"
    SHA256 = "SHA256"
    SHA512 = "SHA512"


def _refuse(faults: list[Remark]) -> None:
    if faults:
        raise EnrolmentRefused(faults)


def _range_fault(name: Field, value: int, allowed: range) -> list[Remark]:
    if value in allowed:
        return []
    return [
        Remark(
            name,
            Reason.OUT_OF_RANGE,
            {"given": value, "low": allowed.start, "high": allowed.stop - 1},
        )
    ]


@dataclass(frozen=True, slots=True)
class Totp:
    """Time-based codes (RFC 6238): 4 to 10 digits, a period of 1 s to 24 h, T0 = 0."""

    algorithm: Algorithm = Algorithm.SHA1
    digits: int = 6
    period_s: int = 30

    def __post_init__(self) -> None:
        _refuse(
            _range_fault(Field.DIGITS, self.digits, DIGITS)
            + _range_fault(Field.PERIOD, self.period_s, PERIOD_S)
        )


@dataclass(frozen=True, slots=True)
class Hotp:
    """Counter-based codes (RFC 4226): `counter` is the next one to be used, 0 to 2**64 - 1."""

    algorithm: Algorithm = Algorithm.SHA1
    digits: int = 6
    counter: int = 0

    def __post_init__(self) -> None:
        _refuse(
            _range_fault(Field.DIGITS, self.digits, DIGITS)
            + _range_fault(Field.COUNTER, self.counter, range(COUNTER_LIMIT))
        )


@dataclass(frozen=True, slots=True)
class Steam:
    """Steam Guard: TOTP over SHA1 and 30 s, written as five letters and digits."""

    algorithm: Algorithm = field(default=Algorithm.SHA1, init=False)
    digits: int = field(default=STEAM_DIGITS, init=False)
    period_s: int = field(default=STEAM_PERIOD_S, init=False)


Otp = Totp | Hotp | Steam


class Type(StrEnum):
    """The name of each type in otpauth URIs and in JSON."""

    TOTP = "totp"
    HOTP = "hotp"
    STEAM = "steam"


def type_of(otp: Otp) -> Type:
    """Which Type an Otp value is."""
    match otp:
        case Totp():
            return Type.TOTP
        case Hotp():
            return Type.HOTP
        case Steam():
            return Type.STEAM


def is_steam(issuer: str) -> bool:
    """Whether this is Steam by name: links of Steam mostly don't tell that its codes are
    letters."""
    return re.sub(r"[\W_]+", "", issuer).lower() in _STEAM_NAMES


def well_formed(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates turned into U+FFFD.

    Clipboards, file names and JSON can contain lone surrogates, which can't be written as UTF-8 (in
    a URI, a keyring, a file).
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@dataclass(frozen=True, slots=True)
class Label:
    """Who issued the key and for whom: `issuer` and `account` may be empty, have at most 255
    characters each, and are stored as well-formed Unicode without surrounding white space."""

    issuer: str = ""
    account: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "issuer", well_formed(self.issuer).strip())
        object.__setattr__(self, "account", well_formed(self.account).strip())
        _refuse(
            [
                Remark(name, Reason.TOO_LONG, {"length": len(text), "limit": LABEL_LIMIT})
                for name, text in ((Field.ISSUER, self.issuer), (Field.ACCOUNT, self.account))
                if len(text) > LABEL_LIMIT
            ]
        )

    def __str__(self) -> str:
        """`issuer: account`, or the one that is not empty. For display, not for URIs."""
        return ": ".join(part for part in (self.issuer, self.account) if part)


@dataclass(frozen=True, slots=True)
class Account:
    """One enrolment: its label, its secret and how codes are made from it."""

    label: Label
    secret: Secret
    otp: Otp = Totp()

    def notices(self) -> tuple[Remark, ...]:
        """Notices about a usable account: a short or an all-zero secret."""
        found = []
        if self.secret.bits < SHORT_BITS:
            found.append(
                Remark(Field.SECRET, Reason.SHORT, {"bits": self.secret.bits, "wanted": SHORT_BITS})
            )
        if not any(self.secret.key):
            found.append(Remark(Field.SECRET, Reason.ALL_ZERO))
        return tuple(found)

    def at_counter(self, counter: int) -> "Account":
        """The same HOTP account with another next counter."""
        if not isinstance(self.otp, Hotp):
            raise TypeError("only an HOTP account has a counter")
        return replace(self, otp=replace(self.otp, counter=counter))


def _excerpt(given: str) -> str:
    """A bad value to show, but never a key that ran into it (`6secret=...`): empty if it is long
    enough to be a key."""
    name = given.partition("=")[0]
    return name if len(name) <= _EXCERPT_LIMIT else ""


def account_from_fields(
    *,
    key: str | Secret,
    issuer: str = "",
    account: str = "",
    type: str = "totp",
    algorithm: str = "SHA1",
    digits: str | int = 6,
    period_s: str | int = 30,
    counter: str | int = 0,
) -> Account:
    """Make an account from fields as users or panels write them.

    Raises EnrolmentRefused with the faults of all fields. Fields that the type does not use are
    ignored (a period for HOTP, digits for Steam).
    """
    faults: list[Remark] = []
    label = Label()
    try:
        label = Label(issuer, account)
    except EnrolmentRefused as refusal:
        faults.extend(refusal.faults)
    secret: Secret | None = None
    try:
        secret = key if isinstance(key, Secret) else Secret.from_base32(key)
    except EnrolmentRefused as refusal:
        faults.extend(refusal.faults)

    otp: Otp = Totp()
    try:
        otp = otp_of(
            type=type, algorithm=algorithm, digits=digits, period_s=period_s, counter=counter
        )
    except EnrolmentRefused as refusal:
        faults.extend(refusal.faults)
    if faults or secret is None:
        raise EnrolmentRefused(faults)
    return Account(label, secret, otp)


def otp_of(
    *,
    type: str = "totp",
    algorithm: str = "SHA1",
    digits: str | int = 6,
    period_s: str | int = 30,
    counter: str | int = 0,
) -> Otp:
    """How codes are made, from fields as users or panels write them; see `account_from_fields`."""
    faults: list[Remark] = []

    def number(name: Field, value: str | int, allowed: range) -> int:
        digits_only = str(value).strip()
        if not re.fullmatch(r"-?[0-9]+", digits_only):
            reason = Reason.EMPTY if not digits_only else Reason.NOT_A_NUMBER
            faults.append(Remark(name, reason, {"given": _excerpt(digits_only)}))
            return allowed.start
        # Longer than any allowed value: int() of a huge text is slow, and Python refuses it.
        read = int(digits_only[:30])
        wrong = _range_fault(name, read, allowed)
        faults.extend(wrong)
        return allowed.start if wrong else read

    otp: Otp = Totp()
    kind = type.strip().lower()
    if kind not in tuple(Type):
        faults.append(Remark(Field.TYPE, Reason.UNKNOWN, {"given": _excerpt(kind)}))
    if kind == Type.STEAM:
        otp = Steam()
    else:
        chosen = Algorithm.SHA1
        name = algorithm_name(algorithm)
        if name is None:
            faults.append(Remark(Field.ALGORITHM, Reason.UNKNOWN, {"given": _excerpt(algorithm)}))
        else:
            chosen = name
        length = number(Field.DIGITS, digits, DIGITS)
        if kind == Type.HOTP:
            otp = Hotp(chosen, length, number(Field.COUNTER, counter, range(COUNTER_LIMIT)))
        else:
            otp = Totp(chosen, length, number(Field.PERIOD, period_s, PERIOD_S))
    _refuse(faults)
    return otp


def algorithm_name(text: str) -> Algorithm | None:
    """`sha1`, `SHA-256`, `HmacSHA512` and the like; None for any other hash."""
    bare = text.strip().upper().replace("-", "").replace("_", "").removeprefix("HMAC")
    return Algorithm(bare) if bare in tuple(Algorithm) else None
