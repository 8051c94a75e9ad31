"""Verifying a code that the other side shows or accepts: its time step or counter, and the
resulting drift of the other side's clock; for a code that does not match, the mistakes that would
explain it."""

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from authenticator.errors import InputRefused
from authenticator.otp.account import (
    DIGITS,
    STEAM_ALPHABET,
    STEAM_DIGITS,
    Account,
    Algorithm,
    Hotp,
    MobileOtp,
    Otp,
    PinOtp,
    Steam,
    Totp,
    Type,
    Yandex,
    type_of,
)
from authenticator.otp.code import matching_counter, matching_step
from authenticator.otp.secret import Secret

DRIFT_STEPS = 60
"""How many steps or counters are searched on either side. A six-digit code matches one of them by
chance once in 8,000 times."""
MISTAKEN_STEPS = 10
"""Two errors at once are rare: mistakes are searched only near the correct time. About 900 codes
are tried with all of them, so that a six-digit code is explained by chance once in 1,100 times, one
of four digits once in 12."""
_ZONE_STEPS = 2
_LOST_STEPS = 2
"""As for time zones: where several parameters are wrong, the clock is taken to be nearly right."""
_QUARTER_HOUR_S = 900
_FARTHEST_ZONE_S = 14 * 3600
_PERIODS_S = (15, 30, 60, 90, 120, 300)
_WITH_PIN = {
    Type.MOTP: re.compile(f"[0-9a-f]{{{MobileOtp().digits}}}"),
    Type.YANDEX: re.compile(f"[a-z]{{{Yandex().digits}}}"),
}
_SEPARATORS = str.maketrans("", "", " -\u00a0\u202f\t\r\n")


class CodeMalformed(InputRefused):
    """The input is not a code: neither 4 to 10 digits nor as Steam, Mobile-OTP and Yandex write
    theirs."""


