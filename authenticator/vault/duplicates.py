"""Duplicates: accounts of the same label and the same secret.

All labels are remembered until the change stamp differs, and added accounts are remembered
too: otherwise adding 2,000 accounts would spend most of its time on reading the metadata of all
accounts, or all secrets of one label, once for each of them.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault.entry import Entry
from authenticator.vault.errors import SecretMissing, SecretUnreadable
from authenticator.vault.records import Records
from authenticator.vault.seal import KEY_BYTES


class _LabelIndex:
    """Accounts by label, as of a change stamp, and marks by which their secrets are compared:
    each secret is read once, and none is kept."""

    def __init__(
        self, stamp: int, listed: dict[Label, list[Entry]], trashed: dict[Label, list[Entry]]
    ) -> None:
        self.stamp = stamp
        self.listed = listed
        self.trashed = trashed
        self._marks: dict[str, bytes] = {}
        self._salt = os.urandom(KEY_BYTES)

    def find(
        self, account: Account, among: Mapping[Label, list[Entry]], read: Callable[[Entry], Account]
    ) -> Entry | None:
        """The first of `among` with the account's label and secret."""
        wanted = self._mark(account.secret)
        for entry in among.get(account.label, ()):
            if entry.damaged:
                continue
            with suppress(SecretMissing, SecretUnreadable):
                if entry.id not in self._marks:
                    self._marks[entry.id] = self._mark(read(entry).secret)
                if self._marks[entry.id] == wanted:
                    return entry
        return None

    def _mark(self, secret: Secret) -> bytes:
        """Equal for equal secrets; without the salt it tells nothing about them."""
        import hmac  # loads OpenSSL, which a start can do without

        return hmac.digest(self._salt, secret.key, "sha256")


class Duplicates:
    """Finds the account that is there already, listed or in the trash."""

    def __init__(
        self,
        records: Records,
        listed: Callable[[], list[Entry]],
        trashed: Callable[[], list[Entry]],
    ) -> None:
        self._records = records
        self._listed = listed
        self._trashed = trashed
        self._label_index: _LabelIndex | None = None

    def forget(self) -> None:
        self._label_index = None

    def find(self, account: Account, *, in_trash: bool) -> Entry | None:
        """The duplicate that is listed, or the one in the trash."""
        known = self._current()
        among = known.trashed if in_trash else known.listed
        return known.find(account, among, self._records.account)

    @contextmanager
    def adding(self, entry: Entry) -> Iterator[None]:
        """Around adding an entry under the write lock: what is remembered stays valid."""
        known = self._remembered()
        yield
        if known is not None:
            with suppress(AuthenticatorError):  # the account was added, even if this fails
                known.stamp = self._records.index.change_stamp()
                known.listed.setdefault(entry.label, []).append(entry)

    def _current(self) -> _LabelIndex:
        known = self._remembered()
        if known is None:
            stamp = (
                self._records.index.change_stamp()
            )  # before reading: a change in between outdates it
            known = _LabelIndex(stamp, _by_label(self._listed()), _by_label(self._trashed()))
            self._label_index = known
        return known

    def _remembered(self) -> _LabelIndex | None:
        known = self._label_index
        return known if known and known.stamp == self._records.index.change_stamp() else None


def _by_label(entries: Iterable[Entry]) -> dict[Label, list[Entry]]:
    found: dict[Label, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.label, []).append(entry)
    return found
