"""Damage to one account blocks no other."""

import json

import pytest

from authenticator.otp.account import Label
from authenticator.otp.uri import read_uri
from authenticator.vault.entry import Use
from authenticator.vault.errors import (
    SealBroken,
    SecretMissing,
    SecretUnreadable,
)
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from tests.unit.vault.sample_vault import COUNTED, KIM, Set, listed, reopened


def test_damaged_notes_are_told_and_block_nothing(made: Set) -> None:
    vault = made.create()
    id = vault.add(KIM).id
    entry = vault.edit(id, notes="notes")
    made.sql("UPDATE detail SET sealed = ?", "text")
    assert vault.entry(id) == entry
    assert vault.account(id) == KIM
    with pytest.raises(SealBroken):
        vault.notes(id)
    vault.edit(id, notes="new")
    assert vault.notes(id) == "new"


def test_an_account_whose_item_is_gone_says_so_and_can_be_removed(made: Set) -> None:
    vault = made.create()
    lost, other = vault.add(KIM), vault.add(COUNTED)
    if made.kinds.store is StoreKind.SEALED:
        made.sql("DELETE FROM secret WHERE name = ?", lost.id)
    else:
        del made.keyring.items[lost.id]
    with pytest.raises(SecretMissing) as missing:
        vault.account(lost.id)
    assert missing.value.name == lost.id
    assert vault.duplicate(KIM) is None
    assert json.loads(vault.export_raw(lost.id))["item"] is None
    assert vault.account(other.id) == COUNTED
    vault.remove(lost.id)
    assert vault.entries() == [other]
    assert vault.put_back(lost.id) == lost
    vault.delete(lost.id)
    assert listed(vault) == [other]


def test_one_damaged_secret_blocks_no_other(made: Set) -> None:
    vault = made.create()
    bad, good = vault.add(KIM), vault.add(COUNTED)
    if made.kinds.store is StoreKind.SEALED:
        made.sql("UPDATE secret SET sealed = ? WHERE name = ?", b"noise" * 20, bad.id)
    else:
        made.keyring.items[bad.id] = "otpauth://totp/x?secret=&digits=99"
    with pytest.raises(SecretUnreadable) as refused:
        vault.account(bad.id)
    assert refused.value.id == bad.id
    with pytest.raises(SecretUnreadable):
        vault.edit(bad.id, label=Label("x"))
    assert vault.entries() == [bad, good]
    assert vault.account(good.id) == COUNTED
    assert vault.duplicate(KIM) is None
    raw = json.loads(vault.export_raw(bad.id))
    assert (raw["item"] is None) == (made.kinds != VaultInfo(StoreKind.KEYRING, KeyKind.KEYRING))
    assert json.loads(raw["metadata"])["issuer"] == KIM.label.issuer


@pytest.mark.parametrize("cell", [b"", b"noise" * 20, "text", 7], ids=repr)
def test_damaged_metadata_blocks_no_other(made: Set, cell: object) -> None:
    vault = made.create()
    bad, good = vault.add(KIM), vault.add(COUNTED)
    made.sql("UPDATE account SET meta = ? WHERE id = ?", cell, bad.id)
    shown = made.open().entries()
    assert [entry.damaged for entry in shown] == [True, False]
    assert shown[0].label == Label()
    assert shown[1] == good
    for call in (vault.account, vault.advance, lambda name: vault.edit(name, groups=["x"])):
        with pytest.raises(SecretUnreadable):
            call(bad.id)
    assert read_uri(json.loads(vault.export_raw(bad.id))["item"]).account == KIM
    vault.record_uses({bad.id: Use(1, 1)})
    vault.remove(bad.id)
    assert reopened(made).entries() == [good]
    assert [one.entry.damaged for one in vault.trashed()] == [True]
    vault.delete(bad.id)
    assert listed(reopened(made)) == [good]


def test_metadata_swapped_between_rows_is_damage(made: Set) -> None:
    vault = made.create()
    ids = [vault.add(KIM).id, vault.add(COUNTED).id]
    cells = [made.sql("SELECT meta FROM account WHERE id = ?", id)[0][0] for id in ids]
    for id, cell in zip(ids, reversed(cells), strict=True):
        made.sql("UPDATE account SET meta = ? WHERE id = ?", cell, id)
    assert all(entry.damaged for entry in vault.entries())
