"""The order in which accounts are listed."""

from collections.abc import Sequence
from enum import StrEnum

from authenticator.app.search import folded
from authenticator.vault.entry import Entry


class Order(StrEnum):
    """What accounts can be sorted by."""

    OWN = "own"
    NAME = "name"
    ISSUER = "issuer"
    LAST_USED = "last_used"
    MOST_USED = "most_used"


def ordered(entries: Sequence[Entry], order: Order, *, pinned_first: bool = True) -> list[Entry]:
    """Sorts accounts given in their own order. Equal ones stay in that order; empty names come
    last, and accounts never used after all that were."""
    match order:
        case Order.OWN:
            found = list(entries)
        case Order.NAME:
            found = sorted(entries, key=lambda one: _names(one.label.account, one.label.issuer))
        case Order.ISSUER:
            found = sorted(entries, key=lambda one: _names(one.label.issuer, one.label.account))
        case Order.LAST_USED:
            found = sorted(entries, key=lambda one: -one.last_used_s)
        case Order.MOST_USED:
            found = sorted(entries, key=lambda one: (-one.uses, -one.last_used_s))
    return sorted(found, key=lambda one: not one.pinned) if pinned_first else found


def _names(first: str, second: str) -> tuple[bool, str, str]:
    key = folded(first)
    return not key, key, folded(second)
