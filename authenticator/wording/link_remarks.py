"""Sentences about a link that is not written as the format says: what was understood, what not."""

from authenticator.language import gettext_noop, tr
from authenticator.otp.remark import Reason

LINK_FIXES = {
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
    Reason.BARE_KEY: gettext_noop("Enter it by itself, with the name of its account."),
    Reason.NEAR_MISS: gettext_noop("Use the name of the format: '{used}'."),
    Reason.ENTITIES: gettext_noop("Write '&' between the parts of the link."),
    Reason.OVER_ENCODED: gettext_noop("Percent-encode each value once, and nothing else."),
    Reason.BASE64: gettext_noop("Write the key in Base32."),
    Reason.BY_NAME: gettext_noop("Write 'otpauth://steam/' if you make such links."),
}
"""What to do about it, by reason."""

LINK_REMARKS = tuple(LINK_FIXES)

_SENTENCES = {
    Reason.PLACEHOLDER: gettext_noop("The panel made a link without a key in it."),
    Reason.CONFLICT: gettext_noop("{start} is given twice, and differs; only one can be right."),
    Reason.AMBIGUOUS: gettext_noop("{start} may be in seconds or milliseconds."),
    Reason.UNREAD: gettext_noop("A part of the link may change the codes and can't be read."),
    Reason.OWN_APP: gettext_noop(
        "These codes can only be right in the app that the link is made for."
    ),
    Reason.BROKEN_OFF: gettext_noop(
        "The link may go on in the next line, so its key may not be whole."
    ),
    Reason.BARE_KEY: gettext_noop("This may be a key, without a link or a name."),
    Reason.NEAR_MISS: gettext_noop("A part of the link has an unusual name and was read."),
    Reason.ENTITIES: gettext_noop("The link has '&amp;' where a '&' belongs; it was read as '&'."),
    Reason.OVER_ENCODED: gettext_noop(
        "The link is percent-encoded too often; it was decoded again."
    ),
    Reason.BASE64: gettext_noop("{start} is in Base64, as Steam keeps it."),
    Reason.BY_NAME: gettext_noop(
        "This is Steam, so the codes are Steam's: five letters and digits."
    ),
}
_WITH_FACTS = {
    (Reason.PLACEHOLDER, "given"): gettext_noop(
        "The panel made a link with '{given}' where the key belongs."
    ),
    (Reason.CONFLICT, "used"): gettext_noop(
        "{start} is given twice, as '{given}' and as '{used}'; only one can be right."
    ),
    (Reason.AMBIGUOUS, "given"): gettext_noop(
        "{start} is {given}, which may be seconds or milliseconds."
    ),
    (Reason.UNREAD, "name"): gettext_noop(
        "A part of the link, '{name}', may change the codes and can't be read."
    ),
    (Reason.OWN_APP, "name"): gettext_noop(
        "The link has '{name}': these codes can only be right in the app it is made for."
    ),
    (Reason.OWN_APP, "given"): gettext_noop(
        "The type is '{given}': these codes can only be right in the app it is made for."
    ),
    (Reason.NEAR_MISS, "used"): gettext_noop(
        "A part of the link is called '{given}'; it was read as '{used}'."
    ),
}
"""Where this fact is known."""


def link_remark(reason: Reason, facts: dict[str, str]) -> str:
    """One sentence. `reason` is one of `LINK_REMARKS`; `facts` has the field's name as `start`."""
    for (about, fact), words in _WITH_FACTS.items():
        if about is reason and facts.get(fact):
            return tr(words, **{"given": "?", **facts})
    return tr(_SENTENCES[reason], **facts)
