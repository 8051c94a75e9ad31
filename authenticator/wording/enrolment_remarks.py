"""A remark about a field -> a sentence, and how to fix it."""

from authenticator.language import gettext_noop, join_sentences, number, tr
from authenticator.otp.account import Totp, Type
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.secret import RECOMMENDED_BITS
from authenticator.wording.key_remarks import KEY_FIXES, KEY_REMARKS, key_remark
from authenticator.wording.picture_remarks import LOWER_LEVEL, cut_tightly, margin
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

_FOR_OTHER_APPS = ("image", "icon", "color", "colour", "logo", "lock", "tags", "background")
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
            told = _wrong_character(facts)
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
        case Reason.PLACEHOLDER if given:
            told = tr("The panel made a link with '{given}' where the key belongs.", **facts)
        case Reason.PLACEHOLDER:
            told = tr("The panel made a link without a key in it.")
        case Reason.CONFLICT if given:
            told = tr(
                "{start} is given twice, as '{given}' and as '{used}'; only one can be right.",
                **{"used": "", **facts},
            )
        case Reason.CONFLICT:
            told = tr("{start} is given twice, and differs; only one can be right.", **facts)
        case Reason.AMBIGUOUS if given:
            told = tr("{start} is {given}, which may be seconds or milliseconds.", **facts)
        case Reason.AMBIGUOUS:
            told = tr("{start} may be in seconds or milliseconds.", **facts)
        case Reason.UNREAD if facts.get("name"):
            told = tr(
                "A part of the link, '{name}', may change the codes and can't be read.", **facts
            )
        case Reason.UNREAD:
            told = tr("A part of the link may change the codes and can't be read.")
        case Reason.OWN_APP if facts.get("name"):
            told = tr(
                "The link has '{name}': these codes can only be right in the app it is made for.",
                **facts,
            )
        case Reason.OWN_APP if given:
            told = tr(
                "The type is '{given}': these codes can only be right in the app it is made for.",
                **facts,
            )
        case Reason.OWN_APP:
            told = tr("These codes can only be right in the app that the link is made for.")
        case Reason.BROKEN_OFF:
            told = tr("The link may go on in the next line, so its key may not be whole.")
        case Reason.NEAR_MISS:
            told = tr(
                "A part of the link is called '{given}'; it was read as '{used}'.",
                **{"given": "?", "used": "?", **facts},
            )
        case Reason.ENTITIES:
            told = tr("The link has '&amp;' where a '&' belongs; it was read as '&'.")
        case Reason.OVER_ENCODED:
            told = tr("The link is percent-encoded too often; it was decoded again.")
        case Reason.BASE64:
            told = tr("{start} is in Base64, as Steam keeps it.", **facts)
        case Reason.BY_NAME:
            told = tr("This is Steam, so the codes are Steam's: five letters and digits.")
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
        case Reason.IGNORED if facts.get("name") in _FOR_OTHER_APPS:
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


def _wrong_character(facts: dict[str, str]) -> str:
    """Its place as people count, and what it may have been."""
    character = facts.get("character", "?")
    if "group" in facts and "place" in facts:
        told = tr(
            "{start} has a wrong character, '{character}': character {place} of group {group}.",
            **{**facts, "character": character},
        )
    else:
        place = facts.get("count", facts.get("position", "?"))
        told = tr(
            "{start} has a wrong character, '{character}', at position {position}.",
            **{**facts, "character": character, "position": place},
        )
    return join_sentences(told, tr(_LOOK_ALIKES[character])) if character in _LOOK_ALIKES else told


_LOOK_ALIKES = {
    "0": gettext_noop("Keys have no digit 0; it may be the letter O."),
    "1": gettext_noop("Keys have no digit 1; it may be a capital I or the letter L."),
    "8": gettext_noop("Keys have no digit 8; it may be the letter B."),
}


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


def _usual_spelling(remark: Remark) -> str:
    from authenticator.wording.spelling import usual_spelling

    return usual_spelling(remark)


def _what_it_is(facts: dict[str, str]) -> str:
    """What a text is that is no enrolment, where that is known."""
    if "kind" not in facts:
        return ""
    from authenticator.app.text_kind import TextKind  # rare, and not needed for a code
    from authenticator.wording.other_apps import what_it_is

    return what_it_is(TextKind(facts["kind"]), facts.get("app", ""))


