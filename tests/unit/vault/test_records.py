"""Damage to one account blocks no other."""

import json

import pytest

from authenticator.otp.account import Label
from authenticator.otp.uri import read_uri
from authenticator.vault.duplicates import Relatives
from authenticator.vault.entry import Use
from authenticator.vault.errors import (
    SealBroken,
    SecretMissing,
    SecretUnreadable,
)
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault, all_entries, reopened


def test_damaged_notes_raise_seal_broken_and_block_nothing_else(sample: SampleVault) -> None:
    vault = sample.create()
    id = vault.add(KIM).id
    entry = vault.edit(id, notes="notes")
    sample.sql("UPDATE detail SET sealed = ?", "text")
    assert vault.entry(id) == entry
    assert vault.account(id) == KIM
    with pytest.raises(SealBroken):
        vault.notes(id)
    vault.edit(id, notes="new")
    assert vault.notes(id) == "new"


def test_account_with_a_missing_item_says_so_and_can_be_removed(sample: SampleVault) -> None:
    vault = sample.create()
    lost, other = vault.add(KIM), vault.add(COUNTED)
    if sample.kinds.store is StoreKind.SEALED:
        sample.sql("DELETE FROM secret WHERE name = ?", lost.id)
    else:
        del sample.keyring.items[lost.id]
    with pytest.raises(SecretMissing) as missing:
        vault.account(lost.id)
    assert missing.value.name == lost.id
    assert vault.find_relatives(KIM) == Relatives(namesakes=(lost,))
    assert json.loads(vault.export_raw(lost.id))["item"] is None
    assert vault.account(other.id) == COUNTED
    vault.remove(lost.id)
    assert vault.entries() == [other]
    assert vault.restore(lost.id) == lost
    vault.delete(lost.id)
    assert all_entries(vault) == [other]


def test_damaged_secret_blocks_no_other_account(sample: SampleVault) -> None:
    vault = sample.create()
    bad, good = vault.add(KIM), vault.add(COUNTED)
    if sample.kinds.store is StoreKind.SEALED:
        sample.sql("UPDATE secret SET sealed = ? WHERE name = ?", b"noise" * 20, bad.id)
    else:
        sample.keyring.items[bad.id] = "otpauth://totp/x?secret=&digits=99"
    with pytest.raises(SecretUnreadable) as refused:
        vault.account(bad.id)
    assert refused.value.id == bad.id
    with pytest.raises(SecretUnreadable):
        vault.edit(bad.id, label=Label("x"))
    assert vault.entries() == [bad, good]
    assert vault.account(good.id) == COUNTED
    assert vault.find_relatives(KIM) == Relatives(namesakes=(bad,))
    raw = json.loads(vault.export_raw(bad.id))
    assert (raw["item"] is None) == (sample.kinds != VaultInfo(StoreKind.KEYRING, KeyKind.KEYRING))
    assert json.loads(raw["metadata"])["issuer"] == KIM.label.issuer


@pytest.mark.parametrize("cell", [b"", b"noise" * 20, "text", 7], ids=repr)
def test_damaged_metadata_blocks_no_other_account(sample: SampleVault, cell: object) -> None:
    vault = sample.create()
    bad, good = vault.add(KIM), vault.add(COUNTED)
    sample.sql("UPDATE account SET meta = ? WHERE id = ?", cell, bad.id)
    shown = sample.open().entries()
    assert [entry.damaged for entry in shown] == [True, False]
    assert shown[0].label == Label()
    assert shown[1] == good
    for call in (vault.account, vault.advance_counter, lambda name: vault.edit(name, groups=["x"])):
        with pytest.raises(SecretUnreadable):
            call(bad.id)
    assert read_uri(json.loads(vault.export_raw(bad.id))["item"]).account == KIM
    vault.record_uses({bad.id: Use(1, 1)})
    vault.remove(bad.id)
    assert reopened(sample, damaged=True).entries() == [good]
    assert [one.entry.damaged for one in vault.trashed()] == [True]
    vault.delete(bad.id)
    assert all_entries(reopened(sample, damaged=True)) == [good]


def test_metadata_swapped_between_rows_is_damaged(sample: SampleVault) -> None:
    vault = sample.create()
    ids = [vault.add(KIM).id, vault.add(COUNTED).id]
    cells = [sample.sql("SELECT meta FROM account WHERE id = ?", id)[0][0] for id in ids]
    for id, cell in zip(ids, reversed(cells), strict=True):
        sample.sql("UPDATE account SET meta = ? WHERE id = ?", cell, id)
    assert all(entry.damaged for entry in vault.entries())
