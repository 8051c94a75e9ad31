"""The user's own order of accounts: positions far enough apart that a move writes one row."""

from collections.abc import Callable
from typing import Final

from authenticator.vault.database import Database

GAP: Final = 1 << 32
"""Distance between the positions of two neighbours: room for 32 moves to one place, and for
2**30 accounts, before rows have to be renumbered."""


def move(database: Database, id: str, before: str | None, renumbering: Callable[[], None]) -> None:
    """Put a row right before another, or last, by writing that row alone; `renumbering` is
    called before all rows have to be written. Call it inside a transaction."""
    position = _position(database, before)
    if position is None:
        renumbering()
        _renumber(database)
        position = _position(database, before)
    database.execute("UPDATE account SET position = ? WHERE id = ?", position, id)


def swap(database: Database, one: str, other: str) -> None:
    """Let two rows change places."""
    database.execute(
        "UPDATE account SET position = (SELECT sum(position) FROM account WHERE id IN (?1, ?2))"
        " - position WHERE id IN (?1, ?2)",
        one,
        other,
    )


def _position(database: Database, before: str | None) -> int | None:
    """A position right before a row; None if its predecessor leaves no room."""
    if before is None:
        (last,) = database.fetch_one("SELECT max(position) FROM account") or (None,)
        return int(last or 0) + GAP
    (follower,) = database.fetch_one("SELECT position FROM account WHERE id = ?", before) or (0,)
    (predecessor,) = database.fetch_one(
        "SELECT max(position) FROM account WHERE position < ?", follower
    ) or (None,)
    if predecessor is None:
        return int(follower) - GAP
    middle = (int(follower) + int(predecessor)) // 2
    return middle if middle > predecessor else None


def _renumber(database: Database) -> None:
    database.execute(
        "UPDATE account SET position = place * ? FROM"
        " (SELECT id AS name, row_number() OVER (ORDER BY position, id) AS place"
        " FROM account) WHERE id = name",
        GAP,
    )
