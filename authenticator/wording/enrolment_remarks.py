"""A remark about a field -> a sentence."""

from authenticator.language import gettext_noop, join_sentences, number, tr
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.wording.key_remarks import KEY_REMARKS, key_remark, wrong_character
from authenticator.wording.link_remarks import LINK_REMARKS, link_remark
from authenticator.wording.picture_remarks import cut_tightly, margin
from authenticator.wording.untrusted_text import displayable

_NAMES = {
    Field.URI: gettext_noop("The link"),
    Field.TYPE: gettext_noop("The type"),
    Field.ISSUER: gettext_noop("The issuer"),
    Field.ACCOUNT: gettext_noop("The account name"),
    Field.LABEL: gettext_noop("The label"),
    Field.SECRET: gettext_noop("The key"),
    Field.ALGORITHM: gettext_noop("The algorithm"),
    Field.DIGITS: gettext_noop("The number of digits"),
    Field.PERIOD: gettext_noop("The period"),
    Field.COUNTER: gettext_noop("The counter"),
    Field.PIN: gettext_noop("The PIN"),
    Field.PARAMETER: gettext_noop("A part of the link"),
    Field.PICTURE: gettext_noop("The picture"),
}

FOR_OTHER_APPS = ("image", "icon", "color", "colour", "logo", "lock", "tags", "background")
"""Parts of a link that other apps use and that change no code."""

_CHOICES = {
    Field.TYPE: "totp, hotp, steam, motp, yandex",
    Field.ALGORITHM: "SHA1, SHA256, SHA512",
}


def remark(remark: Remark) -> str:
    """One sentence, which never contains a key or a code."""
    facts = {
        # Untrusted text is truncated; names of apps are our own.
        key: displayable(value, 300 if key == "apps" else 60)
        if isinstance(value, str)
        else number(value)
        for key, value in remark.facts.items()
    }
    sentence = _sentence(remark, {"start": tr(_NAMES[remark.field]), **facts})
    if "entry" in facts:
        sentence = tr(
            "Account {entry} of the export: {sentence}", entry=facts["entry"], sentence=sentence
        )
    if "line" in facts:
        return tr("Line {line}: {sentence}", line=facts["line"], sentence=sentence)
    return sentence


