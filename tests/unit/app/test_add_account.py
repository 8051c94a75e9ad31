"""Adding accounts: what is there already, what is in the bin, and adding that fails midway."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from authenticator.app.add_account import (
    Outcome,
    Step,
    add_account,
    carry_out,
    choices,
    find_relatives,
    step,
)
from authenticator.otp.account import Account, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.duplicates import Relatives
from authenticator.vault.entry import Entry
from authenticator.vault.errors import SecretTooLong
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.vault import Vault

KIM = Account(Label("Panel", "kim"), Secret(b"0123456789"), Totp())
LEE = replace(KIM, label=Label("Panel", "lee"))


@pytest.fixture
def vault(home: Path) -> Iterator[Vault]:
    vault = lifecycle.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase="horse", cost=CHEAP
    )
    yield vault
    vault.close()


LONGER = replace(KIM, otp=Totp(digits=8, period_s=60))
RENAMED = replace(KIM, label=Label("Elsewhere", "kim"))
NEW_KEY = replace(KIM, secret=Secret(b"9876543210"))


def test_relatives_are_found_for_each_account(vault: Vault) -> None:
    entry = vault.add(KIM)
    other = replace(NEW_KEY, label=LEE.label)
    assert find_relatives(vault, [other, KIM, NEW_KEY]) == [
        Relatives(),
        Relatives(identical=entry),
        Relatives(namesakes=(entry,)),
    ]


def test_add_keeps_existing_account_unless_asked_to_add_again(vault: Vault) -> None:
    first = add_account(vault, KIM)
    assert first.outcome is Outcome.ADDED
    for update in (False, True):
        second = add_account(vault, KIM, update=update)
        assert (second.outcome, second.entry) == (Outcome.KEPT, first.entry)
    third = add_account(vault, KIM, again=True)
    assert third.outcome is Outcome.ADDED
    assert vault.entries() == [first.entry, third.entry]


def test_add_with_other_parameters_leaves_updates_or_keeps_both(vault: Vault) -> None:
    here = vault.edit(vault.add(KIM).id, notes="notes", groups=["work"], icon="zone", pinned=True)
    left = add_account(vault, LONGER)
    assert (left.outcome, left.entry) == (Outcome.LEFT, here)
    assert vault.entries() == [here]
    updated = add_account(vault, LONGER, update=True)
    assert updated.outcome is Outcome.UPDATED
    assert vault.entries() == [updated.entry] == [here._replace(otp=LONGER.otp)]
    assert (vault.account(here.id), vault.notes(here.id)) == (LONGER, "notes")
    both = add_account(vault, KIM, again=True)
    assert [vault.account(one.id) for one in vault.entries()] == [LONGER, KIM]
    assert both.outcome is Outcome.ADDED


def test_add_of_a_renamed_account_adds_or_updates(vault: Vault) -> None:
    here = vault.add(RENAMED)
    assert add_account(vault, KIM, update=True).outcome is Outcome.UPDATED
    assert [one.label for one in vault.entries()] == [KIM.label]
    vault.edit(here.id, label=RENAMED.label)
    added = add_account(vault, KIM)
    assert (added.outcome, added.relatives.renamed[0].id) == (Outcome.ADDED, here.id)


def test_update_of_one_among_several_is_left_to_a_person(vault: Vault) -> None:
    vault.add(KIM)
    vault.add(KIM)
    before = vault.entries()
    assert add_account(vault, LONGER, update=True).outcome is Outcome.LEFT
    assert vault.entries() == before


@pytest.mark.parametrize(
    ("here", "given", "after"),
    [
        (Hotp(counter=9), Hotp(counter=2, digits=8), Hotp(counter=9, digits=8)),
        (Hotp(counter=9), Hotp(counter=12), Hotp(counter=12)),
        (Totp(), Hotp(counter=3), Hotp(counter=3)),
        (Hotp(counter=9), Totp(), Totp()),
        (Totp(), Steam(), Steam()),
    ],
)
def test_update_never_puts_a_counter_back(vault: Vault, here: Otp, given: Otp, after: Otp) -> None:
    vault.add(replace(KIM, otp=here))
    assert add_account(vault, replace(KIM, otp=given), update=True).entry.otp == after


def test_update_of_a_counter_is_of_the_one_on_disk(vault: Vault) -> None:
    """Codes may be used between the question and the answer."""
    here = vault.add(replace(KIM, otp=Hotp(counter=1)))
    longer = replace(KIM, otp=Hotp(counter=3, digits=8))
    (relatives,) = find_relatives(vault, [longer])
    update = step(longer, relatives, Outcome.UPDATED)
    for _ in range(5):
        vault.advance_counter(here.id)
    assert carry_out(vault, [update]).entries[0].otp == Hotp(counter=6, digits=8)


def test_add_reports_same_account_in_bin_and_adds_another(vault: Vault) -> None:
    before = vault.add(KIM)
    vault.remove(before.id)
    added = add_account(vault, KIM)
    assert added.outcome is Outcome.ADDED
    assert added.relatives.trashed is not None
    assert added.relatives.trashed.id == before.id
    assert [entry.id for entry in vault.entries()] == [added.entry.id]


def test_account_in_bin_is_put_back_with_new_parameters_after_a_yes(vault: Vault) -> None:
    before = vault.edit(vault.add(KIM).id, groups=["work"], notes="notes")
    vault.remove(before.id)
    asked: list[Entry] = []

    def yes(entry: Entry) -> bool:
        asked.append(entry)
        return True

    added = add_account(vault, LONGER, put_back=yes)
    assert asked == [before]
    assert added.outcome is Outcome.PUT_BACK
    assert vault.entries() == [before._replace(otp=LONGER.otp)]
    assert vault.trashed() == []


def test_choices_are_offered_for_an_account_in_another_form() -> None:
    entry = Entry("1f", KIM.label, KIM.otp)
    left = (Outcome.ADDED, Outcome.LEFT)
    assert choices(Relatives()) == ()
    assert choices(Relatives(namesakes=(entry,))) == ()
    assert choices(Relatives(identical=entry, changed=(entry,))) == ()
    assert choices(Relatives(changed=(entry,))) == (Outcome.UPDATED, *left)
    assert choices(Relatives(renamed=(entry,))) == (Outcome.UPDATED, *left)
    assert choices(Relatives(changed=(entry, entry))) == left
    assert choices(Relatives(trashed=entry)) == (Outcome.PUT_BACK, *left)


def test_storing_stops_at_first_failure(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    add = vault.add

    def refuse_lee(account: Account) -> object:
        if account == LEE:
            raise SecretTooLong(9, 1)
        return add(account)

    monkeypatch.setattr(vault, "add", refuse_lee)
    added = carry_out(vault, map(Step, [KIM, LEE, KIM]))
    assert isinstance(added.error, SecretTooLong)
    assert list(added.entries) == vault.entries()
    assert len(added.entries) == 1
    assert carry_out(vault, map(Step, [KIM, KIM])).error is None
