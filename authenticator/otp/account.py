"""Account: what a panel and this app share. Frozen; validated once, reporting all faults."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from authenticator.otp.label import LABEL_LIMIT as LABEL_LIMIT
from authenticator.otp.label import Label as Label
from authenticator.otp.label import well_formed as well_formed
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import SHORT_BITS, Secret

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


@dataclass(frozen=True, slots=True)
class MobileOtp:
    """Mobile-OTP (motp.sourceforge.net): six hexadecimal digits from key and PIN, every 10 s."""

    algorithm: Literal["MD5"] = field(default="MD5", init=False)
    digits: int = field(default=6, init=False)
    period_s: int = field(default=10, init=False)


@dataclass(frozen=True, slots=True)
class Yandex:
    """Yandex's codes: eight letters a to z from key and PIN, every 30 s.

    `pin_digits` is how many digits the PIN has that is still to be asked for, 4 to 16; 0 if that
    is not known, or the PIN is.
    """

    pin_digits: int = 0
    algorithm: Algorithm = field(default=Algorithm.SHA256, init=False)
    digits: int = field(default=8, init=False)
    period_s: int = field(default=30, init=False)


PinOtp = MobileOtp | Yandex  # codes come from a PIN besides the key
FixedOtp = Steam | PinOtp  # algorithm, digits and period can't be chosen
TimedOtp = Totp | FixedOtp  # codes follow the time
Otp = TimedOtp | Hotp


class Type(StrEnum):
    """The name of each type in otpauth URIs and in JSON."""

    TOTP = "totp"
    HOTP = "hotp"
    STEAM = "steam"
    MOTP = "motp"
    YANDEX = "yandex"  # in links `yaotp`


def type_of(otp: Otp) -> Type:
    """Which Type an Otp value is."""
    match otp:
        case Totp():
            return Type.TOTP
        case Hotp():
            return Type.HOTP
        case Steam():
            return Type.STEAM
        case MobileOtp():
            return Type.MOTP
        case Yandex():
            return Type.YANDEX


def is_steam(issuer: str) -> bool:
    """Whether this is Steam by name: links of Steam mostly don't tell that its codes are
    letters."""
    return re.sub(r"[\W_]+", "", issuer).lower() in _STEAM_NAMES


@dataclass(frozen=True, slots=True)
class Account:
    """One enrolment: its label, its secret and how codes are made from it.

    It may lack the PIN that its type needs: it is then neither stored nor has codes.
    """

    label: Label
    secret: Secret
    otp: Otp = Totp()

    def __post_init__(self) -> None:
        """Raises EnrolmentRefused for a PIN, or a key for Yandex, that can't be one."""
        otp, secret = self.otp, self.secret
        if not isinstance(otp, PinOtp):
            if secret.pin:  # of the type that the account had before
                object.__setattr__(self, "secret", Secret(secret.key))
            return
        from authenticator.otp import pin, yandex

        faults = yandex.key_faults(secret.key) if isinstance(otp, Yandex) else []
        if secret.pin and isinstance(otp, Yandex):
            faults += pin.pin_faults(secret.pin, digits_only=True, length=otp.pin_digits)
            object.__setattr__(self, "otp", Yandex())
        elif secret.pin:
            faults += pin.pin_faults(secret.pin)
        _refuse(faults)

    @property
    def lacks_pin(self) -> bool:
        """Whether its codes need a PIN that is not known yet."""
        return isinstance(self.otp, PinOtp) and not self.secret.pin

    def require_pin(self) -> None:
        """Raises EnrolmentRefused if the PIN is not known."""
        if self.lacks_pin:
            _refuse([Remark(Field.PIN, Reason.MISSING)])

    def with_pin(self, pin: str) -> "Account":
        """The same account with this PIN, as a person typed it.

        Raises EnrolmentRefused if it can't be the PIN, or the type needs none.
        """
        if not isinstance(self.otp, PinOtp):
            _refuse([Remark(Field.PIN, Reason.UNSUPPORTED)])
        account = replace(self, secret=Secret(self.secret.key, pin.strip()))
        account.require_pin()
        return account

    def notices(self) -> tuple[Remark, ...]:
        """Notices about a usable account: a short or an all-zero secret."""
        found = []
        # Apps for Mobile-OTP generate 16 hexadecimal digits.
        wanted = 64 if isinstance(self.otp, MobileOtp) else SHORT_BITS
        if self.secret.bits < wanted:
            found.append(
                Remark(Field.SECRET, Reason.SHORT, {"bits": self.secret.bits, "wanted": wanted})
            )
        if not any(self.secret.key):
            found.append(Remark(Field.SECRET, Reason.ALL_ZERO))
        return tuple(found)

    def at_counter(self, counter: int) -> "Account":
        """The same HOTP account with another next counter."""
        if not isinstance(self.otp, Hotp):
            raise TypeError("only an HOTP account has a counter")
        return replace(self, otp=replace(self.otp, counter=counter))


_FIXED: dict[str, Otp] = {Type.STEAM: Steam(), Type.MOTP: MobileOtp(), Type.YANDEX: Yandex()}


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
    pin: str = "",
) -> Account:
    """Make an account from fields as users or panels write them.

    Raises EnrolmentRefused with the faults of all fields. Fields that the type does not use are
    ignored (a period for HOTP, digits for Steam). Without `pin` an account may lack it.
    """
    faults: list[Remark] = []
    label = Label()
    try:
        label = Label(issuer, account)
    except EnrolmentRefused as refusal:
        faults.extend(refusal.faults)
    secret: Secret | None = None
    pin_digits = 0
    kind = type.strip().lower()
    try:
        if kind in (Type.MOTP, Type.YANDEX) and isinstance(key, str):
            from authenticator.otp.pin import read_key

            secret, pin_digits = read_key(kind, key)
        else:
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
    if pin_digits:
        otp = Yandex(pin_digits)
    made = Account(label, secret, otp)
    return made.with_pin(pin) if pin and isinstance(otp, PinOtp) else made


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
    if kind in _FIXED:
        otp = _FIXED[kind]
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
