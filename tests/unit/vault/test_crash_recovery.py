"""What a failed or interrupted write leaves is settled."""

from dataclasses import replace
from pathlib import Path

import pytest

from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.otp.account import Account, Label, MobileOtp
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri
from authenticator.vault import write_lock
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    SecretUnreadable,
)
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.manifest import State
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault, all_entries, reopened


def test_recovery_of_an_edit_finishes_it_in_the_trash_too(keyring_sample: SampleVault) -> None:
    vault = keyring_sample.create()
    id = vault.add(KIM).id
    before = keyring_sample.keyring.items[id]
    vault.edit(id, label=Label("Renamed"))
    keyring_sample.keyring.items[id] = before
    keyring_sample.leave(State.CHANGING)
    vault.remove(id)
    assert keyring_sample.open().restore(id).label == Label("Renamed")
    assert read_uri(keyring_sample.keyring.items[id]).account == Account(
        Label("Renamed"), KIM.secret
    )


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
def test_failed_add_leaves_no_account(
    keyring_sample: SampleVault, fault: AuthenticatorError, when: str
) -> None:
    vault = keyring_sample.create()
    old = vault.add(COUNTED)
    setattr(keyring_sample.keyring, when, fault)
    with pytest.raises(type(fault)):
        vault.add(KIM)
    assert vault.entries() == [old]
    assert reopened(keyring_sample).entries() == [old]
    assert vault.add(KIM) in vault.entries()


@pytest.mark.parametrize(("when", "fault"), MOMENTS, ids=repr)
def test_failed_edit_changes_nothing(
    keyring_sample: SampleVault, fault: AuthenticatorError, when: str
) -> None:
    vault = keyring_sample.create()
    old = vault.edit(vault.add(KIM).id, notes="old")
    setattr(keyring_sample.keyring, when, fault)
    with pytest.raises(type(fault)):
        vault.edit(old.id, label=Label("Renamed"), notes="new", picture=b"new")
    assert vault.entry(old.id) == old
    assert (vault.notes(old.id), vault.picture(old.id)) == ("old", None)
    assert vault.account(old.id) == KIM
    assert reopened(keyring_sample).entries() == [old]
    assert read_uri(keyring_sample.keyring.items[old.id]).account == KIM


@pytest.mark.parametrize(("when", "fault"), MOMENTS, ids=repr)
def test_failed_replacement_changes_nothing(
    keyring_sample: SampleVault, fault: AuthenticatorError, when: str
) -> None:
    """Both accounts, their places and details are as before; nothing is in the trash."""
    vault = keyring_sample.create()
    old = vault.edit(vault.add(KIM).id, notes="mine", picture=b"own", groups=["work"])
    between = vault.add(Account(Label("Between"), Secret(b"between")))
    new = vault.add(COUNTED)
    setattr(keyring_sample.keyring, when, fault)
    with pytest.raises(type(fault)):
        vault.replace(old.id, new.id)
    for one in (vault, reopened(keyring_sample)):
        assert one.entries() == [old, between, new]
        assert one.trashed() == []
        assert (one.account(old.id), one.account(new.id)) == (KIM, COUNTED)
        assert (one.notes(new.id), one.picture(new.id)) == ("", None)
    merged = vault.replace(old.id, new.id)
    assert vault.entries() == [merged, between]
    assert vault.account(new.id) == replace(COUNTED, label=KIM.label)
    assert (vault.notes(new.id), vault.picture(new.id)) == ("mine", b"own")
    assert vault.restore(old.id) == old
    assert vault.entries() == [merged, between, old]
    assert (vault.notes(old.id), vault.picture(old.id)) == ("mine", b"own")
    assert vault.account(old.id) == KIM


@pytest.mark.parametrize("fault", FAULTS[:4], ids=repr)
def test_delete_refused_by_the_keyring_keeps_the_account(
    keyring_sample: SampleVault, fault: AuthenticatorError
) -> None:
    vault = keyring_sample.create()
    old = vault.add(KIM)
    keyring_sample.keyring.before = fault
    with pytest.raises(type(fault)):
        vault.delete(old.id)
    assert vault.account(old.id) == KIM
    assert reopened(keyring_sample).account(old.id) == KIM
    vault.remove(old.id)
    keyring_sample.keyring.before = fault
    with pytest.raises(type(fault)):
        vault.delete(old.id)
    assert [one.entry for one in reopened(keyring_sample).trashed()] == [old]
    vault.delete(old.id)
    assert all_entries(reopened(keyring_sample)) == []


