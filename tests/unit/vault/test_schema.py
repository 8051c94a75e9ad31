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
from tests.unit.vault.sample_vault import COUNTED, KIM, Set

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


def as_version_1(made: Set, vault: Vault) -> None:
    """Turn the file into what the first version of the app would have written."""
    tables = {
        name: made.sql(f"SELECT {columns} FROM {name} ORDER BY rowid")  # noqa: S608
        for name, columns in {
            "vault": "one, id, store, key, proof, salt, iterations, lanes, memory_kib, wrapped",
            "account": "id, rowid - 1, state, meta",
            "secret": "name, sealed",
        }.items()
    }
    (made.home / "vault.db").unlink()
    connection = sqlite3.connect(made.home / "vault.db")
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


def test_a_vault_of_the_first_version_opens_whole_and_can_all_that_a_new_one_can(
    made: Set,
) -> None:
    vault = made.create()
    entries = [vault.add(KIM, groups=["work"], pinned=True), vault.add(COUNTED), vault.add(KIM)]
    as_version_1(made, vault)
    vault.close()
    assert lifecycle.inspect(made.home) == made.kinds
    assert made.sql("PRAGMA user_version") == [(1,)]
    vault = made.open()
    assert made.sql("PRAGMA user_version") == [(2,)]
    assert vault.entries() == entries
    assert vault.account(entries[1].id) == COUNTED
    first, second, third = (entry.id for entry in entries)
    vault.move(third, second)
    vault.edit(first, notes="notes")
    vault.remove(second)
    assert [entry.id for entry in made.open().entries()] == [first, third]
    assert vault.put_back(second) == entries[1]
    assert [entry.id for entry in vault.entries()] == [first, third, second]
    assert vault.notes(first) == "notes"


def test_a_migrated_file_has_the_tables_of_a_new_one(made: Set) -> None:
    vault = made.create()
    question = "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY type, name"
    new = made.sql(question)
    columns = [made.sql(f"PRAGMA table_info({table})") for table in ("vault", "account", "detail")]
    as_version_1(made, vault)
    made.open()
    assert made.sql(question) == new
    assert columns == [
        made.sql(f"PRAGMA table_info({table})") for table in ("vault", "account", "detail")
    ]


def test_a_vault_of_the_first_version_is_brought_up_to_date_by_one_at_a_time(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = made.create()
    vault.add(KIM)
    as_version_1(made, vault)
    monkeypatch.setattr(write_lock, "LOCK_WAIT_S", 0.05)
    with write_lock.write_lock(made.home), pytest.raises(IndexBusy):
        made.open()
    assert made.sql("PRAGMA user_version") == [(1,)]
    assert len(made.open().entries()) == 1


def test_another_apps_database_is_no_index(kept: Set) -> None:
    kept.home.mkdir()
    kept.sql("CREATE TABLE vault (id)")
    with pytest.raises(IndexUnreadable):
        kept.open()


def test_a_later_version_is_told_and_left_alone(kept: Set) -> None:
    kept.create().add(KIM)
    kept.sql("PRAGMA user_version = 99")
    for call in (lambda: lifecycle.inspect(kept.home), kept.open):
        with pytest.raises(IndexTooNew) as refused:
            call()
        assert (refused.value.version, refused.value.known) == (99, 2)
    kept.sql("PRAGMA user_version = 2")
    assert len(kept.open().entries()) == 1


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
def test_a_head_that_makes_no_sense_is_unreadable(home: Path, damage: str) -> None:
    one = Set(home, VaultInfo(StoreKind.SEALED, KeyKind.PASSPHRASE))
    one.create().close()
    one.sql(damage)
    with pytest.raises(IndexUnreadable):
        one.open()
    one.close()
