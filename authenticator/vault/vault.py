"""Vault: accounts kept for good, read and written.

An account in the bin is a row that says since when; its item, its state and its place in
the order stay as they are, so that going there and coming back is one write each.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from authenticator.otp.account import Account, Hotp, Label, Otp, well_formed
from authenticator.otp.uri import write_uri
from authenticator.vault import crash_recovery
from authenticator.vault.duplicates import Duplicates
from authenticator.vault.entry import Entry, Use, check_limit, damaged_entry, groups_of, new_id
from authenticator.vault.errors import NoSuchAccount
from authenticator.vault.index import SHOWN, Index
from authenticator.vault.kinds import Detail
from authenticator.vault.records import Records
from authenticator.vault.seal import VAULT_ROW, Column, Seal
from authenticator.vault.stores.secret_store import SecretStore
from authenticator.vault.trash import Trash, Trashed
from authenticator.vault.write_lock import VaultLock


class Vault:
    """Accounts in a folder. Any thread may call any method; one call runs at a time.

    Every method may raise StoreFault (and its kinds), DiskRefused, IndexBusy and
    IndexUnreadable. Where a method raises, the vault is as it was before, or is so once
    repaired; only a deletion that the disk broke off is ended instead.
    """

    def __init__(
        self, index: Index, seal: Seal, store: SecretStore, now: Callable[[], float]
    ) -> None:
        """For `lifecycle`, which knows how to get these. `key` opens it without asking again."""
        self.key = seal.key
        self._index = index
        self._seal = seal
        self._records = Records(index, seal, store)
        self._trash = Trash(self._records, now)
        self._duplicates = Duplicates(
            self._records, self.entries, lambda: [one.entry for one in self._trash.trashed()]
        )
        self._lock = VaultLock(index.path.parent)

    def close(self) -> None:
        """Let go of the file. Calling again is fine; calling anything else is not."""
        with self._lock.reading():
            self._duplicates.forget()
            self._index.close()

    # For the time while it is closed

    def seal_draft(self, plain: bytes) -> bytes:
        """Bytes that only this vault opens again: for what must not be lost while it is closed,
        and not be read either. Touches no disk."""
        return self._seal.close(plain, VAULT_ROW, Column.DRAFT)

    def open_draft(self, sealed: bytes) -> bytes:
        """What `seal_draft` sealed, before this vault was closed too. Raises SealBroken."""
        return self._seal.open(sealed, VAULT_ROW, Column.DRAFT)

    # Reading

    def entries(self) -> list[Entry]:
        """Every account in order, the damaged ones too."""
        with self._lock.reading():
            rows = self._index.rows()
        return [self._records.entry(name, meta) for name, meta in rows]

    def entry(self, id: str) -> Entry:
        """One account without its secret. Raises NoSuchAccount."""
        with self._lock.reading():
            row = self._records.row(id)
        return self._records.entry(row.id, row.meta)

    def account(self, id: str) -> Account:
        """One account with its secret.

        Raises NoSuchAccount, SecretMissing where its item is gone, SecretUnreadable where
        the item or the metadata is damaged.
        """
        with self._lock.reading():
            return self._records.account(self._records.whole_entry(id))

    def duplicate(self, account: Account, *, in_trash: bool = False) -> Entry | None:
        """The account of the same label and the same secret that is listed, or in the trash.

        Asking for many, and adding them in between, reads the metadata of all accounts and each
        secret of the same label once, and again only where something else was changed meanwhile.
        """
        with self._lock.reading():
            return self._duplicates.find(account, in_trash=in_trash)

    def notes(self, id: str) -> str:
        """What a person wrote about an account. Raises NoSuchAccount, SealBroken."""
        with self._lock.reading():
            return (self._records.detail(id, Detail.NOTES) or b"").decode()

    def picture(self, id: str) -> bytes | None:
        """An account's own picture as it was given. Raises NoSuchAccount, SealBroken."""
        with self._lock.reading():
            return self._records.detail(id, Detail.PICTURE)

    def trashed(self) -> list[Trashed]:
        """What is in the bin, the last removed first."""
        with self._lock.reading():
            return self._trash.trashed()

    def change_stamp(self) -> int:
        """A number that differs once anything was changed, by this process or another.

        Cheap enough to be asked for every second. Only stamps of one Vault object compare.
        """
        with self._lock.reading():
            return self._index.change_stamp()

    def digest(self) -> bytes:
        """Differs where `entries` does, and takes a fraction of its time. Digests of several
        Vault objects compare, in whatever process."""
        with self._lock.reading():
            return self._index.digest()

    def export_raw(self, id: str) -> str:
        """All that is still kept for an account, as one line of JSON. Holds the secret.

        `item`, `metadata` and `notes` are texts as far as they can be opened, else null,
        with the sealed bytes (Base64) of the first two beside them. Raises NoSuchAccount.
        """
        with self._lock.reading():
            return self._records.export(id)

    # Writing

    def add(self, account: Account, *, groups: Iterable[str] = (), pinned: bool = False) -> Entry:
        """Keep one more account, last in order; it is there for good when this returns.

        A twin is not looked for. Raises SecretTooLong, DetailTooLong.
        """
        entry = Entry(new_id(), account.label, account.otp, groups_of(groups), pinned)
        item = write_uri(account)
        with self._lock.writing(), self._duplicates.adding(entry):
            crash_recovery.add(self._records, entry, item)
        return entry

    def edit(
        self,
        id: str,
        *,
        label: Label | None = None,
        otp: Otp | None = None,
        counter: int | None = None,
        groups: Iterable[str] | None = None,
        pinned: bool | None = None,
        icon: str | None = None,
        notes: str | None = None,
        picture: bytes | None = None,
    ) -> Entry:
        """Change what is given and return the entry as it is then; "" and b"" take away.

        An account that counts keeps its counter unless `counter` says otherwise, whatever
        `otp` has: meanwhile another may have taken a code. Raises NoSuchAccount,
        SecretUnreadable, SecretMissing, SecretTooLong, DetailTooLong, EnrolmentRefused for
        a counter out of range.
        """
        changes, details = _changes(label, groups, pinned, icon, notes, picture)
        with self._lock.writing():
            old = self._records.whole_entry(id)
            changes["otp"] = _with_counter(old.otp if otp is None else otp, counter, old.otp)
            new = old._replace(**changes)  # type: ignore[arg-type] # each of its own type
            sealed = {
                kind: self._seal.close(plain, id, kind) if plain else None
                for kind, plain in details.items()
            }
            crash_recovery.change(self._records, old, new, sealed)
        return new

    def remove(self, id: str) -> None:
        """Put an account, whole or damaged, into the bin: it is not listed and gives no code,
        and can be put back for 30 days. Raises NoSuchAccount."""
        with self._lock.writing():
            self._trash.put(id)

    def put_back(self, id: str) -> Entry:
        """Take an account out of the bin, to where it was in the order.

        Raises NoSuchAccount where it is not in the bin (any more).
        """
        with self._lock.writing():
            return self._trash.put_back(id)

    def delete(self, id: str) -> None:
        """Forget an account for good, its secret included, whole or damaged, in the bin or
        not. Raises NoSuchAccount."""
        with self._lock.writing():
            row = self._index.row(id)
            if row is None or row.state not in SHOWN:
                raise NoSuchAccount(id)
            crash_recovery.delete(self._records, id)

    def purge_expired(self, wait_s: float | None = None) -> None:
        """Delete for good what has been in the bin for 30 days (`vault.trash` says how they are
        counted). Opening does it; who stays open for long calls it once a day."""
        with self._lock.reading():
            if self._trash.wants_purge():
                with self._lock.writing(wait_s):
                    self._trash.purge()

    def move(self, id: str, before: str | None) -> None:
        """Put an account right before another, or last. Raises NoSuchAccount for both."""
        with self._lock.writing():
            self._records.row(id)
            if before is not None:
                self._records.row(before)
            if before != id:
                with self._index.transaction():
                    self._index.move(id, before)

    def record_uses(self, uses: Mapping[str, Use]) -> None:
        """Add uses to accounts by their ids, all in one write; what is not there any more, or
        damaged, is passed over."""
        with self._lock.writing(), self._index.transaction():
            for id, use in uses.items():
                row = self._index.row(id)
                entry = damaged_entry(id) if row is None else self._records.entry(id, row.meta)
                if not entry.damaged:
                    used = entry._replace(uses=entry.uses + use.times, last_used_s=use.last_s)
                    self._records.describe(used, {})

    def advance(self, id: str) -> int:
        """Use up an HOTP counter: the next one is durable when this one is returned.

        No two calls, in whatever process, return the same. Raises NoSuchAccount,
        SecretUnreadable for damaged metadata, EnrolmentRefused after the last counter,
        TypeError where the account has none.
        """
        with self._lock.writing(), self._index.transaction():
            entry = self._records.whole_entry(id)
            if not isinstance(entry.otp, Hotp):
                raise TypeError("only an HOTP account has a counter")
            after = replace(entry.otp, counter=entry.otp.counter + 1)
            self._records.describe(entry._replace(otp=after), {})
        return entry.otp.counter

    def recover(self, wait_s: float | None = None) -> None:
        """Finish or roll back what a crash left half done. Raises what stands in the way."""
        with self._lock.reading():
            if self._index.unsettled():
                with self._lock.writing(wait_s):
                    crash_recovery.recover(self._records)  # looks again: it may be settled by now


