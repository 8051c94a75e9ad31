"""Values of a link that are written in an unusual way: what is unusual, and how to write them."""

from authenticator.language import gettext_noop, join_sentences, tr
from authenticator.otp.remark import Field, Remark
from authenticator.otp.spelling import Spelling, spelled, spelling
from authenticator.wording.untrusted_text import displayable

SHOWN = 60
"""Characters of a value."""
_BEFORE = 16
"""Characters that are shown before the first difference of two long values."""

_NAMES = (Field.ISSUER, Field.ACCOUNT, Field.LABEL)

_SENTENCES = {
    Spelling.JAVASCRIPT: gettext_noop(
        "{start} is escaped in JavaScript's own way ('%u'), which most apps can't read. It is read "
        "as '{used}'."
    ),
    Spelling.NOT_UTF8: gettext_noop("{start} is not in UTF-8. It is read as '{used}'."),
    Spelling.PERCENT: gettext_noop(
        "{start} has a percent sign that is not escaped. It is read as '{used}'."
    ),
    Spelling.PLUS: gettext_noop("{start} has a plus for a space, which some apps show as a plus."),
}
_STEPS = {
    Spelling.JAVASCRIPT: gettext_noop("Use encodeURIComponent() in place of escape()."),
    Spelling.NOT_UTF8: gettext_noop("Encode names in UTF-8 before they are percent-encoded."),
    Spelling.PERCENT: gettext_noop("Write a percent sign as '%25'."),
    Spelling.PLUS: gettext_noop("Write a space as '%20' (and a plus as '%2B')."),
}


def unusual_spelling(remark: Remark, start: str) -> str:
    """One sentence. `start` names the field."""
    given, used = _texts(remark)
    if remark.field is Field.URI:
        return tr("The link is broken into several lines, which were joined.")
    if not used and remark.field is Field.SECRET:
        return tr("{start} has spaces or other marks in it, which were left out.", start=start)
    if not used and remark.field in _NAMES:
        return tr("{start} is not in UTF-8.", start=start)
    kind = _kind(remark)
    if kind in _SENTENCES:
        return tr(_SENTENCES[kind], start=start, used=displayable(used, SHOWN))
    if given == used:
        return tr("{start} is written in an unusual way.", start=start)
    given, used = told_apart(given, used)
    return tr(
        "{start} was written '{given}' and is read as '{used}'.",
        start=start,
        given=given,
        used=used,
    )


def usual_spelling(remark: Remark) -> str:
    """How to write it."""
    _, used = _texts(remark)
    if remark.field is Field.URI:
        return tr("Write the link in one line.")
    if not used and remark.field is Field.SECRET:
        return tr("Write the key as its letters alone, without spaces.")
    if not used:
        return tr(_STEPS[Spelling.NOT_UTF8])
    step = tr(_STEPS.get(_kind(remark), ""))
    right = used
    if remark.field in _NAMES:
        right = spelled(used, separator=remark.field is Field.LABEL)
    if len(right) > SHOWN:
        return step
    return join_sentences(step, tr("Write '{text}'.", text=displayable(right, SHOWN)))


def told_apart(one: str, other: str) -> tuple[str, str]:
    """Two texts, cut so that what differs is still in sight."""
    if len(one) <= SHOWN and len(other) <= SHOWN:
        return displayable(one, SHOWN), displayable(other, SHOWN)
    same = next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    begin = max(0, same - _BEFORE)
    mark = "…" if begin else ""
    return mark + displayable(one[begin:], SHOWN), mark + displayable(other[begin:], SHOWN)


def _texts(remark: Remark) -> tuple[str, str]:
    return str(remark.facts.get("given", "")), str(remark.facts.get("used", ""))


def _kind(remark: Remark) -> Spelling:
    return spelling(*_texts(remark)) if remark.field in _NAMES else Spelling.OTHER
