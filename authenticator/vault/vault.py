"""Vault: reads and writes accounts.

Vault has more than 25 methods, since each thing that is done to accounts has one here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from authenticator.otp.account import Account, Hotp, Label, Otp
from authenticator.otp.uri import write_uri
from authenticator.vault import crash_recovery
from authenticator.vault.duplicates import Duplicates, Relatives
from authenticator.vault.entry import (
    Entry,
    Use,
    changes_of,
    damaged_entry,
    new_id,
    normalised_groups,
    successor,
    with_counter,
)
from authenticator.vault.errors import NoSuchAccount
from authenticator.vault.index import KEPT, Index
from authenticator.vault.key_derivation import Cost
from authenticator.vault.kinds import Detail, VaultInfo
from authenticator.vault.manifest import Consistency
from authenticator.vault.records import Records
from authenticator.vault.seal import VAULT_ROW, Column, Seal
from authenticator.vault.stores.choice import store_for
from authenticator.vault.stores.secret_store import SecretStore
from authenticator.vault.trash import Trash, TrashedAccount
from authenticator.vault.write_lock import VaultLock

if TYPE_CHECKING:
    from authenticator.vault.slot_changes import KeySlots
    from authenticator.vault.unlisted import UnlistedAccounts


class Vault:
    """Accounts in a folder. Any thread may call any method; one call runs at a time.

    Every method may raise StoreFault (and its kinds), DiskRefused, IndexBusy and
    IndexUnreadable; IndexReplaced where the file is not the one any more that was opened, and
    SlotsChanged where another process changed what opens it: open the vault anew then. When a
    method raises, the vault is as it was before, at the latest after recovery.
    """

    def __init__(
        self,
        index: Index,
        seal: Seal,
        keyring: SecretStore | None,
        cost: Callable[[], Cost],
        now: Callable[[], float],
    ) -> None:
        """Called by `lifecycle`. `key` is what opens the vault again without asking anybody;
        `now` returns Unix seconds; `cost` measures what a
        guess at a passphrase is to cost. Raises KeyringAbsent."""
        self.key = seal.key
        self._index = index
        self._seal = seal
        self._now = now
        self._records = Records(index, seal, store_for(index.head, index, seal, keyring))
        self._trash = Trash(self._records, now)
        self._duplicates = Duplicates(
            self._records, self.entries, lambda: [one.entry for one in self._trash.trashed()]
        )
        self._lock = VaultLock(index.path.parent)
        self._keyring = keyring
        self._cost = cost

    @cached_property
    def slots(self) -> "KeySlots":
        """Who may open the vault, and where its secrets are: what changes either."""
        from authenticator.vault.slot_changes import KeySlots  # rarely used

        return KeySlots(self._records, self._keyring, self._lock, self._cost)

    @property
    def is_moving(self) -> bool:
        """Whether secrets are being rewritten: see `slots`."""
        return self._index.head.moving is not None

    @property
    def info(self) -> VaultInfo:
        """Where secrets are, and what opens the vault."""
        return VaultInfo(self._index.head.store, self._index.head.key)

    def close(self) -> None:
        """Close the file. Calling this again is fine; calling anything else is not."""
        with self._lock.reading():
            self._duplicates.forget()
            self._index.close()

    # Drafts

    def seal_draft(self, plain: bytes) -> bytes:
        """Seal what must be neither lost nor readable while the vault is closed. Touches no
        disk."""
        return self._seal.close(plain, VAULT_ROW, Column.DRAFT)

    def open_draft(self, sealed: bytes) -> bytes:
        """What `seal_draft` sealed, also before the vault was last closed. Raises SealBroken."""
        return self._seal.open(sealed, VAULT_ROW, Column.DRAFT)

    # Reading

    def entries(self) -> list[Entry]:
        """Every listed account in order, including damaged ones."""
        with self._lock.reading():
            rows = self._index.rows()
        entry = self._records.entry
        return [entry(id, meta) for id, meta in rows]

    def entry(self, id: str) -> Entry:
        """One account without its secret. Raises NoSuchAccount."""
        with self._lock.reading():
            row = self._records.row(id)
        return self._records.entry(row.id, row.meta)

    def account(self, id: str, *, in_trash: bool = False) -> Account:
        """One account with its secret; one in the trash only with `in_trash`.

        Raises NoSuchAccount, SecretMissing if its item is gone, SecretUnreadable if the item
        or the metadata is damaged.
        """
        with self._lock.reading():
            return self._records.account(self._records.undamaged_entry(id, in_trash=in_trash))

    def find_relatives(self, account: Account) -> Relatives:
        """The accounts that are there with the same label or the same secret.

        Asking about many accounts, and adding them in between, reads all metadata once, and again
        only after other changes; of the secrets, those that seem to be the same.
        """
        with self._lock.reading():
            return self._duplicates.find(account)

    def notes(self, id: str) -> str:
        """The notes on an account, "" without any. Raises NoSuchAccount, SealBroken."""
        with self._lock.reading():
            return (self._records.detail(id, Detail.NOTES) or b"").decode()

    def picture(self, id: str) -> bytes | None:
        """An account's own picture as it was given, or None. Raises NoSuchAccount, SealBroken."""
        with self._lock.reading():
            return self._records.detail(id, Detail.PICTURE)

    def trashed(self) -> list[TrashedAccount]:
        """The accounts in the trash, the last removed first."""
        with self._lock.reading():
            return self._trash.trashed()

    def change_stamp(self) -> int:
        """A number that differs after any change, by this process or another.

        Cheap enough to ask for every second. Only stamps of the same Vault can be compared.
        """
        with self._lock.reading():
            return self._index.change_stamp()

    def verify(self) -> Consistency:
        """Whether the file is as this app left it."""
        with self._lock.reading():
            return self._index.verify()

    @property
    def unlisted(self) -> "UnlistedAccounts":
        """Secrets in the store that belong to no account of the list."""
        from authenticator.vault.unlisted import UnlistedAccounts  # rarely needed

        return UnlistedAccounts(self._records, self._lock, self._now)

    def digest(self) -> bytes:
        """Differs when `entries` differs, at a fraction of its cost. Digests of different Vault
        objects and processes can be compared."""
        with self._lock.reading():
            return self._index.digest()

    def export_raw(self, id: str) -> str:
        """All that is stored of an account, as one line of JSON. Contains the secret.

        `item`, `metadata` and `notes` are texts, or null if they can't be opened; the sealed
        bytes (Base64) of the first two are included. Raises NoSuchAccount.
        """
        with self._lock.reading():
            return self._records.export(id)

    # Writing

    def add(self, account: Account, *, groups: Iterable[str] = (), pinned: bool = False) -> Entry:
        """Add an account, last in order, dated now; it is durable when this returns.

        Duplicates are not looked for. Raises SecretTooLong, DetailTooLong, and EnrolmentRefused
        if it lacks its PIN.
        """
        account.require_pin()
        entry = Entry(
            new_id(),
            account.label,
            account.otp,
            normalised_groups(groups),
            pinned,
            added_s=max(0, int(self._now())),
            mark=self._seal.mark(account.secret.key),
        )
        item = write_uri(account)
        with self._lock.writing(), self._duplicates.adding(entry):
            crash_recovery.add(self._records, entry, item)
        return entry

    def edit(  # noqa: PLR0913 - one argument for each field
        self,
        id: str,
        *,
        label: Label | None = None,
        otp: Otp | Callable[[Otp], Otp] | None = None,
        pin: str | None = None,
        counter: int | None = None,
        groups: Iterable[str] | None = None,
        pinned: bool | None = None,
        icon: str | None = None,
        notes: str | None = None,
        picture: bytes | None = None,
    ) -> Entry:
        """Change what is given and return the new entry; "" and b"" remove notes or a picture.

        An HOTP account keeps its counter unless `counter` is given, whatever `otp` says:
        another process may have used a code meanwhile. Or `otp` is a function, which gets what is
        there and decides on the counter too. Raises NoSuchAccount, SecretUnreadable,
        SecretMissing, SecretTooLong, DetailTooLong, and EnrolmentRefused for a counter out of
        range, and for a PIN or a key that `otp` can't have.
        """
        changes, details = changes_of(groups, pinned, icon, notes, picture)
        with self._lock.writing():
            old = self._records.undamaged_entry(id)
            if pin is not None:
                changes["pin_version"] = new_id()
            changes["otp"] = (
                otp(old.otp)
                if callable(otp)
                else with_counter(old.otp if otp is None else otp, counter, old.otp)
            )
            new = old._replace(**changes)  # type: ignore[arg-type] # each of its own type
            if label is not None:
                new = new.renamed(label)
            sealed = {
                kind: self._seal.close(plain, id, kind) if plain else None
                for kind, plain in details.items()
            }
            crash_recovery.change(self._records, old, new, sealed, pin=pin)
        return new

    def replace(self, old_id: str, new_id: str) -> Entry:
        """Put an account into the trash, and let the one that was enrolled in its stead take over
        its label, groups, notes, icon, pin, place and uses. What the new one has of its own
        stays: another name given to it, notes, an icon. Returns the new entry.

        Raises NoSuchAccount for either, SecretUnreadable, SecretMissing, SecretTooLong,
        DetailTooLong, SealBroken; ValueError if both are the same.
        """
        if old_id == new_id:
            raise ValueError("an account can't replace itself")
        with self._lock.writing():
            old = self._records.undamaged_entry(old_id)
            new = self._records.undamaged_entry(new_id)
            merged = successor(old, new)
            details, copied = {}, self._records.detail_for
            if merged.has_notes and not new.has_notes:
                details[Detail.NOTES] = copied(old_id, Detail.NOTES, new_id)
            if merged.picture != new.picture:
                details[Detail.PICTURE] = copied(old_id, Detail.PICTURE, new_id)

            def exchange() -> None:
                self._index.swap(old_id, new_id)
                self._trash.put(old_id)

            crash_recovery.change(self._records, new, merged, details, exchange)
        return merged

    def remove(self, id: str) -> None:
        """Move an account, damaged or not, to the trash: it is no longer listed and gives no
        codes, but can be put back until it is due. Raises NoSuchAccount."""
        with self._lock.writing(), self._index.transaction():
            self._trash.put(id)

    def restore(self, id: str) -> Entry:
        """Take an account out of the trash, to its old place in the order.

        Raises NoSuchAccount if it is not in the trash (any more).
        """
        with self._lock.writing():
            return self._trash.restore(id)

    def delete(self, id: str) -> None:
        """Delete an account and its secret for good, damaged or not, in the trash or not.

        Raises NoSuchAccount.
        """
        with self._lock.writing():
            row = self._index.row(id)
            if row is None or row.state not in KEPT:
                raise NoSuchAccount(id)
            crash_recovery.delete(self._records, id)

    def purge_expired(self, wait_s: float | None = None) -> None:
        """Delete for good what has been in the trash for long enough (see `vault.trash`).

        `lifecycle.open` does this; the window, which keeps a vault open, calls it once a day.
        """
        with self._lock.reading():
            if self._trash.wants_purge():
                with self._lock.writing(wait_s):
                    self._trash.purge()

    def move(self, id: str, before: str | None) -> None:
        """Put an account right before another, or last. Raises NoSuchAccount for either."""
        with self._lock.writing():
            self._records.row(id)
            if before is not None:
                self._records.row(before)
            if before != id:
                with self._index.transaction():
                    self._index.move(id, before)

    def record_uses(self, uses: Mapping[str, Use]) -> None:
        """Add uses to accounts by id, in one write; missing and damaged accounts are skipped."""
        with self._lock.writing(), self._index.transaction():
            for id, use in uses.items():
                row = self._index.row(id)
                entry = damaged_entry(id) if row is None else self._records.entry(id, row.meta)
                if not entry.damaged:
                    used = entry._replace(uses=entry.uses + use.times, last_used_s=use.last_s)
                    self._records.write_entry(used, {})

    def advance_counter(self, id: str) -> int:
        """Use up an HOTP counter and return it; the next one is durable by then.

        No two calls, in whatever process, return the same. Raises NoSuchAccount,
        SecretUnreadable for damaged metadata, EnrolmentRefused after the last counter,
        TypeError for an account that has none.
        """
        with self._lock.writing(), self._index.transaction():
            entry = self._records.undamaged_entry(id)
            if not isinstance(entry.otp, Hotp):
                raise TypeError("only an HOTP account has a counter")
            after = replace(entry.otp, counter=entry.otp.counter + 1)
            self._records.write_entry(entry._replace(otp=after), {})
        return entry.otp.counter

    def recover(self, wait_s: float | None = None) -> None:
        """Complete or roll back what a crash left unfinished. Raises what prevents it."""
        with self._lock.reading():
            if self._index.incomplete():
                with self._lock.writing(wait_s):
                    crash_recovery.recover(self._records)  # looks it up again
