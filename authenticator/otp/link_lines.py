"""Links that are broken over several lines, as mail programs and terminals break them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from authenticator.otp.escapes import decoded
from authenticator.otp.key_doubts import USUAL_LETTERS
from authenticator.otp.link_parameters import items, named_items
from authenticator.otp.parameter_names import known_parameter, parameter

BASE32: Final = re.compile(r"[A-Z2-7]+=*|[a-z2-7]+=*")

_BASE64: Final = re.compile(r"(?=.*(?:[0-9+/=%]|[a-z][A-Z]))[A-Za-z0-9+/=%_-]+")
"""Base64 that is no single word."""
_NEXT_PARAMETER: Final = re.compile(r"[^\s&?]*[&?]([^\s&?=]{1,40})=")
_OTHER_LINK: Final = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_WRAPPED_AT: Final = 50
"""Characters: no mail program breaks shorter lines."""


@dataclass(frozen=True, slots=True)
class JoinedLines:
    """A link's lines as one. `count` is how many; `broken_off` is set where it can't be told
    whether the next one belongs to the link, and with that what its codes are."""

    text: str
    count: int
    broken_off: bool = False


def joined_lines(lines: Sequence[str], *, before: int, export: bool) -> JoinedLines:
    """The first of these lines, and those that the link in it goes on in. `before` is the number
    of characters in front of it; `export` tells that it is an export of accounts."""
    text = last = lines[0].rstrip()
    count = 1
    for following in (line.strip(" \t") for line in lines[1:]):
        wrapped = before + len(text) >= _WRAPPED_AT
        if not following:
            break
        if export:
            ended = text.endswith(("=", "%3D")) or ("data=" in text and len(last) < _WRAPPED_AT)
            goes_on = wrapped and not ended and _BASE64.fullmatch(following) is not None
        else:
            goes_on = _goes_on(text, following, wrapped=wrapped)
        if not goes_on:
            return JoinedLines(text, count, not export and _may_go_on(text, following))
        text, last, count = text + following, following, count + 1
    return JoinedLines(text, count)


def _goes_on(text: str, following: str, *, wrapped: bool) -> bool:
    pairs = _pairs(text)
    keys = [value for name, value in pairs if parameter(name) == "secret"]
    match = _NEXT_PARAMETER.match(following)
    other = _OTHER_LINK.match(following)
    if match and not other and (not keys or known_parameter(decoded(match[1])[0])):
        return True
    if _is_cut_name(text, following) or (not keys and _completes(text, following)):
        return True
    if not keys or pairs[-1][1] != keys[-1] or not BASE32.fullmatch(following):
        return False
    letters = _letters(keys[-1])
    return letters < USUAL_LETTERS[0] or (letters not in USUAL_LETTERS and wrapped)


def _may_go_on(text: str, following: str) -> bool:
    """Whether the last value may be the beginning of a longer one."""
    pairs = _pairs(text)
    name, value = (parameter(pairs[-1][0]), pairs[-1][1]) if pairs else (None, "")
    match name:
        case "digits" | "period" | "counter":
            return following.isdecimal()
        case "algorithm":
            return re.fullmatch(r"-?[0-9]{1,3}", following) is not None
        case "secret":
            return (
                BASE32.fullmatch(following) is not None and following.isupper() == value.isupper()
            )
    return False


def _pairs(text: str) -> list[tuple[str, str]]:
    return named_items(items(text.partition("?")[2]))


def _letters(key: str) -> int:
    return len(re.sub(r"[\s=-]", "", key))


def _is_cut_name(text: str, following: str) -> bool:
    """Whether the line ends within the name of a parameter, or right behind its `=`."""
    last = re.split(r"[&?]", text)[-1]
    name, equals, value = (last + following).partition("=")
    if "?" not in text or last.find("=") not in (-1, len(last) - 1) or " " in following:
        return False
    return bool(equals and value) and known_parameter(decoded(name)[0]) is not None


def _completes(text: str, following: str) -> bool:
    """Whether the key is only in the link together with the line that follows."""
    names = (parameter(name) for name, _ in _pairs(text + following))
    return " " not in following and "secret" in names
