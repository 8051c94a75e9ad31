"""Escapes that texts and links go through on their way: undone one level at a time.

Percent-encoding (RFC 3986, section 2.1) once or several times, JavaScript's `escape()`, HTML
character references, and what JSON and quoted-printable (RFC 2045, section 6.7) do to a link.
"""

import re
from typing import Final
from urllib.parse import unquote

from authenticator.otp.account import well_formed
from authenticator.otp.uri import STRAY_PERCENT

LEVELS: Final = 6
"""Times that something may be encoded."""

_ASCII_ESCAPE: Final = re.compile(r"%([2-7][0-9A-Fa-f])")
_JAVASCRIPT: Final = re.compile(r"%u([0-9A-Fa-f]{4})|%([0-9A-Fa-f]{2})")
_JAVASCRIPT_ONLY: Final = re.compile(r"%u[0-9A-Fa-f]{4}")
_STILL_ENCODED: Final = re.compile(
    r"%(?:25)*(?:20|25(?=[0-9A-F]{2})|26|27|2[89BCF]|3[AD]|40|C[2-9A-F]%[89AB][0-9A-F]|[DE][0-9A-F]%[89AB])",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_JSON: Final = re.compile(r"\\u00([2-7][0-9a-fA-F])|\\/")
_SOFT_BREAK: Final = re.compile(r"=\r?\n")


def one_level(text: str) -> str:
    """A link without one level of percent-encoding; escapes of other than ASCII characters stay
    as they are, as one or none is left of them."""
    return _ASCII_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def decoded(raw: str) -> tuple[str, bool]:
    """A value without its percent-encoding, and whether there was something wrong with that: a
    `%` that starts no escape, bytes that are not UTF-8 (read as Latin-1), `%u0160` of
    JavaScript's `escape()`."""
    if _JAVASCRIPT_ONLY.search(raw):
        text = _JAVASCRIPT.sub(lambda match: chr(int(match[1] or match[2], 16)), raw)
        return well_formed(text), True
    try:
        return unquote(raw, errors="strict"), STRAY_PERCENT.search(raw) is not None
    except UnicodeDecodeError:
        return unquote(raw, encoding="latin-1"), True


def without_extra_levels(raw: str) -> str:
    """A name that is encoded once: further levels are undone."""
    for _ in range(LEVELS):
        if not _STILL_ENCODED.search(decoded(raw)[0]):
            break
        raw = one_level(raw)
    return raw


def without_references(text: str) -> str:
    """Text with HTML's character references (`&amp;`, `&#39;`) undone, as often as they were
    made."""

    def character(match: re.Match[str]) -> str:
        import html

        plain = html.unescape(match[0].lower())
        return match[0] if plain == match[0].lower() else plain

    for _ in range(LEVELS):
        if not _REFERENCE.search(text):
            break
        text = _REFERENCE.sub(character, text)
    return text


def without_json(text: str) -> str:
    """Text with the escapes that JSON writes into links (`\\/`, `\\u0026`) undone."""
    return _JSON.sub(lambda match: chr(int(match[1], 16)) if match[1] else "/", text)


def without_quoted_printable(text: str) -> str:
    """Mail text as it was before quoted-printable: every `=` was `=3D`, and lines were broken
    by a `=` at their end."""

    def characters(match: re.Match[str]) -> str:
        return bytes.fromhex(match[0].replace("=", "")).decode("utf-8", "replace")

    return re.sub(r"(?:=[0-9A-F]{2})+", characters, _SOFT_BREAK.sub("", text))
