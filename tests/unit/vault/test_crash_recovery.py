"""What a failed or interrupted write leaves is settled."""

from pathlib import Path

import pytest

from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.otp.account import Account, Label
from authenticator.otp.uri import read_uri
from authenticator.vault import write_lock
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
)
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from tests.unit.vault.sample_vault import COUNTED, KIM, Set, listed, reopened


def test_an_edit_that_was_left_half_done_is_finished_in_the_bin_too(kept: Set) -> None:
    vault = kept.create()
    id = vault.add(KIM).id
    before = kept.keyring.items[id]
    vault.edit(id, label=Label("Renamed"))
    kept.keyring.items[id] = before
    kept.sql("UPDATE account SET state = 'changing'")
    vault.remove(id)
    assert kept.open().put_back(id).label == Label("Renamed")
    assert read_uri(kept.keyring.items[id]).account == Account(Label("Renamed"), KIM.secret)


FAULTS = [
    KeyringAbsent(),
    KeyringLocked(),
    KeyringDismissed(),
    KeyringFailed("Broken"),
    DiskRefused(Path("vault.db"), "ENOSPC"),
]


# Refused is refused: only a failure can come after the item was touched.
MOMENTS = [("before", fault) for fault in FAULTS] + [("after", fault) for fault in FAULTS[3:]]


@pytest.mark.parametrize(("when", "fault"), MOMENTS, ids=repr)
def test_an_add_that_failed_never_was(kept: Set, fault: AuthenticatorError, when: str) -> None:
    vault = kept.create()
    old = vault.add(COUNTED)
    setattr(kept.keyring, when, fault)
    with pytest.raises(type(fault)):
        vault.add(KIM)
    assert vault.entries() == [old]
    assert reopened(kept).entries() == [old]
    assert vault.add(KIM) in vault.entries()


@pytest.mark.parametrize(("when", "fault"), MOMENTS, ids=repr)
def test_an_edit_that_failed_changed_nothing(
    kept: Set, fault: AuthenticatorError, when: str
) -> None:
    vault = kept.create()
    old = vault.edit(vault.add(KIM).id, notes="old")
    setattr(kept.keyring, when, fault)
    with pytest.raises(type(fault)):
        vault.edit(old.id, label=Label("Renamed"), notes="new", picture=b"new")
    assert vault.entry(old.id) == old
    assert (vault.notes(old.id), vault.picture(old.id)) == ("old", None)
    assert vault.account(old.id) == KIM
    assert reopened(kept).entries() == [old]
    assert read_uri(kept.keyring.items[old.id]).account == KIM


@pytest.mark.parametrize("fault", FAULTS[:4], ids=repr)
def test_a_removal_that_the_keyring_refused_took_nothing(
    kept: Set, fault: AuthenticatorError
) -> None:
    vault = kept.create()
    old = vault.add(KIM)
    kept.keyring.before = fault
    with pytest.raises(type(fault)):
        vault.delete(old.id)
    assert vault.account(old.id) == KIM
    assert reopened(kept).account(old.id) == KIM
    vault.remove(old.id)
    kept.keyring.before = fault
    with pytest.raises(type(fault)):
        vault.delete(old.id)
    assert [one.entry for one in reopened(kept).trashed()] == [old]
    vault.delete(old.id)
    assert listed(reopened(kept)) == []


def test_what_another_is_writing_is_not_repaired(made: Set) -> None:
    vault = made.create()
    old = vault.add(KIM)
    made.sql("UPDATE account SET state = 'removing'")
    with write_lock.write_lock(made.home):
        assert made.open().entries() == []
        assert made.secrets() == {old.id}
    assert made.open().entries() == []
    assert made.secrets() == set()


def test_repair_that_the_keyring_refuses_leaves_the_vault_readable(home: Path) -> None:
    one = Set(home, VaultInfo(StoreKind.KEYRING, KeyKind.PASSPHRASE))
    vault = one.create()
    gone, old = vault.add(KIM), vault.add(COUNTED)
    one.sql("UPDATE account SET state = 'removing' WHERE id = ?", gone.id)
    one.keyring.before = KeyringLocked()
    vault = one.open()
    assert vault.entries() == [old]
    one.keyring.before = KeyringLocked()
    with pytest.raises(KeyringLocked):
        vault.recover()
    vault.recover()
    assert one.secrets() == {old.id}
    one.close()


def test_repair_of_an_edit_rewrites_the_item_by_the_index(kept: Set) -> None:
    vault = kept.create()
    id = vault.add(KIM).id
    before = kept.keyring.items[id]
    vault.edit(id, label=Label("Renamed"))
    kept.keyring.items[id] = before
    kept.sql("UPDATE account SET state = 'changing'")
    assert read_uri(kept.open()._records.store.read(id)).account == Account(
        Label("Renamed"), KIM.secret
    )


def test_repair_survives_a_damaged_row(made: Set) -> None:
    vault = made.create()
    bad = vault.add(KIM)
    made.sql("UPDATE account SET state = 'changing', meta = x'00'")
    assert made.open().entry(bad.id).damaged
    assert made.sql("SELECT state FROM account") == [("ready",)]
