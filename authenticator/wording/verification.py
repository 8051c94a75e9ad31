"""What a code says about the other side: sentences for places and for mistakes."""

import math

from authenticator.app.verification import Explanation, Mistake, Place, Verdict

_MISTAKES = {
    Mistake.KEY_TEXT: "the letters of the Base32 key are used as the key, without decoding them",
    Mistake.KEY_HEX_TEXT: "the hex digits of the key are used as the key, as text",
    Mistake.KEY_READ_AS_HEX: "the Base32 key is read as hex",
    Mistake.KEY_ENCODED_TWICE: "the key was encoded twice, and one time too few is decoded here",
    Mistake.ALGORITHM: "the other side uses {}",
    Mistake.DIGITS: "the other side uses {} digits",
    Mistake.PERIOD: "the other side uses a period of {} s",
    Mistake.COUNTER: "the other side counts and does not follow a clock",
    Mistake.CLOCK: "the other side follows a clock and does not count",
    Mistake.TIME_ZONE: "the other side takes local time for UTC ({})",
}


def told(verdict: Verdict) -> tuple[str, ...]:
    """Where the code belongs, or that it belongs nowhere and then a sentence for each mistake
    that would explain it."""
    if verdict.place is not None:
        return (located(verdict.place),)
    mistakes = tuple(
        f"It would come about if {explanation(one)}" for one in verdict.explanations
    ) or ("No common mistake explains it. Compare the keys of both sides.",)
    return ("This account shows no such code near now.", *mistakes)


def skewed(ahead_s: int) -> str:
    """How far a device's clock is off: `90 s behind`."""
    if not ahead_s:
        return "Right"
    return f"{abs(ahead_s):,} s {'ahead' if ahead_s > 0 else 'behind'}"


def located(place: Place) -> str:
    """One sentence about a code that belongs somewhere."""
    if place.ahead_s is None:
        return f"Counter {place.counter}: {_counted(place.away)}."
    return f"{_stepped(place.away)}: the other side's clock is {drift(*place.ahead_s)}."


def drift(low_s: float, high_s: float) -> str:
    """Bounds in seconds of how far a clock is ahead: `90 to 120 s behind`. Whole seconds, never
    narrower than the bounds."""
    if low_s <= 0 <= high_s:
        return f"right to within {math.ceil(max(-low_s, high_s))} s"
    way = "ahead" if low_s > 0 else "behind"
    near, far = sorted((abs(low_s), abs(high_s)))
    return f"{math.floor(near)} to {math.ceil(far)} s {way}"


def explanation(one: Explanation) -> str:
    """`the other side uses SHA256; its clock is then 90 to 120 s behind.`"""
    mistakes = " and ".join(
        _MISTAKES[mistake].format(_instead(mistake, one.instead.get(mistake, "")))
        for mistake in one.mistakes
    )
    if one.place.ahead_s is None:
        return f"{mistakes}; the code is then that of counter {one.place.counter}."
    return f"{mistakes}; its clock is then {drift(*one.place.ahead_s)}."


def _instead(mistake: Mistake, value: str | int) -> str:
    if mistake is Mistake.TIME_ZONE and isinstance(value, int):
        hours, minutes = divmod(abs(value), 60)
        return f"UTC{'-' if value < 0 else '+'}{hours}:{minutes:02}"
    return str(value)


def _counted(away: int) -> str:
    if not away:
        return "the next one of this account"
    one = "counter" if abs(away) == 1 else "counters"
    return f"{abs(away)} {one} {'after' if away > 0 else 'before'} the next one of this account"


def _stepped(away: int) -> str:
    if not away:
        return "The code of this time step"
    one = "step" if abs(away) == 1 else "steps"
    return f"The code of {abs(away)} time {one} {'later' if away > 0 else 'earlier'}"
