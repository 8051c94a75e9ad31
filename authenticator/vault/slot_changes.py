"""Changes who opens a vault, and where its secrets are; safe against a crash at any point.

The vault key stays the same. Setting or removing a passphrase, and moving to another store,
rewrite every secret (`stores.choice.Form`). What is under way stands in the head as `moving`:

    from, to    the forms of secrets before and after
    drop        the kind of the slot that goes at the end, or null
    clean       true once the rewriting is over and only leftovers are deleted

1. The head gets the new slot, if there is one, and `moving`. The slot was opened again before.
2. Each secret is written in its new form, and read back. Reading takes either form.
3. The head loses the old slot, and has the new store.
4. Items that are of no use any more are deleted, then `moving`.

`advance` does 2 to 4 in steps of any length; whatever is left, the next opening goes on with.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any, NamedTuple

from authenticator.errors import AuthenticatorError
from authenticator.vault import key_slots, recovery_key
from authenticator.vault.attempts import Attempts
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringFailed,
    LastSlot,
    ManifestBroken,
    NoSuchSlot,
    NotRecoveryKey,
    SealBroken,
    SecretMissing,
    SlotExists,
    SlotsChanged,
    WrongPassphrase,
    WrongRecoveryKey,
)
from authenticator.vault.head import Head, Slot, read_head, write_head
from authenticator.vault.key_derivation import Cost
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.new_passphrase import require_usable
from authenticator.vault.records import Records
from authenticator.vault.stores.choice import Form, form_of, store_for, store_of_form
from authenticator.vault.stores.sealed_rows import SealedItemStore, is_sealed
from authenticator.vault.stores.secret_store import SecretStore, require_fits
from authenticator.vault.write_lock import VaultLock


class Progress(NamedTuple):
    """How many of the vault's secrets are rewritten."""

    done: int
    total: int