def _sentence(  # noqa: C901, PLR0912, PLR0915 - a table: one case per reason, so that tr sees its text
    remark: Remark, facts: dict[str, str]
) -> str:
    """`facts` has the field's name as `start`."""
    given = bool(facts.get("given"))
    match remark.reason:
        case Reason.MISSING if remark.field is Field.PARAMETER and facts.get("name"):
            told = tr("The link has no '{name}'.", **facts)
        case Reason.MISSING if remark.field is Field.PARAMETER:
            told = tr("The link has no such part.")
        case Reason.MISSING:
            told = tr("{start} is missing.", **facts)
        case Reason.EMPTY if remark.field is Field.URI:
            told = tr("The export holds no account.")
        case Reason.EMPTY:
            told = tr("{start} is empty.", **facts)
        case Reason.TOO_LONG if "length" in facts:
            told = _too_long(remark.field, facts)
        case Reason.TOO_LONG:
            told = tr("{start} is too long.", **facts)
        case Reason.OUT_OF_RANGE if remark.field is Field.PIN:
            told = _pin_length(facts)
        case Reason.OUT_OF_RANGE if "low" in facts and remark.field is Field.PERIOD:
            told = tr("{start} is {given}; it can be {low} to {high} seconds.", **facts)
        case Reason.OUT_OF_RANGE if "low" in facts:
            told = tr("{start} is {given}; it can be {low} to {high}.", **facts)
        case Reason.OUT_OF_RANGE if given:
            told = tr("{start} '{given}' is out of range.", **facts)
        case Reason.OUT_OF_RANGE:
            told = tr("{start} is out of range.", **facts)
        case Reason.NOT_A_NUMBER if given:
            told = tr("{start} is '{given}', which is not a whole number.", **facts)
        case Reason.NOT_A_NUMBER:
            told = tr("{start} is not a whole number.", **facts)
        case Reason.UNKNOWN if choices := _CHOICES.get(remark.field):
            told = (
                tr("{start} '{given}' is not known; choose {choices}.", choices=choices, **facts)
                if given
                else tr("{start} is not known; choose {choices}.", choices=choices, **facts)
            )
        case Reason.UNKNOWN if given:
            told = tr("{start} '{given}' is not known.", **facts)
        case Reason.UNKNOWN:
            told = tr("{start} is not known.", **facts)
        case Reason.WRONG_CHARACTER if remark.field is Field.PIN:
            told = (
                tr("The PIN has other characters than digits.")
                if facts.get("alphabet") == "digits"
                else tr("The PIN has a space, or another character that a PIN can't have.")
            )
        case Reason.WRONG_CHARACTER:
            told = wrong_character(facts)
        case Reason.ODD_HEX:
            told = tr(
                "{start} has {length} hexadecimal digits, but they come in pairs.",
                **{"length": "?", **facts},
            )
        case Reason.WRONG_LENGTH if "long" in facts:
            told = tr(
                "{start} has {length} letters; a key of Yandex has {short} or {long}.",
                **{"length": "?", "short": "?", **facts},
            )
        case Reason.WRONG_LENGTH:
            told = tr(
                "{start} has {length} bytes; this type's keys have {wanted}.",
                **{"length": "?", "wanted": "?", **facts},
            )
        case Reason.CHECKSUM:
            told = tr("{start} does not match its own checksum.", **facts)
        case Reason.TOO_SHORT_TO_DECODE:
            told = tr("{start} is too short to hold a whole byte.", **facts)
        case Reason.NOT_AN_ENROLMENT:
            told = join_sentences(
                tr("This does not set up two-step authentication."), _what_it_is(facts)
            )
        case Reason.MALFORMED:
            told = tr("{start} is damaged and can't be read.", **facts)
        case Reason.UNSUPPORTED if given:
            told = tr("{start} '{given}' is not supported here.", **facts)
        case Reason.UNSUPPORTED if facts.get("name"):
            told = tr("{start} '{name}' is not supported here.", **facts)
        case Reason.UNSUPPORTED:
            told = tr("{start} is not supported here.", **facts)
        case Reason.PART:
            told = tr(
                "This is part {number} of {total} of a text that is spread over several codes.",
                **{"number": "?", "total": "?", **facts},
            )
        case Reason.PARTS_UNFIT:
            told = tr(
                "There are {total} parts of a text, but they don't fit together.",
                **{"total": "?", **facts},
            )
        case Reason.SHORT:
            told = tr("{start} is short: {bits} bits; {wanted} or more are safer.", **facts)
        case Reason.ALL_ZERO:
            told = tr("{start} is all zeros and protects nothing.", **facts)
        case Reason.DIFFERS:
            told = tr(
                "{start} is given twice, as '{given}' and as '{used}'. The second is used.",
                **{**facts, **_told_apart(remark)},
            )
        case Reason.ABSENT:
            told = tr("{start} is not given.", **facts)
        case Reason.REPEATED if remark.field is Field.URI and "count" in facts:
            told = tr("There are {count} links, but only one can be read at a time.", **facts)
        case Reason.REPEATED if remark.field is Field.URI:
            told = tr("There are several links, but only one can be read at a time.")
        case Reason.REPEATED:
            told = tr("{start} is given more than once. The first is used.", **facts)
        case Reason.IGNORED if facts.get("name") in FOR_OTHER_APPS:
            told = tr("A part of the link, '{name}', is for other apps and is not used.", **facts)
        case Reason.IGNORED if remark.field is Field.PARAMETER and facts.get("name"):
            told = tr("A part of the link, '{name}', is not used and was ignored.", **facts)
        case Reason.IGNORED if remark.field is Field.PARAMETER:
            told = tr("A part of the link is not used and was ignored.")
        case Reason.IGNORED if given:
            told = tr("{start} '{given}' does not belong to this type and was ignored.", **facts)
        case Reason.IGNORED:
            told = tr("{start} does not belong to this type and was ignored.", **facts)
        case Reason.NORMALISED:
            told = _unusual_spelling(remark, facts["start"])
        case Reason.TRAILING_BITS:
            told = tr(
                "{start} has an unusual length; the extra bits at its end were dropped.",
                **facts,
            )
        case Reason.DEFAULTED if "used" in facts:
            told = tr("{start} is not given; {used} is used.", **facts)
        case Reason.DEFAULTED:
            told = tr("{start} is not given; the usual value is used.", **facts)
        case Reason.BELOW_RECOMMENDED:
            told = tr(
                "{start} has {bits} bits; {wanted} are recommended.",
                **{"bits": "?", "wanted": "160", **facts},
            )
        case Reason.SAMPLE:
            told = tr("{start} is a sample from a manual, known to everyone.", **facts)
        case Reason.REPETITIVE:
            told = tr("{start} is not random: it repeats itself or counts up.", **facts)
        case Reason.READABLE:
            told = tr("{start} is made of readable characters, so it is easier to guess.", **facts)
        case reason if reason in KEY_REMARKS:
            told = key_remark(remark)
        case reason if reason in LINK_REMARKS:
            told = link_remark(reason, facts)
        case Reason.COLON:
            told = tr(
                "{start} contains a colon, which apps use to separate issuer and account name.",
                **facts,
            )
        case Reason.NO_PREFIX:
            told = tr(
                "The issuer is not written before the account name, so Google Authenticator may "
                "not show it."
            )
        case Reason.NO_PARAMETER:
            told = tr(
                "The issuer is written only before the account name, not as a part of its own."
            )
        case Reason.PLUS if facts.get("issuer"):
            told = tr(
                "{start} has a plus in place of a space before the account name; apps show the "
                "plus.",
                **facts,
            )
        case Reason.PLUS:
            told = tr(
                "{start} has a plus before the account name; apps show it, also where a space is "
                "meant.",
                **facts,
            )
        case Reason.PADDED:
            told = tr("{start} ends with equals signs, which the format leaves out.", **facts)
        case Reason.LOWER_CASE:
            told = tr("{start} has small letters, which some apps refuse.", **facts)
        case Reason.UNUSUAL if remark.field is Field.TYPE:
            told = tr("Steam's codes are supported by few apps.")
        case Reason.UNUSUAL if given:
            told = tr("{start} '{given}' is supported by few apps.", **facts)
        case Reason.UNUSUAL:
            told = tr("{start} is supported by few apps.", **facts)
        case Reason.APPS_IGNORE:
            told = tr("{start} is ignored by {apps}: their codes are wrong.", **_with_apps(facts))
        case Reason.APPS_REFUSE:
            told = tr("{start} is refused by {apps}.", **_with_apps(facts))
        case Reason.APPS_WARN:
            told = tr("{start} causes a warning in {apps}.", **_with_apps(facts))
        case Reason.NO_MARGIN:
            told = margin(remark, facts)
        case Reason.TIGHT:
            told = cut_tightly(remark, facts)
        case Reason.INVERTED:
            told = tr("The code is light on dark, which some phones don't read.")
        case Reason.PALE:
            told = tr(
                "The code's contrast is {percent} %; phones need {wanted} or more.",
                **{"percent": "?", "wanted": "?", **facts},
            )
        case Reason.DENSE:
            told = tr(
                "The code has {modules} modules per side, {pixels} pixels each: too fine for a "
                "phone at arm's length.",
                **{"modules": "?", "pixels": "?", **facts},
            )
    return told