def _standard_way(facts: dict[str, int | str]) -> str:
    from authenticator.app.text_kind import TextKind
    from authenticator.wording.other_apps import standard_way

    return standard_way(TextKind(str(facts["kind"])), str(facts.get("app", "")))


def _with_apps(facts: dict[str, str]) -> dict[str, str]:
    return {"apps": tr("some apps"), **facts}


_FIXES = KEY_FIXES | {
    Reason.MISSING: gettext_noop("Get the QR code or the link from the panel again."),
    Reason.EMPTY: gettext_noop("Fill it in."),
    Reason.TOO_LONG: gettext_noop("Make it shorter."),
    Reason.OUT_OF_RANGE: gettext_noop("Use a value in this range."),
    Reason.NOT_A_NUMBER: gettext_noop("Use a whole number."),
    Reason.UNKNOWN: gettext_noop("Use one that is known."),
    Reason.WRONG_CHARACTER: gettext_noop(
        "Compare with the panel: a key has the letters A to Z and the "
        "digits 2 to 7, never 0, 1, 8 or 9."
    ),
    Reason.TOO_SHORT_TO_DECODE: gettext_noop("Copy the whole key."),
    Reason.ODD_HEX: gettext_noop("Compare with the other side: is one missing, or one too many?"),
    Reason.WRONG_LENGTH: gettext_noop("Copy the whole key."),
    Reason.CHECKSUM: gettext_noop("Copy the key again: a character is wrong or missing."),
    Reason.NOT_AN_ENROLMENT: gettext_noop(
        "Scan the QR code that the panel shows when you enable two-step authentication."
    ),
    Reason.MALFORMED: gettext_noop("Get it from the panel, or from the other app, again."),
    Reason.UNSUPPORTED: gettext_noop("Choose another kind in the panel."),
    Reason.PART: gettext_noop(
        "Read all parts together. If you run the panel, put all of it into one code: few apps join "
        "parts."
    ),
    Reason.PARTS_UNFIT: gettext_noop("Read the codes again, only those that belong together."),
    Reason.PLACEHOLDER: gettext_noop(
        "This is a fault of the panel, not yours: load its page again, or tell those who run it."
    ),
    Reason.CONFLICT: gettext_noop("Give it once."),
    Reason.AMBIGUOUS: gettext_noop(
        "Enter the key instead, with the period in seconds. If you run the panel, give seconds."
    ),
    Reason.UNREAD: gettext_noop("Enter the key instead, with what the panel says about it."),
    Reason.OWN_APP: gettext_noop(
        "Use that app, or choose another authenticator app in the panel, if it offers that."
    ),
    Reason.BROKEN_OFF: gettext_noop("Put the whole link on one line."),
    Reason.NEAR_MISS: gettext_noop("Use the name of the format: '{used}'."),
    Reason.ENTITIES: gettext_noop("Write '&' between the parts of the link."),
    Reason.OVER_ENCODED: gettext_noop("Percent-encode each value once, and nothing else."),
    Reason.BASE64: gettext_noop("Write the key in Base32."),
    Reason.BY_NAME: gettext_noop("Write 'otpauth://steam/' if you make such links."),
    Reason.SHORT: gettext_noop(
        "If you run the panel, generate keys of {bits} bits (RFC 4226, section 4)."
    ),
    Reason.ALL_ZERO: gettext_noop("Generate a random key."),
    Reason.DIFFERS: gettext_noop("Give the same issuer in both places."),
    Reason.ABSENT: gettext_noop("Add one, so that the account can be told from others."),
    Reason.REPEATED: gettext_noop("Give it once."),
    Reason.IGNORED: gettext_noop("Leave it out."),
    Reason.NORMALISED: "",  # by what is unusual
    Reason.TRAILING_BITS: gettext_noop(
        "Encode whole bytes, such as {bytes} in {letters} letters. Perhaps a letter is missing."
    ),
    Reason.DEFAULTED: gettext_noop("Give it a value, or leave it out."),
    Reason.BELOW_RECOMMENDED: gettext_noop("Generate keys of {bits} bits (RFC 4226, section 4)."),
    Reason.SAMPLE: gettext_noop("Generate a random key for each account."),
    Reason.REPETITIVE: gettext_noop("Generate a random key for each account."),
    Reason.READABLE: gettext_noop("Generate random bytes for the key, then encode them."),
    Reason.COLON: gettext_noop("Leave the colon out, such as that of an address with a port."),
    Reason.NO_PREFIX: gettext_noop(
        "Write the label as '{label}', in addition to the part 'issuer'."
    ),
    Reason.NO_PARAMETER: gettext_noop("Add the part 'issuer={issuer}'."),
    Reason.PLUS: gettext_noop("Write a space as '%20' (and a plus as '%2B')."),
    Reason.LOWER_CASE: gettext_noop("Write the key in capital letters."),
    Reason.PADDED: gettext_noop("Leave the equals signs out."),
    Reason.UNUSUAL: gettext_noop(
        "Use {algorithm}, {digits} digits and {period} s, unless you know which apps your users "
        "have."
    ),
    Reason.APPS_IGNORE: gettext_noop(
        "Use {algorithm}, {digits} digits and {period} s, which all apps support."
    ),
    Reason.APPS_REFUSE: gettext_noop(
        "Use {algorithm}, {digits} digits and {period} s, which all apps support."
    ),
    Reason.APPS_WARN: gettext_noop("Generate keys of {bits} bits (RFC 4226, section 4)."),
    Reason.NO_MARGIN: gettext_noop(
        "Leave a margin of {modules} modules in the background colour on all sides."
    ),
    Reason.TIGHT: gettext_noop(
        "Check that there is a margin of {modules} modules where it is shown."
    ),
    Reason.INVERTED: gettext_noop("Draw it dark on light, even on a dark page."),
    Reason.PALE: gettext_noop("Draw it black on white."),
    Reason.DENSE: gettext_noop("Draw it larger, or shorten the names in it."),
}

