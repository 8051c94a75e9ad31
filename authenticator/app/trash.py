"""Finding accounts in the bin by a query."""

from authenticator.app.search import QueryMatchesNone, the
from authenticator.errors import InputRefused
from authenticator.vault.entry import Entry
from authenticator.vault.vault import Vault


class NotInBin(InputRefused):
    """Nothing in the bin matches the query; `among` is the number of accounts in it."""

    def __init__(self, query: str, among: int) -> None:
        super().__init__(query, among)
        self.query = query
        self.among = among


def the_binned(vault: Vault, query: str) -> Entry:
    """The one account in the bin that `query` refers to. Raises NotInBin, QueryMatchesSeveral."""
    entries = [one.entry for one in vault.trashed()]
    try:
        return the(entries, query)
    except QueryMatchesNone as none:
        raise NotInBin(query, none.among) from None
