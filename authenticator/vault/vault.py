"""Vault: accounts kept for good; the order of writes, repair, and atomic HOTP counters.

An item of the store is written only when the index knows of it: row `pending`, item, row
`ready`; row `removing`, item deleted, row gone; row `changing` with the new metadata, item
rewritten, row `ready`. So whatever a crash leaves can be found and settled from the index
alone. The index is authoritative for everything but the secret's bytes.

An account in the bin is a row that says since when; its item, its state and its place in
the order stay as they are, so that going there and coming back is one write each.
"""

import json
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Final

from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.otp.account import Account, Hotp, Label, Otp, well_formed
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri, write_uri
from authenticator.vault import folder, schema
from authenticator.vault.entry import (
    Entry,
    Use,
    damaged_entry,
    groups_of,
    read_metadata,
    within,
    write_metadata,
)
from authenticator.vault.errors import (
    IndexBusy,
    IndexTooNew,
    IndexUnreadable,
    KeyringAbsent,
    KeyringFailed,
    NoSuchAccount,
    NoVault,
    PassphraseNeeded,
    SealBroken,
    SecretMissing,
    SecretTooLong,
    SecretUnreadable,
    StoreFault,
    VaultExists,
    VaultKeyMissing,
    WrongPassphrase,
)
from authenticator.vault.index import SHOWN, Index, Row, State, as_bytes
from authenticator.vault.kinds import Detail, KeyKind, Peek, StoreKind
from authenticator.vault.seal import (
    INTERACTIVE,
    KEY_BYTES,
    SALT_BYTES,
    Cost,
    Seal,
    key_from_passphrase,
    new_key,
)
from authenticator.vault.stores.sealed import SealedItems, SealedStore
from authenticator.vault.stores.secret_store import SecretStore
from authenticator.vault.trash import BinClock, Stay, begin, read_numbers, write_numbers
from authenticator.vault.write_lock import write_lock

_META: Final = "meta"  # the column that metadata is sealed to
_BINNED: Final = "binned"
_BIN_CLOCK: Final = "bin_clock"
_ASIDE: Final = "aside"
_HEAD: Final = ""  # the row that is the vault as a whole; no account has an empty id


@dataclass(frozen=True, slots=True)
class Binned:
    """An account in the bin: when it was removed (Unix s, by this computer's clock) and for
    how many seconds it stays at least. Both None where that can't be read: it stays."""

    entry: Entry
    removed_s: int | None
    left_s: int | None