_TYPE_PIN = gettext_noop("Type the PIN that you chose for this account.")
_HEX_FIX = gettext_noop(
    "Compare with the other side: a Mobile-OTP key has the digits 0 to 9 and the letters a to f."
)


_FIXES_OF_FIELDS = {
    (Field.PIN, Reason.MISSING): _TYPE_PIN,
    (Field.PIN, Reason.OUT_OF_RANGE): _TYPE_PIN,
    (Field.PIN, Reason.WRONG_CHARACTER): _TYPE_PIN,
    (Field.PIN, Reason.UNSUPPORTED): gettext_noop(
        "Leave it out: this account's codes are made without one."
    ),
    (Field.SECRET, Reason.MISSING): gettext_noop(
        "Get the QR code or the link from the panel again. If you run the panel, add the part "
        "'secret'."
    ),
    (Field.ISSUER, Reason.ABSENT): gettext_noop(
        "Name the service: write the label as 'issuer:account', and add the part 'issuer'."
    ),
    (Field.ACCOUNT, Reason.ABSENT): gettext_noop(
        "Name the user: write the label as 'issuer:account'."
    ),
    (Field.COUNTER, Reason.DEFAULTED): gettext_noop(
        "Add 'counter={used}': the format asks for it."
    ),
    (Field.TYPE, Reason.UNUSUAL): gettext_noop("If this is not Steam itself, use 'totp'."),
}
"""Where the field decides."""


def suggested_fix(remark: Remark) -> str:
    """What to do about it; empty if nothing needs to be done."""
    match remark.reason:
        case Reason.NOT_AN_ENROLMENT if "kind" in remark.facts:
            return _standard_way(remark.facts)
        case Reason.NORMALISED:
            return _usual_spelling(remark)
        case Reason.IGNORED if remark.facts.get("name") in _FOR_OTHER_APPS:
            return ""
        case Reason.WRONG_CHARACTER if remark.facts.get("alphabet") == "hex":
            return tr(_HEX_FIX)
        case Reason.UNUSUAL if remark.facts.get("given") in (Type.MOTP, Type.YANDEX):
            return tr("Use 'totp', which all apps know.")
    words = _FIXES_OF_FIELDS.get((remark.field, remark.reason), _FIXES[remark.reason])
    if "fewer" in remark.facts:
        words = LOWER_LEVEL
    usual = Totp()
    figures = {
        "bits": RECOMMENDED_BITS,
        "bytes": RECOMMENDED_BITS // 8,
        "letters": RECOMMENDED_BITS // 5,
        "algorithm": usual.algorithm,
        "digits": usual.digits,
        "period": usual.period_s,
        "modules": remark.facts.get("wanted", "?"),
        "used": remark.facts.get("used", "?"),
        **{fact: remark.facts.get(fact, "?") for fact in ("level", "enough", "fewer")},
        "label": displayable(str(remark.facts.get("label", "issuer:account"))),
        "issuer": displayable(str(remark.facts.get("issuer", ""))),
    }
    return tr(words, **figures) if words else ""
