"""Secret: key bytes that are never printed, and their Base32 form (RFC 4648, section 6)."""

import base64
import re
import unicodedata
from typing import NoReturn

from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark

MAX_BYTES = 1024
SHORT_BITS = 128
RECOMMENDED_BITS = 160
"""RFC 4226, section 4, R6."""
"""RFC 4226, section 4, R6: a shared secret has at least 128 bits. Shorter ones get a notice."""

_LEAST_LETTERS = 16
"""The shortest key that panels make: 80 bits."""

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_VALUES = _ALPHABET + _ALPHABET.lower()


_HEX_KEY = re.compile(r"[0-9A-Fa-f]+")

HEX_DIGITS = (32, 40, 64, 128)
"""Lengths of keys in hex: 16, 20, 32 and 64 bytes."""


def spaced(text: str) -> str:
    """The text with a space for each filler: white space, dashes and invisible characters, which
    people and panels put into keys. Every other character keeps its place."""
    return "".join(" " if _is_filler(character) else character for character in text)


def without_fillers(text: str) -> str:
    """The characters of a key that count."""
    return spaced(text).replace(" ", "")


def _is_filler(character: str) -> bool:
    return (
        character.isspace() or character == "_" or unicodedata.category(character) in ("Pd", "Cf")
    )


def looks_like_key(text: str) -> bool:
    """Whether this is a key by its look: 16 or more Base32 characters besides fillers and the
    padding, all upper case, or lower case with digits among them (otherwise every long word would
    be one), or as many hex digits as a key has."""
    letters = without_fillers(text).rstrip("=")
    if len(letters) in HEX_DIGITS and _HEX_KEY.fullmatch(letters):
        return True
    return (
        len(letters) >= _LEAST_LETTERS
        and all(character in _VALUES for character in letters)
        and (letters.isupper() or (letters.islower() and not letters.isalpha()))
    )


def may_hold_key(text: str) -> bool:
    """Whether this may be a key, or a link with one, entered in the wrong place."""
    if re.match(r"(otpauth(-migration)?|motp):", text, re.IGNORECASE) or "secret=" in text.lower():
        return True
    return looks_like_key(text)


def _wrong_character(text: str, place: int) -> Remark:
    """The character at `place` (from 0) is not Base32: its position, from 1, and, where there is
    a difference, its place as people count, without fillers, and by groups."""
    before = spaced(text[:place])
    facts: dict[str, int | str] = {"position": place + 1, "character": text[place]}
    count = len(before.replace(" ", "")) + 1
    if count != place + 1:
        facts["count"] = count
    if " " in before.strip() or (before.strip() and before.endswith(" ")):
        facts["group"] = len(before.split()) + before.endswith(" ")
        facts["place"] = 1 if before.endswith(" ") else len(before.split()[-1]) + 1
    return Remark(Field.SECRET, Reason.WRONG_CHARACTER, facts)


class Secret:
    """The key shared with a panel: 1 to 1024 bytes, never shown by accident; with it the PIN, for
    types that make their codes from both.

    Comparison takes constant time. `repr` shows only the length; pickling raises TypeError.
    """

    __slots__ = ("_key", "_pin")

    def __init__(self, key: bytes, pin: str = "") -> None:
        """`pin` is checked by the account that needs it. Raises EnrolmentRefused if the key is
        empty or longer than 1024 bytes."""
        if not key:
            raise EnrolmentRefused([Remark(Field.SECRET, Reason.EMPTY)])
        if len(key) > MAX_BYTES:
            raise EnrolmentRefused(
                [Remark(Field.SECRET, Reason.TOO_LONG, {"length": len(key), "limit": MAX_BYTES})]
            )
        self._key = bytes(key)
        self._pin = pin

    @classmethod
    def from_base32(cls, text: str) -> "Secret":
        """Read a key as users and panels write it.

        Spaces, dashes, invisible characters, lower case, padding or none and lengths that no
        encoder produces are accepted; left-over bits are dropped, as phones do. Raises
        EnrolmentRefused with the position (from 1, in `text`) of the first character that is not
        Base32, and with its group and place where the key is written in groups.
        """
        end = len(text)
        while end and (text[end - 1] == "=" or _is_filler(text[end - 1])):
            end -= 1
        letters = []
        for place, character in enumerate(text[:end]):
            if character in _VALUES:
                letters.append(character)
            elif not _is_filler(character):
                raise EnrolmentRefused([_wrong_character(text, place)])
        if not letters:
            raise EnrolmentRefused([Remark(Field.SECRET, Reason.EMPTY)])
        whole_bytes = len(letters) * 5 // 8
        if whole_bytes == 0:
            raise EnrolmentRefused([Remark(Field.SECRET, Reason.TOO_SHORT_TO_DECODE)])
        if whole_bytes > MAX_BYTES:
            raise EnrolmentRefused(
                [Remark(Field.SECRET, Reason.TOO_LONG, {"length": whole_bytes, "limit": MAX_BYTES})]
            )
        padded = "".join(letters).upper() + "A" * (-len(letters) % 8)
        return cls(base64.b32decode(padded)[:whole_bytes])

    @property
    def key(self) -> bytes:
        """The raw key, for computing codes and for the store; never for messages."""
        return self._key

    @property
    def pin(self) -> str:
        """The PIN, empty without one; as secret as the key."""
        return self._pin

    @property
    def bits(self) -> int:
        return len(self._key) * 8

    def base32(self) -> str:
        """Upper case, without padding: the form that every app accepts."""
        return base64.b32encode(self._key).decode("ascii").rstrip("=")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # loads OpenSSL, which startup does not need

        return hmac.compare_digest(self._key, other._key) and hmac.compare_digest(
            self._pin.encode(), other._pin.encode()
        )

    def __hash__(self) -> int:
        return hash((self._key, self._pin))

    def __repr__(self) -> str:
        return f"Secret({self.bits} bits)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")