@dataclass(slots=True)
class _Labelled:
    """The accounts by their labels, as they were at a change stamp; and what their secrets are
    known by, so that each is read once: never the secrets themselves."""

    stamp: int
    shown: dict[Label, list[Entry]]
    binned: dict[Label, list[Entry]]
    _marks: dict[str, bytes] = field(default_factory=dict, repr=False)
    _salt: bytes = field(default_factory=lambda: os.urandom(KEY_BYTES), repr=False)

    def twin(
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


class Vault:
    """Accounts in a folder. Any thread may call any method; one call runs at a time.

    Every method may raise StoreFault (and its kinds), DiskRefused, IndexBusy and
    IndexUnreadable. Where a method raises, the vault is as it was before, or is so once
    repaired; only a deletion that the disk broke off is ended instead.
    """

    def __init__(
        self, index: Index, seal: Seal, store: SecretStore, now: Callable[[], float]
    ) -> None:
        """For `create` and `open`, which know how to get these."""
        self._index = index
        self._seal = seal
        self._store = store
        self._now = now
        self._home = index.path.parent
        self._lock = RLock()
        self._known: _Labelled | None = None

    @staticmethod
    def peek(home: Path) -> Peek | None:
        """What the vault in `home` needs to be opened, or None where there is none.

        Raises IndexUnreadable, IndexTooNew, DiskRefused, IndexBusy.
        """
        if not folder.exists(home):
            return None
        index = Index(home / folder.FILE)
        try:
            return _peek(index)
        finally:
            index.close()

    @classmethod
    def create(
        cls,
        home: Path,
        *,
        store: StoreKind,
        key: KeyKind,
        keyring: SecretStore | None = None,
        passphrase: str | None = None,
        cost: Cost = INTERACTIVE,
        now: Callable[[], float] = time.time,
    ) -> "Vault":
        """Make the first vault in `home` (and the folder, for its owner only) and open it.

        `keyring` is needed unless both kinds do without it, `passphrase` for the key kind
        of that name, where `cost` says what a guess at it shall cost. Raises VaultExists,
        PassphraseNeeded, KeyringAbsent where none was passed.
        """
        if key is KeyKind.PASSPHRASE and not passphrase:
            raise PassphraseNeeded
        if keyring is None and (store is StoreKind.KEYRING or key is KeyKind.KEYRING):
            raise KeyringAbsent
        folder.make_home(home)
        with write_lock(home):
            if folder.exists(home):
                raise VaultExists
            _forget_unfinished(home, keyring)
            vault_id, vault_key = _new_id(), new_key()
            seal = Seal(vault_key, vault_id)
            head = schema.Head(vault_id, store, key, seal.close(b"", _HEAD, "proof"))
            if passphrase and key is KeyKind.PASSPHRASE:
                salt = os.urandom(SALT_BYTES)
                wrapping = Seal(key_from_passphrase(passphrase, salt, cost), vault_id)
                head = replace(
                    head,
                    salt=salt,
                    iterations=cost.iterations,
                    lanes=cost.lanes,
                    memory_kib=cost.memory_kib,
                    wrapped=wrapping.close(vault_key, _HEAD, "key"),
                )
            # The file knows the id before the keyring gets the key: a crash leaves no key
            # that the next attempt can't find, and no vault without its key.
            schema.create(home / folder.UNFINISHED, head)
            if keyring is not None and key is KeyKind.KEYRING:
                _keep_key(home, keyring, vault_id, vault_key)
            folder.put_in_place(home)
        return cls.open(home, keyring=keyring, passphrase=passphrase, now=now)

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        keyring: SecretStore | None = None,
        passphrase: str | None = None,
        key: bytes | None = None,
        now: Callable[[], float] = time.time,
    ) -> "Vault":
        """Open the vault in `home`, settling what a crash left where nobody is writing, and
        deleting what was in the bin for long enough. With its `key` nobody is asked for that.
        `now` tells Unix seconds.

        Raises NoVault, IndexTooNew, PassphraseNeeded, WrongPassphrase, VaultKeyMissing.
        """
        if not folder.exists(home):
            raise NoVault
        index = Index(home / folder.FILE)
        try:
            kinds = _peek(index)
            seal = Seal(key or _vault_key(index, kinds, keyring, passphrase), index.head.id)
            try:
                seal.open(index.head.proof, _HEAD, "proof")
            except SealBroken:
                raise VaultKeyMissing from None
            if index.is_old:
                with write_lock(home):
                    index.bring_up_to_date()
            vault = cls(index, seal, _store_of(kinds, index, seal, keyring), now)
            # Repair is no condition for reading: a locked keyring, a read-only disk or
            # another writer leave it to a later start.
            with suppress(StoreFault, DiskRefused, IndexBusy):
                if index.unsettled():
                    vault._settle_all(wait_s=0)
                vault.tidy_bin(wait_s=0)
        except BaseException:
            index.close()
            raise
        return vault

    def close(self) -> None:
        """Let go of the file. Calling again is fine; calling anything else is not."""
        with self._lock:
            self._known = None
            self._index.close()

    @property
    def key(self) -> bytes:
        """What opens it without asking again."""
        return self._seal.key

    # For the time while it is closed

    def seal_aside(self, plain: bytes) -> bytes:
        """Bytes that only this vault opens again: for what must not be lost while it is closed,
        and not be read either. Touches no disk."""
        return self._seal.close(plain, _HEAD, _ASIDE)

    def open_aside(self, sealed: bytes) -> bytes:
        """What `seal_aside` sealed, before this vault was closed too. Raises SealBroken."""
        return self._seal.open(sealed, _HEAD, _ASIDE)

    # Reading

    def entries(self) -> list[Entry]:
        """Every account in order, the damaged ones too."""
        with self._lock:
            rows = self._index.rows()
        return [self._entry(name, meta) for name, meta in rows]

    def entry(self, id: str) -> Entry:
        """One account without its secret. Raises NoSuchAccount."""
        with self._lock:
            row = self._row(id)
        return self._entry(row.id, row.meta)

    def account(self, id: str) -> Account:
        """One account with its secret.

        Raises NoSuchAccount, SecretMissing where its item is gone, SecretUnreadable where
        the item or the metadata is damaged.
        """
        with self._lock:
            return self._account(self._whole_entry(id))

    def twin(self, account: Account) -> Entry | None:
        """The account of the same label and the same secret that is there already.

        Asking for many, and adding them in between, reads the metadata of all accounts and each
        secret of the same label once, and again only where something else was changed meanwhile.
        """
        with self._lock:
            known = self._labelled()
            return known.twin(account, known.shown, self._account)

    def notes(self, id: str) -> str:
        """What a person wrote about an account. Raises NoSuchAccount, SealBroken."""
        return (self._detail(id, Detail.NOTES) or b"").decode()

    def picture(self, id: str) -> bytes | None:
        """An account's own picture as it was given. Raises NoSuchAccount, SealBroken."""
        return self._detail(id, Detail.PICTURE)

    def binned(self) -> list[Binned]:
        """What is in the bin, the last removed first."""
        with self._lock:
            rows = self._index.binned()
            clock = self._bin_clock().after(self._now())
        found = []
        for row in rows:
            stay, entry = self._stay(row), self._entry(row.id, row.meta)
            found.append(
                Binned(entry, None, None)
                if stay is None
                else Binned(entry, stay.removed_s, stay.left_s(clock))
            )
        return sorted(found, key=lambda one: -(one.removed_s or 0))

    def twin_in_bin(self, account: Account) -> Entry | None:
        """The account of the same label and the same secret that was removed."""
        with self._lock:
            known = self._labelled()
            return known.twin(account, known.binned, self._account)

    def change_stamp(self) -> int:
        """A number that differs once anything was changed, by this process or another.

        Cheap enough to be asked for every second. Only stamps of one Vault object compare.
        """
        with self._lock:
            return self._index.change_stamp()

    def digest(self) -> bytes:
        """Differs where `entries` does, and takes a fraction of its time. Digests of several
        Vault objects compare, in whatever process."""
        with self._lock:
            return self._index.digest()

    def export_raw(self, id: str) -> str:
        """All that is still kept for an account, as one line of JSON. Holds the secret.

        `item`, `metadata` and `notes` are texts as far as they can be opened, else null,
        with the sealed bytes (Base64) of the first two beside them. Raises NoSuchAccount.
        """
        with self._lock:
            row = self._row(id)
            item: str | None = None
            with suppress(SecretMissing, SealBroken, UnicodeDecodeError):
                item = self._store.read(id)
            metadata: str | None = None
            with suppress(SealBroken):
                metadata = self._seal.open(row.meta, id, _META).decode("utf-8", "replace")
            notes: str | None = None
            with suppress(SealBroken):
                notes = self.notes(id) or None
            sealed = self._index.sealed(id)
        return json.dumps(
            {
                "id": id,
                "item": item,
                "metadata": metadata,
                "notes": notes,
                "sealed_item": None if sealed is None else b64encode(sealed).decode(),
                "sealed_metadata": b64encode(as_bytes(row.meta)).decode(),
            }
        )

    # Writing

    def add(self, account: Account, *, groups: Iterable[str] = (), pinned: bool = False) -> Entry:
        """Keep one more account, last in order; it is there for good when this returns.

        A twin is not looked for. Raises SecretTooLong, DetailTooLong.
        """
        entry = Entry(_new_id(), account.label, account.otp, groups_of(groups), pinned)
        text = write_uri(account)
        with self._writing():
            known = self._up_to_date()
            with self._index.transaction():
                self._index.insert(entry.id, State.PENDING, self._metadata(entry))
            try:
                with self._index.transaction():
                    self._store.write(entry.id, text)
                    self._index.set_state(entry.id, State.READY)
            except AuthenticatorError as fault:
                # Whether a failed keyring has the item is not known: the row stays
                # `pending` and repair looks. Otherwise it goes now, as far as it can.
                if not isinstance(fault, KeyringFailed):
                    with suppress(AuthenticatorError):
                        if not _left_the_item(fault):
                            self._store.delete(entry.id)
                        with self._index.transaction():
                            self._index.delete(entry.id)
                raise
            if known is not None:  # nobody else wrote since, so it still holds
                with suppress(AuthenticatorError):  # the account is there, whatever this says
                    known.stamp = self._index.change_stamp()
                    known.shown.setdefault(entry.label, []).append(entry)
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
        changes: dict[str, object] = {}
        details: dict[Detail, bytes] = {}
        if label is not None:
            changes["label"] = label
        if groups is not None:
            changes["groups"] = groups_of(groups)
        if pinned is not None:
            changes["pinned"] = pinned
        if icon is not None:
            within(Detail.ICON, len(icon))
            changes["icon"] = well_formed(icon)
        if notes is not None:
            notes = well_formed(notes).strip()
            within(Detail.NOTES, len(notes))
            changes["noted"] = bool(notes)
            details[Detail.NOTES] = notes.encode()
        if picture is not None:
            within(Detail.PICTURE, len(picture))
            changes["picture"] = _new_id() if picture else ""
            details[Detail.PICTURE] = picture
        with self._writing():
            old = self._whole_entry(id)
            changes["otp"] = _with_counter(old.otp if otp is None else otp, counter, old.otp)
            new = old._replace(**changes)  # type: ignore[arg-type] # each of its own type
            before = {kind: self._index.detail(id, kind) for kind in details}
            after = {
                kind: self._seal.close(plain, id, kind) if plain else None
                for kind, plain in details.items()
            }
            if (new.label, new.otp) == (old.label, old.otp):
                with self._index.transaction():
                    self._describe(new, after)
                return new
            text = write_uri(self._account(new))
            with self._index.transaction():
                self._describe(new, after)
                self._index.set_state(id, State.CHANGING)
            try:
                with self._index.transaction():
                    self._store.write(id, text)
                    self._index.set_state(id, State.READY)
            except AuthenticatorError as fault:
                with suppress(AuthenticatorError), self._index.transaction():
                    self._describe(old, before)
                    if _left_the_item(fault):
                        self._index.set_state(id, State.READY)
                raise
        return new

    def remove(self, id: str) -> None:
        """Put an account, whole or damaged, into the bin: it is not listed and gives no code,
        and can be put back for 30 days. Raises NoSuchAccount."""
        with self._writing():
            self._row(id)
            with self._index.transaction():
                stay = begin(self._look_at_the_clock())
                self._index.set_binned(id, self._seal.close(write_numbers(stay), id, _BINNED))

    def put_back(self, id: str) -> Entry:
        """Take an account out of the bin, to where it was in the order.

        Raises NoSuchAccount where it is not in the bin (any more).
        """
        with self._writing():
            row = self._index.row(id)
            if row is None or row.state not in SHOWN or row.binned is None:
                raise NoSuchAccount(id)
            with self._index.transaction():
                self._index.set_binned(id, None)
        return self._entry(row.id, row.meta)

    def delete(self, id: str) -> None:
        """Forget an account for good, its secret included, whole or damaged, in the bin or
        not. Raises NoSuchAccount."""
        with self._writing():
            row = self._index.row(id)
            if row is None or row.state not in SHOWN:
                raise NoSuchAccount(id)
            self._delete(id)

    def tidy_bin(self, wait_s: float | None = None) -> None:
        """Delete for good what has been in the bin for 30 days (`vault.bin` says how they are
        counted). Opening does it; who stays open for long calls it once a day."""
        with self._lock:
            rows = self._index.binned()
            clock = self._bin_clock()
            if not rows or not (clock.wants_look(self._now()) or self._due(rows, clock)):
                return
            with self._writing(wait_s):
                with self._index.transaction():
                    clock = self._look_at_the_clock()
                # Looked up again: meanwhile another may have put one back.
                for id in self._due(self._index.binned(), clock):
                    self._delete(id)

    def move(self, id: str, before: str | None) -> None:
        """Put an account right before another, or last. Raises NoSuchAccount for both."""
        with self._writing():
            self._row(id)
            if before is not None:
                self._row(before)
            if before != id:
                with self._index.transaction():
                    self._index.move(id, before)

    def record_uses(self, uses: Mapping[str, Use]) -> None:
        """Add uses to accounts by their ids, all in one write; what is not there any more, or
        damaged, is passed over."""
        with self._writing(), self._index.transaction():
            for id, use in uses.items():
                row = self._index.row(id)
                entry = damaged_entry(id) if row is None else self._entry(id, row.meta)
                if not entry.damaged:
                    used = entry._replace(uses=entry.uses + use.times, last_used_s=use.last_s)
                    self._index.set_meta(id, self._metadata(used))

    def advance(self, id: str) -> int:
        """Use up an HOTP counter: the next one is durable when this one is returned.

        No two calls, in whatever process, return the same. Raises NoSuchAccount,
        SecretUnreadable for damaged metadata, EnrolmentRefused after the last counter,
        TypeError where the account has none.
        """
        with self._writing(), self._index.transaction():
            entry = self._whole_entry(id)
            if not isinstance(entry.otp, Hotp):
                raise TypeError("only an HOTP account has a counter")
            after = replace(entry.otp, counter=entry.otp.counter + 1)
            self._index.set_meta(id, self._metadata(entry._replace(otp=after)))
        return entry.otp.counter

    def recover(self) -> None:
        """Finish or roll back what a crash left half done. Raises what stands in the way."""
        with self._lock:
            if self._index.unsettled():
                self._settle_all()

    # Inside

    @contextmanager
    def _writing(self, wait_s: float | None = None) -> Iterator[None]:
        with self._lock, write_lock(self._home, wait_s):
            yield

    def _settle_all(self, wait_s: float | None = None) -> None:
        with self._writing(wait_s):
            # Looked up again: what was in between a moment ago may have been settled.
            for row in self._index.unsettled():
                self._settle(row)

    def _settle(self, row: Row) -> None:
        with self._index.transaction():
            if row.state == State.CHANGING:
                # Where the secret can't be read there is nothing to rewrite; the account
                # stays as it is, and reading it says what is wrong.
                entry = self._entry(row.id, row.meta)
                with suppress(SecretMissing, SecretUnreadable, SecretTooLong):
                    if not entry.damaged:
                        self._store.write(row.id, write_uri(self._account(entry)))
                self._index.set_state(row.id, State.READY)
            else:
                self._store.delete(row.id)
                self._index.delete(row.id)

    def _delete(self, id: str) -> None:
        with self._index.transaction():
            self._index.set_state(id, State.REMOVING)
        try:
            with self._index.transaction():
                self._store.delete(id)
                self._index.delete(id)
        except StoreFault:
            # The caller hears that it was not removed, so it must not vanish later.
            with suppress(AuthenticatorError), self._index.transaction():
                self._index.set_state(id, State.READY)
            raise

    def _bin_clock(self) -> BinClock:
        sealed = self._index.bin_clock()
        with suppress(SealBroken, ValueError):
            if sealed is not None:
                return BinClock(*read_numbers(self._seal.open(sealed, _HEAD, _BIN_CLOCK)))
        return BinClock()

    def _look_at_the_clock(self) -> BinClock:
        clock = self._bin_clock().after(self._now())
        self._index.set_bin_clock(self._seal.close(write_numbers(clock), _HEAD, _BIN_CLOCK))
        return clock

    def _stay(self, row: Row) -> Stay | None:
        try:
            return Stay(*read_numbers(self._seal.open(as_bytes(row.binned), row.id, _BINNED)))
        except (SealBroken, ValueError):
            return None

    def _due(self, rows: Iterable[Row], clock: BinClock) -> list[str]:
        stays = ((row.id, self._stay(row)) for row in rows)
        return [id for id, stay in stays if stay is not None and not stay.left_s(clock)]

    def _row(self, id: str) -> Row:
        row = self._index.row(id)
        if row is None or row.state not in SHOWN or row.binned is not None:
            raise NoSuchAccount(id)
        return row

    def _detail(self, id: str, kind: Detail) -> bytes | None:
        with self._lock:
            self._row(id)
            sealed = self._index.detail(id, kind)
        return None if sealed is None else self._seal.open(sealed, id, kind)

    def _describe(self, entry: Entry, details: Mapping[Detail, bytes | None]) -> None:
        self._index.set_meta(entry.id, self._metadata(entry))
        for kind, sealed in details.items():
            self._index.set_detail(entry.id, kind, sealed)

    def _labelled(self) -> _Labelled:
        known = self._up_to_date()
        if known is None:
            stamp = self._index.change_stamp()  # first: what comes while reading makes it old
            binned = (one.entry for one in self.binned())
            known = self._known = _Labelled(stamp, _by_label(self.entries()), _by_label(binned))
        return known

    def _up_to_date(self) -> _Labelled | None:
        known = self._known
        return known if known and known.stamp == self._index.change_stamp() else None

    def _entry(self, id: str, meta: bytes) -> Entry:
        try:
            return read_metadata(id, self._seal.open(meta, id, _META))
        except (SealBroken, ValueError):
            return damaged_entry(id)

    def _whole_entry(self, id: str) -> Entry:
        row = self._row(id)
        entry = self._entry(row.id, row.meta)
        if entry.damaged:
            raise SecretUnreadable(id)
        return entry

    def _account(self, entry: Entry) -> Account:
        try:
            secret = read_uri(self._store.read(entry.id)).account.secret
        except (SealBroken, EnrolmentRefused, UnicodeDecodeError):
            raise SecretUnreadable(entry.id) from None
        return Account(entry.label, secret, entry.otp)

    def _metadata(self, entry: Entry) -> bytes:
        return self._seal.close(write_metadata(entry), entry.id, _META)


