"""The order of accounts: positions far enough apart that a move writes one row."""

from typing import Final

from authenticator.vault.database import Database

GAP: Final = 1 << 32
"""Between the positions of two neighbours: room for 32 moves to one place, and for 2**30
accounts, before rows have to be numbered anew."""


def move(database: Database, id: str, before: str | None) -> None:
    """Put a row right before another, or last: one row is written, the others keep their
    positions. Inside a transaction."""
    place = _place(database, before)
    if place is None:
        _number_anew(database)
        place = _place(database, before)
    database.do("UPDATE account SET position = ? WHERE id = ?", place, id)


def _place(database: Database, before: str | None) -> int | None:
    """A position right before a row; None where its predecessor leaves no room."""
    if before is None:
        (last,) = database.one("SELECT max(position) FROM account") or (None,)
        return int(last or 0) + GAP
    (follower,) = database.one("SELECT position FROM account WHERE id = ?", before) or (0,)
    (predecessor,) = database.one(
        "SELECT max(position) FROM account WHERE position < ?", follower
    ) or (None,)
    if predecessor is None:
        return int(follower) - GAP
    middle = (int(follower) + int(predecessor)) // 2
    return middle if middle > predecessor else None


def _number_anew(database: Database) -> None:
    database.do(
        "UPDATE account SET position = place * ? FROM"
        " (SELECT id AS name, row_number() OVER (ORDER BY position, rowid) AS place"
        " FROM account) WHERE id = name",
        GAP,
    )
