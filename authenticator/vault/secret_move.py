"""Rewrites the secrets of an open vault in another form, safely against a crash at any point.

What is under way stands in the head as `moving`:

    from, to    the forms of secrets before and after (`stores.choice.Form`)
    drop        the kind of the slot that goes at the end, or null
    clean       true once the rewriting is over and only leftovers are deleted

1. The head gets `moving`, and the new slot if there is one.
2. Each secret is written in its new form, and read back. Reading takes either form.
3. The head loses the old slot, and has the new store.
4. Items that are of no use any more are deleted, then `moving`.

Whatever is left, the next opening goes on with. Call all of this under the write lock.
"""

import time
from contextlib import nullcontext, suppress
from typing import Any, Final, NamedTuple

from authenticator.vault import key_slots
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringFailed,
    LastSlot,
    ManifestBroken,
    SealBroken,
    SecretMissing,
    SecretUnreadable,
)
from authenticator.vault.head import Head
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.records import Records
from authenticator.vault.stores.choice import Form, store_for, store_of_form
from authenticator.vault.stores.sealed_rows import SealedItemStore, is_sealed
from authenticator.vault.stores.secret_store import SecretStore, require_fits

_UNREADABLE: Final = (SecretMissing, SecretUnreadable, SealBroken, UnicodeDecodeError)


class Progress(NamedTuple):
    """How many of the vault's secrets are rewritten."""

    done: int
    total: int


class SecretMove:
    """What moves the secrets of one open vault, and writes its head."""

    def __init__(self, records: Records, keyring: SecretStore | None) -> None:
        self._records = records
        self._index = records.index
        self._keyring = keyring
        self._left: list[str] | None = None
        self._total = 0

    @property
    def is_under_way(self) -> bool:
        return self._index.head.moving is not None

    @property
    def progress(self) -> Progress:
        """As far as it has come since this vault was opened."""
        left = len(self._left or ())
        return Progress(self._total - left, self._total)

    def finish(self) -> None:
        """Do all that is left."""
        while self.is_under_way:
            self.step(time.monotonic() + 1)

    def step(self, until_s: float) -> None:
        """Do a part of it, until about this moment of `time.monotonic`.

        Raises ManifestBroken where the head is not as this app left it.
        """
        head = self._index.head
        moving = head.moving or {}
        if not self._index.head_is_sealed():
            raise ManifestBroken(self._index.path)
        if moving.get("clean"):
            self._clean(head, moving)
        elif moving["drop"] == KeyKind.PASSPHRASE and head.slot(KeyKind.KEYRING) is None:
            self.add_keyring_slot()
        elif self._rewrite(Form(moving["from"]), Form(moving["to"]), until_s):
            self._switch(head, moving)

    def _rewrite(self, source: Form, target: Form, until_s: float) -> bool:
        """Write secrets in their new form until then; whether all are done."""
        if source is target:
            return True
        if self._left is None:
            self._left = self._index.ids()
            self._total = len(self._left)
        done = 0
        # Many rows at once; items take no part in a transaction.
        with self._index.transaction() if target is Form.ROW else nullcontext():
            for name in self._left:
                self._rewrite_one(name, source, target)
                done += 1
                if time.monotonic() >= until_s:
                    break
        del self._left[:done]
        return not self._left

    def _rewrite_one(self, name: str, source: Form, target: Form) -> None:
        to = self._in_form(target)
        with suppress(*_UNREADABLE):
            # What can't be read stays as it is, to be looked at.
            if self._is_there(name, target):
                return
            text = self._in_form(source).read(name)
            to.write(name, text)
            if to.read(name) != text:
                raise KeyringFailed("NotKept")

    def _is_there(self, name: str, form: Form) -> bool:
        """Whether a secret has this form already; what is written meanwhile has it, too."""
        if form is Form.ROW:
            return self._index.sealed(name) is not None
        try:
            text = self._in_form(Form.ITEM).read(name)
        except _UNREADABLE:
            return False
        return is_sealed(text) is (form is Form.SEALED_ITEM)

    def _switch(self, head: Head, moving: Any) -> None:
        """The old slot goes, and the new store holds."""
        source, target = Form(moving["from"]), Form(moving["to"])
        store = StoreKind.SEALED if target is Form.ROW else StoreKind.KEYRING
        dropped = None if moving["drop"] is None else KeyKind(moving["drop"])
        new = head if dropped is None else without_slot(head, dropped)
        items = source is not Form.ROW and target is Form.ROW
        clean = items or dropped is KeyKind.KEYRING
        new = new._replace(store=store, moving=dict(moving, clean=True) if clean else None)
        with self._index.transaction():
            if source is Form.ROW and target is not Form.ROW:
                for name in self._index.ids():
                    if self._is_there(name, target):
                        self._index.delete_sealed(name)
            self._index.set_head(new)
        self.adopt_head()

    def _clean(self, head: Head, moving: Any) -> None:
        if Form(moving["from"]) is not Form.ROW and Form(moving["to"]) is Form.ROW:
            items = self._in_form(Form.ITEM)
            for name in self._index.ids():
                if self._is_there(name, Form.ROW):
                    items.delete(name)
        if moving["drop"] == KeyKind.KEYRING:
            key_slots.delete_key(self.needed_keyring(), head.id)
        self.write_head(head._replace(moving=None))

    def add_keyring_slot(self) -> None:
        """Let the keyring open the vault."""
        head = self._index.head
        slot, key = key_slots.keyring_slot(head.id, self._records.seal.key)
        key_slots.store_key(self.needed_keyring(), head.id, key)
        self.write_head(head.with_slot(slot))

    def require_room(self, target: Form) -> None:
        """Raises SecretTooLong where a secret does not fit into the keyring in this form, and
        KeyringAbsent."""
        if target is not Form.ROW:
            for name in self._index.ids():
                with suppress(*_UNREADABLE):
                    text = self._records.store.read(name)
                    require_fits(self._sealed(name, text) if target is Form.SEALED_ITEM else text)

    def write_head(self, head: Head) -> None:
        """Write it and go by it."""
        with self._index.transaction():
            self._index.set_head(head)
        self.adopt_head()

    def adopt_head(self) -> None:
        """Go by the head as it is now."""
        self._left = None
        self._records.store = store_for(
            self._index.head, self._index, self._records.seal, self._keyring
        )

    def _in_form(self, form: Form) -> SecretStore:
        return store_of_form(form, self._index, self._records.seal, self._keyring)

    def _sealed(self, name: str, text: str) -> str:
        return SealedItemStore(self.needed_keyring(), self._records.seal).sealed(name, text)

    def needed_keyring(self) -> SecretStore:
        """Raises KeyringAbsent."""
        if self._keyring is None:
            raise KeyringAbsent
        return self._keyring


def without_slot(head: Head, kind: KeyKind) -> Head:
    """The head without this slot. Raises LastSlot."""
    left = head.without_slot(kind)
    if all(slot.kind is KeyKind.RECOVERY for slot in left.slots):
        raise LastSlot(kind)
    return left
