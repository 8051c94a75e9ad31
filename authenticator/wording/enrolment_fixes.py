"""A remark about a field -> what to do about it: for its panel's makers, or for the user."""

from authenticator.app.text_kind import TextKind
from authenticator.language import gettext_noop, tr
from authenticator.otp.account import Totp, Type
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.secret import RECOMMENDED_BITS
from authenticator.wording.enrolment_remarks import FOR_OTHER_APPS
from authenticator.wording.key_remarks import KEY_FIXES
from authenticator.wording.link_remarks import LINK_FIXES
from authenticator.wording.other_apps import standard_way
from authenticator.wording.picture_remarks import LOWER_LEVEL
from authenticator.wording.spelling import usual_spelling
from authenticator.wording.untrusted_text import displayable

_FIXES = {
    **KEY_FIXES,
    **LINK_FIXES,
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
            kind = TextKind(str(remark.facts["kind"]))
            return standard_way(kind, str(remark.facts.get("app", "")))
        case Reason.NORMALISED:
            return usual_spelling(remark)
        case Reason.IGNORED if remark.facts.get("name") in FOR_OTHER_APPS:
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