class Mistake(StrEnum):
    """A mistake of the other side that would produce its code."""

    KEY_TEXT = "key_text"
    """The Base32 text is used as the key."""
    KEY_HEX_TEXT = "key_hex_text"
    """The hex text of the key is used as the key."""
    KEY_READ_AS_HEX = "key_read_as_hex"
    """The Base32 key is decoded as hex."""
    KEY_ENCODED_TWICE = "key_encoded_twice"
    """The key in the enrolment is the Base32 or hex text of the key in use."""
    STEAM = "steam"
    """It uses Steam's letters and digits."""
    ALGORITHM = "algorithm"
    DIGITS = "digits"
    PERIOD = "period"
    COUNTER = "counter"
    """It uses a counter instead of a clock."""
    CLOCK = "clock"
    """It uses a clock instead of a counter."""
    TIME_ZONE = "time_zone"
    """Its clock is correct, but local time is used as UTC."""


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a code.

    `counter` is its time step or counter; `away` is its distance from the current step or from the
    account's next counter (positive: later). `ahead_s` is the range, in seconds, in which the other
    side's clock is ahead of ours (negative: behind); None for a counter.
    """

    counter: int
    away: int
    ahead_s: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Mistakes that together produce the code, what is used `instead` (an algorithm, digits,
    seconds, an offset from UTC in minutes), and the resulting position of the code."""

    mistakes: tuple[Mistake, ...]
    place: Place
    instead: dict[Mistake, str | int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`place` is None for a code that this account does not show around now; `explanations` then
    has what would produce it, most likely first. `wrong_characters` are those of the code, each
    once, that no code of this account can have, whose `alphabet` is this. `lengths` are those of
    the code and of the account's codes, where they differ."""

    place: Place | None
    explanations: tuple[Explanation, ...] = ()
    wrong_characters: str = ""
    alphabet: str = string.digits
    lengths: tuple[int, int] | None = None


def code_text(given: str, otp: Otp | None = None) -> str:
    """A code for comparison: without spaces and dashes, letters in the case of the type, which is
    upper case where no type is given.

    Raises CodeMalformed.
    """
    text = given.translate(_SEPARATORS)
    if isinstance(otp, PinOtp):
        if not _WITH_PIN[type_of(otp)].fullmatch(text.lower()):
            raise CodeMalformed
        return text.lower()
    decimal = text.isascii() and text.isdecimal() and len(text) in DIGITS
    if not decimal and not (text.isascii() and text.isalnum() and len(text) == STEAM_DIGITS):
        raise CodeMalformed
    return text.upper()


def verify(account: Account, code: str, now_s: float, steps: int = DRIFT_STEPS) -> Verdict:
    """The position of `code`, relative to `now_s` (Unix seconds) or the account's next counter.

    `steps` bounds the search on either side. Raises CodeMalformed, TimeOutOfRange.
    """
    value = code_text(code, account.otp)
    place = _place(account, value, now_s, steps)
    if place is not None:
        return Verdict(place)
    if isinstance(account.otp, PinOtp):  # a wrong PIN shows nowhere
        return Verdict(None, tuple(_in_time_zones(account, value, now_s)))
    alphabet = STEAM_ALPHABET if isinstance(account.otp, Steam) else string.digits
    wrong = "".join(one for one in dict.fromkeys(value) if one not in alphabet)
    lengths = (len(value), account.otp.digits)
    return Verdict(
        None,
        tuple(_explanations(account, value, now_s)),
        wrong,
        alphabet,
        lengths if lengths[0] != lengths[1] else None,
    )


def _place(account: Account, value: str, now_s: float, steps: int) -> Place | None:
    otp = account.otp
    if isinstance(otp, Hotp):
        counter = matching_counter(account, value, ahead=steps, behind=steps)
        return None if counter is None else Place(counter, counter - otp.counter)
    step = matching_step(account, value, now_s, steps)
    if step is None:
        return None
    start_s = step * otp.period_s
    ahead_s = (start_s - now_s, start_s + otp.period_s - now_s)
    return Place(step, step - int(now_s // otp.period_s), ahead_s)


def _explanations(account: Account, value: str, now_s: float) -> Iterator[Explanation]:
    """What would produce this code, besides a wrong number of digits, which is visible."""
    if not isinstance(account.otp, Steam) and len(value) == STEAM_DIGITS:
        place = _place(replace(account, otp=Steam()), value, now_s, MISTAKEN_STEPS)
        if place is not None:
            yield Explanation((Mistake.STEAM,), place, {})
    letters = not value.isdecimal()
    otp = Totp() if isinstance(account.otp, Steam) else account.otp
    if letters and otp is account.otp:
        return  # its codes never have any
    if letters or (otp is account.otp and otp.digits == len(value)):
        yield from _mistakes(account, value, now_s)
        return
    account = replace(account, otp=replace(otp, digits=len(value)))
    told: dict[Mistake, str | int] = {Mistake.DIGITS: len(value)}
    place = _place(account, value, now_s, MISTAKEN_STEPS)
    if place is not None:
        yield Explanation((Mistake.DIGITS,), place, told)
        return
    for one in _mistakes(account, value, now_s):
        yield Explanation((Mistake.DIGITS, *one.mistakes), one.place, told | one.instead)


def _mistakes(account: Account, value: str, now_s: float) -> Iterator[Explanation]:
    """One kind of mistake at a time; then an algorithm and a period that are both others, as where
    a side ignores what the link says."""
    for mistake, other, instead in _mistaken(account):
        place = _place(other, value, now_s, MISTAKEN_STEPS)
        if place is not None:
            yield Explanation((mistake,), place, {} if instead is None else {mistake: instead})
    if not isinstance(account.otp, Hotp):
        yield from _in_time_zones(account, value, now_s)
    for lost, other in _lost(account):
        place = _place(other, value, now_s, _LOST_STEPS)
        if place is not None:
            yield Explanation(tuple(lost), place, lost)


def _in_time_zones(account: Account, value: str, now_s: float) -> Iterator[Explanation]:
    for zone_s, place in _zones(account, value, now_s):
        yield Explanation((Mistake.TIME_ZONE,), place, {Mistake.TIME_ZONE: zone_s // 60})


def _lost(account: Account) -> Iterator[tuple[dict[Mistake, str | int], Account]]:
    """The account with another algorithm and another period, the usual ones first."""
    otp = account.otp
    if not isinstance(otp, Totp):
        return
    usual = Totp()
    pairs = [
        (algorithm, period_s)
        for algorithm in Algorithm
        for period_s in _PERIODS_S
        if algorithm is not otp.algorithm and period_s != otp.period_s
    ]
    pairs.sort(key=lambda pair: pair != (usual.algorithm, usual.period_s))
    for algorithm, period_s in pairs:
        other = replace(otp, algorithm=algorithm, period_s=period_s)
        lost: dict[Mistake, str | int] = {
            Mistake.ALGORITHM: algorithm.value,
            Mistake.PERIOD: period_s,
        }
        yield lost, replace(account, otp=other)


def _mistaken(account: Account) -> Iterator[tuple[Mistake, Account, str | int | None]]:
    """The account as the other side would see it with each mistake."""
    for mistake, key in _other_keys(account.secret):
        yield mistake, replace(account, secret=Secret(key)), None
    otp = account.otp
    for algorithm in Algorithm:
        if algorithm is not otp.algorithm and not isinstance(otp, Steam | PinOtp):
            other: Otp = replace(otp, algorithm=algorithm)
            yield Mistake.ALGORITHM, replace(account, otp=other), algorithm.value
    if isinstance(otp, Totp):
        for period_s in _PERIODS_S:
            if period_s != otp.period_s:
                other = replace(otp, period_s=period_s)
                yield Mistake.PERIOD, replace(account, otp=other), period_s
        yield Mistake.COUNTER, replace(account, otp=Hotp(otp.algorithm, otp.digits)), None
    elif isinstance(otp, Hotp):
        yield Mistake.CLOCK, replace(account, otp=Totp(otp.algorithm, otp.digits)), None


def _other_keys(secret: Secret) -> Iterator[tuple[Mistake, bytes]]:
    """The key bytes that result from each confusion of one text form with another."""
    base32, hexed = secret.base32(), secret.key.hex()
    padded = base32 + "=" * (-len(base32) % 8)
    for text in dict.fromkeys((base32, base32.lower(), padded)):
        yield Mistake.KEY_TEXT, text.encode()
    for text in dict.fromkeys((hexed, hexed.upper())):
        yield Mistake.KEY_HEX_TEXT, text.encode()
    for key in _hex_forms(base32):
        yield Mistake.KEY_READ_AS_HEX, key
    if secret.key.isascii():
        text = secret.key.decode()
        for key in _hex_forms(text):
            yield Mistake.KEY_ENCODED_TWICE, key
        try:
            yield Mistake.KEY_ENCODED_TWICE, Secret.from_base32(text).key
        except InputRefused:
            return


def _hex_forms(text: str) -> Iterable[bytes]:
    try:
        return [bytes.fromhex(text)]
    except ValueError:
        return []


def _zones(account: Account, value: str, now_s: float) -> Iterator[tuple[int, Place]]:
    """Offsets from UTC, in seconds, at which the code would be correct, nearest first."""
    quarters = range(_QUARTER_HOUR_S, _FARTHEST_ZONE_S + 1, _QUARTER_HOUR_S)
    for zone_s in (zone for quarter in quarters for zone in (quarter, -quarter)):
        if now_s + zone_s < 0:
            continue
        place = _place(account, value, now_s + zone_s, _ZONE_STEPS)
        if place is not None:
            yield zone_s, place
