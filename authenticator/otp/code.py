"""Codes at a given Unix time or counter (RFC 4226, RFC 6238)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from authenticator.errors import InputRefused
from authenticator.otp.account import COUNTER_LIMIT, Account, Hotp, Otp, TimedOtp
from authenticator.otp.secret import Secret


class TimeOutOfRange(InputRefused):
    """A time before 1970, not a number, or past the last 64-bit time step."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code and when it is valid.

    `value` is text, leading zeros kept. `valid_from` (inclusive) and `valid_until`
    (exclusive) are whole Unix seconds; both None for HOTP. `counter` is the HOTP counter
    or the time step.
    """

    value: str
    counter: int
    valid_from: int | None = None
    valid_until: int | None = None


def time_step(otp: TimedOtp, unix_s: float) -> int:
    """The number of whole periods since 1970 (RFC 6238, section 4.2)."""
    if not 0 <= unix_s < COUNTER_LIMIT * otp.period_s:
        raise TimeOutOfRange
    return math.floor(unix_s) // otp.period_s


def code_at(account: Account, unix_s: float) -> Code:
    """The code of a time-based account at a Unix time in seconds, 0 or greater.

    Raises TimeOutOfRange; EnrolmentRefused if the account lacks its PIN; TypeError for an HOTP
    account.
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
    account.require_pin()
    start = step * otp.period_s
    return Code(_value(account.secret, otp, step), step, start, start + otp.period_s)


def code_of_counter(account: Account, counter: int) -> Code:
    """The HOTP code of one counter, 0 to 2**64 - 1."""
    if not isinstance(account.otp, Hotp):
        raise TypeError("only an HOTP account has a counter")
    if not 0 <= counter < COUNTER_LIMIT:
        raise TimeOutOfRange
    return Code(_value(account.secret, account.otp, counter), counter)


def _value(secret: Secret, otp: Otp, counter: int) -> str:
    return _generator()(secret, otp, counter)


@cache
def _generator() -> Callable[[Secret, Otp, int], str]:
    """Imported with the first code: at its start, the window has its first codes from elsewhere."""
    from authenticator.otp.generator import value

    return value


def matching_step(account: Account, value: str, unix_s: float, drift_steps: int = 1) -> int | None:
    """The time step within the drift window around `unix_s` whose code is `value`, nearest first;
    None if there is none. `drift_steps` is how many steps on either side are accepted."""
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
    """The counter whose HOTP code is `value`, nearest to the account's next one first, the later of
    two equally near; None if there is none from `behind` before it to `ahead` after it."""
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
