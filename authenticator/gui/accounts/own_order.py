"""The user's own order: accounts are moved into a gap between the rows shown, which may be fewer
than all accounts. Pinned accounts stay on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from authenticator.vault.entry import Entry


def clamped_position(shown: Sequence[Entry], row: int, wanted: int) -> int:
    """The gap nearest to the wanted one that a row may move to, given as the row below it."""
    pinned = sum(entry.pinned for entry in shown)
    first, last = (0, pinned) if shown[row].pinned else (pinned, len(shown))
    return min(max(wanted, first), last)


def reordered(
    everyone: Sequence[Entry], shown: Sequence[Entry], entries: Sequence[Entry], wanted: int
) -> tuple[list[Entry], Entry | None] | None:
    """Move entries, all pinned or all not, together into a gap between the rows shown. Returns all
    entries in their new order, and the one that follows (None at the end); or None if nothing
    changes."""
    gap = clamped_position(shown, shown.index(entries[0]), wanted)
    taken = {entry.id for entry in entries}
    above = [one for one in shown[:gap] if one.id not in taken]
    below = [one for one in shown[gap:] if one.id not in taken]
    if [one.id for one in (*above, *entries, *below)] == [one.id for one in shown]:
        return None
    if below and below[0].pinned == entries[0].pinned:
        place = everyone.index(below[0])
    else:  # last of its kind: more may follow that are not shown
        place = everyone.index(above[-1]) + 1 if above else 0
    follower = next((one for one in everyone[place:] if one.id not in taken), None)
    rest = [one for one in everyone if one.id not in taken]
    at = len(rest) if follower is None else rest.index(follower)
    return [*rest[:at], *entries, *rest[at:]], follower
