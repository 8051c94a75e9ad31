"""A new index from what a damaged one still has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault import repair
from authenticator.vault.errors import (
    IndexTooNew,
    IndexUnreadable,
    ManifestBroken,
    NoVault,
    WrongPassphrase,
)
from authenticator.vault.head import checksum, write_head
from authenticator.vault.kinds import StoreKind
from authenticator.vault.manifest import State
from authenticator.vault.repair import Repaired
from authenticator.vault.salvage import with_one_bit_put_right
from authenticator.vault.vault import Vault
from tests.unit.vault.sample_vault import COUNTED, KIM, PASSPHRASE, SampleVault


def _repair(sample: SampleVault) -> Repaired:
    return repair.repair(sample.home, keyring=sample.keyring, passphrase=PASSPHRASE)


def _filled(sample: SampleVault) -> tuple[Vault, str, str, str]:
    vault = sample.create()
    kim = vault.edit(vault.add(KIM).id, groups=["work"], notes="notes", picture=b"own").id
    counted = vault.add(COUNTED).id
    vault.advance_counter(counted)
    gone = vault.add(KIM).id
    vault.remove(gone)
    return vault, kim, counted, gone


def _everything(vault: Vault) -> object:
    return (
        vault.entries(),
        [one.entry for one in vault.trashed()],
        [
            (vault.account(one.id), vault.notes(one.id), vault.picture(one.id))
            for one in vault.entries()
        ],
    )


def test_whole_vault_is_the_same_after_repair(sample: SampleVault) -> None:
    vault, *_ = _filled(sample)
    before = _everything(vault)
    done = _repair(sample)
    assert done[:5] == (3, 0, 0, 0, True)
    vault = sample.open()
    assert _everything(vault) == before
    assert vault.verify().whole
    vault.add(KIM)


def test_old_file_is_kept_each_time(sample: SampleVault) -> None:
    sample.create().close()
    whole = (sample.home / "vault.db").read_bytes()
    first, second = _repair(sample).kept, _repair(sample).kept
    assert [first.name, second.name] == ["vault.db.aside-1", "vault.db.aside-2"]
    assert first.read_bytes() == whole


def test_row_that_is_gone_is_made_anew_from_its_secret(sample: SampleVault) -> None:
    """All that codes depend on is in the secret, unless they depend on a counter."""
    vault, kim, counted, _ = _filled(sample)
    vault.close()
    sample.sql("UPDATE account SET meta = x'00' WHERE id = ?", kim)
    sample.sql("DELETE FROM account WHERE id = ?", counted)
    done = _repair(sample)
    assert (done.rescued, done.made_anew, done.damaged, done.missing) == (2, 1, 1, 0)
    vault = sample.open()
    assert vault.account(kim) == KIM
    assert vault.notes(kim) == "notes"
    assert vault.picture(kim) == b"own"
    assert vault.entry(counted).damaged
    assert len(vault.trashed()) == 1


def test_row_of_an_older_time_is_told_apart_by_the_manifest(sample: SampleVault) -> None:
    """An old version of a row on a damaged page does not turn the counter back."""
    vault, _, counted, _ = _filled(sample)
    (old,) = sample.sql("SELECT meta FROM account WHERE id = ?", counted)
    for _ in range(3):
        vault.advance_counter(counted)
    entry = vault.entry(counted)
    vault.close()
    sample.sql("CREATE TABLE planted (id, position, meta, trashed)")
    sample.sql("INSERT INTO planted VALUES (?, 1, ?, NULL)", counted, old[0])
    done = _repair(sample)
    assert done.damaged == done.missing == 0
    assert sample.open().entry(counted) == entry


def test_row_put_back_from_an_older_time_is_told(sample: SampleVault) -> None:
    vault, _, counted, _ = _filled(sample)
    (old,) = sample.sql("SELECT meta FROM account WHERE id = ?", counted)
    vault.advance_counter(counted)
    vault.close()
    sample.sql("UPDATE account SET meta = ? WHERE id = ?", old[0], counted)
    done = _repair(sample)
    assert (done.rescued, done.damaged, done.missing, done.confirmed) == (3, 0, 0, False)


def test_planted_schema_is_gone_after_repair(sample: SampleVault) -> None:
    vault, *_ = _filled(sample)
    before = _everything(vault)
    vault.close()
    sample.sql("CREATE TRIGGER planted AFTER UPDATE ON manifest BEGIN DELETE FROM account; END")
    with pytest.raises(IndexUnreadable):
        sample.open()
    _repair(sample)
    assert _everything(sample.open()) == before


def test_broken_manifest_is_made_anew_and_says_that_nothing_is_known(sample: SampleVault) -> None:
    vault, *_ = _filled(sample)
    before = _everything(vault)
    vault.close()
    sample.sql("UPDATE manifest SET sealed = x'00'")
    with pytest.raises(ManifestBroken):
        sample.open().add(KIM)
    assert _repair(sample).missing is None
    vault = sample.open()
    assert _everything(vault) == before
    vault.add(KIM)


def test_head_is_found_wherever_it_is(sample: SampleVault) -> None:
    vault, *_ = _filled(sample)
    before = _everything(vault)
    vault.close()
    sample.sql("DROP TABLE head")
    sample.sql("UPDATE head_copy SET one = 7")
    _repair(sample)
    assert _everything(sample.open()) == before


@pytest.mark.parametrize("copies", [("head",), ("head", "head_copy")])
def test_forged_head_moves_nothing(sample: SampleVault, copies: tuple[str, ...]) -> None:
    """Whoever can write the file could else have secrets rewritten, or looked for elsewhere."""
    vault, *_ = _filled(sample)
    before, items = _everything(vault), dict(sample.keyring.items)
    head = vault._index.head
    vault.close()
    other = StoreKind.SEALED if head.store is StoreKind.KEYRING else StoreKind.KEYRING
    moving = {"from": "item", "to": "row", "drop": "keyring"}
    forged = write_head(head._replace(store=other, moving=moving))
    for table in copies:
        sample.sql(f"UPDATE {table} SET body = ?, checksum = ?", forged, checksum(forged))  # noqa: S608
    _repair(sample)
    vault = sample.open()
    assert vault._index.head == head
    assert _everything(vault) == before
    assert sample.keyring.items == items


def test_nothing_is_changed_where_no_head_is_left(sample: SampleVault) -> None:
    sample.create().close()
    sample.sql("DELETE FROM head")
    sample.sql("DELETE FROM head_copy")
    damaged = (sample.home / "vault.db").read_bytes()
    for call in (lambda: _repair(sample), lambda: repair.inspect(sample.home)):
        with pytest.raises(IndexUnreadable):
            call()
    assert (sample.home / "vault.db").read_bytes() == damaged


def test_vault_of_a_later_version_is_left_alone(sample: SampleVault) -> None:
    sample.create().close()
    sample.sql("PRAGMA user_version = 4")
    with pytest.raises(IndexTooNew):
        _repair(sample)


def test_adding_that_a_crash_interrupted_is_no_account(keyring_sample: SampleVault) -> None:
    vault, *_ = _filled(keyring_sample)
    before = _everything(vault)
    late = vault.add(KIM).id
    keyring_sample.leave(State.PENDING, late)
    vault.close()
    keyring_sample.keyring.items.pop(late)
    assert _repair(keyring_sample).rescued == 3
    assert _everything(keyring_sample.open()) == before


def test_items_of_another_vault_are_not_taken(keyring_sample: SampleVault) -> None:
    """They are more than are missing."""
    vault, *_ = _filled(keyring_sample)
    before = _everything(vault)
    vault.close()
    keyring_sample.keyring.items["0123456789abcdef"] = "otpauth://totp/x?secret=GEZDGNBV"
    _repair(keyring_sample)
    assert _everything(keyring_sample.open()) == before


def test_repair_without_a_vault_or_with_a_wrong_passphrase_does_nothing(
    sample: SampleVault,
) -> None:
    with pytest.raises(NoVault):
        _repair(sample)
    sample.create().close()
    if sample.kinds.key == "passphrase":
        with pytest.raises(WrongPassphrase):
            repair.repair(sample.home, keyring=sample.keyring, passphrase="wrong")
    assert not list(sample.home.glob("*.aside-*"))


def test_file_that_is_a_link_is_repaired_where_it_is(sample: SampleVault) -> None:
    _filled(sample)[0].close()
    elsewhere = sample.home.parent / "elsewhere"
    elsewhere.mkdir()
    (sample.home / "vault.db").rename(elsewhere / "vault.db")
    (sample.home / "vault.db").symlink_to(elsewhere / "vault.db")
    assert _repair(sample).kept.parent == elsewhere
    assert (sample.home / "vault.db").is_symlink()
    assert len(sample.open().entries()) == 2


@given(st.binary(min_size=1, max_size=300), st.data())
def test_one_wrong_bit_is_put_right(right: bytes, data: st.DataObject) -> None:
    at, bit = data.draw(st.integers(0, len(right) - 1)), data.draw(st.integers(0, 7))
    wrong = bytearray(right)
    wrong[at] ^= 1 << bit
    assert with_one_bit_put_right(bytes(wrong), right.__eq__) == right
    wrong[at] ^= 1 << (bit + 1) % 8
    if wrong != right:
        assert with_one_bit_put_right(bytes(wrong), right.__eq__) is None
