"""Values of a link's parameters as panels write them: what was plainly meant."""

import re
import unicodedata
from typing import Final

from authenticator.otp.account import Algorithm, algorithm_name

_WORDS: Final = {"four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_DIGITS: Final = re.compile(r"\+?([0-9]{1,30})(?:\.0*)?\s*(?:digits?)?")
_NUMBER: Final = re.compile(r"\+?([0-9]{1,30})(?:\.0*)?")
_SECONDS: Final = re.compile(
    r"\+?([0-9]{1,30})(?:\.0*)?\s*(s|secs?|seconds?|m|mins?|minutes?|ms|milliseconds?)?"
)
_PER_UNIT_S: Final = {"s": 1, "m": 60}
_HASH: Final = re.compile(r"(?:id)?(?:hmac|hs)?(?:with)?(?:sha)?2?(256|512)")
_OLD_HASH: Final = ("sha", "hmacsha", "hmacwithsha1", "idhmacwithsha1", "hs1")
_QUOTED: Final = re.compile(r"""b?(["'`]|%22|%27|&quot;|&#0*39;)(.*)\1""", re.DOTALL)
_BRACKETED: Final = re.compile(r"\[(.*)\]|\((.*)\)|<(.*)>|\{(.*)\}", re.DOTALL)
_ENDS: Final = " \t\r\n.,;:!?\"'`)]}>\\/"
_TEMPLATE: Final = re.compile(r"\{\{.*|\$\{.*|<%.*|%[sd]|\{[a-z0-9_.]*\}|\$[a-z_]+", re.IGNORECASE)
_PLACEHOLDER_WORDS: Final = (
    "undefined null none nil false true nan object objectobject array string bytes buffer "
    "systembyte systemstring resource empty error unknown secret yoursecret yourkey yoursecretkey "
    "mysecret secretkey key"
)
"""What programs print where they have no key, and what manuals print in its place."""
_PLACEHOLDERS: Final = frozenset(_PLACEHOLDER_WORDS.split())
_STEAM_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{27}=?")
"""20 bytes (RFC 4648, section 4)."""
_LIKELY_MS: Final = frozenset(seconds * 1000 for seconds in (10, 15, 20, 30, 45, 60))


def unquoted(text: str) -> str:
    """A value without the quotes or brackets around it, Python's `b'...'` among them."""
    text = text.strip()
    while (match := _QUOTED.fullmatch(text) or _BRACKETED.fullmatch(text)) is not None:
        text = next(part for part in match.groups()[::-1] if part is not None).strip()
    return text


def digits(text: str) -> str | None:
    """A number of digits: `8`, `8.0`, `8 digits`, `eight`, `８`; None where it can't be told."""
    plain = _plain(text)
    if plain in _WORDS:
        return str(_WORDS[plain])
    match = _DIGITS.fullmatch(plain)
    return match and str(int(match[1]))


def period(text: str) -> str | None:
    """A period in seconds: `60`, `60s`, `60.0`, `1 min`, `60000 ms`; None where it can't be
    told."""
    match = _SECONDS.fullmatch(_plain(text))
    if match is None:
        return None
    number, unit = int(match[1]), match[2] or "s"
    if unit.startswith(("ms", "milli")):
        return None if number % 1000 else str(number // 1000)
    return str(number * _PER_UNIT_S[unit[0]])


def may_be_milliseconds(text: str) -> bool:
    """Whether a period is a usual one multiplied by 1,000, without a unit."""
    plain = _plain(text)
    return plain.isdecimal() and len(plain) < 10 and int(plain) in _LIKELY_MS


def counter(text: str) -> str | None:
    """A counter; None where it can't be told."""
    match = _NUMBER.fullmatch(_plain(text))
    return match and str(int(match[1]))


def algorithm(text: str) -> str | None:
    """The algorithm by any of its names (`sha-256`, `HmacSHA256`, `SHA2-256`, `256`); None for
    another hash and for what may be a number in a list of hashes."""
    plain = _plain(text)
    known = algorithm_name(plain)
    if known is not None:
        return known.value
    letters = re.sub(r"[\s_-]+", "", plain)
    if letters in (*_OLD_HASH, "sha1"):
        return Algorithm.SHA1.value
    match = _HASH.fullmatch(letters)
    return match and algorithm_name(f"sha{match[1]}")


def is_placeholder(key: str) -> bool:
    """Whether a program, or a template that was not filled in, put this where the key belongs."""
    text = unquoted(key)
    letters = re.sub(r"[\W_]+", "", text)
    return (
        not letters
        or _TEMPLATE.fullmatch(key.strip()) is not None
        or _TEMPLATE.fullmatch(text) is not None
        or letters.lower() in _PLACEHOLDERS
    )


def placeholder_word(key: str) -> str:
    """Such a text to be shown; empty where it may hold more than one of the known words."""
    known = re.sub(r"[\W_]+", "", key).lower() in _PLACEHOLDERS
    return key.strip()[:24] if known else ""


def steam_base64(key: str) -> bytes | None:
    """The 20 bytes of Steam's `shared_secret` in Base64, a space in it read as a plus; None for a
    key in Base32, and for what may be either."""
    text = unquoted(key).replace(" ", "+")
    if _STEAM_BASE64.fullmatch(text) is None:
        return None
    if text.rstrip("=").isalnum() and (text.isupper() or text.islower()):
        return None
    import base64

    return base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_").rstrip("=") + "=")


def _plain(text: str) -> str:
    """Without quotes, and without the punctuation of what surrounds the link."""
    text = unicodedata.normalize("NFKC", unquoted(text)).strip(_ENDS)
    return unquoted(text).lower()
