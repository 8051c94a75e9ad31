"""Codes grouped for reading: no digit is lost, and groups are of equal size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.digit_grouping import Grouping, grouped, key_groups


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


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("JBSWY3DPEHPK3PXP", "JBSW Y3DP EHPK 3PXP"),
        ("jbswy3dpe", "jbsw y3dp e"),
        ("JBSW", "JBSW"),
        ("JBSWY3D", "JBSWY3D"),
        ("jbs wy3 dpe hpk", "jbs wy3 dpe hpk"),
        ("jbsw-y3dp-ehpk", "jbsw-y3dp-ehpk"),
        ("Clé: JBSWY3DP", "Clé: JBSWY3DP"),
        ("", ""),
    ],
)
def test_key_groups_parts_only_what_has_no_groups(typed: str, shown: str) -> None:
    assert key_groups(typed) == shown


@given(st.text(max_size=120))
def test_key_groups_only_inserts_spaces_and_once(text: str) -> None:
    groups = key_groups(text)
    assert groups.replace(" ", "") == text.replace(" ", "")
    assert key_groups(groups) == groups
