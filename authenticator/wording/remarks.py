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
}

_CHOICES = {
    Field.TYPE: "totp, hotp or steam",
    Field.ALGORITHM: "SHA1, SHA256 or SHA512",
}


def remark(remark: Remark) -> str:
    """One sentence. No key and no code stands in it."""
    facts = {
        key: shown(value, 60) if isinstance(value, str) else f"{value:,}"
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
}


def mend(remark: Remark) -> str:
    """What to do about it; empty where nothing needs to be done."""
    return _MENDS[remark.reason]