def set_aside(home: Path) -> Path:
    """Rename an index that can't be used, so that a new vault can be made; returns its new
    path. Nothing of it, and nothing in the keyring, is deleted.

    Raises NoVault, DiskRefused, IndexBusy.
    """
    if not folder.exists(home):
        raise NoVault
    with write_lock(home):
        return folder.rename_aside(home)


def _left_the_item(fault: AuthenticatorError) -> bool:
    """Whether a store that raised this has certainly not touched the item."""
    return isinstance(fault, StoreFault | SecretTooLong) and not isinstance(fault, KeyringFailed)


def _by_label(entries: Iterable[Entry]) -> dict[Label, list[Entry]]:
    found: dict[Label, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.label, []).append(entry)
    return found


def _with_counter(otp: Otp, counter: int | None, before: Otp) -> Otp:
    """The parameters with the counter that `Vault.edit` promises."""
    if not isinstance(otp, Hotp):
        return otp
    if counter is None:
        counter = before.counter if isinstance(before, Hotp) else otp.counter
    return replace(otp, counter=counter)


def _new_id() -> str:
    """64 random bits: enough for one person's accounts, short enough to be typed."""
    return os.urandom(8).hex()


def _key_item(vault_id: str) -> str:
    return f"vault {vault_id}"


def _peek(index: Index) -> Peek:
    try:
        return Peek(StoreKind(index.head.store), KeyKind(index.head.key))
    except ValueError:
        raise IndexUnreadable(index.path) from None


