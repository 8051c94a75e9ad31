"""A language that nobody speaks: every text that translators get comes out in brackets, accented
and a third longer.

What is said without brackets escaped translation; what is cut would be cut in German.
"""

import re
from collections.abc import Container
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

from authenticator import language

KEYWORDS = {"tr": None, "gettext_noop": None, "trn": (1, 2)}
"""By which `make translations` finds texts."""

_PLAIN = "aceinosuyzACEINOSUYZ"
_ACCENTED = str.maketrans(_PLAIN, "áčéíñöšúýžÁČÉÍÑÖŠÚÝŽ")
_SPOKEN = re.compile("⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SECRET = re.compile(r"\b[A-Z2-7]{4}(?: [A-Z2-7]{1,4})+\b")


@cache
def template() -> frozenset[str | tuple[str, ...]]:
    """Every text in the code that translators get; a pair where it depends on a number."""
    found = extract_from_dir(Path(language.__file__).parent, keywords=KEYWORDS)
    return frozenset(message for _, _, message, _, _ in found)


class Pseudo:
    """As gettext's catalogues: a text that is not among the `known` comes back as it is."""

    def __init__(self, known: Container[object] | None = None) -> None:
        self._known = known

    def gettext(self, text: str) -> str:
        return text if self._known is not None and text not in self._known else self._said(text)

    def _said(self, text: str) -> str:
        if not _WORD.search(text):
            return text  # marks between words
        shortcut = text.partition("\t")
        parts = re.split(r"({\w+}|%(?:\(\w+\))?[a-z])", shortcut[0])
        changed = "".join(
            part if part.startswith(("{", "%")) else part.translate(_ACCENTED) for part in parts
        )
        longer = "~" * (len(shortcut[0]) // 3)
        return f"⟦{changed}{longer}⟧{shortcut[1]}{shortcut[2]}"

    def ngettext(self, one: str, many: str, count: int) -> str:
        text = one if count == 1 else many
        if self._known is not None and (one, many) not in self._known:
            return text
        return self._said(text)


def speak() -> None:
    """Until another language is used."""
    language._catalogue = Pseudo(template())  # type: ignore[assignment]


def escaped(text: str, data: str) -> bool:
    """Whether a text has words that are neither spoken nor in the data."""
    known = set(_WORD.findall(data))
    text = unspoken(_SECRET.sub(" ", text.replace("\u200b", "")))  # where a line may break
    return any(word not in known for word in _WORD.findall(text))


def words_put_in(text: str, data: str) -> list[str]:
    """The words in what is spoken that are in a language, and not in the data."""
    known = set(_WORD.findall(data))
    spoken = " ".join(_SPOKEN.findall(text))
    return [word for word in _WORD.findall(spoken) if set(word) & set(_PLAIN) and word not in known]


def unspoken(text: str) -> str:
    """What is left of a text without what is spoken."""
    while (shorter := _SPOKEN.sub(" ", text)) != text:
        text = shorter
    return text
