"""Changes who opens a vault, and where its secrets are; safe against a crash at any point.

The vault key stays the same. Setting or removing a passphrase, and moving to another store,
rewrite every secret: `secret_move` does it in steps of any length.
"""

import time
from collections.abc import Callable
from contextlib import suppress

from authenticator.errors import AuthenticatorError
from authenticator.vault import key_slots, recovery_key
from authenticator.vault.attempts import Attempts
from authenticator.vault.errors import (
    KeyringAbsent,
    ManifestBroken,
    NoSuchSlot,
    NotRecoveryKey,
    SealBroken,
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
from authenticator.vault.secret_move import Progress, SecretMove, without_slot
from authenticator.vault.stores.choice import Form, form_of
from authenticator.vault.stores.secret_store import SecretStore
from authenticator.vault.write_lock import VaultLock


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
        self._move = SecretMove(records, keyring)

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
            self._move.finish()
            head = self._current_head()
            if head.slot(KeyKind.PASSPHRASE) is not None:
                raise SlotExists(KeyKind.PASSPHRASE)
            source = form_of(head.store, head.key)
            target = form_of(head.store, KeyKind.PASSPHRASE)
            self._move.require_room(target)
            moving = {"from": source, "to": target, "drop": KeyKind.KEYRING}
            self._move.write_head(head.with_slot(slot)._replace(moving=moving))

    def change_passphrase(self, present: str, new: str) -> None:
        """Put a new passphrase in place of the present one, in one step. `present` may be the
        recovery key as well: for who has lost the passphrase.

        Raises NoSuchSlot, WrongPassphrase, TooManyAttempts, PassphraseTooSimple.
        """
        self._require(present)
        slot = self._new_passphrase_slot(new)
        with self._lock.writing():
            self._move.write_head(self._current_head().with_slot(slot))

    def remove_passphrase(self, present: str) -> None:
        """Open the vault with the keyring from now on. Begins; `advance` does the rest.

        Raises NoSuchSlot, WrongPassphrase, TooManyAttempts, KeyringAbsent, and SecretTooLong
        where an item does not fit into the keyring.
        """
        self._require(present)
        if self._keyring is None:
            raise KeyringAbsent
        with self._lock.writing():
            self._move.finish()
            head = self._current_head()
            if head.slot(KeyKind.PASSPHRASE) is None:
                raise NoSuchSlot(KeyKind.PASSPHRASE)
            source = form_of(head.store, KeyKind.PASSPHRASE)
            target = form_of(head.store, KeyKind.KEYRING)
            moving = {"from": source, "to": target, "drop": KeyKind.PASSPHRASE}
            self._move.write_head(head._replace(moving=moving))
            try:
                self._move.add_keyring_slot()
            except AuthenticatorError:
                # The keyring may have taken the key all the same; it opens nothing.
                with suppress(AuthenticatorError):
                    self._move.write_head(head)
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
            self._move.write_head(
                head.with_slot(Slot(KeyKind.RECOVERY, wrapped, recipient=recipient))
            )

    def remove_recovery(self) -> None:
        """Raises NoSuchSlot, LastSlot."""
        with self._lock.writing():
            head = self._current_head()
            if head.slot(KeyKind.RECOVERY) is None:
                raise NoSuchSlot(KeyKind.RECOVERY)
            self._move.write_head(without_slot(head, KeyKind.RECOVERY))

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
                self._move.write_head(head.with_slot(fresh))

    # Stores

    @property
    def is_moving(self) -> bool:
        """Whether `advance` has something to do."""
        return self._move.is_under_way

    def move_store(self, store: StoreKind) -> None:
        """Keep secrets there from now on. Begins; `advance` does the rest.

        Raises KeyringAbsent, and SecretTooLong where an item does not fit into the keyring.
        """
        with self._lock.writing():
            self._move.finish()
            head = self._current_head()
            if head.store is store:
                return
            target = form_of(store, head.key)
            if target is not Form.ROW and self._keyring is None:
                raise KeyringAbsent
            self._move.require_room(target)
            moving = {"from": form_of(head.store, head.key), "to": target, "drop": None}
            self._move.write_head(head._replace(moving=moving))

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
                self._move.adopt_head()
            while self.is_moving:
                self._move.step(until_s)
                if time.monotonic() >= until_s:
                    break
            return self._move.progress

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

    def _current_head(self) -> Head:
        """The head as it is now. Call it under the write lock. Raises SlotsChanged, and
        ManifestBroken where it is not as this app left it: no change makes a forged one ours."""
        if not self._index.head_is_sealed():
            raise ManifestBroken(self._index.path)
        return self._index.head
