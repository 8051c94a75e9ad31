"""Finds the one account in the bin that a query refers to."""

from authenticator.app.search import QueryMatchesNone, resolve_one
from authenticator.errors import InputRefused
from authenticator.vault.entry import Entry
from authenticator.vault.vault import Vault


class NotInTrash(InputRefused):
    """Nothing in the bin matches the query; `among` is the number of accounts in it."""

    def __init__(self, query: str, among: int) -> None:
        super().__init__(query, among)
        self.query = query
        self.among = among


def resolve_trashed(vault: Vault, query: str) -> Entry:
    """The one account in the bin that `query` refers to. Raises NotInTrash, QueryMatchesSeveral."""
    entries = [one.entry for one in vault.trashed()]
    try:
        return resolve_one(entries, query)
    except QueryMatchesNone as none:
        raise NotInTrash(query, none.among) from None
