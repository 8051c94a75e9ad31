"""Drawings of known brands, where the optional package `simple-icons-pack` is installed: nothing
is ever fetched. A brand is matched by an issuer's whole name."""

import unicodedata
from typing import Protocol

_SPELLED = str.maketrans(
    {"+": "plus", ".": "dot", "&": "and", "đ": "d", "ħ": "h", "ı": "i", "ĸ": "k", "ŀ": "l"}
    | {"ł": "l", "ß": "ss", "ŧ": "t", "ø": "o"}
)
"""How Simple Icons makes a slug of a title."""
LONGEST = 64


class Pack(Protocol):
    """Drawings by slug."""

    def svg(self, slug: str) -> str | None:
        """An SVG of 24 by 24 in `currentColor`, None for no brand that is known."""


class SimpleIcons:
    """Raises ImportError where the package is not installed."""

    def __init__(self) -> None:
        from simple_icons_pack import get_icon

        self._get_icon = get_icon

    def svg(self, slug: str) -> str | None:
        found = self._get_icon(slug)
        return None if found is None else str(found.svg).replace("<svg ", _COLOURED, 1)


_COLOURED = '<svg fill="currentColor" '


def slug_of(issuer: str) -> str:
    """The slug that a brand of this name would have, "" where it can be none: with letters of
    other scripts between Latin ones it may only look like one."""
    if len(issuer) > LONGEST:
        return ""
    spelled = unicodedata.normalize("NFD", issuer.lower().translate(_SPELLED))
    letters = [one for one in spelled if one.isalnum()]
    if not all(one.isascii() for one in letters):
        return ""
    return "".join(letters)
