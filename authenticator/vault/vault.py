"""Vault: accounts kept for good; the order of writes, repair, and atomic HOTP counters."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from authenticator.errors import DataBad, InputRefused
from authenticator.otp.account import Account, Label, Otp
from authenticator.vault.index import DiskRefused, IndexBusy, IndexTooNew, IndexUnreadable
from authenticator.vault.seal import INTERACTIVE, Cost
from authenticator.vault.secret_store import SecretStore

__all__ = [
    "DiskRefused",
    "Entry",
    "IndexBusy",
    "IndexTooNew",
    "IndexUnreadable",
    "KeyKind",
    "NoSuchAccount",
    "NoVault",
    "PassphraseNeeded",
    "Peek",
    "SecretUnreadable",
    "StoreKind",
    "Vault",
    "VaultExists",
    "VaultKeyMissing",
    "WrongPassphrase",
    "set_aside",
]


class PassphraseNeeded(InputRefused):
    """This vault opens with a passphrase, and none (or an empty one) was given."""


class WrongPassphrase(InputRefused):
    """The passphrase does not open this vault."""


class VaultKeyMissing(DataBad):
    """The keyring does not hold the key of this vault, or holds another."""


class NoVault(DataBad):
    """There is no vault yet."""


class VaultExists(InputRefused):
    """There is a vault already; a second key for it is never made."""


class NoSuchAccount(InputRefused):
    """No account has this id (any more)."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(id)


class SecretUnreadable(DataBad):
    """What is kept for this account can't be read as an enrolment; `export_raw` shows it."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(id)


class StoreKind(StrEnum):
    """Where secrets live."""

    KEYRING = "keyring"
    SEALED = "sealed"


class KeyKind(StrEnum):
    """Who holds the vault key."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind


@dataclass(frozen=True, slots=True)
class Peek:
    """What opening a vault will need."""

    store: StoreKind
    key: KeyKind


@dataclass(frozen=True, slots=True)
class Entry:
    """An account without its secret.

    A `damaged` one has an empty label and a meaningless `otp`; it can be exported raw and removed.
    """

    id: str
    label: Label
    otp: Otp
    group: str
    pinned: bool
    damaged: bool


class Vault:
    """Accounts in a folder. Any thread may call any method; one call runs at a time."""

    @staticmethod
    def peek(home: Path) -> Peek | None:
        """What the vault in `home` needs to be opened, or None where there is none."""
        raise NotImplementedError

    @classmethod
    def create(
        cls,
        home: Path,
        *,
        store: StoreKind,
        key: KeyKind,
        keyring: SecretStore | None = None,
        passphrase: str | None = None,
        cost: Cost = INTERACTIVE,
    ) -> "Vault":
        """Make the first vault in `home` (and the folder) and open it."""
        raise NotImplementedError

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        keyring: SecretStore | None = None,
        passphrase: str | None = None,
    ) -> "Vault":
        """Open the vault in `home`, finishing what a crash left where nobody is writing."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def entries(self) -> list[Entry]:
        raise NotImplementedError

    def entry(self, id: str) -> Entry:
        raise NotImplementedError

    def account(self, id: str) -> Account:
        raise NotImplementedError

    def twin(self, account: Account) -> Entry | None:
        raise NotImplementedError

    def add(self, account: Account, *, group: str = "", pinned: bool = False) -> Entry:
        raise NotImplementedError

    def edit(
        self,
        id: str,
        *,
        label: Label | None = None,
        otp: Otp | None = None,
        group: str | None = None,
        pinned: bool | None = None,
    ) -> Entry:
        raise NotImplementedError

    def remove(self, id: str) -> None:
        raise NotImplementedError

    def move(self, id: str, position: int) -> None:
        raise NotImplementedError

    def advance(self, id: str) -> int:
        raise NotImplementedError

    def change_stamp(self) -> int:
        raise NotImplementedError

    def recover(self) -> None:
        raise NotImplementedError

    def export_raw(self, id: str) -> str:
        raise NotImplementedError


def set_aside(home: Path) -> Path:
    raise NotImplementedError
