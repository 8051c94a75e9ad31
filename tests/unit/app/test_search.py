"""Which accounts match a query, and in which order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.search import (
    AccountSearch,
    QueryMatchesNone,
    QueryMatchesSeveral,
    find,
    folded,
    matches,
    resolve_one,
)
from authenticator.otp.account import Label, Totp
from authenticator.vault.entry import Entry


def entry(id: str, issuer: str, account: str, *groups: str) -> Entry:
    return Entry(id, Label(issuer, account), Totp(), groups)


ENTRIES = [
    entry("a1", "Zone panel", "kim@example.org"),
    entry("b2", "Zone panel", "lee@example.org", "Work", "Wéb"),
    entry("c3", "Züri Bank", "kim"),
    entry("d4", "", "kimono"),
]
words = st.text("aäÄbβ@.:_ \u0301ﬀK", max_size=8)
entries = st.lists(st.builds(entry, st.just("id"), words, words, words.filter(bool)), max_size=6)


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("a1", "a1"),
        ("  b2 ", "b2"),
        ("Zone panel: kim@example.org", "a1"),
        ("zone panel:LEE@example.org", "b2"),
        ("kim", "c3"),
        ("zuri", "c3"),
        ("panel kim", "a1"),
        ("org lee", "b2"),
        ("work", "b2"),
        ("web zone", "b2"),
        ("kimono", "d4"),
    ],
)
def test_resolve_one_prefers_closest_match(query: str, id: str) -> None:
    assert resolve_one(ENTRIES, query).id == id


@pytest.mark.parametrize("query", ["Zone panel", "zone", "example.org"])
def test_resolve_one_with_several_matches_raises_with_all(query: str) -> None:
    with pytest.raises(QueryMatchesSeveral) as refusal:
        resolve_one(ENTRIES, query)
    assert [match.id for match in refusal.value.entries] == ["a1", "b2"]


@pytest.mark.parametrize("query", ["", " ", "\u0301", "nobody", "a", "a1 b2", ":"])
def test_resolve_one_without_match_raises(query: str) -> None:
    entries = ENTRIES if query != "a" else []
    with pytest.raises(QueryMatchesNone) as refusal:
        resolve_one(entries, query)
    assert refusal.value.among == len(entries)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("git", ["issuer", "group", "mail", "word", "inside"]),
        ("GIT hub", ["issuer", "inside"]),
        ("hub git", ["issuer", "inside"]),
        ("kim", ["word", "inside", "mail", "issuer", "group"]),
        ("example.c", ["mail"]),
        ("", ["inside", "group", "mail", "word", "issuer"]),
        ("nowhere", []),
    ],
)
def test_find_ranks_issuer_start_then_word_start_then_inside(query: str, ids: list[str]) -> None:
    accounts = [
        entry("inside", "Legit hubs", "a.kimono"),
        entry("group", "", "x", "old git", "akim"),
        entry("mail", "Mail", "kim@git.example.com"),
        entry("word", "Kim's git", "x"),
        entry("issuer", "GitHub", "x kim"),
    ]
    assert [one.id for one in find(accounts, query)] == ids


@given(entries, words)
def test_find_returns_entries_with_every_word(accounts: list[Entry], query: str) -> None:
    """An empty query finds all accounts."""
    found = find(accounts, query)
    for one in accounts:
        text = folded(" ".join([one.label.issuer, one.label.account, *one.groups]))
        parts = folded(query).replace(":", " ").split() or folded(query).split()
        assert (one in found) == all(word in text for word in parts)
    assert len(found) == len([one for one in accounts if one in found])
    assert find(accounts, " ") == accounts


@given(entries, words)
def test_find_ignores_word_order(accounts: list[Entry], query: str) -> None:
    assert find(accounts, " ".join(reversed(query.split()))) == find(accounts, query)


@given(st.lists(st.sampled_from(ENTRIES), max_size=6), entries, words)
def test_renewed_finder_equals_new_finder(
    before: list[Entry], after: list[Entry], query: str
) -> None:
    """A renewed finder finds what a new one finds."""
    old = AccountSearch(before)
    old.prepare()
    assert old.with_entries(after + before).find(query) == AccountSearch(after + before).find(query)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ÄÖÜ Straße", "aou strasse"),
        ("𝐀mazon", "amazon"),
        ("Ａｍａｚｏｎ", "amazon"),
        ("goo\u200bgle\u202e", "google"),
        ("Łódź", "łodz"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("數", "數"),
    ],
)
def test_find_ignores_case_accents_and_invisible_marks(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(st.text())
def test_folded_is_idempotent(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(entries, words)
def test_holds_agrees_with_find(among: list[Entry], query: str) -> None:
    """A text contains the words by which an account of that name is found."""
    for entry in among:
        label = entry.label
        text = " ".join((label.issuer, label.account, *entry.groups))
        assert matches(text, query) == (entry in find([entry], query))
