"""Untrusted text, made safe to display."""

import re
import unicodedata
from pathlib import Path

from authenticator.language import tr
from authenticator.otp.secret import may_hold_key

_BREAKERS = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
"""Invisible characters that Unicode classifies as letters, marks or symbols."""
_NAMED_KEY = re.compile(r"((?:secret|seed|key)\s*(?:=|:|%3D|%3A)\s*)[^\s&;,]+", re.IGNORECASE)
_KEY_RUN = re.compile(r"[A-Z2-7]{8,}|[A-Za-z0-9+=]{16,}|(?:[A-Z2-7]{4}[ -]){2,}[A-Z2-7]{1,4}")
_LONGEST_WORD = 24
_JOINER = "\u200d"


def displayable(text: str, limit: int = 300) -> str:
    """One line of at most `limit` characters in which control, bidirectional and invisible
    characters are shown escaped, as `\\u202e`, so that nothing can pretend to be something else."""
    cut = text[:limit] + ("…" if len(text) > limit else "")
    if cut.isascii() and cut.isprintable():  # the common case, for every row
        return cut
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if _hides(character) and not _joins(cut, place)
        else character
        for place, character in enumerate(cut)
    )


def without_key(text: str) -> str:
    """User input, or a placeholder if it may be a key entered in the wrong place."""
    return tr("(not shown: it may be a key)") if may_hold_key(text) else text


def keyless(text: str) -> str:
    """A text that is no enrolment, without what may be a key in it."""
    return _KEY_RUN.sub(_hidden, _NAMED_KEY.sub(lambda match: f"{match[1]}…", without_key(text)))


def _hidden(run: re.Match[str]) -> str:
    plain = run[0].isalpha() and not run[0].isupper() and len(run[0]) < _LONGEST_WORD
    return run[0] if plain or "." in run[0] else "…"


def file_name(path: object) -> str:
    given = without_key(str(path))
    return displayable(without_key(Path(given).name) or given, 80)


def _hides(character: str) -> bool:
    return unicodedata.category(character) in _BREAKERS or character in _BLANKS


def _joins(text: str, place: int) -> bool:
    """Whether this joins two emoji into one (UTS 51, 2.4)."""
    if text[place] != _JOINER or not 0 < place < len(text) - 1:
        return False
    before, after = (unicodedata.category(text[place + way]) for way in (-1, 1))
    return before in ("So", "Sk", "Mn") and after == "So"