def test_recovery_leaves_alone_what_another_is_writing(sample: SampleVault) -> None:
    vault = sample.create()
    old = vault.add(KIM)
    sample.leave(State.PENDING)
    with write_lock.write_lock(sample.home):
        assert sample.open().entries() == []
        assert sample.secrets() == {old.id}
    assert sample.open().entries() == []
    if sample.kinds.store is StoreKind.KEYRING:  # elsewhere no crash leaves this
        assert sample.secrets() == set()


@pytest.mark.parametrize("deleted", [False, True])
def test_interrupted_deletion_is_completed_only_where_the_item_is_gone(
    keyring_sample: SampleVault, deleted: bool
) -> None:
    """What was not reported as done may be either, but never half."""
    vault = keyring_sample.create()
    old, other = vault.add(KIM), vault.add(COUNTED)
    keyring_sample.leave(State.REMOVING, old.id)
    if deleted:
        del keyring_sample.keyring.items[old.id]
    vault = reopened(keyring_sample)
    assert vault.entries() == ([other] if deleted else [old, other])


def test_recovery_refused_by_the_keyring_leaves_the_vault_readable(home: Path) -> None:
    one = SampleVault(home, VaultInfo(StoreKind.KEYRING, KeyKind.PASSPHRASE))
    vault = one.create()
    gone, old = vault.add(KIM), vault.add(COUNTED)
    one.leave(State.PENDING, gone.id)
    one.keyring.before = KeyringLocked()
    vault = one.open()
    assert vault.entries() == [old]
    one.keyring.before = KeyringLocked()
    with pytest.raises(KeyringLocked):
        vault.recover()
    vault.recover()
    assert one.secrets() == {old.id}
    one.close()


def test_recovery_of_an_edit_rewrites_the_item_from_the_index(keyring_sample: SampleVault) -> None:
    vault = keyring_sample.create()
    id = vault.add(KIM).id
    before = keyring_sample.keyring.items[id]
    vault.edit(id, label=Label("Renamed"))
    keyring_sample.keyring.items[id] = before
    keyring_sample.leave(State.CHANGING)
    assert read_uri(keyring_sample.open()._records.store.read(id)).account == Account(
        Label("Renamed"), KIM.secret
    )


def test_recovery_survives_a_damaged_row(sample: SampleVault) -> None:
    vault = sample.create()
    bad = vault.add(KIM)
    with vault._index.transaction():
        vault._index.set_meta(bad.id, b"\0")
        vault._index.manifest.set_state(bad.id, State.CHANGING)
    assert reopened(sample).entry(bad.id).damaged


def test_recovery_does_nothing_to_a_file_that_somebody_else_wrote_to(
    keyring_sample: SampleVault,
) -> None:
    """Whoever can write the file can't make the app delete a key."""
    vault = keyring_sample.create()
    unfinished, other = vault.add(KIM), vault.add(COUNTED)
    keyring_sample.leave(State.PENDING, unfinished.id)
    keyring_sample.sql("UPDATE account SET position = position + 1 WHERE id = ?", other.id)
    assert keyring_sample.open().entries() == [other]
    assert keyring_sample.secrets() == {unfinished.id, other.id}


@pytest.mark.parametrize("written", [False, True])
def test_recovery_of_an_edit_to_a_type_with_a_pin_has_both_or_neither(
    keyring_sample: SampleVault, written: bool
) -> None:
    """A crash before the item with the PIN was written leaves the type without one."""
    vault = keyring_sample.create()
    id = vault.add(KIM).id
    before = keyring_sample.keyring.items[id]
    vault.edit(id, otp=MobileOtp(), pin="1234")
    if not written:
        keyring_sample.keyring.items[id] = before
    keyring_sample.leave(State.CHANGING)
    with_pin = Account(KIM.label, Secret(KIM.secret.key, "1234"), MobileOtp())
    assert keyring_sample.open().account(id) == (with_pin if written else KIM)


def test_item_that_lost_its_pin_is_unreadable(keyring_sample: SampleVault) -> None:
    """Its codes would be wrong."""
    vault = keyring_sample.create()
    id = vault.add(Account(Label("VPN"), Secret(b"e3152afe", "1234"), MobileOtp())).id
    items = keyring_sample.keyring.items
    items[id] = items[id].replace("&pin=1234", "")
    with pytest.raises(SecretUnreadable):
        vault.account(id)
