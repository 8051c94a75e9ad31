"""What somebody can do who can write the vault's file, but has no key: nothing unnoticed.

No key is deleted from the keyring, no account gives another one's codes, and each edit is told.
What can't be noticed is the whole file of an earlier time, put back while the app is closed.
`make soak` does the same a thousand times and more.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import Account, Hotp, Label, Totp
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.errors import DataBad
from authenticator.vault.kinds import VaultInfo
from authenticator.vault.vault import Vault
from tests.contract.vault.memory_store import MemoryStore
from tests.unit.vault.sample_vault import KINDS, PASSPHRASE, SampleVault

pytestmark = [pytest.mark.system, pytest.mark.crash]


@dataclass
class Target:
    """A vault's folder, its file now and as it was at two earlier times, and what it holds."""

    home: Path
    kinds: VaultInfo
    keyring: MemoryStore
    file: bytes
    older: list[bytes]
    items: dict[str, str]
    keys: dict[str, bytes]

    def open(self) -> Vault:
        return lifecycle.open(self.home, keyring=self.keyring, passphrase=PASSPHRASE)

    def restore(self) -> None:
        for path in self.home.iterdir():
            path.unlink()
        (self.home / "vault.db").write_bytes(self.file)
        self.keyring.items = dict(self.items)


@pytest.fixture(params=KINDS, ids=lambda kinds: f"{kinds.store}+{kinds.key}")
def target(request: pytest.FixtureRequest, home: Path) -> Iterator[Target]:
    kinds = request.param
    sample = SampleVault(home, kinds)
    vault, keyring = sample.create(), sample.keyring
    keys = {}
    for number in range(8):
        otp = Hotp(counter=number) if number % 3 == 0 else Totp()
        account = Account(Label(f"Panel {number}", "kim"), Secret(bytes([number + 1]) * 20), otp)
        keys[vault.add(account).id] = account.secret.key
    older = [(home / "vault.db").read_bytes()]
    ids = list(keys)
    vault.advance_counter(ids[0])
    vault.advance_counter(ids[3])
    vault.edit(ids[1], notes="first", label=Label("Renamed", "kim"))
    vault.edit(ids[2], notes="other", picture=b"picture")
    vault.remove(ids[4])
    older.append((home / "vault.db").read_bytes())
    vault.restore(ids[4])
    vault.remove(ids[5])
    vault.edit(ids[1], notes="second", groups=["work"])
    vault.advance_counter(ids[0])
    vault.close()
    file = (home / "vault.db").read_bytes()
    return Target(home, kinds, keyring, file, older, dict(keyring.items), keys)


class Editor:
    """Changes a file at random places."""

    def __init__(self, target: Target, chance: random.Random) -> None:
        self.target = target
        self.chance = chance

    def sql(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.target.home / "vault.db")) as file, file:
            file.execute("PRAGMA writable_schema = ON")
            with suppress(sqlite3.IntegrityError):
                file.execute(statement, values)

    def old(self, question: str, *values: object) -> object:
        file = sqlite3.connect(":memory:")
        with closing(file):
            file.deserialize(self.chance.choice(self.target.older))
            found = file.execute(question, values).fetchone()
        return None if found is None else found[0]

    def one(self) -> str:
        return self.chance.choice(list(self.target.keys))

    def swap(self, table: str, name: str, column: str) -> None:
        one, other = self.one(), self.one()
        cells = f"SELECT {column} FROM {table} WHERE {name} ="  # noqa: S608 - words of this test
        self.sql(
            f"UPDATE {table} SET {column} = CASE {name} WHEN ?1 THEN ({cells} ?2)"  # noqa: S608
            f" ELSE ({cells} ?1) END WHERE {name} IN (?1, ?2)",
            one,
            other,
        )

    def replay(self, table: str, name: str, column: str) -> None:
        id = self.one()
        old = self.old(f"SELECT {column} FROM {table} WHERE {name} = ?", id)  # noqa: S608
        self.sql(f"UPDATE {table} SET {column} = ? WHERE {name} = ?", old, id)  # noqa: S608

    def plant(self, name: str) -> None:
        (self.target.home / name).write_bytes(
            self.chance.choice([b"planted", self.target.older[0]])
        )

    def exchange_ids(self) -> None:
        one, other = self.one(), self.one()
        for old, new in ((one, "x"), (other, one), ("x", other)):
            self.sql("UPDATE account SET id = ? WHERE id = ?", new, old)

    def forge_head(self) -> None:
        import hashlib
        import json

        with closing(sqlite3.connect(self.target.home / "vault.db")) as file:
            (body,) = file.execute("SELECT body FROM head").fetchone()
        head = json.loads(body)
        what = self.chance.choice(["store", "moving", "slots", "id"])
        if what == "store":
            head["store"] = "sealed" if head["store"] == "keyring" else "keyring"
        elif what == "moving":
            head["moving"] = {"from": "item", "to": "row", "drop": "keyring"}
        elif what == "slots":
            head["slots"].append({"kind": "keyring", "wrapped": "AAAA"})
        else:
            head["id"] = "0123456789abcdef"
        forged = json.dumps(head).encode()
        sum_ = hashlib.blake2b(forged, digest_size=16).digest()
        for table in ("head", "head_copy"):
            self.sql(f"UPDATE {table} SET body = ?, checksum = ?", forged, sum_)  # noqa: S608


