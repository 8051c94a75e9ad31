"""Sorting: stable, pinned accounts first, equal ones in their own order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.search import folded
from authenticator.app.sorting import Order, ordered
from authenticator.otp.account import Label, Totp
from authenticator.vault.entry import Entry

names = st.text("abÄ", max_size=2)
lists = st.lists(
    st.builds(
        lambda issuer, account, pinned, uses, at: Entry(
            "id", Label(issuer, account), Totp(), (), pinned, uses=uses, last_used_s=at
        ),
        names,
        names,
        st.booleans(),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=8,
)
KEYS = {
    Order.OWN: lambda one: 0,
    Order.NAME: lambda one: (
        not one.label.account,
        folded(one.label.account),
        folded(one.label.issuer),
    ),
    Order.ISSUER: lambda one: (
        not one.label.issuer,
        folded(one.label.issuer),
        folded(one.label.account),
    ),
    Order.LAST_USED: lambda one: -one.last_used_s,
    Order.MOST_USED: lambda one: (-one.uses, -one.last_used_s),
}


@pytest.mark.parametrize("order", Order)
@given(entries=lists, pinned_first=st.booleans())
def test_ordered_is_sorted_and_stable(
    order: Order, entries: list[Entry], pinned_first: bool
) -> None:
    """Neighbours are in order, and equal ones stay as they were."""
    numbered = [Entry(str(n), *_rest(one)) for n, one in enumerate(entries)]
    found = ordered(numbered, order, pinned_first=pinned_first)
    keys = [(pinned_first and not one.pinned, KEYS[order](one), int(one.id)) for one in found]
    assert keys == sorted(keys)
    assert sorted(int(one.id) for one in found) == list(range(len(entries)))


def _rest(one: Entry) -> tuple:
    return (
        *(one.label, one.otp, one.groups, one.pinned, False, "", "", False),
        *(one.uses, one.last_used_s),
    )


def test_ordered_by_each_order() -> None:
    def entry(id: str, issuer: str, account: str, uses: int, at: int, pinned: bool) -> Entry:
        return Entry(id, Label(issuer, account), Totp(), (), pinned, uses=uses, last_used_s=at)

    entries = [
        entry("1", "zone", "Kim", 2, 50, False),
        entry("2", "Äpfel", "lee", 9, 10, False),
        entry("3", "", "ann", 0, 0, True),
    ]
    assert {
        order: "".join(one.id for one in ordered(entries, order, pinned_first=False))
        for order in Order
    } == {
        Order.OWN: "123",
        Order.NAME: "312",
        Order.ISSUER: "213",
        Order.LAST_USED: "123",
        Order.MOST_USED: "213",
    }
    assert [one.id for one in ordered(entries, Order.OWN)] == ["3", "1", "2"]
