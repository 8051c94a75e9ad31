"""Duplicates: accounts of the same label and the same secret.

The labels of all accounts are kept in memory for as long as the change stamp holds, and what
is added is put there too: reading all metadata, or all secrets of one label, for each of 2,000
accounts that are added would take longer than adding them.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault.entry import Entry
from authenticator.vault.errors import SecretMissing, SecretUnreadable
from authenticator.vault.records import Records
from authenticator.vault.seal import KEY_BYTES


@dataclass(slots=True)
class _Labelled:
    """The accounts by their labels, as they were at a change stamp; and what their secrets are
    known by, so that each is read once: never the secrets themselves."""

    stamp: int
    listed: dict[Label, list[Entry]]
    trashed: dict[Label, list[Entry]]
    _marks: dict[str, bytes] = field(default_factory=dict, repr=False)
    _salt: bytes = field(default_factory=lambda: os.urandom(KEY_BYTES), repr=False)

    def find(
        self, account: Account, among: Mapping[Label, list[Entry]], read: Callable[[Entry], Account]
    ) -> Entry | None:
        """The first of these with the account's label and secret."""
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
        """Alike for equal secrets; nothing can be told from it without the salt."""
        import hmac  # with OpenSSL behind it, which a start need not load

        return hmac.digest(self._salt, secret.key, "sha256")


class Duplicates:
    """Looks for an account among those that are there already, listed or in the bin."""

    def __init__(
        self,
        records: Records,
        listed: Callable[[], list[Entry]],
        trashed: Callable[[], list[Entry]],
    ) -> None:
        self._records = records
        self._listed = listed
        self._trashed = trashed
        self._known: _Labelled | None = None

    def forget(self) -> None:
        self._known = None

    def find(self, account: Account, *, in_trash: bool) -> Entry | None:
        """The duplicate that is listed, or the one in the trash."""
        known = self._labelled()
        among = known.trashed if in_trash else known.listed
        return known.find(account, among, self._records.account)

    @contextmanager
    def adding(self, entry: Entry) -> Iterator[None]:
        """While nobody else can write: what is known still holds after an entry was added."""
        known = self._up_to_date()
        yield
        if known is not None:
            with suppress(AuthenticatorError):  # the account is there, whatever this says
                known.stamp = self._records.index.change_stamp()
                known.listed.setdefault(entry.label, []).append(entry)

    def _labelled(self) -> _Labelled:
        known = self._up_to_date()
        if known is None:
            stamp = self._records.index.change_stamp()  # first: a later change makes it old
            known = _Labelled(stamp, _by_label(self._listed()), _by_label(self._trashed()))
            self._known = known
        return known

    def _up_to_date(self) -> _Labelled | None:
        known = self._known
        return known if known and known.stamp == self._records.index.change_stamp() else None


def _by_label(entries: Iterable[Entry]) -> dict[Label, list[Entry]]:
    found: dict[Label, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.label, []).append(entry)
    return found
