"""Icons of known brands, if the optional package `simple-icons-pack` is installed; nothing is ever
downloaded. A brand is matched by an issuer's whole name."""

import unicodedata
from typing import Protocol

_SPELLED = str.maketrans(
    {"+": "plus", ".": "dot", "&": "and", "đ": "d", "ħ": "h", "ı": "i", "ĸ": "k", "ŀ": "l"}
    | {"ł": "l", "ß": "ss", "ŧ": "t", "ø": "o"}
)
"""How Simple Icons makes a slug from a title."""
LONGEST = 64


class Pack(Protocol):
    """Icons by slug."""

    def svg(self, slug: str) -> str | None:
        """An SVG of 24 by 24 in `currentColor`; None for an unknown brand."""


class SimpleIcons:
    """Raises ImportError if the package is not installed."""

    def __init__(self) -> None:
        from simple_icons_pack import get_icon

        self._get_icon = get_icon

    def svg(self, slug: str) -> str | None:
        found = self._get_icon(slug)
        return None if found is None else str(found.svg).replace("<svg ", _COLOURED, 1)


_COLOURED = '<svg fill="currentColor" '


def slug_of(issuer: str) -> str:
    """The slug of a brand with this name; "" if it can't be one: with letters of other scripts
    among Latin ones it may be a lookalike."""
    if len(issuer) > LONGEST:
        return ""
    spelled = unicodedata.normalize("NFD", issuer.lower().translate(_SPELLED))
    letters = [one for one in spelled if one.isalnum()]
    if not all(one.isascii() for one in letters):
        return ""
    return "".join(letters)