EDITS: list[Callable[[Editor], object]] = [
    lambda by: by.swap("account", "id", "meta"),
    lambda by: by.swap("account", "id", "trashed"),
    lambda by: by.swap("account", "id", "position"),
    lambda by: by.swap("secret", "name", "sealed"),
    lambda by: by.swap("detail", "id", "sealed"),
    lambda by: by.replay("account", "id", "meta"),
    lambda by: by.replay("account", "id", "trashed"),
    lambda by: by.replay("account", "id", "position"),
    lambda by: by.replay("secret", "name", "sealed"),
    lambda by: by.replay("detail", "id", "sealed"),
    lambda by: by.exchange_ids(),
    lambda by: by.sql("DELETE FROM account WHERE id = ?", by.one()),
    lambda by: by.sql("DELETE FROM secret WHERE name = ?", by.one()),
    lambda by: by.sql("DELETE FROM detail"),
    lambda by: by.sql("UPDATE account SET id = upper(id) WHERE id = ?", by.one()),
    lambda by: by.sql("UPDATE account SET id = ? WHERE id = ?", "0" * 16, by.one()),
    lambda by: by.sql("UPDATE account SET meta = CAST(meta AS TEXT) WHERE id = ?", by.one()),
    lambda by: by.sql("UPDATE account SET trashed = x'00' WHERE id = ?", by.one()),
    lambda by: by.sql("UPDATE account SET position = 'last' WHERE id = ?", by.one()),
    lambda by: by.sql("UPDATE account SET position = -position"),
    lambda by: by.sql(
        "INSERT OR IGNORE INTO account SELECT ?, position, meta, trashed FROM account WHERE id = ?",
        f"{by.chance.getrandbits(64):016x}",
        by.one(),
    ),
    lambda by: by.sql(
        "INSERT OR IGNORE INTO account SELECT ?, 1, meta, NULL FROM account LIMIT 1",
        next(iter(name for name in by.target.items if name.startswith("vault")), "vault 00"),
    ),
    lambda by: by.sql("INSERT OR REPLACE INTO secret VALUES (?, x'0011')", by.one()),
    lambda by: by.sql("UPDATE manifest SET sealed = ?", by.old("SELECT sealed FROM manifest")),
    lambda by: by.sql("UPDATE manifest SET sealed = NULL"),
    lambda by: by.sql("DELETE FROM manifest"),
    lambda by: by.sql("UPDATE head SET checksum = x'00'"),
    lambda by: by.forge_head(),
    lambda by: by.sql(
        "CREATE TRIGGER more AFTER UPDATE ON manifest BEGIN DELETE FROM account; END"
    ),
    lambda by: by.sql("CREATE VIEW more AS SELECT * FROM account"),
    lambda by: by.sql("CREATE INDEX more ON secret (sealed)"),
    lambda by: by.sql(
        "UPDATE sqlite_schema SET sql = replace(sql, 'meta BLOB', 'meta BLOB DEFAULT 1')"
    ),
    lambda by: by.sql("PRAGMA user_version = 2"),
    lambda by: by.sql("PRAGMA application_id = 7"),
    lambda by: by.plant("vault.db-journal"),
    lambda by: by.plant("vault.db-wal"),
]


def _content(file: bytes) -> object:
    """All that a file holds, whatever its pages look like."""
    database = sqlite3.connect(":memory:")
    with closing(database):
        database.deserialize(file)
        tables = ("head", "head_copy", "manifest", "account", "detail", "secret")
        return [
            database.execute("PRAGMA user_version").fetchall(),
            database.execute("PRAGMA application_id").fetchall(),
            database.execute("SELECT * FROM sqlite_schema").fetchall(),
            *(database.execute(f"SELECT * FROM {one}").fetchall() for one in tables),  # noqa: S608
        ]


def _use(target: Target, vault: Vault) -> bool:
    """Do what a person does with a vault; whether the file was found to be as the app left it."""
    whole = vault.verify().whole
    entries = vault.entries()
    entries += [one.entry for one in vault.trashed()]
    listed = {one.id for one in vault.entries()}
    for entry in entries:
        with suppress(DataBad):
            account = vault.account(entry.id, in_trash=entry.id not in listed)
            assert account.secret.key == target.keys[entry.id], "another account's codes"
    with suppress(AuthenticatorError):
        vault.recover()
    with suppress(AuthenticatorError):
        vault.purge_expired()
    with suppress(AuthenticatorError):
        vault.add(Account(Label("New", "kim"), Secret(b"another secret of 20")))
    return whole


def test_edits_by_one_without_the_key_are_noticed(target: Target, rounds: int) -> None:
    original = _content(target.file)
    edited = 0
    for seed in range(60 if rounds == 1 else 60 * rounds):
        target.restore()
        by = Editor(target, random.Random(seed))
        for edit in by.chance.choices(EDITS, k=by.chance.choice([1, 1, 2, 3])):
            with suppress(sqlite3.DatabaseError):  # the one before has broken the file for SQLite
                edit(by)
        planted = [path for path in target.home.iterdir() if path.name != "vault.db"]
        changed = bool(planted)
        with suppress(sqlite3.DatabaseError):
            changed = changed or _content((target.home / "vault.db").read_bytes()) != original
        noticed = False
        try:
            vault = target.open()
        except AuthenticatorError:
            noticed = True
        else:
            try:
                noticed = not _use(target, vault)
            except AuthenticatorError:
                noticed = True
            finally:
                vault.close()
        noticed = noticed or any(".aside-" in path.name for path in target.home.iterdir())
        assert noticed or not changed, f"seed {seed}"
        edited += changed
        assert target.items.items() <= target.keyring.items.items(), f"seed {seed}: a key is gone"
    assert edited > 40
