"""Duplicates: what a vault already holds of an account that is about to be added.

Metadata has a mark of each secret, so accounts of the same secret are found without reading
the secrets; only those that seem to be the same are read. Accounts from before there were marks
are read once.

All metadata is remembered until the change stamp differs, and added accounts are remembered too:
otherwise adding 2,000 accounts would spend most of its time on reading the metadata of all
accounts once for each of them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import NamedTuple

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import Account, Hotp, Label, Otp, Yandex
from authenticator.vault.entry import Entry
from authenticator.vault.errors import SecretMissing, SecretUnreadable
from authenticator.vault.records import Records


class Relatives(NamedTuple):
    """What a vault holds of an account already. `trashed` is in the trash, all others are listed,
    in their order."""

    identical: Entry | None = None
    """The same label, secret and parameters."""
    changed: tuple[Entry, ...] = ()
    """The same label and secret, other parameters."""
    renamed: tuple[Entry, ...] = ()
    """The same secret, another label."""
    namesakes: tuple[Entry, ...] = ()
    """The same label (now, or before the user renamed it), another secret or one that can't be
    read."""
    trashed: Entry | None = None
    """The same label (now, or before the user renamed it) and secret."""


class _Entries:
    """Entries by label, by mark, and those without a mark."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.by_label: dict[Label, list[Entry]] = {}
        self.by_mark: dict[str, list[Entry]] = {}
        self.unmarked: list[Entry] = []
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        if entry.damaged:
            return
        for label in {entry.label, entry.enrolled_as or entry.label}:
            self.by_label.setdefault(label, []).append(entry)
        if entry.mark:
            self.by_mark.setdefault(entry.mark, []).append(entry)
        else:
            self.unmarked.append(entry)


class _Snapshot:
    """All accounts as of a change stamp, and which of them were seen to hold a secret."""

    def __init__(self, stamp: int, listed: Iterable[Entry], trashed: Iterable[Entry]) -> None:
        self.stamp = stamp
        self.listed = _Entries(listed)
        self.trashed = _Entries(trashed)
        self.read: dict[str, str] = {}


class Duplicates:
    """Finds the relatives of an account, listed or in the trash."""

    def __init__(
        self,
        records: Records,
        listed: Callable[[], list[Entry]],
        trashed: Callable[[], list[Entry]],
    ) -> None:
        self._records = records
        self._listed = listed
        self._trashed = trashed
        self._snapshot: _Snapshot | None = None
        self._older_marks: dict[str, str] = {}

    def forget(self) -> None:
        self._snapshot = None
        self._older_marks = {}

    def find(self, account: Account) -> Relatives:
        """See `Vault.find_relatives`."""
        known = self._current()
        mark = self._records.seal.mark(account.secret.key)
        named = known.listed.by_label.get(account.label, [])
        alike = [
            *known.listed.by_mark.get(mark, ()),
            *(entry for entry in known.listed.unmarked if self._older_mark(entry) == mark),
        ]
        same = [entry for entry in alike if self._holds(known, entry, mark)]
        changed, renamed, identical = [], [], None
        for entry in same:
            if entry.label != account.label:
                renamed.append(entry)
            elif not _fits(entry.otp, account.otp) or self._has_other_pin(entry, account):
                changed.append(entry)
            else:
                identical = identical or entry
        ids = {entry.id for entry in same}
        removed = (
            entry
            for entry in known.trashed.by_label.get(account.label, ())
            if (entry.mark or self._older_mark(entry)) == mark and self._holds(known, entry, mark)
        )
        return Relatives(
            identical,
            tuple(changed),
            tuple(renamed),
            tuple(entry for entry in named if entry.id not in ids),
            next(removed, None),
        )

    @contextmanager
    def adding(self, entry: Entry) -> Iterator[None]:
        """Around adding an entry under the write lock: what is remembered stays valid."""
        known = self._remembered()
        yield
        if known is not None:
            with suppress(AuthenticatorError):  # the account was added, even if this fails
                known.stamp = self._records.index.change_stamp()
                known.listed.add(entry)

    def _holds(self, known: _Snapshot, entry: Entry, mark: str) -> bool:
        """Whether the store still holds the secret that the mark is of: a keyring may have lost
        it, and then the account is wanted anew."""
        if entry.id not in known.read:
            read = self._read_mark(entry)
            if not read:
                return False
            known.read[entry.id] = read
        return known.read[entry.id] == mark

    def _has_other_pin(self, entry: Entry, account: Account) -> bool:
        """Whether the store has another PIN than this account was given with."""
        wanted = account.secret.pin
        return bool(wanted) and self._records.account(entry).secret.pin != wanted

    def _older_mark(self, entry: Entry) -> str:
        if entry.id not in self._older_marks:
            read = self._read_mark(entry)
            if not read:
                return ""
            self._older_marks[entry.id] = read
        return self._older_marks[entry.id]

    def _read_mark(self, entry: Entry) -> str:
        """The mark of the secret in the store; empty if it can't be read."""
        with suppress(SecretMissing, SecretUnreadable):
            return self._records.seal.mark(self._records.account(entry).secret.key)
        return ""

    def _current(self) -> _Snapshot:
        known = self._remembered()
        if known is None:
            # Before reading: a change in between outdates it.
            stamp = self._records.index.change_stamp()
            known = _Snapshot(stamp, self._listed(), self._trashed())
            self._snapshot = known
        return known

    def _remembered(self) -> _Snapshot | None:
        known = self._snapshot
        return known if known and known.stamp == self._records.index.change_stamp() else None


def _fits(here: Otp, given: Otp) -> bool:
    """Whether an account gives the codes of this enrolment. Its own counter may have gone on."""
    if isinstance(here, Hotp) and isinstance(given, Hotp) and here.counter >= given.counter:
        return replace(here, counter=given.counter) == given
    if isinstance(given, Yandex):  # how long its PIN is makes no other codes
        return isinstance(here, Yandex)
    return here == given
