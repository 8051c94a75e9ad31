"""Whose code is it? A code that an account does not show may be that of another one: of a namesake
above all, after a panel has made a new key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from authenticator.otp.account import Hotp, PinOtp
from authenticator.otp.code import matching_step
from authenticator.vault.errors import NoSuchAccount, SecretMissing, SecretUnreadable

if TYPE_CHECKING:
    from authenticator.vault.entry import Entry
    from authenticator.vault.vault import Vault

OWNER_STEPS: Final = 2
"""Time steps looked at on either side. With more, one of some thousand accounts would match by
chance."""
READ_LIMIT: Final = 500
"""Keys that are read at most: in a keyring each takes a millisecond or more."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An account that shows the code, `away` time steps from now (positive: later)."""

    entry: Entry
    away: int
    in_trash: bool


@dataclass(frozen=True, slots=True)
class OwnerSearch:
    """Who shows a code, and how many accounts were not looked at, as there are too many."""

    owners: tuple[Owner, ...] = ()
    skipped: int = 0


def find_owners(
    vault: Vault, asked: Entry, code: str, now_s: float, limit: int = READ_LIMIT
) -> OwnerSearch:
    """The time-based accounts beside `asked` that show `code` (as `code_text` returns it) around
    `now_s` (Unix seconds): namesakes first, those in the bin too, then all others.

    Raises StoreFault, TimeOutOfRange.
    """
    candidates = [
        (entry, in_trash)
        for entry, in_trash in _in_turn(vault, asked)
        if entry.otp.digits == len(code) and not isinstance(entry.otp, Hotp)
    ]
    owners = []
    for entry, in_trash in candidates[:limit]:
        try:
            account = vault.account(entry.id, in_trash=in_trash)
        except (NoSuchAccount, SecretMissing, SecretUnreadable):
            continue
        written = code.lower() if isinstance(account.otp, PinOtp) else code.upper()
        step = matching_step(account, written, now_s, OWNER_STEPS)
        if step is not None and not isinstance(account.otp, Hotp):
            owners.append(Owner(entry, step - int(now_s // account.otp.period_s), in_trash))
    return OwnerSearch(tuple(owners), max(0, len(candidates) - limit))


def _in_turn(vault: Vault, asked: Entry) -> Iterator[tuple[Entry, bool]]:
    names = {asked.label, asked.enrolled_as or asked.label}

    def parted(entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
        namesakes: list[Entry] = []
        others: list[Entry] = []
        for entry in entries:
            if entry.id != asked.id and not entry.damaged:
                alike = names & {entry.label, entry.enrolled_as}
                (namesakes if alike else others).append(entry)
        return namesakes, others

    listed = parted(vault.entries())
    trashed = parted(one.entry for one in vault.trashed())
    for group in range(2):
        yield from ((entry, False) for entry in listed[group])
        yield from ((entry, True) for entry in trashed[group])
