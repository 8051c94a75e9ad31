"""The tables of the index: recognized, refused, migrated."""

import sqlite3
from pathlib import Path

import pytest

from authenticator.vault import lifecycle, write_lock
from authenticator.vault.errors import (
    IndexBusy,
    IndexTooNew,
    IndexUnreadable,
)
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.manifest import State
from authenticator.vault.vault import Vault
from tests.services.older_formats import make_older
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault, reopened

VERSIONS = (1, 2)


def as_older(sample: SampleVault, vault: Vault, version: int) -> None:
    """Turn the file into what an earlier version of the app would have written."""
    make_older(vault, sample.home, version, sample.keyring.write)


@pytest.mark.parametrize("version", VERSIONS)
def test_older_vault_opens_whole_and_takes_every_change(sample: SampleVault, version: int) -> None:
    vault = sample.create()
    entries = [vault.add(KIM, groups=["work"], pinned=True), vault.add(COUNTED), vault.add(KIM)]
    as_older(sample, vault, version)
    vault.close()
    assert lifecycle.inspect(sample.home) == sample.kinds
    assert sample.sql("PRAGMA user_version") == [(version,)]
    vault = sample.open()
    assert sample.sql("PRAGMA user_version") == [(3,)]
    assert vault.verify().whole
    assert vault.entries() == entries
    assert vault.account(entries[1].id) == COUNTED
    first, second, third = (entry.id for entry in entries)
    vault.move(third, second)
    vault.edit(first, notes="notes")
    vault.remove(second)
    assert [entry.id for entry in sample.open().entries()] == [first, third]
    assert vault.restore(second) == entries[1]
    assert [entry.id for entry in vault.entries()] == [first, third, second]
    assert vault.notes(first) == "notes"


def test_migration_keeps_trash_notes_pictures_counters_and_what_is_unfinished(
    keyring_sample: SampleVault,
) -> None:
    vault = keyring_sample.create()
    pending, kept, trashed = vault.add(KIM), vault.add(COUNTED), vault.add(KIM)
    kept = vault.edit(kept.id, notes="notes", picture=b"picture", groups=["a", "b"])
    vault.remove(trashed.id)
    before = vault.trashed()
    keyring_sample.leave(State.PENDING, pending.id)
    as_older(keyring_sample, vault, 2)
    vault = reopened(keyring_sample)
    assert vault.entries() == [kept]
    assert (vault.notes(kept.id), vault.picture(kept.id)) == ("notes", b"picture")
    assert vault.trashed() == before
    assert keyring_sample.secrets() == {kept.id, trashed.id}


@pytest.mark.parametrize("version", VERSIONS)
def test_migration_can_be_undone(sample: SampleVault, version: int) -> None:
    """The file of before is kept beside the new one, byte for byte what it held, and opens."""
    vault = sample.create()
    entry = vault.add(COUNTED)
    as_older(sample, vault, version)
    dump = [*closing_dump(sample.home / "vault.db")]
    sample.open().close()
    assert [*closing_dump(sample.home / "vault.db.v2")] == dump
    (sample.home / "vault.db.v2").replace(sample.home / "vault.db")
    assert sample.open().account(entry.id) == COUNTED


def closing_dump(path: Path) -> list[str]:
    """What the database at `path` holds."""
    connection = sqlite3.connect(path)
    found = [*connection.iterdump(), str(connection.execute("PRAGMA user_version").fetchone())]
    connection.close()
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_migrated_file_has_the_tables_of_a_new_one(sample: SampleVault, version: int) -> None:
    vault = sample.create()
    question = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    new = sample.sql(question)
    as_older(sample, vault, version)
    sample.open()
    assert sample.sql(question) == new


def test_unknown_state_of_an_older_vault_deletes_nothing(keyring_sample: SampleVault) -> None:
    vault = keyring_sample.create()
    entry = vault.add(KIM)
    as_older(keyring_sample, vault, 2)
    keyring_sample.sql("UPDATE account SET state = 'reedy'")
    assert keyring_sample.open().entries() == [entry]
    assert keyring_sample.secrets() == {entry.id}


def test_migration_waits_for_the_write_lock(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = sample.create()
    vault.add(KIM)
    as_older(sample, vault, 1)
    monkeypatch.setattr(write_lock, "LOCK_WAIT_S", 0.05)
    with write_lock.write_lock(sample.home), pytest.raises(IndexBusy):
        sample.open()
    assert sample.sql("PRAGMA user_version") == [(1,)]
    assert len(sample.open().entries()) == 1


def test_database_of_another_app_is_unreadable(keyring_sample: SampleVault) -> None:
    keyring_sample.home.mkdir()
    keyring_sample.sql("CREATE TABLE vault (id)")
    with pytest.raises(IndexUnreadable):
        keyring_sample.open()


def test_index_of_a_later_version_is_refused_and_left_alone(keyring_sample: SampleVault) -> None:
    keyring_sample.create().add(KIM)
    keyring_sample.sql("PRAGMA user_version = 99")
    for call in (lambda: lifecycle.inspect(keyring_sample.home), keyring_sample.open):
        with pytest.raises(IndexTooNew) as refused:
            call()
        assert (refused.value.version, refused.value.known) == (99, 3)
    keyring_sample.sql("PRAGMA user_version = 3")
    assert len(keyring_sample.open().entries()) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM vault",
        "UPDATE vault SET store = 'cloud'",
        "UPDATE vault SET memory_kib = 1099511627776",
        "UPDATE vault SET iterations = 'many'",
        "UPDATE vault SET salt = x'00'",
        "ALTER TABLE vault RENAME TO other",
    ],
)
def test_older_header_that_makes_no_sense_is_unreadable(home: Path, damage: str) -> None:
    one = SampleVault(home, VaultInfo(StoreKind.SEALED, KeyKind.PASSPHRASE))
    as_older(one, one.create(), 2)
    one.sql(damage)
    with pytest.raises(IndexUnreadable):
        one.open()
    one.close()


@pytest.mark.parametrize(
    "foreign",
    [
        "CREATE TRIGGER t AFTER UPDATE ON manifest BEGIN DELETE FROM account; END",
        "CREATE VIEW v AS SELECT * FROM account",
        "CREATE INDEX i ON account (position)",
        "CREATE TABLE t (x)",
        "DROP TABLE detail",
        "ALTER TABLE account ADD COLUMN state TEXT",
    ],
)
def test_schema_that_is_not_ours_to_the_letter_is_refused(
    keyring_sample: SampleVault, foreign: str
) -> None:
    vault = keyring_sample.create()
    vault.add(KIM)
    keyring_sample.sql(foreign)
    with pytest.raises(IndexUnreadable):
        keyring_sample.open()
    with pytest.raises(IndexUnreadable):
        vault.add(COUNTED)


def test_schema_that_is_no_text_is_unreadable(keyring_sample: SampleVault) -> None:
    """SQLite's message quotes it."""
    keyring_sample.create().close()
    path = keyring_sample.home / "vault.db"
    whole = path.read_bytes()
    assert whole.count(b"CREATE TABLE detail") == 1
    path.write_bytes(whole.replace(b"CREATE TABLE detail", b"CREATE \xffABLE detail"))
    with pytest.raises(IndexUnreadable):
        keyring_sample.open()
