"""The result of verifying a code: sentences for positions and for mistakes."""

import math

from authenticator.app.code_owner import Owner, OwnerSearch
from authenticator.app.verification import Explanation, Mistake, Place, Verdict
from authenticator.language import gettext_noop, join_list, number, tr, trn
from authenticator.otp.account import STEAM_ALPHABET, Totp
from authenticator.wording.account_name import name_of
from authenticator.wording.moments import added

_MISTAKES = {
    Mistake.KEY_TEXT: gettext_noop(
        "the letters of the Base32 key are used as the key, without decoding them"
    ),
    Mistake.KEY_HEX_TEXT: gettext_noop("the hex digits of the key are used as the key, as text"),
    Mistake.KEY_READ_AS_HEX: gettext_noop("the Base32 key is read as hex"),
    Mistake.KEY_ENCODED_TWICE: gettext_noop(
        "the key was encoded twice, but decoded only once here"
    ),
    Mistake.STEAM: gettext_noop("the other side shows Steam's letters and digits"),
    Mistake.ALGORITHM: gettext_noop("the other side uses {value}"),
    Mistake.DIGITS: gettext_noop("the other side uses {value} digits"),
    Mistake.PERIOD: gettext_noop("the other side uses a period of {value} s"),
    Mistake.COUNTER: gettext_noop("the other side uses a counter, not a clock"),
    Mistake.CLOCK: gettext_noop("the other side uses a clock, not a counter"),
    Mistake.TIME_ZONE: gettext_noop("the other side treats local time as UTC ({value})"),
}


def verdict_text(verdict: Verdict, whose: OwnerSearch | None = None) -> tuple[str, ...]:
    """Where the code belongs, or that it does not match, with a sentence for its length, for each
    other account that shows it and for each mistake that would explain it."""
    if verdict.place is not None:
        return (located(verdict.place),)
    told = [tr("This account shows no such code around this time.")]
    if verdict.lengths is not None and not verdict.wrong_characters:
        told.append(_lengths(*verdict.lengths))
    told += [_owned(owner) for owner in whose.owners] if whose else []
    told += [
        tr("It would match if {explanation}", explanation=explanation(one))
        for one in verdict.explanations
    ]
    if not verdict.explanations and (verdict.wrong_characters or len(told) == 1):
        told.append(_unexplained(verdict))
    if whose and whose.skipped:
        told.append(
            trn(
                "{count} account was not looked at.",
                "{count} accounts were not looked at.",
                whose.skipped,
            )
        )
    return tuple(told)


def _lengths(given: int, wanted: int) -> str:
    return trn(
        "The code has {count} digit or letter; the codes of this account have {wanted}.",
        "The code has {count} digits or letters; the codes of this account have {wanted}.",
        given,
        wanted=wanted,
    )


def _owned(owner: Owner) -> str:
    """`It is the code of 1f2e Panel: kim (added 2026-11-28 14:03).`"""
    entry = owner.entry
    name = f"{entry.id} {name_of(entry)}"
    facts = join_list(
        part for part in (added(entry), tr("in the bin") if owner.in_trash else "") if part
    )
    return tr("It is the code of {account}.", account=f"{name} ({facts})" if facts else name)


def _unexplained(verdict: Verdict) -> str:
    if not verdict.wrong_characters:
        return tr("No common mistake explains it. Compare the keys of both sides.")
    characters = join_list(f"'{one}'" for one in verdict.wrong_characters)
    if verdict.alphabet == STEAM_ALPHABET:
        return trn(
            "{characters} is in no Steam code. They are made of {alphabet} only: compare it with "
            "the other side.",
            "{characters} are in no Steam code. They are made of {alphabet} only: compare it with "
            "the other side.",
            len(verdict.wrong_characters),
            characters=characters,
            alphabet=verdict.alphabet,
        )
    return tr("Codes of this account are digits only, and no Steam code of its key matches.")


