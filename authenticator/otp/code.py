"""Codes at a given Unix time or counter (RFC 4226, RFC 6238). The one importer of pyotp.

pyotp's own constructors refuse most keys of the field (under 112 bits, periods over
120 s, fewer than six digits), so its generator is fed raw key bytes and an explicit counter.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass

from pyotp.contrib.steam import STEAM_CHARS
from pyotp.otp import OTP

from authenticator.errors import InputRefused
from authenticator.otp.account import COUNTER_LIMIT, Account, Algorithm, Hotp, Otp, Steam, Totp

_DIGESTS: dict[Algorithm, Callable[..., object]] = {
    Algorithm.SHA1: hashlib.sha1,
    Algorithm.SHA256: hashlib.sha256,
    Algorithm.SHA512: hashlib.sha512,
}


class TimeOutOfRange(InputRefused):
    """A time before 1970, not a number, or past the last 64-bit time step."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code and when it counts.

    `value` is text, leading zeros kept. `valid_from` (inclusive) and `valid_until`
    (exclusive) are whole Unix seconds; both None for HOTP. `counter` is the HOTP counter
    or the time step.
    """

    value: str
    counter: int
    valid_from: int | None = None
    valid_until: int | None = None


class _Generator(OTP):
    """pyotp's generator over raw key bytes, without the checks of its constructor."""

    def __init__(self, key: bytes, digits: int, digest: Callable[..., object]) -> None:
        self.digits = digits
        self.digest = digest
        self._key = key

    def byte_secret(self) -> bytes:
        return self._key


def time_step(otp: Totp | Steam, unix_s: float) -> int:
    """The number of whole periods since 1970 (RFC 6238, section 4.2)."""
    if not math.isfinite(unix_s) or unix_s < 0:
        raise TimeOutOfRange
    step = math.floor(unix_s) // otp.period_s
    if step >= COUNTER_LIMIT:
        raise TimeOutOfRange
    return step


def code_at(account: Account, unix_s: float) -> Code:
    """The code of a time-based account at a Unix time in seconds, 0 or later.

    Raises TimeOutOfRange; TypeError for an HOTP account.
    """
    if isinstance(account.otp, Hotp):
        raise TypeError("an HOTP account has no code at a time")
    return code_of_step(account, time_step(account.otp, unix_s))


def code_of_step(account: Account, step: int) -> Code:
    """The code of a time-based account in one time step, 0 to 2**64 - 1."""
    otp = account.otp
    if isinstance(otp, Hotp):
        raise TypeError("an HOTP account has no time steps")
    if not 0 <= step < COUNTER_LIMIT:
        raise TimeOutOfRange
    start = step * otp.period_s
    return Code(_value(account.secret.key, otp, step), step, start, start + otp.period_s)


def code_of_counter(account: Account, counter: int) -> Code:
    """The HOTP code of one counter, 0 to 2**64 - 1."""
    if not isinstance(account.otp, Hotp):
        raise TypeError("only an HOTP account has a counter")
    if not 0 <= counter < COUNTER_LIMIT:
        raise TimeOutOfRange
    return Code(_value(account.secret.key, account.otp, counter), counter)


def _value(key: bytes, otp: Otp, counter: int) -> str:
    if isinstance(otp, Steam):
        # Ten decimal digits hold the whole 31-bit truncation, of which Steam makes letters.
        rest = int(_Generator(key, 10, hashlib.sha1).generate_otp(counter))
        letters = []
        for _ in range(otp.digits):
            rest, place = divmod(rest, len(STEAM_CHARS))
            letters.append(STEAM_CHARS[place])
        return "".join(letters)
    return _Generator(key, otp.digits, _DIGESTS[otp.algorithm]).generate_otp(counter)


def matching_step(account: Account, value: str, unix_s: float, drift_steps: int = 1) -> int | None:
    """The time step within the drift window around `unix_s` whose code is `value`, nearest
    first, or None. `drift_steps` is how many steps on either side are accepted."""
    if isinstance(account.otp, Hotp):
        raise TypeError("an HOTP account has no time steps")
    middle = time_step(account.otp, unix_s)
    for step in sorted(
        range(max(0, middle - drift_steps), middle + drift_steps + 1),
        key=lambda step: abs(step - middle),
    ):
        if code_of_step(account, step).value == value:
            return step
    return None


def matching_counter(account: Account, value: str, ahead: int, behind: int) -> int | None:
    """The counter whose HOTP code is `value`, nearest to the account's next one first, the later
    of two equally near; None where none of `behind` before it to `ahead` after it is."""
    if not isinstance(account.otp, Hotp):
        raise TypeError("only an HOTP account has a counter")
    following = account.otp.counter
    for counter in sorted(
        range(max(0, following - behind), min(COUNTER_LIMIT, following + ahead + 1)),
        key=lambda counter: (abs(counter - following), -counter),
    ):
        if code_of_counter(account, counter).value == value:
            return counter
    return None
