"""Records: sealed rows and items become entries and accounts, and the other way round."""

import json
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress

from authenticator.otp.account import Account
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.uri import read_uri
from authenticator.vault.database import as_bytes
from authenticator.vault.entry import Entry, damaged_entry, read_metadata, write_metadata
from authenticator.vault.errors import (
    NoSuchAccount,
    SealBroken,
    SecretMissing,
    SecretSwapped,
    SecretUnreadable,
)
from authenticator.vault.index import KEPT, Index, Row
from authenticator.vault.kinds import Detail
from authenticator.vault.seal import Column, Seal
from authenticator.vault.stores.sealed_rows import SealedStore
from authenticator.vault.stores.secret_store import SecretStore


class Records:
    """Reads and writes what index and store hold of each account.

    Locks and transactions are left to the caller.
    """

    def __init__(self, index: Index, seal: Seal, store: SecretStore) -> None:
        self.index = index
        self.seal = seal
        self.store = store

    def row(self, id: str, *, in_trash: bool = False) -> Row:
        """The row of a listed account (or of one in the trash). Raises NoSuchAccount."""
        row = self.index.row(id)
        if row is None or row.state not in KEPT or (row.trashed is not None) != in_trash:
            raise NoSuchAccount(id)
        return row

    def entry(self, id: str, meta: bytes) -> Entry:
        """The entry that sealed metadata holds; a damaged one if it can't be read."""
        try:
            return read_metadata(id, self.seal.open(meta, id, Column.META))
        except (SealBroken, ValueError):
            return damaged_entry(id)

    def undamaged_entry(self, id: str, *, in_trash: bool = False) -> Entry:
        """The entry of a listed account (or of one in the trash).

        Raises NoSuchAccount, and SecretUnreadable if it is damaged.
        """
        row = self.row(id, in_trash=in_trash)
        entry = self.entry(row.id, row.meta)
        if entry.damaged:
            raise SecretUnreadable(id)
        return entry

    @property
    def in_one_file(self) -> bool:
        """Whether rows and secrets are written in one transaction."""
        return isinstance(self.store, SealedStore)

    def account(self, entry: Entry) -> Account:
        """The entry with its secret.

        Raises SecretMissing, SecretUnreadable, SecretSwapped where the item has the key of
        another account, StoreFault.
        """
        stored = self.stored(entry.id)
        if not self._belongs(stored, entry):
            raise SecretSwapped(entry.id)
        try:
            account = Account(entry.label, stored.secret, entry.otp)
            account.require_pin()
        except EnrolmentRefused:
            raise SecretUnreadable(entry.id) from None
        return account

    def _belongs(self, stored: Account, entry: Entry) -> bool:
        if entry.mark:
            return self.seal.mark(stored.secret.key) == entry.mark
        # From before there were marks. A crash may have kept a new label from one of the two.
        return stored.label == entry.label or entry.id in self.index.manifest.unfinished()

    def stored(self, id: str) -> Account:
        """The account as its item has it; of this only the secret counts. Raises as `account`."""
        try:
            return read_uri(self.store.read(id)).account
        except (SealBroken, EnrolmentRefused, UnicodeDecodeError):
            raise SecretUnreadable(id) from None

    def metadata(self, entry: Entry) -> bytes:
        """An entry sealed for its row."""
        return self.seal.close(write_metadata(entry), entry.id, Column.META)

    def detail(self, id: str, kind: Detail) -> bytes | None:
        """Notes or picture of a listed account. Raises NoSuchAccount, SealBroken."""
        self.row(id)
        sealed = self.index.detail(id, kind)
        return None if sealed is None else self.seal.open(sealed, id, kind)

    def detail_for(self, id: str, kind: Detail, other: str) -> bytes | None:
        """A detail of a listed account, sealed for another. Raises as `detail`."""
        plain = self.detail(id, kind)
        return None if plain is None else self.seal.close(plain, other, kind)

    def write_entry(self, entry: Entry, details: Mapping[Detail, bytes | None]) -> None:
        """Write an entry, and details that are already sealed."""
        self.index.set_meta(entry.id, self.metadata(entry))
        for kind, sealed in details.items():
            self.index.set_detail(entry.id, kind, sealed)

    def export(self, id: str) -> str:
        """See `Vault.export_raw`."""
        row = self.row(id)
        item: str | None = None
        with suppress(SecretMissing, SecretUnreadable, SealBroken, UnicodeDecodeError):
            item = self.store.read(id)
        metadata: str | None = None
        with suppress(SealBroken):
            metadata = self.seal.open(row.meta, id, Column.META).decode("utf-8", "replace")
        notes: str | None = None
        with suppress(SealBroken):
            notes = (self.detail(id, Detail.NOTES) or b"").decode() or None
        sealed = self.index.sealed(id)
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
