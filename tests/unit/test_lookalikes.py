"""Accounts of the same name are told apart by their age and date."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.otp.account import Label, Totp
from authenticator.vault.entry import Entry
from authenticator.wording.lookalikes import lookalikes
from authenticator.wording.moments import added, moment

KIM, LEE = Label("Panel", "kim"), Label("Panel", "lee")


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dates are in the computer's time zone."""
    import time

    monkeypatch.setattr(time, "localtime", time.gmtime)


def entry(id: str, added_s: int = 0, label: Label = KIM, *, damaged: bool = False) -> Entry:
    return Entry(id, label, Totp(), added_s=added_s, damaged=damaged)


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ((100,), {}),
        (
            (100, 90_100),
            {"0": "older, added 1970-01-01 00:01", "1": "newer, added 1970-01-02 01:01"},
        ),
        ((0, 100), {"0": "older", "1": "newer, added 1970-01-01 00:01"}),
        ((0, 0), {"0": "", "1": ""}),
        ((100, 100), {"0": "added 1970-01-01 00:01", "1": "added 1970-01-01 00:01"}),
    ],
)
def test_two_of_one_name_are_older_and_newer(dates: tuple[int, ...], told: dict[str, str]) -> None:
    entries = [entry(str(number), date) for number, date in enumerate(dates)]
    assert lookalikes([*entries, entry("lee", 5, LEE)]) == told


def test_of_three_one_is_the_newest() -> None:
    told = lookalikes([entry("a", 100), entry("b", 300), entry("c", 200)], with_time=False)
    assert told == {
        "a": "older, 1970-01-01",
        "b": "newest, 1970-01-01",
        "c": "older, 1970-01-01",
    }


def test_damaged_accounts_look_like_no_other() -> None:
    assert lookalikes([entry("a", damaged=True), entry("b", damaged=True)]) == {}


@given(st.lists(st.tuples(st.sampled_from([KIM, LEE]), st.integers(0, 5)), max_size=8))
def test_whoever_is_called_newer_is_newer_than_all_others(given_: list[tuple[Label, int]]) -> None:
    entries = [entry(str(number), date, label) for number, (label, date) in enumerate(given_)]
    told = lookalikes(entries)
    for one in entries:
        others = [two for two in entries if two.label == one.label and two is not one]
        assert (one.id in told) is bool(others)
        if told.get(one.id, "").startswith("new"):
            assert all(two.added_s < one.added_s for two in others)
        if told.get(one.id, "").startswith("older"):
            assert any(two.added_s > one.added_s for two in others)


def test_dates_beyond_any_calendar_are_no_error() -> None:
    assert moment(2**62) == "?"
    assert added(entry("a")) == ""
