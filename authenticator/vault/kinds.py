"""Where the secrets of a vault live, and who holds its key. Imported at every start."""

from enum import StrEnum
from typing import Final, NamedTuple


class StoreKind(StrEnum):
    """Where secrets live."""

    KEYRING = "keyring"
    SEALED = "sealed"


class KeyKind(StrEnum):
    """Who holds the vault key."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind


class VaultInfo(NamedTuple):
    """What opening a vault will need."""

    store: StoreKind
    key: KeyKind


class Detail(StrEnum):
    """What a person adds to an account, and that has a bound."""

    GROUP = "group"
    GROUPS = "groups"
    NOTES = "notes"
    ICON = "icon"
    PICTURE = "picture"


DETAIL_LIMITS: Final = {
    Detail.GROUP: 255,  # characters of one name
    Detail.GROUPS: 32,  # of one account
    Detail.NOTES: 10_000,  # characters
    Detail.ICON: 64,  # characters
    Detail.PICTURE: 128 * 1024,  # bytes
}
