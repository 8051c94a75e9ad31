"""A key as a person types or pastes it: which part is the key, and what has to be asked first.

The letters of a label are letters of Base32 too. So words around a key never become part of it
silently: a label with a clear end is left out and said, and where it is not certain where the
key begins, or whether it can be right, there is a question. Pure text, and no key in a remark.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from authenticator.otp.key_doubts import are_keys, clean_part, doubts, length_remark
from authenticator.otp.key_labels import (
    is_label,
    is_label_word,
    names_password,
    names_recovery_code,
    names_settings,
    without_key_letters,
)
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import (
    HEX_DIGITS,
    Secret,
    looks_like_key,
    spaced,
    without_fillers,
)

TEXT_LIMIT: Final = 8192
"""Characters. The longest key takes 1,639, and in hex, with colons, 3,071."""

_LEAST_HEX_DIGITS: Final = 26
"""Fewer hex digits may as well be a Base32 key with a typing error."""
_LINK: Final = re.compile(r"otpauth|://|[?&][a-z]+=", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-z][^<>=]*(?:\s[\w-]+=\"[^\"<>]*\"\s*)*>", re.IGNORECASE)
_CUTS: Final = "=:：＝<>|→»«'\"`´“”„‚‘’‹›()[]{}*#,;.!?…。，；、"
"""What stands between a label and a key, or around a key, and in no key."""
_BETWEEN_CUTS: Final = re.compile(f"[^{re.escape(_CUTS)}]+")
_BETWEEN_LINES: Final = re.compile(f"[^{re.escape(_CUTS)}\n\r\t]+")
_HEX: Final = "0123456789ABCDEFabcdef :"


class Encoding(StrEnum):
    """How the bytes of a key are written."""

    BASE32 = "base32"
    HEX = "hex"


@dataclass(frozen=True, slots=True)
class TypedKey:
    """What was understood. `text` is the key as it was written, without what was left out.

    `questions` have to be answered with a yes before the key is used. `notes` say what was left
    out. `part` is what may be the key instead of `text`, where words may be around it; or empty.
    """

    secret: Secret
    text: str = field(repr=False)
    questions: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    part: str = field(default="", repr=False)


def read_key(text: str, encoding: Encoding | None = None) -> TypedKey:
    """Read a key with whatever stands around it; `encoding` answers how it is written.

    Raises EnrolmentRefused; `position` in its facts is the place in `text`, from 1, or missing.
    """
    if len(text) > TEXT_LIMIT:
        secret = Secret.from_base32(text)  # raises what is wrong with it
        return TypedKey(secret, text)
    if _LINK.search(text):
        raise _refused(Reason.WHOLE_LINK)
    plain = _without_markup(text)
    if encoding is not Encoding.BASE32 and (found := _hex(plain, encoding)) is not None:
        return found
    if encoding is Encoding.HEX:
        raise _refused(Reason.NOT_HEX)
    try:
        return _base32(plain)
    except EnrolmentRefused as refusal:
        if plain == text:
            raise
        raise EnrolmentRefused(map(_without_position, refusal.faults)) from None


def is_bare_key(text: str) -> bool:
    """Whether a text from outside is a key and nothing else, but for a label: 16 or more capital
    Base32 letters, or small ones with digits among them, in groups or not; or 32, 40, 64 or 128
    hex digits. Everything else may be a password."""
    if len(text) > TEXT_LIMIT:
        return False
    text = _without_markup(text)
    try:
        typed = read_key(text)
    except EnrolmentRefused:
        return False
    if not looks_like_key(typed.text.replace(":", "")):
        return False
    rest = text.replace(typed.text, "", 1)
    words = any(character.isalnum() for character in rest)
    asked = {question.reason for question in typed.questions}
    return not asked & {Reason.UNCLEAR_START, Reason.MIXED_CASE, Reason.RECOVERY_CODE} and (
        not words or (any(map(is_label_word, _words(rest))) and not names_password(rest))
    )


# Hex


def _hex(plain: str, encoding: Encoding | None) -> TypedKey | None:
    """The hex digits at the end of a text; None where there are none, or too few to be sure."""
    words, written = _hex_tail(spaced(plain).strip(_CUTS + " "))
    digits = re.sub("[ :]", "", written)
    if not digits or (encoding is Encoding.HEX and words and not is_label(words, digits)):
        return None
    certain = any(digit in "0189" for digit in digits)
    known = len(digits) in HEX_DIGITS or (certain and len(digits) >= _LEAST_HEX_DIGITS)
    if encoding is None and not known:
        return None
    odd = length_remark(len(digits), HEX_DIGITS, hex=1)
    if len(digits) % 2:
        raise EnrolmentRefused([odd])
    questions = []
    if encoding is None:
        reason = Reason.HEX if certain else Reason.HEX_OR_BASE32
        questions.append(Remark(Field.SECRET, reason, {"length": len(digits)}))
    if len(digits) not in HEX_DIGITS:
        questions.append(odd)
    asked, notes = _about_words([words], digits)
    return TypedKey(Secret(bytes.fromhex(digits)), written, (*questions, *asked), notes)


def _hex_tail(body: str) -> tuple[str, str]:
    """The words before the hex digits at the end of a text, without `0x`, and the digits with
    what is between them."""
    start = len(body.rstrip(_HEX))
    before = body[:start]
    if before[-2:].lower() == "0x" and not before[-3:-2].isalnum():
        before = before[:-2]
    elif before[-1:].isalnum():  # the last letters of a word may be hex digits, too
        while start < len(body) and body[start] not in " :":
            start += 1
        before = body[:start]
    return before.strip(), body[start:].strip(" :")


# Base32


def _base32(plain: str) -> TypedKey:
    start, end, around, behind = _located(plain)
    core = plain[start:end]
    asked, notes = _about_words(around, core)
    if behind and not asked:
        asked = (Remark(Field.SECRET, Reason.UNCLEAR_START),)
    part = clean_part(core)
    try:
        secret = Secret.from_base32(core)
    except EnrolmentRefused as refusal:
        words = core.replace(part, " ", 1)
        if not part or not is_label(words, part):
            raise EnrolmentRefused(_moved(fault, start) for fault in refusal.faults) from None
        unclear = Remark(Field.SECRET, Reason.UNCLEAR_START, _left_out(words, part))
        return TypedKey(Secret.from_base32(part), part, (unclear, *asked), notes)
    if secret.base32() != without_fillers(core).rstrip("=").upper():
        notes = (*notes, Remark(Field.SECRET, Reason.TRAILING_BITS))
    unsure = doubts(core)
    if not unsure:
        return TypedKey(secret, core.strip(), asked, notes)
    if any(doubt.reason is Reason.RECOVERY_CODE for doubt in unsure):
        part = ""
    if part:  # what is odd about the whole is that there are words in it
        mixed = unsure[0].reason is Reason.MIXED_CASE
        reason = Reason.MIXED_CASE if mixed else Reason.UNCLEAR_START
        unsure = [Remark(Field.SECRET, reason, _left_out(core.replace(part, " ", 1), part))]
    return TypedKey(secret, core.strip(), (*unsure, *asked), notes, part)


def _located(plain: str) -> tuple[int, int, list[str], bool]:
    """Where the key begins and ends, the words around it, and whether there are any behind it.

    Raises EnrolmentRefused where the rest may be a part of the key, or is a second one.
    """
    spans = likely = list(_pieces(plain, _BETWEEN_CUTS))
    for between in (_BETWEEN_CUTS, _BETWEEN_LINES):  # a key may span several lines
        pieces = list(_pieces(plain, between))
        likely = [(start, end) for start, end in pieces if looks_like_key(plain[start:end])]
        if likely:
            spans = pieces
            break
    if len(likely) > 1 or any(are_keys(plain[slice(*span)]) for span in likely):
        raise _refused(Reason.SEVERAL_KEYS)
    if not spans:
        return 0, len(plain), [], False
    start, end = likely[0] if likely else spans[-1]
    around = [plain[at:to] for at, to in spans if at != start]
    key = plain[start:end]
    # What looks like a key is one; fewer letters are one only behind a word for it.
    told = bool(likely) or any(map(is_label_word, _words(" ".join(around))))
    stray = not around and "=" in plain[:start]
    if stray or (around and not (told and all(is_label(words, key) for words in around))):
        Secret.from_base32(plain)  # raises what is wrong with it
        return 0, len(plain), [], False
    return start, end, around, (start, end) != spans[-1]


def _pieces(plain: str, between: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for piece in between.finditer(plain):
        if without_fillers(piece[0]):
            yield piece.span()


# Words around the key


def _about_words(around: Iterable[str], key: str) -> tuple[tuple[Remark, ...], tuple[Remark, ...]]:
    """What to ask, and what to say, about the words that were left out."""
    words = " ".join(around).strip()
    if not words.strip(_CUTS + " "):
        return (), ()
    asked = []
    if names_settings(words):
        asked.append(Remark(Field.SECRET, Reason.SETTINGS_BESIDE))
    if names_recovery_code(words):
        asked.append(Remark(Field.SECRET, Reason.RECOVERY_CODE))
    return tuple(asked), (Remark(Field.SECRET, Reason.LEFT_OUT, _left_out(words, key)),)


def _left_out(words: str, key: str) -> dict[str, int | str]:
    return {"words": without_key_letters(words, key)}


# Text


def _without_markup(text: str) -> str:
    if "<" not in text and "&" not in text:
        return text
    from html import unescape

    return unescape(_TAG.sub(" ", text))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _refused(reason: Reason) -> EnrolmentRefused:
    return EnrolmentRefused([Remark(Field.SECRET, reason)])


def _moved(fault: Remark, by: int) -> Remark:
    if "position" not in fault.facts:
        return fault
    facts = {"count": fault.facts["position"], **fault.facts} if by else dict(fault.facts)
    return Remark(fault.field, fault.reason, {**facts, "position": int(facts["position"]) + by})


def _without_position(fault: Remark) -> Remark:
    facts = {name: value for name, value in fault.facts.items() if name != "position"}
    if "position" in fault.facts:
        facts.setdefault("count", fault.facts["position"])
    return Remark(fault.field, fault.reason, facts)
