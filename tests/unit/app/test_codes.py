"""Which account the words mean, and codes grouped for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.codes import (
    QueryMatchesNone,
    QueryMatchesSeveral,
    code_now,
    find,
    grouped,
    next_code,
    the,
)
from authenticator.otp.account import Account, Hotp, Label, Steam, Totp
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret
from authenticator.vault.vault import Entry


def entry(id: str, issuer: str, account: str, group: str = "") -> Entry:
    return Entry(id, Label(issuer, account), Totp(), group, False, False)


ENTRIES = [
    entry("a1", "Zone panel", "kim@example.org"),
    entry("b2", "Zone panel", "lee@example.org", "Work"),
    entry("c3", "Züri Bank", "kim"),
    entry("d4", "", "kimono"),
]


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
        ("kimono", "d4"),
    ],
)
def test_the_closest_match_wins(query: str, id: str) -> None:
    assert the(ENTRIES, query).id == id


@pytest.mark.parametrize("query", ["Zone panel", "zone", "example.org"])
def test_several_matches_are_refused_with_all_of_them(query: str) -> None:
    with pytest.raises(QueryMatchesSeveral) as refusal:
        the(ENTRIES, query)
    assert [match.id for match in refusal.value.entries] == ["a1", "b2"]


@pytest.mark.parametrize("query", ["", " ", "nobody", "a", "a1 b2"])
def test_no_match_is_refused(query: str) -> None:
    entries = ENTRIES if query != "a" else []
    with pytest.raises(QueryMatchesNone) as refusal:
        the(entries, query)
    assert refusal.value.among == len(entries)


@given(st.text(max_size=20))
def test_an_empty_query_finds_all_and_any_query_a_part_in_order(query: str) -> None:
    found = find(ENTRIES, query)
    assert found == [one for one in ENTRIES if one in found]
    assert find(ENTRIES, "") == ENTRIES


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("482913", "482 913"),
        ("0123456", "012 3456"),
        ("12345678", "1234 5678"),
        ("12345", "12 345"),
        ("1234", "1234"),
        ("2B3CD", "2B3CD"),
    ],
)
def test_codes_are_grouped(value: str, text: str) -> None:
    assert grouped(value) == text


@given(st.sampled_from([Totp(), Totp(digits=8, period_s=60), Steam()]), st.integers(0, 2**40))
def test_the_next_code_is_what_the_next_step_shows(otp: Totp | Steam, now: int) -> None:
    account = Account(Label(), Secret(b"12345678901234567890"), otp)
    code = code_now(account, now)
    following = next_code(account, code)
    assert following is not None
    assert following == code_at(account, code.valid_until)
    assert following.valid_from == code.valid_until


def test_a_counter_has_its_code_at_any_time_and_none_after() -> None:
    account = Account(Label(), Secret(b"12345678901234567890"), Hotp(counter=1))
    assert code_now(account, 0).value == code_now(account, 9e9).value == "287082"
    assert next_code(account, code_now(account, 0)) is None
