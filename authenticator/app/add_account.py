"""Adding accounts to the vault: what of them is there already, what is to become of it, and how
far did it get?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from authenticator.app.search import folded
from authenticator.otp.account import Hotp, Otp, PinOtp, Yandex

if TYPE_CHECKING:
    from authenticator.otp.account import Account, Label
    from authenticator.vault.duplicates import Relatives
    from authenticator.vault.entry import Entry
    from authenticator.vault.vault import Vault


class Outcome(StrEnum):
    """What became of an account that was given."""

    ADDED = "added"
    KEPT = "kept"
    """The same was there already."""
    UPDATED = "updated"
    """The one that was there has its name and parameters now."""
    LEFT = "left"
    """The same name and key are there with other parameters, and nobody said what to do."""
    PUT_BACK = "put_back"
    """The one in the bin was taken out of it, with the name it has there."""


@dataclass(frozen=True, slots=True)
class Step:
    """An account to store: added, or `there` is updated, or put back out of the bin; or else to
    leave."""

    account: Account
    outcome: Outcome = Outcome.ADDED
    there: Entry | None = None

    @property
    def lacks_pin(self) -> bool:
        """Whether a PIN has to be asked for first: the account that is there has none either."""
        return self.account.lacks_pin and (
            self.there is None or not isinstance(self.there.otp, PinOtp)
        )


@dataclass(frozen=True, slots=True)
class AddedAccounts:
    """The outcome of storing several accounts: `error` is what stopped it after `entries`."""

    entries: tuple[Entry, ...]
    error: Exception | None


@dataclass(frozen=True, slots=True)
class AddedAccount:
    """The outcome of adding one account: `entry` is what is in the vault now, and `relatives` are
    what was there before."""

    entry: Entry
    outcome: Outcome
    relatives: Relatives


def find_relatives(vault: Vault, accounts: Iterable[Account]) -> list[Relatives]:
    """For each account what is there already with its name or its key.

    Raises what `Vault.find_relatives` raises.
    """
    return [vault.find_relatives(account) for account in accounts]


def find_lookalikes(vault: Vault, accounts: Iterable[Account]) -> list[Relatives]:
    """As `find_relatives`; among the namesakes are also accounts whose names differ only in case,
    accents, spaces or invisible marks, which a stranger may choose to deceive.

    Raises what `Vault.find_relatives` and `Vault.entries` raise.
    """
    by_look = defaultdict(list)
    for entry in vault.entries():
        if not entry.damaged:
            by_look[_look(entry.label)].append(entry)
    found = []
    for account in accounts:
        there = vault.find_relatives(account)
        known = {one.id for one in (there.identical, *there.changed, *there.renamed) if one}
        known |= {one.id for one in there.namesakes}
        alike = tuple(one for one in by_look[_look(account.label)] if one.id not in known)
        found.append(there._replace(namesakes=(*there.namesakes, *alike)))
    return found


def _look(label: Label) -> tuple[str, ...]:
    return tuple("".join(folded(part).split()) for part in (label.issuer, label.account))


def choices(account: Account, relatives: Relatives) -> tuple[Step, ...]:
    """What may become of an account that is there already in another form, in the end to leave
    it; empty if there is nothing to choose. Where it is not clear which one to update, that is
    offered for each, and to add it comes first."""
    add, leave = Step(account), Step(account, Outcome.LEFT)
    if relatives.identical is not None:
        return ()
    if same_key := updatable(account, relatives):
        updates = tuple(Step(account, Outcome.UPDATED, entry) for entry in same_key)
        return (*updates, add, leave) if len(updates) == 1 else (add, *updates, leave)
    if relatives.trashed is not None:
        return (Step(account, Outcome.PUT_BACK, relatives.trashed), add, leave)
    return ()


def updatable(account: Account, relatives: Relatives) -> tuple[Entry, ...]:
    """The accounts of the same key that this one may be meant to update: the one whose label is
    nearest, or all among which none is."""
    same_key = relatives.changed or relatives.renamed
    nearest = max((_nearness(entry, account.label) for entry in same_key), default=0)
    near = tuple(entry for entry in same_key if _nearness(entry, account.label) == nearest)
    return near if len(near) == 1 else same_key


def _nearness(entry: Entry, label: Label) -> int:
    """How much of a label is that of an account, now or as it was enrolled."""
    return max(_likeness(label, one) for one in (entry.label, entry.enrolled_as or entry.label))


def _likeness(one: Label, other: Label) -> int:
    if one == other:
        return 4
    issuers, accounts = (
        bool(mine) and mine.casefold() == its.casefold()
        for mine, its in ((one.issuer, other.issuer), (one.account, other.account))
    )
    return 3 if issuers and accounts else int(issuers or accounts)


def carry_out(vault: Vault, steps: Iterable[Step]) -> AddedAccounts:
    """Store accounts, one after the other, up to the first that fails."""
    entries: list[Entry] = []
    for step in steps:
        try:
            entries.append(_carried_out(vault, step))
        except Exception as error:  # noqa: BLE001 - returned with how far it got
            return AddedAccounts(tuple(entries), error)
    return AddedAccounts(tuple(entries), None)


def add_account(
    vault: Vault,
    account: Account,
    *,
    again: bool = False,
    update: bool = False,
    completed: Callable[[Account], Account] = lambda account: account,
    put_back: Callable[[Entry], bool] = lambda _: False,
) -> AddedAccount:
    """Add an account unless it is there already.

    With `again` it is added all the same; with `update`, the account of the same key gets its name
    and parameters, if it is clear which one. `completed` gives an account the PIN that it lacks,
    if that is needed; `put_back` is asked about the same account in the bin. Raises what they
    raise, and what `Vault.find_relatives`, `add`, `edit` and `restore` raise.
    """
    relatives = vault.find_relatives(account)
    chosen = Step(account)
    if not again:
        if relatives.identical is not None:
            return AddedAccount(relatives.identical, Outcome.KEPT, relatives)
        same_key = updatable(account, relatives)
        if update and len(same_key) == 1:
            chosen = Step(account, Outcome.UPDATED, same_key[0])
        elif relatives.changed or (update and same_key):
            return AddedAccount(same_key[0], Outcome.LEFT, relatives)
        elif relatives.trashed and not same_key and put_back(relatives.trashed):
            chosen = Step(account, Outcome.PUT_BACK, relatives.trashed)
    if chosen.lacks_pin:
        chosen = replace(chosen, account=completed(account))
    entry = _carried_out(vault, chosen)
    return AddedAccount(entry, chosen.outcome, relatives)


def _carried_out(vault: Vault, step: Step) -> Entry:
    if step.there is None:
        return vault.add(step.account)
    back = step.outcome is Outcome.PUT_BACK
    if back:
        vault.restore(step.there.id)
    return vault.edit(
        step.there.id,
        label=None if back else step.account.label,
        otp=lambda now: _ahead(step.account.otp, now),
        pin=step.account.secret.pin or None,
    )


def _ahead(given: Otp, now: Otp) -> Otp:
    """The parameters given; a counter goes on where that is further ahead, and never back. How long
    a PIN is that was not asked for is not kept."""
    if isinstance(given, Yandex):
        return Yandex()
    if isinstance(given, Hotp) and isinstance(now, Hotp):
        return replace(given, counter=max(given.counter, now.counter))
    return given