def _pin_length(facts: dict[str, str]) -> str:
    low, high = facts.get("low", "4"), facts.get("high", "16")
    if low == high:
        return tr("The PIN of this account has {count} digits.", count=low)
    return tr("A PIN has {low} to {high} characters.", low=low, high=high)


def _too_long(field: Field, facts: dict[str, str]) -> str:
    match field:
        case Field.SECRET:
            return tr("{start} has {length} bytes; the limit is {limit}.", **facts)
        case Field.PARAMETER:
            return tr("The link has {length} parts; the limit is {limit}.", **facts)
        case _:
            return tr("{start} has {length} characters; the limit is {limit}.", **facts)


def _told_apart(remark: Remark) -> dict[str, str]:
    from authenticator.wording.spelling import told_apart  # a code needs none of these

    given, used = told_apart(*(str(remark.facts.get(name, "")) for name in ("given", "used")))
    return {"given": given, "used": used}


def _unusual_spelling(remark: Remark, start: str) -> str:
    from authenticator.wording.spelling import unusual_spelling

    return unusual_spelling(remark, start)


def _what_it_is(facts: dict[str, str]) -> str:
    """What a text is that is no enrolment, where that is known."""
    if "kind" not in facts:
        return ""
    from authenticator.app.text_kind import TextKind  # rare, and not needed for a code
    from authenticator.wording.other_apps import what_it_is

    return what_it_is(TextKind(facts["kind"]), facts.get("app", ""))


def _with_apps(facts: dict[str, str]) -> dict[str, str]:
    return {"apps": tr("some apps"), **facts}
