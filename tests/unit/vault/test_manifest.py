"""The manifest notices whatever somebody without the key does to the file's rows."""

import random
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from authenticator.errors import DataBad
from authenticator.otp.account import Label
from authenticator.vault.errors import ManifestBroken, SecretSwapped
from authenticator.vault.manifest import Contents, State, read_contents, write_contents
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault, all_entries


def filled(sample: SampleVault) -> list[str]:
    """The ids of four accounts, the last one in the trash; the first has notes, and was edited."""
    vault = sample.create()
    ids = [vault.add(one).id for one in (KIM, COUNTED, KIM, KIM)]
    vault.edit(ids[0], notes="notes")
    vault.advance_counter(ids[1])
    vault.remove(ids[3])
    return ids


def test_contents_are_read_as_they_were_written() -> None:
    contents = Contents(7, 1 << 127, 3, "ab", {"0123456789abcdef": State.CHANGING}, (1, 2, 3))
    assert read_contents(write_contents(contents)) == contents


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"null", b'{"generation": "x"}'])
def test_anything_else_is_no_manifest(text: bytes) -> None:
    with pytest.raises(ValueError, match="no manifest"):
        read_contents(text)


def test_every_change_by_the_app_leaves_the_file_whole(sample: SampleVault) -> None:
    a, b, c, d = filled(sample)
    vault = sample.open()
    assert vault.verify().whole
    vault.move(c, a)
    vault.restore(d)
    vault.delete(b)
    vault.edit(a, notes="", picture=b"picture", label=Label("New"))
    vault.replace(a, c)
    generation = vault._index.manifest.read().generation
    vault.add(KIM)
    contents = vault._index.manifest.read()
    assert contents.generation > generation
    assert contents.accounts == len(all_entries(vault))
    assert vault.verify().whole
    assert sample.open().verify().whole


ATTACKS = {
    "deleted": "DELETE FROM account WHERE id = :a",
    "notes deleted": "DELETE FROM detail",
    "taken from the trash": "UPDATE account SET trashed = NULL",
    "put into the trash": "UPDATE account SET trashed ="
    " (SELECT trashed FROM account WHERE id = :d) WHERE id = :a",
    "moved": "UPDATE account SET position = -position WHERE id = :a",
    "renamed": "UPDATE account SET id = 'ffffffffffffffff' WHERE id = :a",
    "planted": "INSERT INTO account VALUES ('ffffffffffffffff', 9, x'00', NULL)",
    "vault's key planted": "INSERT INTO account VALUES ('vault ' || :v, 9, x'00', NULL)",
    "swapped": "UPDATE account SET meta ="
    " (SELECT meta FROM account AS other WHERE other.id <> account.id AND id IN (:a, :b))"
    " WHERE id IN (:a, :b)",
    "text in place of bytes": "UPDATE account SET meta = 'text', position = 'x' WHERE id = :a",
    "trash clock and counters": "UPDATE manifest SET sealed = zeroblob(200)",
    "no manifest": "DELETE FROM manifest",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_rows_that_somebody_else_wrote_are_noticed_and_delete_nothing(
    sample: SampleVault, attack: str
) -> None:
    a, b, c, d = filled(sample)
    secrets = sample.secrets()
    items = dict(sample.keyring.items)
    vault_id = sample.open()._index.head.id
    names = {":a": a, ":b": b, ":d": d, ":v": vault_id}
    for name, id in names.items():
        attack = attack.replace(name, f"'{id}'")
    sample.sql(attack)
    for _ in range(8):  # longer than anything stays in the trash
        sample.now_s += 7 * 86_400
        vault = sample.open()
        assert not vault.verify().whole
        assert {entry.id for entry in vault.entries()} <= {a, b, c, d, "f" * 16}
    assert sample.secrets() == secrets
    assert sample.keyring.items == items


def test_row_put_back_from_an_old_copy_is_noticed(sample: SampleVault) -> None:
    """Its counter would be used again."""
    vault = sample.create()
    id = vault.add(COUNTED).id
    ((meta,),) = sample.sql("SELECT meta FROM account")
    vault.advance_counter(id)
    sample.sql("UPDATE account SET meta = ?", meta)
    assert not sample.open().verify().whole


def test_missing_accounts_are_counted(sample: SampleVault) -> None:
    a, b, *_ = filled(sample)
    sample.sql("DELETE FROM account WHERE id IN (?, ?)", a, b)
    assert sample.open().verify().missing == 2


def test_damaged_manifest_lets_accounts_be_read_but_nothing_be_written(
    sample: SampleVault,
) -> None:
    ids = filled(sample)
    sample.sql("UPDATE manifest SET sealed = substr(sealed, 2)")
    vault = sample.open()
    assert [entry.id for entry in vault.entries()] == ids[:3]
    assert vault.account(ids[0]) == KIM
    for write in (
        lambda: vault.add(KIM),
        lambda: vault.remove(ids[0]),
        lambda: vault.delete(ids[3]),
        lambda: vault.advance_counter(ids[1]),
    ):
        with pytest.raises(ManifestBroken):
            write()


def test_item_of_another_account_is_never_taken_for_its_own(keyring_sample: SampleVault) -> None:
    """Swapped in the keyring, with whatever label beside it."""
    vault = keyring_sample.create()
    kim, counted = vault.add(KIM), vault.add(COUNTED)
    items = keyring_sample.keyring.items
    items[kim.id], items[counted.id] = items[counted.id], items[kim.id]
    for id in (kim.id, counted.id):
        with pytest.raises(SecretSwapped) as refused:
            keyring_sample.open().account(id)
        assert refused.value.id == id


def test_random_damage_to_rows_shows_no_foreign_code(sample: SampleVault, tmp_path: Path) -> None:
    """Whatever bytes of the rows are changed: an account gives its own codes or none, and is
    listed, or missing accounts are noticed."""
    filled(sample)
    vault = sample.open()
    accounts = {entry.id: vault.account(entry.id) for entry in vault.entries()}
    vault.close()
    path = sample.home / "vault.db"
    shutil.copy(path, tmp_path / "whole")
    randomly = random.Random(3)
    whole = path.read_bytes()
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[randomly.randrange(len(whole))] ^= 1 << randomly.randrange(8)
        path.write_bytes(damaged)
        with suppress(DataBad):
            vault = sample.open()
            listed = {entry.id for entry in vault.entries()}
            assert listed == set(accounts) or not vault.verify().whole
            for id in listed & set(accounts):
                with suppress(DataBad):
                    assert vault.account(id).secret == accounts[id].secret
