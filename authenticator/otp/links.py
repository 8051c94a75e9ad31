"""Finds the links in any text: a list, a mail, a page, another link. What surrounds them is left
out, and what the text's form did to them is undone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from authenticator.otp.escapes import (
    LEVELS,
    one_level,
    without_json,
    without_quoted_printable,
)
from authenticator.otp.link_ends import CLOSING, body, until
from authenticator.otp.remark import Field, Reason, Remark

_COLON: Final = r"(?::|%(?:25)*3A)"
_SLASH: Final = r"(?:/|%(?:25)*2F)"
_START: Final = re.compile(
    rf"(?P<otpauth>otpauth(?P<export>-migration)?)"
    rf"(?:\s?{_COLON}{_SLASH}{{2,}}(?=[^\s/])"
    rf"|(?:{_COLON}{_SLASH}?|{_SLASH}{{2,}})(?=(?:totp|hotp|steam|yaotp|yandex|offline)\b))"
    rf"|(?P<steam>steam){_COLON}(?:{_SLASH}{{2}}(?=[A-Z2-7]{{16}}|[A-Z0-9+/%=_-]{{27}})"
    rf"|(?=[A-Z2-7]{{32}}\b))"
    rf"|(?P<motp>motp){_COLON}{_SLASH}{{1,3}}(?=[^\s/])",
    re.IGNORECASE,
)
_ENCODED_END: Final = re.compile(
    r"[\s\"<>#|`;,\\]|&(?!(?:amp;)?(?:secret|issuer|algorithm|digits|period|counter)=)"
)
_PLAIN_PART: Final = re.compile(r"[/?=]")
_APART: Final = re.compile(r"[\s\"'<>`,;|]")


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link by itself, beginning with its scheme. `line` is where it begins, from 1; `notices`
    are what was undone; `fault` is why it must not be read, else None."""

    text: str
    line: int
    notices: tuple[Remark, ...] = ()
    fault: Remark | None = None


def has_link(text: str) -> bool:
    """Whether there is at least one link in the text, readable or not."""
    return _START.search(without_json(text) if "\\/" in text else text) is not None


def links_in(text: str) -> tuple[FoundLink, ...]:
    """All links in a text, in its order, each as often as it is there."""
    return tuple(_links(text, LEVELS))


def _links(text: str, levels: int) -> Iterator[FoundLink]:
    plain = _unwrapped(text)
    starts = list(_starts(plain))
    line, at = 1, 0
    for index, start in enumerate(starts):
        line += plain.count("\n", at, start.start())
        at = start.start()
        followed = index + 1 < len(starts)
        end = starts[index + 1].start() if followed else len(plain)
        if not _is_encoded(plain, start, end):
            yield _link(plain, start, end, line, followed=followed)
        elif levels:
            for found in _links(_encoded_value(plain, start, end), levels - 1):
                yield replace(found, line=line)


def _link(text: str, start: re.Match[str], end: int, line: int, *, followed: bool) -> FoundLink:
    scheme = (start["otpauth"] or start["steam"] or start["motp"]).lower()
    found = body(text, start, end, export=bool(start["export"]), followed=followed)
    return FoundLink(
        f"{scheme}://{found.text}",
        line,
        (Remark(Field.URI, Reason.NORMALISED),) if found.lines > 1 else (),
        Remark(Field.URI, Reason.BROKEN_OFF) if found.broken_off else None,
    )


def _unwrapped(text: str) -> str:
    """The text without what JSON or a mail's quoted-printable did to its links."""
    if "\\" in text:
        text = without_json(text)
    if "=3D" in text and _is_quoted_printable(text):
        text = without_quoted_printable(text)
    return text


def _is_quoted_printable(text: str) -> bool:
    """Every `=` of the first link is `=3D`, and there are several; a key may begin with 3D."""
    start = _START.search(text)
    if start is None:
        return False
    link = re.split(r"[ \t\"<>]|(?<!=)\r?\n", text[start.start() : start.start() + 4000])[0]
    signs = re.findall(r"=(3D)?(?!\r?\n)", link)
    sure = len(signs) > 1 or "quoted-printable" in text[: start.start()].lower() or "=\n" in link
    return bool(signs) and all(signs) and sure


def _starts(text: str) -> Iterator[re.Match[str]]:
    """Where links begin. An encoded beginning inside a plain link is a part of its name."""
    within = None
    for start in _START.finditer(text):
        if "%" not in start[0]:
            within = start
        elif within is not None and not _APART.search(text, within.end(), start.start()):
            continue
        yield start


def _is_encoded(text: str, start: re.Match[str], end: int) -> bool:
    """Whether the link is encoded, and not only its scheme."""
    if "%" not in start[0]:
        return False
    behind = _ENCODED_END.search(text, start.end(), end)
    return _PLAIN_PART.search(text, start.end(), behind.start() if behind else end) is None


def _encoded_value(text: str, start: re.Match[str], end: int) -> str:
    """The value that begins with an encoded link, with one level undone. A raw `+` in it is a
    space, as links themselves have no raw space."""
    value = text[start.start() : end]
    before = re.split(r"[\r\n]", text[max(0, start.start() - 200) : start.start()])[-1]
    if before[-1:] in CLOSING:
        value = until(value, CLOSING[before[-1]])
    if before.count("'") % 2:  # as it is in links, like brackets: encoders leave them
        value = until(value, "'")
    for opening, closing in ("()", "[]"):
        if before.count(opening) > before.count(closing):
            value = until(value, closing)
    behind = _ENCODED_END.search(value)
    return one_level((value[: behind.start()] if behind else value).replace("+", "%20"))
