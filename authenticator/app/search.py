"""Searching accounts by words: while typing in the window, and by a query in the terminal."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import compress

from authenticator.errors import InputRefused
from authenticator.vault.entry import Entry

_SEPARATORS = re.compile(r"[\s:]+")
_AFTER_A_SIGN = re.compile(r"(?<=[^\w\s])[^\W_]+|(?<=_)[^\W_]+")


class QueryMatchesNone(InputRefused):
    """No account matches the query; `among` is the number of accounts."""

    def __init__(self, query: str, among: int) -> None:
        super().__init__(query, among)
        self.query = query
        self.among = among


class QueryMatchesSeveral(InputRefused):
    """More than one account matches the query: `entries`."""

    def __init__(self, query: str, entries: Sequence[Entry]) -> None:
        super().__init__(query, len(entries))
        self.query = query
        self.entries = tuple(entries)


class _FoldingTable(dict[int, int | None]):
    """A table for str.translate that fills as it is used: it removes marks that don't matter."""

    def __missing__(self, point: int) -> int | None:
        letter = chr(point)
        mark = unicodedata.combining(letter) or unicodedata.category(letter) == "Cf"
        self[point] = kept = None if mark else point
        return kept


_FOLDING = _FoldingTable()


def folded(text: str) -> str:
    """Text for comparison: without case, accents and invisible marks (NFKD, then casefold)."""
    if text.isascii():
        return text.lower()
    # Twice: only the first makes letters of mathematical capitals, whose case must then go.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return decomposed.translate(_FOLDING)


class AccountSearch:
    """Searches the same accounts repeatedly: their folded texts are made once, by the first search
    with words or by `prepare`, which any thread may call."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries

    def with_entries(self, entries: Sequence[Entry]) -> "AccountSearch":
        """An AccountSearch for a changed list, which reuses the texts of unchanged accounts."""
        fresh = AccountSearch(entries)
        if "_texts" in self.__dict__:
            known = {
                one.id: (one.label, one.groups, text)
                for one, text in zip(self._entries, self._texts, strict=True)
            }
            fresh._texts = [
                old[2]
                if (old := known.get(one.id)) and old[:2] == (one.label, one.groups)
                else _text(one)
                for one in entries
            ]
        return fresh

    def prepare(self) -> None:
        """Make the texts now: with thousands of accounts they would delay the first search."""
        self._texts  # noqa: B018 - cached by being read

    def find(self, query: str) -> list[Entry]:
        """Every account whose issuer, account name and groups contain all words of `query` in any
        order: the best match first, equals in the given order; all accounts if there are no words.

        A match at the start of the issuer is better than one at the start of any word, which is
        better than one inside a word.
        """
        words = _words(query)
        if not words:
            return list(self._entries)
        texts, entries = self._texts, self._entries
        for word in words:
            fits = [word in text for text in texts]
            texts, entries = list(compress(texts, fits)), list(compress(entries, fits))
        ranks = [0] * len(texts)
        for word in words:
            at_issuer, at_word = f"\n{word}", f" {word}"
            ranks = [
                rank + (0 if at_issuer in text else 1 if at_word in text else 2)
                for rank, text in zip(ranks, texts, strict=True)
            ]
        return [entries[place] for place in sorted(range(len(ranks)), key=ranks.__getitem__)]

    @cached_property
    def _texts(self) -> list[str]:
        return [_text(entry) for entry in self._entries]


def _words(query: str) -> list[str]:
    """The words of a query, also separated by colons: people paste `issuer:account`."""
    text = folded(query)
    return [word for word in _SEPARATORS.split(text) if word] or text.split()


def _text(entry: Entry) -> str:
    """The searched text: the only line break precedes the issuer, a space every other word; words
    after a symbol are repeated, so that `example` starts a word in `kim@example.org`."""
    label, start = entry.label, "\n" if entry.label.issuer else " "
    text = folded(" ".join((label.issuer, label.account, *entry.groups)))
    return start + " ".join([*text.split(), *_AFTER_A_SIGN.findall(text)])


def matches(text: str, query: str) -> bool:
    """Whether a text contains all words of a query in any order, by the same rules."""
    text = folded(text)
    return all(word in text for word in _words(query))


def find(entries: Sequence[Entry], query: str) -> list[Entry]:
    """One search; see AccountSearch."""
    return AccountSearch(entries).find(query)


def resolve_one(entries: Sequence[Entry], query: str) -> Entry:
    """The one account that `query` refers to: by id, else by its whole label or either half of it,
    else by words that only it contains.

    Raises QueryMatchesNone, QueryMatchesSeveral.
    """
    whole = folded(query.strip())
    found = find(entries, query) if whole else []
    closest: Iterable[list[Entry]] = (
        [entry for entry in entries if entry.id == query.strip()],
        [
            entry
            for entry in found
            if whole
            in (folded(str(entry.label)), folded(f"{entry.label.issuer}:{entry.label.account}"))
        ],
        [
            entry
            for entry in found
            if whole in (folded(entry.label.issuer), folded(entry.label.account))
        ],
        found,
    )
    for matches in closest:
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise QueryMatchesSeveral(query, matches)
    raise QueryMatchesNone(query, len(entries))
