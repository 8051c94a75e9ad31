"""The kinds of stores, of keys and of details. Imported at every start, so keep it light."""

from enum import StrEnum
from typing import Final, NamedTuple


class StoreKind(StrEnum):
    """Where secrets live."""

    KEYRING = "keyring"
    SEALED = "sealed"


class KeyKind(StrEnum):
    """What a key slot stands for: who can unwrap the vault key."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind
    RECOVERY = "recovery"  # an age identity, kept outside


class VaultInfo(NamedTuple):
    """What opening a vault takes."""

    store: StoreKind
    key: KeyKind


class Detail(StrEnum):
    """What a person adds to an account. Each has a limit."""

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
