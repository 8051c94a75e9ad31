"""A vault of some kind over a keyring in memory, and what tests ask of it."""

import sqlite3
from pathlib import Path

from authenticator.otp.account import Account, Hotp, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.entry import Entry
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.manifest import State
from authenticator.vault.vault import Vault
from tests.contract.vault.memory_store import MemoryStore

KIM = Account(Label("Example Panel", "kim@example.org"), Secret(b"12345678901234567890"))
COUNTED = Account(Label("Counted", "kim"), Secret(b"another secret here"), Hotp(counter=7))
PASSPHRASE = "correct horse"
KINDS = [
    VaultInfo(store, key) for store in StoreKind for key in (KeyKind.KEYRING, KeyKind.PASSPHRASE)
]


class SampleVault:
    """A vault of one kind, not created yet. It may be opened several times."""

    def __init__(self, home: Path, kinds: VaultInfo) -> None:
        self.home = home
        self.kinds = kinds
        self.keyring = MemoryStore()
        self.now_s = 1_700_000_000.0
        self._open: list[Vault] = []

    def create(self) -> Vault:
        return self.kept(
            lifecycle.create(
                self.home,
                store=self.kinds.store,
                key=self.kinds.key,
                keyring=self.keyring,
                passphrase=PASSPHRASE,
                cost=CHEAP,
                now=self.now,
            )
        )

    def open(self) -> Vault:
        return self.kept(
            lifecycle.open(self.home, keyring=self.keyring, passphrase=PASSPHRASE, now=self.now)
        )

    def now(self) -> float:
        return self.now_s

    def kept(self, vault: Vault) -> Vault:
        self._open.append(vault)
        return vault

    def close(self) -> None:
        for vault in self._open:
            vault.close()

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Change or read the file past the vault, as damage or a crash would."""
        connection = sqlite3.connect(self.home / "vault.db")
        with connection:
            found = connection.execute(statement, values).fetchall()
        connection.close()
        return found

    def leave(self, state: State, *ids: str) -> None:
        """Leave accounts (all, if none is named) in a state, as a crash would."""
        vault = self._open[-1]
        with vault._index.transaction():
            for id in ids or [entry.id for entry in all_entries(vault)]:
                vault._index.manifest.set_state(id, state)

    def secrets(self) -> set[str]:
        """The names of all secrets that the store holds."""
        if self.kinds.store is StoreKind.SEALED:
            return {str(name) for (name,) in self.sql("SELECT name FROM secret")}
        return {name for name in self.keyring.items if not name.startswith("vault ")}


def all_entries(vault: Vault) -> list[Entry]:
    """Every account, those in the trash too."""
    return [*vault.entries(), *(one.entry for one in vault.trashed())]


def reopened(sample: SampleVault, *, damaged: bool = False) -> Vault:
    """Opened once more, after checking what holds for every recovered vault; a file that the
    test has damaged may differ from its manifest."""
    vault = sample.open()
    assert vault._index.manifest.unfinished() == {}
    assert damaged or vault.verify().whole
    assert sample.secrets() == {entry.id for entry in all_entries(vault)}
    assert {id for (id,) in sample.sql("SELECT id FROM detail")} <= sample.secrets()
    return vault
