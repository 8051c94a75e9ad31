"""Secrets in the store that no account of the list belongs to, and how they get into it again.

The store may have them because the file was lost, or put back from an older backup; or they are
those of another vault in the same keyring, so a person decides.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

from authenticator.otp.account import Account
from authenticator.vault.entry import Entry
from authenticator.vault.errors import SecretMissing, SecretUnreadable
from authenticator.vault.head import is_id
from authenticator.vault.records import Records
from authenticator.vault.stores.secret_store import ListedStore
from authenticator.vault.write_lock import VaultLock


class UnlistedAccounts:
    """Those of one open vault; `now` returns Unix seconds. Every method may raise what the vault's
    raise."""

    def __init__(self, records: Records, lock: VaultLock, now: Callable[[], float]) -> None:
        self._records = records
        self._lock = lock
        self._now = now

    def find(self) -> list[tuple[str, Account]]:
        """Id and account of each, as its secret has them; none where the store can't be listed.
        What can't be read as an enrolment is left out: it may be another vault's, sealed."""
        with self._lock.reading():
            store = self._records.store
            names = store.names() if isinstance(store, ListedStore) else None
            found = []
            for name in sorted(names or ()):
                if is_id(name) and self._records.index.row(name) is None:
                    with suppress(SecretMissing, SecretUnreadable):
                        found.append((name, self._records.stored(name)))
        return found

    def take_back(self, ids: Iterable[str]) -> list[Entry]:
        """List accounts again, last in order; what only the list knew is gone: groups, notes, an
        icon, and how far a counter went."""
        wanted, taken = set(ids), []
        with self._lock.writing():
            for id, account in self.find():
                if id in wanted:
                    mark = self._records.seal.mark(account.secret.key)
                    now_s = max(0, int(self._now()))
                    entry = Entry(id, account.label, account.otp, added_s=now_s, mark=mark)
                    with self._records.index.transaction():
                        self._records.index.insert(id, self._records.metadata(entry))
                    taken.append(entry)
        return taken
