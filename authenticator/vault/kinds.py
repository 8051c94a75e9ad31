"""Where the secrets of a vault live, and who holds its key. Imported at every start."""

from enum import StrEnum
from typing import NamedTuple


class StoreKind(StrEnum):
    """Where secrets live."""

    KEYRING = "keyring"
    SEALED = "sealed"


class KeyKind(StrEnum):
    """Who holds the vault key."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind


class Peek(NamedTuple):
    """What opening a vault will need."""

    store: StoreKind
    key: KeyKind
