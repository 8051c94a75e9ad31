"""Where a code that another side shows or takes comes from: its time step or counter, and what
that says about the other side's clock; for one that comes from nowhere, the mistakes that would
explain it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from authenticator.errors import InputRefused
from authenticator.otp.account import DIGITS, Account, Algorithm, Hotp, Otp, Steam, Totp
from authenticator.otp.code import matching_counter, matching_step
from authenticator.otp.secret import Secret

DRIFT_STEPS = 60
"""How far off a clock or counter is looked for, on either side. By chance a six-digit code matches
one of them once in 8,000 times."""
MISTAKEN_STEPS = 10
"""Two things wrong at once are rare: a mistake is looked for near the right time only."""
_ZONE_STEPS = 2
_QUARTER_HOUR_S = 900
_FARTHEST_ZONE_S = 14 * 3600
_PERIODS_S = (15, 30, 60, 90, 120, 300)
_SEPARATORS = str.maketrans("", "", " -\u00a0\u202f\t\r\n")


class CodeMalformed(InputRefused):
    """What was given is no code: not 4 to 10 digits, nor five letters and digits of Steam's."""


class Mistake(StrEnum):
    """What the other side does that would give its code."""

    KEY_TEXT = "key_text"
    """The letters of the Base32 key are the key."""
    KEY_HEX_TEXT = "key_hex_text"
    """The hex digits of the key are the key."""
    KEY_READ_AS_HEX = "key_read_as_hex"
    """The Base32 key is read as if it were hex."""
    KEY_ENCODED_TWICE = "key_encoded_twice"
    """The key in the enrolment is a written form, in Base32 or hex, of the key in use."""
    ALGORITHM = "algorithm"
    DIGITS = "digits"
    PERIOD = "period"
    COUNTER = "counter"
    """It counts, and does not follow a clock."""
    CLOCK = "clock"
    """It follows a clock, and does not count."""
    TIME_ZONE = "time_zone"
    """Its clock is right, but local time is taken for UTC."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a code belongs.

    `counter` is its time step or counter; `away` is how many steps later than now, or counters
    later than the account's next one, that is. `ahead_s` bounds in seconds how far the other
    side's clock is ahead of ours (negative: behind); None for a counter.
    """

    counter: int
    away: int
    ahead_s: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Mistakes that together give the code, what is used `instead` (an algorithm, digits,
    seconds, a distance from UTC in minutes), and where the code then belongs."""

    mistakes: tuple[Mistake, ...]
    place: Place
    instead: dict[Mistake, str | int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`place` is None for a code that this account does not show near now; `explanations` then
    has what would make it, nearest first."""

    place: Place | None
    explanations: tuple[Explanation, ...] = ()


def code_text(given: str) -> str:
    """A code as it is compared: without spaces and dashes, letters in upper case.

    Raises CodeMalformed.
    """
    text = given.translate(_SEPARATORS).upper()
    decimal = text.isascii() and text.isdecimal() and len(text) in DIGITS
    if not decimal and not (text.isascii() and text.isalnum() and len(text) == Steam().digits):
        raise CodeMalformed
    return text


def verify(account: Account, code: str, now_s: float, steps: int = DRIFT_STEPS) -> Verdict:
    """Where `code` belongs, seen from `now_s` (Unix seconds) or from the account's next counter.

    `steps` bounds the search on either side. Raises CodeMalformed, TimeOutOfRange.
    """
    value = code_text(code)
    place = _place(account, value, now_s, steps)
    if place is not None:
        return Verdict(place)
    return Verdict(None, tuple(_explanations(account, value, now_s)))


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
    """One kind of mistake at a time; a wrong number of digits beside any, for it shows."""
    base: tuple[Mistake, ...] = ()
    told: dict[Mistake, str | int] = {}
    otp = account.otp
    if isinstance(otp, Steam) and value.isdecimal():
        otp = Totp(digits=len(value))
    elif isinstance(otp, Steam) or not value.isdecimal():
        return  # letters where digits are due, or the other way round: nothing to compare
    if otp.digits != len(value) or isinstance(account.otp, Steam):
        base, told = (Mistake.DIGITS,), {Mistake.DIGITS: len(value)}
        account = replace(account, otp=replace(otp, digits=len(value)))
        place = _place(account, value, now_s, MISTAKEN_STEPS)
        if place is not None:
            yield Explanation(base, place, told)
            return
    for mistake, other, instead in _mistaken(account):
        place = _place(other, value, now_s, MISTAKEN_STEPS)
        if place is not None:
            more = {} if instead is None else {mistake: instead}
            yield Explanation((*base, mistake), place, told | more)
    if isinstance(account.otp, Totp):
        for zone_s, place in _zones(account, value, now_s):
            yield Explanation(
                (*base, Mistake.TIME_ZONE), place, told | {Mistake.TIME_ZONE: zone_s // 60}
            )


def _mistaken(account: Account) -> Iterator[tuple[Mistake, Account, str | int | None]]:
    """The account as the other side would have it after each mistake."""
    for mistake, key in _other_keys(account.secret):
        yield mistake, replace(account, secret=Secret(key)), None
    otp = account.otp
    for algorithm in Algorithm:
        if algorithm is not otp.algorithm and not isinstance(otp, Steam):
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
    """The key bytes that come of each way of mistaking one written form for another."""
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
    """Distances from UTC, in seconds, at which the code would be right, nearest first."""
    quarters = range(_QUARTER_HOUR_S, _FARTHEST_ZONE_S + 1, _QUARTER_HOUR_S)
    for zone_s in (zone for quarter in quarters for zone in (quarter, -quarter)):
        if now_s + zone_s < 0:
            continue
        place = _place(account, value, now_s + zone_s, _ZONE_STEPS)
        if place is not None:
            yield zone_s, place
