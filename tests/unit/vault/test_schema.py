"""The tables of the index: recognized, refused, migrated."""

import json
import sqlite3
from pathlib import Path

import pytest

from authenticator.vault import lifecycle, write_lock
from authenticator.vault.entry import write_metadata
from authenticator.vault.errors import (
    IndexBusy,
    IndexTooNew,
    IndexUnreadable,
)
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.vault import Vault
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault

VERSION_1 = """
CREATE TABLE vault (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  store TEXT NOT NULL,
  key TEXT NOT NULL,
  proof BLOB NOT NULL,
  salt BLOB,
  iterations INTEGER,
  lanes INTEGER,
  memory_kib INTEGER,
  wrapped BLOB
);
CREATE TABLE account (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  state TEXT NOT NULL,
  meta BLOB NOT NULL
);
CREATE INDEX placed ON account (position);
CREATE INDEX unsettled ON account (state) WHERE state <> 'ready';
CREATE TABLE secret (name TEXT PRIMARY KEY, sealed BLOB NOT NULL);
"""


def as_version_1(sample: SampleVault, vault: Vault) -> None:
    """Turn the file into what the first version of the app would have written."""
    tables = {
        name: sample.sql(f"SELECT {columns} FROM {name} ORDER BY rowid")  # noqa: S608
        for name, columns in {
            "vault": "one, id, store, key, proof, salt, iterations, lanes, memory_kib, wrapped",
            "account": "id, rowid - 1, state, meta",
            "secret": "name, sealed",
        }.items()
    }
    (sample.home / "vault.db").unlink()
    connection = sqlite3.connect(sample.home / "vault.db")
    connection.executescript(
        f"PRAGMA application_id = {0x41757468}; PRAGMA user_version = 1; {VERSION_1}"
    )
    for name, rows in tables.items():
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {name} VALUES ({marks})", row)  # noqa: S608
    for entry in vault.entries():
        fields = json.loads(write_metadata(entry))
        if groups := fields.pop("groups", None):
            fields["group"] = groups[0]
        sealed = vault._seal.close(json.dumps(fields).encode(), entry.id, "meta")
        connection.execute("UPDATE account SET meta = ? WHERE id = ?", (sealed, entry.id))
    connection.commit()
    connection.close()


def test_version_1_vault_opens_whole_and_takes_every_change(
    sample: SampleVault,
) -> None:
    vault = sample.create()
    entries = [vault.add(KIM, groups=["work"], pinned=True), vault.add(COUNTED), vault.add(KIM)]
    as_version_1(sample, vault)
    vault.close()
    assert lifecycle.inspect(sample.home) == sample.kinds
    assert sample.sql("PRAGMA user_version") == [(1,)]
    vault = sample.open()
    assert sample.sql("PRAGMA user_version") == [(2,)]
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


def test_migrated_file_has_the_tables_of_a_new_one(sample: SampleVault) -> None:
    vault = sample.create()
    question = "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY type, name"
    new = sample.sql(question)
    columns = [
        sample.sql(f"PRAGMA table_info({table})") for table in ("vault", "account", "detail")
    ]
    as_version_1(sample, vault)
    sample.open()
    assert sample.sql(question) == new
    assert columns == [
        sample.sql(f"PRAGMA table_info({table})") for table in ("vault", "account", "detail")
    ]


def test_migration_waits_for_the_write_lock(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = sample.create()
    vault.add(KIM)
    as_version_1(sample, vault)
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
        assert (refused.value.version, refused.value.known) == (99, 2)
    keyring_sample.sql("PRAGMA user_version = 2")
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
def test_header_that_makes_no_sense_is_unreadable(home: Path, damage: str) -> None:
    one = SampleVault(home, VaultInfo(StoreKind.SEALED, KeyKind.PASSPHRASE))
    one.create().close()
    one.sql(damage)
    with pytest.raises(IndexUnreadable):
        one.open()
    one.close()
