"""Whether a vault is whole: opened for real, its file and its secrets compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from authenticator.vault.errors import SecretMissing, SecretSwapped, SecretUnreadable, VaultUnsound

if TYPE_CHECKING:
    from authenticator.vault.vault import Vault


class Sound(NamedTuple):
    """A vault without faults. `accounts` counts those in the trash too, `unlisted` secrets that
    belong to no account of the list."""

    accounts: int
    unlisted: int


def check_vault(vault: Vault) -> Sound:
    """Read the key of each account, and compare the file with its manifest.

    Raises VaultUnsound, and what reading a vault raises.
    """
    found = vault.verify()
    damaged = without_secret = swapped = 0
    entries = [(one, False) for one in vault.entries()]
    entries += [(one.entry, True) for one in vault.trashed()]
    for entry, in_trash in entries:
        try:
            vault.account(entry.id, in_trash=in_trash)
        except SecretSwapped:
            swapped += 1
        except SecretUnreadable:
            damaged += 1
        except SecretMissing:
            without_secret += 1
    if damaged or without_secret or swapped or not found.whole:
        raise VaultUnsound(
            altered=not found.whole,
            missing=max(0, found.missing),
            damaged=damaged,
            without_secret=without_secret,
            swapped=swapped,
        )
    return Sound(len(entries), len(vault.unlisted.find()))
