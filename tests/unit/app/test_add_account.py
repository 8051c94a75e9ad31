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
    updatable,
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
    (relatives,) = find_relatives(vault, [LONGER])
    _, _, second, _ = choices(LONGER, relatives)
    assert carry_out(vault, [second]).entries[0].id == before[1].id
    assert [vault.account(one.id) for one in before] == [KIM, LONGER]


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
    update, *_ = choices(longer, relatives)
    assert update.outcome is Outcome.UPDATED
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
    add, leave = Step(KIM), Step(KIM, Outcome.LEFT)
    update, back = Step(KIM, Outcome.UPDATED, entry), Step(KIM, Outcome.PUT_BACK, entry)
    assert choices(KIM, Relatives()) == ()
    assert choices(KIM, Relatives(namesakes=(entry,))) == ()
    assert choices(KIM, Relatives(identical=entry, changed=(entry,))) == ()
    assert choices(KIM, Relatives(changed=(entry,))) == (update, add, leave)
    assert choices(KIM, Relatives(renamed=(entry,))) == (update, add, leave)
    assert choices(KIM, Relatives(trashed=entry)) == (back, add, leave)


def test_each_of_several_is_offered_for_update_after_what_changes_none() -> None:
    two = tuple(Entry(id, KIM.label, KIM.otp) for id in ("1f", "2e"))
    assert choices(KIM, Relatives(changed=two)) == (
        Step(KIM),
        *(Step(KIM, Outcome.UPDATED, one) for one in two),
        Step(KIM, Outcome.LEFT),
    )


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        ([("Elsewhere", "kim"), ("Panel", "lee"), ("panel", "KIM")], [2]),
        ([("Elsewhere", "lee"), ("Panel", "lee")], [1]),
        ([("Elsewhere", "kim"), ("Panel", "lee")], [0, 1]),
        ([("Elsewhere", "lee"), ("Nowhere", "eve")], [0, 1]),
        ([("Panel", "lee"), ("Panel", "eve"), ("Nowhere", "bob")], [0, 1, 2]),
        ([("Nowhere", "bob")], [0]),
        ([("", "kim"), ("Other", "lee")], [0]),
    ],
)
def test_update_is_of_the_nearest_label(names: list[tuple[str, str]], meant: list[int]) -> None:
    here = tuple(Entry(str(n), Label(*name), KIM.otp) for n, name in enumerate(names))
    found = updatable(KIM, Relatives(renamed=here))
    assert [int(one.id) for one in found] == meant


def test_account_that_a_person_renamed_is_near_by_the_name_it_was_enrolled_with(
    vault: Vault,
) -> None:
    for label in (KIM.label, LEE.label, RENAMED.label):
        vault.add(replace(KIM, label=label))
    first = vault.entries()[0]
    vault.edit(first.id, label=Label("My own", "name"))
    before = vault.entries()
    updated = add_account(vault, LONGER, update=True)
    assert (updated.outcome, updated.entry.id) == (Outcome.UPDATED, first.id)
    assert vault.entries()[1:] == before[1:]
    assert vault.account(first.id) == LONGER


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
