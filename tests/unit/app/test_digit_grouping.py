"""Codes grouped for reading: no digit is lost, and groups are of equal size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.digit_grouping import Grouping, grouped


@pytest.mark.parametrize(
    ("value", "halves", "pairs"),
    [
        ("482913", "482 913", "48 29 13"),
        ("0123456", "012 3456", "01 23 456"),
        ("12345678", "1234 5678", "12 34 56 78"),
        ("12345", "12 345", "12 345"),
        ("1234", "1234", "1234"),
        ("2B3CD", "2B3CD", "2B3CD"),
        ("e7d8b6", "e7d 8b6", "e7 d8 b6"),
        ("umozdicq", "umoz dicq", "um oz di cq"),
    ],
)
def test_grouped_by_halves_and_pairs(value: str, halves: str, pairs: str) -> None:
    assert grouped(value) == grouped(value, Grouping.HALVES) == halves
    assert grouped(value, Grouping.PAIRS) == pairs
    assert grouped(value, Grouping.NONE) == value


@given(st.text("0123456789", min_size=4, max_size=10), st.sampled_from(Grouping))
def test_grouped_only_inserts_spaces(value: str, grouping: Grouping) -> None:
    parts = grouped(value, grouping).split(" ")
    assert "".join(parts) == value
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
