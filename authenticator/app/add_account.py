"""Adding accounts to the vault: are they there already, and how far did it get?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authenticator.otp.account import Account
    from authenticator.vault.entry import Entry
    from authenticator.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class AddedAccounts:
    """The outcome of adding several accounts: `error` is what stopped it after `entries`."""

    entries: tuple[Entry, ...]
    error: Exception | None


@dataclass(frozen=True, slots=True)
class AddedAccount:
    """The outcome of adding one account. With `kept`, `entry` is the same account, which was
    there already. `removed` is the same account in the bin, from where it can be put back."""

    entry: Entry
    kept: bool
    removed: Entry | None


def find_duplicates(vault: Vault, accounts: Iterable[Account]) -> list[Entry | None]:
    """For each account the one of the same label and secret that is there already, or None.

    Raises what `Vault.find_duplicate` raises.
    """
    return [vault.find_duplicate(account) for account in accounts]


def add_accounts(vault: Vault, accounts: Iterable[Account]) -> AddedAccounts:
    """Add accounts, one after the other, up to the first that fails. Duplicates are added."""
    entries: list[Entry] = []
    for account in accounts:
        try:
            entries.append(vault.add(account))
        except Exception as error:  # noqa: BLE001 - returned with how far it got
            return AddedAccounts(tuple(entries), error)
    return AddedAccounts(tuple(entries), None)


def add_account(vault: Vault, account: Account, *, again: bool = False) -> AddedAccount:
    """Add an account unless the same one is there already; with `again` add it all the same.

    Raises what `Vault.find_duplicate` and `Vault.add` raise.
    """
    (there,) = [None] if again else find_duplicates(vault, [account])
    if there is not None:
        return AddedAccount(there, True, None)
    removed = vault.find_duplicate(account, in_trash=True)
    return AddedAccount(vault.add(account), False, removed)