def _changes(
    label: Label | None,
    groups: Iterable[str] | None,
    pinned: bool | None,
    icon: str | None,
    notes: str | None,
    picture: bytes | None,
) -> tuple[dict[str, object], dict[Detail, bytes]]:
    """The fields of an entry that change, and the details kept beside it. Raises DetailTooLong."""
    changes: dict[str, object] = {}
    details: dict[Detail, bytes] = {}
    if label is not None:
        changes["label"] = label
    if groups is not None:
        changes["groups"] = groups_of(groups)
    if pinned is not None:
        changes["pinned"] = pinned
    if icon is not None:
        check_limit(Detail.ICON, len(icon))
        changes["icon"] = well_formed(icon)
    if notes is not None:
        notes = well_formed(notes).strip()
        check_limit(Detail.NOTES, len(notes))
        changes["has_notes"] = bool(notes)
        details[Detail.NOTES] = notes.encode()
    if picture is not None:
        check_limit(Detail.PICTURE, len(picture))
        changes["picture"] = new_id() if picture else ""
        details[Detail.PICTURE] = picture
    return changes, details


def _with_counter(otp: Otp, counter: int | None, before: Otp) -> Otp:
    """The parameters with the counter that `Vault.edit` promises."""
    if not isinstance(otp, Hotp):
        return otp
    if counter is None:
        counter = before.counter if isinstance(before, Hotp) else otp.counter
    return replace(otp, counter=counter)
