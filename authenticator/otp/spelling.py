"""How a value of a link deviates from the way in which the format writes it."""

import re
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from authenticator.otp.uri import STRAY_PERCENT

_CUT_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]?$")
_JAVASCRIPT: Final = re.compile(r"%u[0-9A-Fa-f]{4}")


class Spelling(StrEnum):
    """What is unusual about a value."""

    JAVASCRIPT = "javascript"
    """`%u0160`: made by JavaScript's `escape()`."""
    NOT_UTF8 = "not_utf8"
    """Escaped bytes that are not UTF-8."""
    PERCENT = "percent"
    """A `%` that starts no escape."""
    PLUS = "plus"
    """A `+` for a space."""
    OTHER = "other"


def spelling(given: str, used: str) -> Spelling:
    """What is unusual about a value that is `given` in a link, undecoded and perhaps cut off at
    its end, and read as `used`."""
    if _JAVASCRIPT.search(given):
        return Spelling.JAVASCRIPT
    whole = _CUT_ESCAPE.sub("", given) if len(given) > len(used) else given
    try:
        unquote_to_bytes(whole).decode()
    except UnicodeDecodeError as fault:
        if "%" in whole and "unexpected end" not in fault.reason:
            return Spelling.NOT_UTF8
    if STRAY_PERCENT.search(whole):
        return Spelling.PERCENT
    return Spelling.PLUS if "+" in given and "+" not in used else Spelling.OTHER


def spelled(text: str, *, separator: bool = False) -> str:
    """A name as the format writes it in a link; in a label, `separator` keeps the colon."""
    return quote(text, safe="@:" if separator else "@")
