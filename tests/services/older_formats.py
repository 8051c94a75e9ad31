"""Turns a vault's file into what an earlier version of the app would have written."""

import json
import sqlite3
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from authenticator.vault.entry import write_metadata
from authenticator.vault.kinds import KeyKind
from authenticator.vault.vault import Vault

FORMAT_1 = """
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
ONE_TO_TWO = """
UPDATE account SET position = position << 32;
ALTER TABLE account ADD COLUMN binned BLOB;
CREATE INDEX in_bin ON account (id) WHERE binned IS NOT NULL;
CREATE TABLE detail (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (id, kind)
);
CREATE TRIGGER gone AFTER DELETE ON account BEGIN DELETE FROM detail WHERE id = old.id; END;
ALTER TABLE vault ADD COLUMN bin_clock BLOB;
"""


def make_older(
    vault: Vault, home: Path, version: int, write_key: Callable[[str, str], None]
) -> None:
    """Rewrite the file of an open vault in format 1 or 2; close the vault after that.

    `write_key` gets the name and text of the item with the vault key, as the keyring had it.
    Format 1 has no trash, no details and one group: what a vault has of these is left out.
    """
    head, seal = vault._index.head, vault._seal
    with closing(sqlite3.connect(home / "vault.db")) as new:
        accounts = new.execute("SELECT id, position, meta, trashed FROM account").fetchall()
        details = new.execute("SELECT id, kind, sealed FROM detail").fetchall()
        secrets = new.execute("SELECT name, sealed FROM secret").fetchall()
    contents = vault._index.manifest.read()
    wrapping: tuple[object, ...] = (None,) * 5
    if slot := head.slot(KeyKind.PASSPHRASE):
        assert slot.cost is not None
        cost = slot.cost
        costs = (cost.iterations, cost.parallelism, cost.memory_kib)
        wrapping = (slot.salt, *costs, slot.wrapped)
    else:
        write_key(f"vault {head.id}", b64encode(seal.key).decode())
    (home / "vault.db").unlink()
    with closing(sqlite3.connect(home / "vault.db")) as old:
        old.executescript(f"PRAGMA application_id = {0x41757468}; {FORMAT_1}")
        proof = seal.close(b"", "", "proof")
        old.execute(
            "INSERT INTO vault VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (head.id, head.store, head.key, proof, *wrapping),
        )
        if version == 1:
            accounts = [row for row in accounts if row[3] is None]
        for place, (id, _, meta, _) in enumerate(sorted(accounts, key=lambda row: row[1])):
            state = contents.unfinished.get(id, "ready")
            old.execute("INSERT INTO account VALUES (?, ?, ?, ?)", (id, place, state, meta))
        old.executemany("INSERT INTO secret VALUES (?, ?)", secrets)
        if version > 1:
            old.executescript(ONE_TO_TWO)
            old.executemany(
                "UPDATE account SET position = ?, binned = ? WHERE id = ?",
                [(position, trashed, id) for id, position, _, trashed in accounts],
            )
            old.executemany("INSERT INTO detail VALUES (?, ?, ?)", details)
            clock = json.dumps(contents.trash_clock).encode()
            old.execute("UPDATE vault SET bin_clock = ?", (seal.close(clock, "", "bin_clock"),))
        else:
            for entry in [vault._records.entry(id, meta) for id, _, meta, _ in accounts]:
                fields = json.loads(write_metadata(entry))
                if groups := fields.pop("groups", None):
                    fields["group"] = groups[0]
                sealed = seal.close(json.dumps(fields).encode(), entry.id, "meta")
                old.execute("UPDATE account SET meta = ? WHERE id = ?", (sealed, entry.id))
        old.execute(f"PRAGMA user_version = {version}")
        old.commit()