class KeySlots:
    """The ways into an open vault. Any thread may call any method.

    Every method that changes something may raise StoreFault, DiskRefused, IndexBusy,
    ManifestBroken, and IndexReplaced or SlotsChanged where somebody else was quicker.
    """

    def __init__(
        self,
        records: Records,
        keyring: SecretStore | None,
        lock: VaultLock,
        cost: Callable[[], Cost],
    ) -> None:
        """`cost` measures what a guess at a new passphrase is to cost."""
        self._records = records
        self._index = records.index
        self._keyring = keyring
        self._lock = lock
        self._cost = cost
        self._attempts = Attempts(records.index.path.parent)
        self._left: list[str] | None = None
        self._total = 0

    @property
    def kinds(self) -> frozenset[KeyKind]:
        """The kinds of slots there are, without one that is on its way out."""
        head = self._index.head
        leaving = (head.moving or {}).get("drop")
        return frozenset(slot.kind for slot in head.slots if slot.kind != leaving)

    # Slots

    def check_passphrase(self, passphrase: str) -> bool:
        """Whether this is the passphrase; a wrong one costs nothing but time."""
        slot = self._slot(KeyKind.PASSPHRASE)
        return key_slots.opens(self._index.head.id, slot, passphrase, self._vault_key)

    def set_passphrase(self, new: str) -> None:
        """Ask for this passphrase from now on, and for nothing else. Begins; `advance` does the
        rest. Raises PassphraseTooSimple, SlotExists, and SecretTooLong where an item does not
        fit into the keyring once it is sealed."""
        slot = self._new_passphrase_slot(new)
        with self._lock.writing():
            self._finish()
            head = self._current_head()
            if head.slot(KeyKind.PASSPHRASE) is not None:
                raise SlotExists(KeyKind.PASSPHRASE)
            source = form_of(head.store, head.key)
            target = form_of(head.store, KeyKind.PASSPHRASE)
            self._require_room(target)
            moving = {"from": source, "to": target, "drop": KeyKind.KEYRING}
            self._write_head(head.with_slot(slot)._replace(moving=moving))

    def change_passphrase(self, present: str, new: str) -> None:
        """Put a new passphrase in place of the present one, in one step. `present` may be the
        recovery key as well: for who has lost the passphrase.

        Raises NoSuchSlot, WrongPassphrase, TooManyAttempts, PassphraseTooSimple.
        """
        self._require(present)
        slot = self._new_passphrase_slot(new)
        with self._lock.writing():
            self._write_head(self._current_head().with_slot(slot))

    def remove_passphrase(self, present: str) -> None:
        """Open the vault with the keyring from now on. Begins; `advance` does the rest.

        Raises NoSuchSlot, WrongPassphrase, TooManyAttempts, KeyringAbsent, and SecretTooLong
        where an item does not fit into the keyring.
        """
        self._require(present)
        if self._keyring is None:
            raise KeyringAbsent
        with self._lock.writing():
            self._finish()
            head = self._current_head()
            if head.slot(KeyKind.PASSPHRASE) is None:
                raise NoSuchSlot(KeyKind.PASSPHRASE)
            source = form_of(head.store, KeyKind.PASSPHRASE)
            target = form_of(head.store, KeyKind.KEYRING)
            moving = {"from": source, "to": target, "drop": KeyKind.PASSPHRASE}
            self._write_head(head._replace(moving=moving))
            try:
                self._add_keyring_slot()
            except AuthenticatorError:
                # The keyring may have taken the key all the same; it opens nothing.
                with suppress(AuthenticatorError):
                    self._write_head(head)
                    key_slots.delete_key(self._keyring, head.id)
                raise

    def add_recovery(self, recipient: str) -> None:
        """Let the recovery key of this recipient (`recovery_key.recipient_of`) open the vault.

        Raises NotRecoveryKey, SlotExists.
        """
        wrapped = recovery_key.wrap(self._vault_key, recipient)
        with self._lock.writing():
            head = self._current_head()
            if head.slot(KeyKind.RECOVERY) is not None:
                raise SlotExists(KeyKind.RECOVERY)
            self._write_head(head.with_slot(Slot(KeyKind.RECOVERY, wrapped, recipient=recipient)))

    def remove_recovery(self) -> None:
        """Raises NoSuchSlot, LastSlot."""
        with self._lock.writing():
            head = self._current_head()
            if head.slot(KeyKind.RECOVERY) is None:
                raise NoSuchSlot(KeyKind.RECOVERY)
            self._write_head(_without(head, KeyKind.RECOVERY))

    def raise_cost(self, passphrase: str) -> None:
        """Where a guess at the passphrase costs too little, wrap the vault key anew."""
        slot = self._index.head.slot(KeyKind.PASSPHRASE)
        if slot is None or slot.cost is None or not slot.cost.is_low:
            return
        cost = self._cost()
        if cost.is_low:  # no more than before
            return
        fresh = key_slots.passphrase_slot(self._index.head.id, self._vault_key, passphrase, cost)
        with self._lock.writing(wait_s=0):
            head = self._current_head()
            if head.slot(KeyKind.PASSPHRASE) == slot:
                self._write_head(head.with_slot(fresh))

    # Stores

    @property
    def is_moving(self) -> bool:
        """Whether `advance` has something to do."""
        return self._index.head.moving is not None

    def move_store(self, store: StoreKind) -> None:
        """Keep secrets there from now on. Begins; `advance` does the rest.

        Raises KeyringAbsent, and SecretTooLong where an item does not fit into the keyring.
        """
        with self._lock.writing():
            self._finish()
            head = self._current_head()
            if head.store is store:
                return
            target = form_of(store, head.key)
            if target is not Form.ROW and self._keyring is None:
                raise KeyringAbsent
            self._require_room(target)
            moving = {"from": form_of(head.store, head.key), "to": target, "drop": None}
            self._write_head(head._replace(moving=moving))

    def advance(self, within_s: float) -> Progress:
        """Go on with what is under way, for about this long.

        Raises ManifestBroken where the head is not as this app left it: nothing is then
        rewritten, let alone in the open, on its word. SlotsChanged as other methods, but not
        where another process goes on with the same.
        """
        until_s = time.monotonic() + within_s
        with self._lock.writing():
            try:
                self._current_head()
            except SlotsChanged:
                if not self.is_moving:
                    raise
                self._index.accept_slots()
                self._adopt_head()
            while self.is_moving:
                self._step(until_s)
                if time.monotonic() >= until_s:
                    break
            return self.progress

    @property
    def progress(self) -> Progress:
        """As far as `advance` has come since this vault was opened."""
        left = len(self._left or ())
        return Progress(self._total - left, self._total)

    # What is under way

    def _finish(self) -> None:
        while self.is_moving:
            self._step(time.monotonic() + 1)

    def _step(self, until_s: float) -> None:
        head = self._index.head
        moving = head.moving or {}
        if not self._index.head_is_sealed():
            raise ManifestBroken(self._index.path)
        if moving.get("clean"):
            self._clean(head, moving)
        elif moving["drop"] == KeyKind.PASSPHRASE and head.slot(KeyKind.KEYRING) is None:
            self._add_keyring_slot()
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
        with suppress(SecretMissing, SealBroken, UnicodeDecodeError):
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
        except SecretMissing:
            return False
        return is_sealed(text) is (form is Form.SEALED_ITEM)

    def _switch(self, head: Head, moving: Any) -> None:
        """The old slot goes, and the new store holds."""
        source, target = Form(moving["from"]), Form(moving["to"])
        store = StoreKind.SEALED if target is Form.ROW else StoreKind.KEYRING
        dropped = None if moving["drop"] is None else KeyKind(moving["drop"])
        new = head if dropped is None else _without(head, dropped)
        items = source is not Form.ROW and target is Form.ROW
        clean = items or dropped is KeyKind.KEYRING
        new = new._replace(store=store, moving=dict(moving, clean=True) if clean else None)
        with self._index.transaction():
            if source is Form.ROW and target is not Form.ROW:
                for name in self._index.ids():
                    if self._is_there(name, target):
                        self._index.delete_sealed(name)
            self._index.set_head(new)
        self._adopt_head()

    def _clean(self, head: Head, moving: Any) -> None:
        if Form(moving["from"]) is not Form.ROW and Form(moving["to"]) is Form.ROW:
            items = self._in_form(Form.ITEM)
            for name in self._index.ids():
                if self._is_there(name, Form.ROW):
                    items.delete(name)
        if moving["drop"] == KeyKind.KEYRING:
            key_slots.delete_key(self._needed_keyring(), head.id)
        self._write_head(head._replace(moving=None))

    def _add_keyring_slot(self) -> None:
        head = self._index.head
        slot, key = key_slots.keyring_slot(head.id, self._vault_key)
        key_slots.store_key(self._needed_keyring(), head.id, key)
        self._write_head(head.with_slot(slot))

    # Parts

    @property
    def _vault_key(self) -> bytes:
        return self._records.seal.key

    def _slot(self, kind: KeyKind) -> Slot:
        slot = self._index.head.slot(kind)
        if slot is None:
            raise NoSuchSlot(kind)
        return slot

    def _require(self, present: str) -> None:
        """Raises WrongPassphrase and TooManyAttempts unless it opens the vault."""
        slot = self._slot(KeyKind.PASSPHRASE)
        recovery = self._index.head.slot(KeyKind.RECOVERY)
        self._attempts.check()
        if recovery is not None:
            with suppress(NotRecoveryKey, WrongRecoveryKey, SealBroken):
                recovery_key.unwrap(recovery.wrapped, recovery.recipient, present)
                return
        if not key_slots.opens(self._index.head.id, slot, present, self._vault_key):
            self._attempts.record_wrong()
            raise WrongPassphrase
        self._attempts.forget()

    def _new_passphrase_slot(self, new: str) -> Slot:
        """Derived twice: a slot that does not open is found out before another is given up."""
        require_usable(new)
        vault_id = self._index.head.id
        slot = key_slots.passphrase_slot(vault_id, self._vault_key, new, self._cost())
        head = read_head(write_head(self._index.head.with_slot(slot)))
        written = head.slot(KeyKind.PASSPHRASE)
        if written is None or not key_slots.opens(vault_id, written, new, self._vault_key):
            raise SealBroken
        return slot

    def _require_room(self, target: Form) -> None:
        if target is not Form.ROW:
            for name in self._index.ids():
                with suppress(SecretMissing, SealBroken, UnicodeDecodeError):
                    text = self._records.store.read(name)
                    require_fits(self._sealed(name, text) if target is Form.SEALED_ITEM else text)

    def _current_head(self) -> Head:
        """The head as it is now. Call it under the write lock. Raises SlotsChanged."""
        self._index.look_again()
        return self._index.head

    def _write_head(self, head: Head) -> None:
        with self._index.transaction():
            self._index.set_head(head)
        self._adopt_head()

    def _adopt_head(self) -> None:
        self._left = None
        self._records.store = store_for(
            self._index.head, self._index, self._records.seal, self._keyring
        )

    def _in_form(self, form: Form) -> SecretStore:
        return store_of_form(form, self._index, self._records.seal, self._keyring)

    def _sealed(self, name: str, text: str) -> str:
        return SealedItemStore(self._needed_keyring(), self._records.seal).sealed(name, text)

    def _needed_keyring(self) -> SecretStore:
        if self._keyring is None:
            raise KeyringAbsent
        return self._keyring


def _without(head: Head, kind: KeyKind) -> Head:
    left = head.without_slot(kind)
    if all(slot.kind is KeyKind.RECOVERY for slot in left.slots):
        raise LastSlot(kind)
    return left
