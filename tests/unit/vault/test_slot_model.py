"""Any order of changes to slots and stores, each with a crash at any of its writes."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault import database, lifecycle
from authenticator.vault.errors import (
    PassphraseNeeded,
    VaultKeyMissing,
    WrongPassphrase,
)
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.recovery_key import new_recovery_key, recipient_of
from authenticator.vault.vault import Vault
from tests.contract.vault.memory_store import MemoryStore

PASSPHRASES = ("first horse", "second horse")


class Crash(BaseException):
    """The process ends here: nothing that follows runs, and SQLite rolls back."""


class Fuse:
    """Raises Crash at write number `left`; None burns never."""

    def __init__(self) -> None:
        self.left: int | None = None

    def __call__(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Crash


class FusedStore(MemoryStore):
    """A keyring that the process may end before or after writing to."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def write(self, name: str, text: str) -> None:
        self.fuse()
        super().write(name, text)
        self.fuse()

    def delete(self, name: str) -> None:
        self.fuse()
        super().delete(name)
        self.fuse()


class SlotsAgainstAModel(RuleBasedStateMachine):
    """After each call, and each crash and reopening: all accounts give their keys, the slots that
    were acknowledged open, no other does, and nothing is left over in the store they left."""

    @initialize(store=st.sampled_from(StoreKind), asks=st.booleans())
    def make(self, store: StoreKind, asks: bool) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.fuse = Fuse()
        self.keyring = FusedStore(self.fuse)
        self.vault = lifecycle.create(
            self.folder / "home",
            store=store,
            key=KeyKind.PASSPHRASE if asks else KeyKind.KEYRING,
            keyring=self.keyring,
            passphrase=PASSPHRASES[0] if asks else None,
            cost=CHEAP,
        )
        self.vault._cost = lambda: CHEAP
        self.store = store
        self.passphrase = PASSPHRASES[0] if asks else None
        self.recovery: str | None = None
        self.keys: dict[str, bytes] = {}
        self.real_execute = database.Database.execute
        fuse = self.fuse

        def execute(this: database.Database, statement: str, *values: object) -> None:
            fuse()
            self.real_execute(this, statement, *values)

        database.Database.execute = execute  # type: ignore[method-assign]

    def teardown(self) -> None:
        database.Database.execute = self.real_execute  # type: ignore[method-assign]
        self.vault.close()
        shutil.rmtree(self.folder)

    # What may be called; with `crash`, the process ends at that write

    crashes = st.one_of(st.none(), st.integers(0, 40))

    @rule(name=st.text("ab", max_size=3), key=st.binary(min_size=10, max_size=12))
    def add(self, name: str, key: bytes) -> None:
        self.keys[self.vault.add(Account(Label("Panel", name), Secret(key))).id] = key

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.keys)))
        self.vault.delete(id)
        del self.keys[id]

    @precondition(lambda self: self.passphrase is None)
    @rule(new=st.sampled_from(PASSPHRASES), crash=crashes)
    def set_passphrase(self, new: str, crash: int | None) -> None:
        self._act(lambda slots: slots.set_passphrase(new), {"passphrase": new}, crash)

    @precondition(lambda self: self.passphrase is not None)
    @rule(new=st.sampled_from(PASSPHRASES), crash=crashes)
    def change_passphrase(self, new: str, crash: int | None) -> None:
        present = self.passphrase
        self._act(lambda slots: slots.change_passphrase(present, new), {"passphrase": new}, crash)

    @precondition(lambda self: self.passphrase is not None)
    @rule(crash=crashes)
    def remove_passphrase(self, crash: int | None) -> None:
        present = self.passphrase
        self._act(lambda slots: slots.remove_passphrase(present), {"passphrase": None}, crash)

    @rule(store=st.sampled_from(StoreKind), crash=crashes)
    def move_store(self, store: StoreKind, crash: int | None) -> None:
        self._act(lambda slots: slots.move_store(store), {"store": store}, crash)

    @precondition(lambda self: self.recovery is None)
    @rule(crash=crashes)
    def add_recovery(self, crash: int | None) -> None:
        mine = new_recovery_key()
        self._act(lambda slots: slots.add_recovery(recipient_of(mine)), {"recovery": mine}, crash)

    @precondition(lambda self: self.recovery is not None)
    @rule(crash=crashes)
    def remove_recovery(self, crash: int | None) -> None:
        self._act(lambda slots: slots.remove_recovery(), {"recovery": None}, crash)

    @rule()
    def start_again(self) -> None:
        self.vault.close()
        self.vault = self._open()

    def _act(
        self, begin: Callable[[Any], None], after: dict[str, object], crash: int | None
    ) -> None:
        before = {name: getattr(self, name) for name in after}
        self.fuse.left = crash
        try:
            begin(self.vault.slots)
            while self.vault.is_moving:
                self.vault.slots.advance(0)
        except Crash:
            self.fuse.left = None
            self.vault.close()
            self._reopen(before, after)
            while self.vault.is_moving:
                self.vault.slots.advance(60)
            self._look(before, after)
        else:
            vars(self).update(after)
        finally:
            self.fuse.left = None

    def _reopen(self, before: dict[str, object], after: dict[str, object]) -> None:
        """Done or undone: whichever it is, one of the two opens it."""
        for told in (after, before):
            vars(self).update(told)
            with_this = self._open_if_it_fits()
            if with_this is not None:
                self.vault = with_this
                return
        pytest.fail("no way in")

    def _look(self, before: dict[str, object], after: dict[str, object]) -> None:
        """Which of the two it is, once it has settled; what is told is checked by `invariant`s."""
        if "store" in after:
            self.store = self.vault.info.store
        if "passphrase" in after:
            both = [one for one in (after["passphrase"], before["passphrase"]) if one is not None]
            asks = self.vault.info.key is KeyKind.PASSPHRASE
            fits = [one for one in both if asks and self.vault.slots.check_passphrase(str(one))]
            self.passphrase = str(fits[0]) if fits else None
        if "recovery" in after:
            there = KeyKind.RECOVERY in self.vault.slots.kinds
            keys = [one for one in (*after.values(), *before.values()) if one]
            self.recovery = str(keys[0]) if there else None

    def _open(self, passphrase: str | None = None) -> Vault:
        vault = lifecycle.open(
            self.folder / "home",
            keyring=self.keyring,
            passphrase=self.passphrase if passphrase is None else passphrase,
        )
        vault._cost = lambda: CHEAP
        return vault

    def _open_if_it_fits(self) -> Vault | None:
        try:
            return self._open()
        except (PassphraseNeeded, WrongPassphrase, VaultKeyMissing):
            return None
        finally:
            (self.folder / "home" / "attempts.json").unlink(missing_ok=True)

    # What holds in between

    @invariant()
    def accounts_give_their_keys(self) -> None:
        if not hasattr(self, "vault"):
            return
        found = {
            entry.id: self.vault.account(entry.id).secret.key for entry in self.vault.entries()
        }
        assert found == self.keys
        assert self.vault.verify().whole

    @invariant()
    def exactly_the_acknowledged_slots_open(self) -> None:
        if not hasattr(self, "vault"):
            return
        key = KeyKind.KEYRING if self.passphrase is None else KeyKind.PASSPHRASE
        assert self.vault.info == VaultInfo(self.store, key)
        expected = {key} | ({KeyKind.RECOVERY} if self.recovery else set())
        assert self.vault.slots.kinds == expected
        assert {slot.kind for slot in self.vault._index.head.slots} == expected
        assert self._open_if_it_fits_closed()
        for other in PASSPHRASES:
            if self.passphrase is not None and other != self.passphrase:
                assert not self.vault.slots.check_passphrase(other)
        if self.recovery is not None:
            lifecycle.open(
                self.folder / "home", keyring=self.keyring, recovery_key=self.recovery
            ).close()

    def _open_if_it_fits_closed(self) -> bool:
        found = self._open_if_it_fits()
        if found is not None:
            found.close()
        return found is not None

    @invariant()
    def nothing_is_left_over(self) -> None:
        if not hasattr(self, "vault"):
            return
        items = dict(self.keyring.items)
        key = items.pop(f"vault {self.vault._index.head.id}", None)
        assert (key is not None) is (self.passphrase is None)
        in_keyring = self.store is StoreKind.KEYRING
        assert set(items) == (set(self.keys) if in_keyring else set())
        sealed = self.passphrase is not None
        assert all(text.startswith("sealed1:") is sealed for text in items.values())
        rows = {name for name in self.keys if self.vault._index.sealed(name) is not None}
        assert rows == (set() if in_keyring else set(self.keys))


TestSlots = SlotsAgainstAModel.TestCase
TestSlots.settings = settings(deadline=None, stateful_step_count=12)
