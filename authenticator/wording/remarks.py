"""A fault or a notice about a field -> a sentence, and how to mend it."""

from authenticator.otp.remark import Field, Reason, Remark
from authenticator.wording.text import shown

_NAMES = {
    Field.URI: "the link",
    Field.TYPE: "the type",
    Field.ISSUER: "the issuer",
    Field.ACCOUNT: "the account name",
    Field.SECRET: "the key",
    Field.ALGORITHM: "the algorithm",
    Field.DIGITS: "the number of digits",
    Field.PERIOD: "the period",
    Field.COUNTER: "the counter",
    Field.PARAMETER: "a part of the link",
    Field.PICTURE: "the picture",
}

_CHOICES = {
    Field.TYPE: "totp, hotp or steam",
    Field.ALGORITHM: "SHA1, SHA256 or SHA512",
}


def remark(remark: Remark) -> str:
    """One sentence. No key and no code stands in it."""
    facts = {
        # Text of strangers is cut; names of apps are our own.
        key: shown(value, 300 if key == "apps" else 60) if isinstance(value, str) else f"{value:,}"
        for key, value in remark.facts.items()
    }
    sentence = _sentence(remark, facts)
    if "entry" in facts:
        sentence = f"Account {facts['entry']} of the export: {sentence[0].lower()}{sentence[1:]}"
    return sentence


def _sentence(remark: Remark, facts: dict[str, str]) -> str:
    name = _NAMES[remark.field]
    start = name[0].upper() + name[1:]
    part = f" '{facts['name']}'" if facts.get("name") else ""
    given = f" '{facts['given']}'" if facts.get("given") else ""
    match remark.reason:
        case Reason.MISSING if remark.field is Field.PARAMETER:
            return f"The link has no{part or ' such part'}."
        case Reason.MISSING:
            return f"{start} is missing."
        case Reason.EMPTY if remark.field is Field.URI:
            return "The export holds no account."
        case Reason.EMPTY:
            return f"{start} is empty."
        case Reason.TOO_LONG if "length" in facts:
            unit = {
                Field.SECRET: "bytes",
                Field.PARAMETER: "parts",
            }.get(remark.field, "characters")
            what = "The link" if remark.field is Field.PARAMETER else start
            return f"{what} has {facts['length']} {unit}; {facts['limit']} is the most."
        case Reason.TOO_LONG:
            return f"{start} is too long."
        case Reason.OUT_OF_RANGE if "low" in facts:
            unit = " seconds" if remark.field is Field.PERIOD else ""
            return (
                f"{start} is {facts['given']}; it can be {facts['low']} to {facts['high']}{unit}."
            )
        case Reason.OUT_OF_RANGE:
            return f"{start}{given} is out of range."
        case Reason.NOT_A_NUMBER:
            return f"{start} is{given or ' something'}, which is no whole number."
        case Reason.UNKNOWN:
            choices = _CHOICES.get(remark.field)
            return f"{start}{given} is not known" + (f"; known are {choices}." if choices else ".")
        case Reason.WRONG_CHARACTER:
            return (
                f"{start} has a wrong character, '{facts.get('character', '?')}', "
                f"at place {facts.get('position', '?')}."
            )
        case Reason.TOO_SHORT_TO_DECODE:
            return f"{start} is too short: one character holds no whole byte."
        case Reason.NOT_AN_ENROLMENT:
            return "This is no enrolment for two-step codes."
        case Reason.MALFORMED:
            return f"{start} is damaged and can't be read."
        case Reason.UNSUPPORTED:
            return f"{start}{given or part} is a kind that can't be used here."
        case Reason.SHORT:
            bits, wanted = facts["bits"], facts["wanted"]
            return f"{start} is short: {bits} bits, where {wanted} or more are safer."
        case Reason.ALL_ZERO:
            return f"{start} is all zeros, which protects nothing."
        case Reason.DIFFERS:
            return (
                f"{start} is given twice, as '{facts.get('given', '')}' and as "
                f"'{facts.get('used', '')}'. The second is used."
            )
        case Reason.ABSENT:
            return f"{start} is not given."
        case Reason.REPEATED if remark.field is Field.URI:
            return f"There are {facts.get('count', 'several')} links where one is read at a time."
        case Reason.REPEATED:
            return f"{start} is given more than once. The first is used."
        case Reason.IGNORED if remark.field is Field.PARAMETER:
            return f"A part of the link{part} is not used and was passed over."
        case Reason.IGNORED:
            return f"{start}{given} does not belong to this type and was passed over."
        case Reason.NORMALISED if facts.get("used") and given:
            return f"{start} was written{given} and is read as '{facts['used']}'."
        case Reason.NORMALISED if remark.field is Field.URI:
            return "Line breaks in the link were dropped."
        case Reason.NORMALISED:
            return f"{start} was written in an unusual way, which was put right."
        case Reason.TRAILING_BITS:
            return f"{start} has an unusual length; the bits left over at its end were dropped."
        case Reason.DEFAULTED:
            return f"{start} is not given; {facts.get('used', 'the usual value')} is used."
        case Reason.BELOW_RECOMMENDED:
            bits, wanted = facts.get("bits", "?"), facts.get("wanted", "160")
            return f"{start} has {bits} bits; {wanted} are recommended."
        case Reason.SAMPLE:
            return f"{start} is a sample from a manual, which everybody knows."
        case Reason.REPETITIVE:
            return f"{start} is not random: it repeats itself or counts."
        case Reason.READABLE:
            return f"{start} is made of readable characters, so it is easier to guess."
        case Reason.COLON:
            return f"{start} holds a colon, at which apps part issuer and account name."
        case Reason.NO_PREFIX:
            return (
                "The issuer does not stand before the account name, so Google Authenticator may "
                "not show it."
            )
        case Reason.NO_PARAMETER:
            return "The issuer stands before the account name only, not as a part of its own."
        case Reason.PLUS:
            return f"{start} has a plus for a space before the account name; apps show the plus."
        case Reason.PADDED:
            return f"{start} ends in equals signs, which the format leaves out."
        case Reason.UNUSUAL:
            return f"{start}{given} is one that few apps know."
        case Reason.APPS_IGNORE:
            return f"{start} is ignored by {facts.get('apps', 'some apps')}: their codes are wrong."
        case Reason.APPS_REFUSE:
            return f"{start} is refused by {facts.get('apps', 'some apps')}."
        case Reason.APPS_WARN:
            return f"{start} is warned of by {facts.get('apps', 'some apps')}."
        case Reason.NO_MARGIN:
            modules, wanted = facts.get("modules", "?"), facts.get("wanted", "4")
            return f"The code's margin is {modules} modules wide; {wanted} are needed."
        case Reason.INVERTED:
            return "The code is light on dark, which some phones don't read."
        case Reason.PALE:
            return f"The code's contrast is {facts.get('percent', '?')} %; phones want 40 or more."
        case Reason.DENSE:
            return (
                f"The code has {facts.get('modules', 'many')} modules a side of "
                f"{facts.get('pixels', 'few')} pixels each: too fine for a phone at arm's length."
            )


