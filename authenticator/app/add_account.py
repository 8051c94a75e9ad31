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
    """An account to store: added, or `there` is updated, or put back out of the bin."""

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


def choices(relatives: Relatives) -> tuple[Outcome, ...]:
    """What may become of an account that is there already in another form; empty if there is
    nothing to choose."""
    if relatives.identical is not None:
        return ()
    if same_key := relatives.changed or relatives.renamed:
        update = (Outcome.UPDATED,) if len(same_key) == 1 else ()
        return (*update, Outcome.ADDED, Outcome.LEFT)
    if relatives.trashed is not None:
        return (Outcome.PUT_BACK, Outcome.ADDED, Outcome.LEFT)
    return ()


def step(account: Account, relatives: Relatives, outcome: Outcome = Outcome.ADDED) -> Step:
    """What is to be done about an account, for one of its `choices` that is not to leave it."""
    same_key = relatives.changed or relatives.renamed
    if outcome is Outcome.UPDATED and same_key:
        return Step(account, outcome, same_key[0])
    if outcome is Outcome.PUT_BACK:
        return Step(account, outcome, relatives.trashed)
    return Step(account)


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

    With `again` it is added all the same; with `update`, the one account of the same key gets its
    name and parameters. `completed` gives an account the PIN that it lacks, if that is needed;
    `put_back` is asked about the same account in the bin. Raises what they raise, and what
    `Vault.find_relatives`, `add`, `edit` and `restore` raise.
    """
    relatives = vault.find_relatives(account)
    offered = choices(relatives)
    outcome = Outcome.ADDED
    if not again:
        if relatives.identical is not None:
            return AddedAccount(relatives.identical, Outcome.KEPT, relatives)
        if update and Outcome.UPDATED in offered:
            outcome = Outcome.UPDATED
        elif relatives.changed or (update and relatives.renamed):
            there = (relatives.changed or relatives.renamed)[0]
            return AddedAccount(there, Outcome.LEFT, relatives)
        elif Outcome.PUT_BACK in offered and relatives.trashed and put_back(relatives.trashed):
            outcome = Outcome.PUT_BACK
    chosen = step(account, relatives, outcome)
    if chosen.lacks_pin:
        chosen = replace(chosen, account=completed(account))
    entry = _carried_out(vault, chosen)
    return AddedAccount(entry, outcome, relatives)


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