def _keep_key(home: Path, keyring: SecretStore, vault_id: str, vault_key: bytes) -> None:
    text = b64encode(vault_key).decode()
    try:
        keyring.write(_key_item(vault_id), text)
    except KeyringFailed:
        raise  # the key may be there: the unfinished index remembers its name
    except AuthenticatorError:
        folder.discard_unfinished(home)
        raise
    # A keyring that only pretends to keep things is found out before anything is in it.
    try:
        kept = keyring.read(_key_item(vault_id))
    except SecretMissing:
        kept = ""
    if kept != text:
        raise KeyringFailed("NotKept")


def _forget_unfinished(home: Path, keyring: SecretStore | None) -> None:
    """Clear away what an attempt at `create` left that a crash ended."""
    path = home / folder.UNFINISHED
    if not path.exists():
        return
    # One that can't be read was never completed, and so no key was kept for it.
    with suppress(IndexUnreadable, IndexTooNew):
        unfinished = Index(path)
        unfinished.close()
        if keyring is not None and unfinished.head.key == KeyKind.KEYRING:
            keyring.delete(_key_item(unfinished.head.id))
    folder.discard_unfinished(home)


def _vault_key(
    index: Index, kinds: Peek, keyring: SecretStore | None, passphrase: str | None
) -> bytes:
    head = index.head
    if kinds.key is KeyKind.KEYRING:
        if keyring is None:
            raise KeyringAbsent
        try:
            key = b64decode(keyring.read(_key_item(head.id)), validate=True)
        except (SecretMissing, ValueError):
            raise VaultKeyMissing from None
        if len(key) != KEY_BYTES:
            raise VaultKeyMissing
        return key
    if not passphrase:
        raise PassphraseNeeded
    try:
        cost = Cost(head.iterations or 0, head.lanes or 0, head.memory_kib or 0)
        derived = key_from_passphrase(passphrase, head.salt or b"", cost)
    except (ValueError, TypeError):
        raise IndexUnreadable(index.path) from None
    try:
        return Seal(derived, head.id).open(head.wrapped or b"", _HEAD, "key")
    except SealBroken:
        raise WrongPassphrase from None


def _store_of(kinds: Peek, index: Index, seal: Seal, keyring: SecretStore | None) -> SecretStore:
    if kinds.store is StoreKind.SEALED:
        return SealedStore(index, seal)
    if keyring is None:
        raise KeyringAbsent
    return SealedItems(keyring, seal) if kinds.key is KeyKind.PASSPHRASE else keyring