def skewed(ahead_s: int) -> str:
    """How far a device's clock is off: `90 s behind`."""
    if not ahead_s:
        return tr("Right")
    seconds = number(abs(ahead_s))
    if ahead_s > 0:
        return tr("{seconds} s ahead", seconds=seconds)
    return tr("{seconds} s behind", seconds=seconds)


def located(place: Place) -> str:
    """One sentence about a code that matches."""
    if place.ahead_s is None:
        return _counted(place)
    return _stepped(place.away, drift(*place.ahead_s))


def drift(low_s: float, high_s: float) -> str:
    """Bounds in seconds of how far a clock is ahead: `90 to 120 s behind`. In whole seconds,
    rounded outwards."""
    if low_s <= 0 <= high_s:
        most = number(math.ceil(max(-low_s, high_s)))
        return tr("right to within {seconds} s", seconds=most)
    near, far = sorted((abs(low_s), abs(high_s)))
    bounds = {"low": number(math.floor(near)), "high": number(math.ceil(far))}
    if low_s > 0:
        return tr("{low} to {high} s ahead", **bounds)
    return tr("{low} to {high} s behind", **bounds)


def explanation(one: Explanation) -> str:
    """`the other side uses SHA256; its clock is then 90 to 120 s behind.`"""
    mistakes = _parameters(one) or tr(" and ").join(
        tr(_MISTAKES[mistake], value=_instead(mistake, one.instead.get(mistake, "")))
        for mistake in one.mistakes
    )
    if one.place.ahead_s is None:
        return tr(
            "{mistakes}; the code is then that of counter {counter}.",
            mistakes=mistakes,
            counter=one.place.counter,
        )
    return tr(
        "{mistakes}; its clock is then {drift}.",
        mistakes=mistakes,
        drift=drift(*one.place.ahead_s),
    )


def _parameters(one: Explanation) -> str:
    """Several of algorithm, digits and period in one sentence; empty if it is one alone, or
    something else."""
    usual = Totp()
    phrases = {
        Mistake.ALGORITHM: (usual.algorithm, "{value}"),
        Mistake.DIGITS: (usual.digits, gettext_noop("{value} digits")),
        Mistake.PERIOD: (usual.period_s, gettext_noop("a period of {value} s")),
    }
    wrong = [mistake for mistake in phrases if mistake in one.mistakes]
    if len(wrong) < max(2, len(one.mistakes)):
        return ""
    *first, last = (tr(phrases[mistake][1], value=one.instead[mistake]) for mistake in wrong)
    values = tr(" and ").join((join_list(first), last))
    if all(one.instead[mistake] == phrases[mistake][0] for mistake in wrong):
        return tr(
            "the other side uses {values} (the usual ones: it ignores what the link says)",
            values=values,
        )
    return tr("the other side uses {values}", values=values)


def _instead(mistake: Mistake, value: str | int) -> str:
    if mistake is Mistake.TIME_ZONE and isinstance(value, int):
        hours, minutes = divmod(abs(value), 60)
        return f"UTC{'-' if value < 0 else '+'}{hours}:{minutes:02}"
    return str(value)


def _counted(place: Place) -> str:
    counter, away = place.counter, place.away
    if not away:
        return tr("Counter {counter}: the next one of this account.", counter=counter)
    if away > 0:
        return trn(
            "Counter {counter}: {count} counter after the next one of this account.",
            "Counter {counter}: {count} counters after the next one of this account.",
            away,
            counter=counter,
        )
    return trn(
        "Counter {counter}: {count} counter before the next one of this account.",
        "Counter {counter}: {count} counters before the next one of this account.",
        -away,
        counter=counter,
    )


def _stepped(away: int, drift: str) -> str:
    if not away:
        return tr("The code of this time step: the other side's clock is {drift}.", drift=drift)
    if away > 0:
        return trn(
            "The code of {count} time step later: the other side's clock is {drift}.",
            "The code of {count} time steps later: the other side's clock is {drift}.",
            away,
            drift=drift,
        )
    return trn(
        "The code of {count} time step earlier: the other side's clock is {drift}.",
        "The code of {count} time steps earlier: the other side's clock is {drift}.",
        -away,
        drift=drift,
    )
