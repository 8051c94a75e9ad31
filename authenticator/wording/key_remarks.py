"""Sentences about a key entered by hand: what is asked, said, or wrong."""

from authenticator.language import gettext_noop, join_sentences, number, tr, trn
from authenticator.otp.remark import Reason, Remark
from authenticator.wording.untrusted_text import displayable

_SENTENCES = {
    Reason.WHOLE_LINK: gettext_noop("This is a link, or a part of one, and not a key alone."),
    Reason.SEVERAL_KEYS: gettext_noop("There is more than one key."),
    Reason.NOT_HEX: gettext_noop("The key is not written in hex."),
    Reason.INCOMPLETE: gettext_noop("Is this the whole key?"),
    Reason.ODD_LENGTH: gettext_noop("Few keys have this length: is this the whole key?"),
    Reason.MIXED_CASE: gettext_noop(
        "Capital and small letters are mixed, as in few keys: are words among them?"
    ),
    Reason.UNCLEAR_START: gettext_noop("Words stand around the key: where does it begin and end?"),
    Reason.HEX: gettext_noop("The key is written in hex. Is this the key, and all of it?"),
    Reason.HEX_OR_BASE32: gettext_noop(
        "The key can be read as Base32, as most keys are, or as hex. Which is it?"
    ),
    Reason.RECOVERY_CODE: gettext_noop(
        "This looks like a recovery code, which signs you in once and makes no codes. Is it the "
        "key?"
    ),
    Reason.SETTINGS_BESIDE: gettext_noop(
        "The text around the key speaks of how codes are made. Is all of that set here too?"
    ),
    Reason.LEFT_OUT: gettext_noop("What stood around the key was left out."),
}

KEY_REMARKS = frozenset(_SENTENCES)
"""The reasons that `key_remark` knows."""

KEY_FIXES = {
    Reason.WHOLE_LINK: gettext_noop("Scan or paste the whole link instead of typing the key."),
    Reason.SEVERAL_KEYS: gettext_noop("Enter one at a time."),
    Reason.NOT_HEX: gettext_noop("Leave out that it is hex."),
    Reason.INCOMPLETE: gettext_noop("Copy the whole key."),
    Reason.ODD_LENGTH: gettext_noop("Compare the key with the panel, group by group."),
    Reason.MIXED_CASE: gettext_noop("Give the key alone, without the words around it."),
    Reason.UNCLEAR_START: gettext_noop("Give the key alone, without the words around it."),
    Reason.HEX: gettext_noop("See whether the panel also shows the key in letters."),
    Reason.HEX_OR_BASE32: gettext_noop("Ask the panel which it is."),
    Reason.RECOVERY_CODE: gettext_noop("Use the key that the panel shows beside the QR code."),
    Reason.SETTINGS_BESIDE: gettext_noop("Set type, digits, period and algorithm as it says."),
    Reason.LEFT_OUT: "",
}


def key_remark(remark: Remark) -> str:
    """One sentence or two, without the key. `remark.reason` is one of `KEY_REMARKS`."""
    length, wanted = remark.facts.get("length"), remark.facts.get("wanted")
    words = remark.facts.get("words")
    shown = displayable(words, 60) if isinstance(words, str) and words else ""
    match remark.reason:
        case Reason.LEFT_OUT if shown:
            return tr("'{words}' is no part of the key and was left out.", words=shown)
        case Reason.UNCLEAR_START | Reason.MIXED_CASE if shown:
            return tr("Is '{words}' a part of the key? It looks like words around it.", words=shown)
        case Reason.INCOMPLETE if isinstance(length, int):
            return trn(
                "The key has only one letter: is this all of it?",
                "The key has only {count} letters: is this all of it?",
                length,
            )
        case Reason.ODD_LENGTH if isinstance(length, int):
            return _length(length, wanted if isinstance(wanted, int) else None, remark.facts)
        case Reason.HEX if isinstance(length, int):
            return trn(
                "The key is written in hex, with one digit. Is this the key?",
                "The key is written in hex, with {count} digits. Is this the key, and all of it?",
                length,
            )
    return tr(_SENTENCES[remark.reason])


def _length(length: int, wanted: int | None, facts: dict[str, int | str]) -> str:
    if wanted is None:
        if "hex" in facts:
            return trn(
                "One hex digit: is this the whole key?",
                "{count} hex digits, as few keys have: is this the whole key?",
                length,
            )
        return trn(
            "One letter: is this the whole key?",
            "{count} letters, as few keys have: is this the whole key, and nothing else?",
            length,
        )
    usual = number(wanted)
    if "hex" in facts:
        return (
            trn(
                "One hex digit: is one missing? Many keys have {usual}.",
                "{count} hex digits: is one missing? Many keys have {usual}.",
                length,
                usual=usual,
            )
            if wanted > length
            else trn(
                "One hex digit: is it one too many? Many keys have {usual}.",
                "{count} hex digits: is one too many? Many keys have {usual}.",
                length,
                usual=usual,
            )
        )
    return (
        trn(
            "One letter: is one missing? Many keys have {usual}.",
            "{count} letters: is one missing? Many keys have {usual}.",
            length,
            usual=usual,
        )
        if wanted > length
        else trn(
            "One letter: is it one too many? Many keys have {usual}.",
            "{count} letters: is one too many? Many keys have {usual}.",
            length,
            usual=usual,
        )
    )


def wrong_character(facts: dict[str, str]) -> str:
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