_MENDS = {
    Reason.MISSING: "Get the enrolment from the panel once more.",
    Reason.EMPTY: "Fill it in.",
    Reason.TOO_LONG: "Make it shorter.",
    Reason.OUT_OF_RANGE: "Use a value within these bounds.",
    Reason.NOT_A_NUMBER: "Use a whole number.",
    Reason.UNKNOWN: "Use one that is known.",
    Reason.WRONG_CHARACTER: "Compare with the panel: a key has the letters A to Z and the "
    "digits 2 to 7, never 0, 1, 8 or 9.",
    Reason.TOO_SHORT_TO_DECODE: "Copy the whole key.",
    Reason.NOT_AN_ENROLMENT: "Scan the QR code that the panel shows when you enable two-step "
    "authentication.",
    Reason.MALFORMED: "Get it from the panel, or from the other app, once more.",
    Reason.UNSUPPORTED: "Choose another kind in the panel.",
    Reason.SHORT: "Where you run the panel, make keys of 160 bits (RFC 4226, section 4).",
    Reason.ALL_ZERO: "Make a random key.",
    Reason.DIFFERS: "Give the same issuer in both places.",
    Reason.ABSENT: "Give one, so that the account can be told from others.",
    Reason.REPEATED: "Give it once.",
    Reason.IGNORED: "Leave it out.",
    Reason.NORMALISED: "",
    Reason.TRAILING_BITS: "Encode whole bytes.",
    Reason.DEFAULTED: "",
    Reason.BELOW_RECOMMENDED: "Make keys of 160 bits (RFC 4226, section 4).",
    Reason.SAMPLE: "Make a random key for each account.",
    Reason.REPETITIVE: "Make a random key for each account.",
    Reason.READABLE: "Take the key from a generator of random bytes, then encode it.",
    Reason.COLON: "Leave the colon out.",
    Reason.NO_PREFIX: "Write the label as 'issuer:account', beside the part 'issuer'.",
    Reason.NO_PARAMETER: "Add the part 'issuer' with the same value.",
    Reason.PLUS: "Write a space as '%20'.",
    Reason.PADDED: "Leave the equals signs out.",
    Reason.UNUSUAL: "Use SHA1, 6 digits and 30 s, unless you know the apps of your users.",
    Reason.APPS_IGNORE: "Use SHA1, 6 digits and 30 s, which all apps know.",
    Reason.APPS_REFUSE: "Use SHA1, 6 digits and 30 s, which all apps know.",
    Reason.APPS_WARN: "Make keys of 160 bits (RFC 4226, section 4).",
    Reason.NO_MARGIN: "Leave 4 modules of the background's colour free on all sides.",
    Reason.INVERTED: "Draw it dark on light, in a dark page too.",
    Reason.PALE: "Draw it black on white.",
    Reason.DENSE: "Draw it larger, or shorten the names in it.",
}


def mend(remark: Remark) -> str:
    """What to do about it; empty where nothing needs to be done."""
    return _MENDS[remark.reason]
