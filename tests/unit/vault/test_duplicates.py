"""What a vault holds of an account already is found, by its label and by its secret."""

from collections import Counter
from dataclasses import replace

import pytest

from authenticator.otp.account import Account, Algorithm, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.secret import Secret
from authenticator.vault.duplicates import Relatives
from authenticator.vault.entry import Entry
from authenticator.vault.errors import (
    KeyringLocked,
    SecretMissing,
)
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault

NEW_KEY = Account(KIM.label, Secret(b"yet another"))


def test_relatives_are_told_apart_by_label_secret_and_parameters(sample: SampleVault) -> None:
    vault = sample.create()
    entry = vault.add(KIM)
    assert vault.find_relatives(KIM) == Relatives(identical=entry)
    assert vault.find_relatives(NEW_KEY) == Relatives(namesakes=(entry,))
    assert vault.find_relatives(replace(KIM, label=Label("Other"))) == Relatives(renamed=(entry,))
    assert vault.find_relatives(replace(NEW_KEY, label=Label("Other"))) == Relatives()


@pytest.mark.parametrize(
    "otp",
    [
        Totp(digits=8),
        Totp(period_s=60),
        Totp(Algorithm.SHA256),
        Totp(Algorithm.SHA512, 8, 60),
        Hotp(),
        Steam(),
    ],
    ids=repr,
)
def test_same_account_with_other_parameters_is_changed(sample: SampleVault, otp: Otp) -> None:
    vault = sample.create()
    entry = vault.add(KIM)
    assert vault.find_relatives(replace(KIM, otp=otp)) == Relatives(changed=(entry,))
    other = vault.add(replace(KIM, otp=otp))
    assert vault.find_relatives(KIM) == Relatives(identical=entry, changed=(other,))


@pytest.mark.parametrize(("given", "identical"), [(0, True), (7, True), (8, False)])
def test_counter_that_has_gone_on_here_is_no_other_parameter(
    sample: SampleVault, given: int, identical: bool
) -> None:
    """A code scanned again has the counter of its first day; one that is ahead comes from a
    device that was used since."""
    vault = sample.create()
    entry = vault.add(COUNTED)
    found = vault.find_relatives(replace(COUNTED, otp=Hotp(counter=given)))
    assert found == (Relatives(identical=entry) if identical else Relatives(changed=(entry,)))


def test_account_is_known_by_the_label_it_was_added_with(sample: SampleVault) -> None:
    """A panel that enrols anew does not know what its account was renamed to here."""
    vault = sample.create()
    entry = vault.edit(vault.add(KIM).id, label=Label("Work"))
    assert vault.find_relatives(NEW_KEY) == Relatives(namesakes=(entry,))
    assert vault.find_relatives(replace(NEW_KEY, label=Label("Work"))).namesakes == (entry,)
    assert vault.find_relatives(KIM) == Relatives(renamed=(entry,))
    back = vault.edit(entry.id, label=KIM.label)
    assert back.enrolled_as is None
    assert vault.find_relatives(replace(NEW_KEY, label=Label("Work"))) == Relatives()


def test_relatives_in_the_trash_are_of_the_same_label_and_secret(sample: SampleVault) -> None:
    vault = sample.create()
    entry = vault.add(KIM)
    vault.remove(entry.id)
    assert vault.find_relatives(KIM) == Relatives(trashed=entry)
    assert vault.find_relatives(replace(KIM, otp=Totp(digits=8))).trashed == entry
    assert vault.find_relatives(NEW_KEY) == Relatives()
    assert vault.find_relatives(replace(KIM, label=Label("Other"))) == Relatives()
    vault.restore(entry.id)
    assert vault.find_relatives(KIM) == Relatives(identical=entry)
    renamed = vault.edit(entry.id, label=Label("Work"))
    vault.remove(entry.id)
    assert vault.find_relatives(KIM) == Relatives(trashed=renamed)


def test_relatives_among_many_added_read_all_metadata_once(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = sample.create()
    vault.add(KIM)
    looks: list[list[Entry]] = []
    look = vault._duplicates._listed

    def noted() -> list[Entry]:
        looks.append(look())
        return looks[-1]

    monkeypatch.setattr(vault._duplicates, "_listed", noted)
    for number in range(20):
        new = Account(Label("Panel", str(number)), Secret(b"key %d" % number))
        assert vault.find_relatives(new) == Relatives()
        entry = vault.add(new)
        assert vault.find_relatives(new) == Relatives(identical=entry)
    assert len(looks) == 1


def test_relatives_changed_by_another_vault_object_are_seen(sample: SampleVault) -> None:
    """What another process adds, edits or removes between two calls of ours is seen."""
    vault, other = sample.create(), sample.open()
    assert vault.find_relatives(KIM) == Relatives()
    entry = other.add(KIM)
    assert vault.find_relatives(KIM) == Relatives(identical=entry)
    vault.add(COUNTED)
    other.remove(entry.id)
    vault.add(COUNTED)
    assert vault.find_relatives(KIM) == Relatives(trashed=entry)
    other.restore(entry.id)
    renamed = other.edit(entry.id, label=Label("Other"))
    assert vault.find_relatives(KIM) == Relatives(renamed=(renamed,))


class Reads(Counter[str]):
    """How often each secret of a vault is read."""

    def __init__(self, store: object, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        read = store.read  # type: ignore[attr-defined]

        def noted(name: str) -> str:
            self[name] += 1
            text: str = read(name)
            return text

        monkeypatch.setattr(store, "read", noted)


def _numbered(number: int) -> Account:
    return Account(KIM.label, Secret(b"key %d" % number))


def test_secrets_are_read_only_of_accounts_with_the_same_mark(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of items in a keyring take seconds, and some keyrings ask about each."""
    vault, other = sample.create(), sample.open()
    reads = Reads(vault._records.store, monkeypatch)
    kept = []
    for number in range(20):
        found = vault.find_relatives(_numbered(number))
        assert found == Relatives(namesakes=tuple(kept))
        kept.append(vault.add(_numbered(number)))
    assert not reads
    for number in range(20):
        assert vault.find_relatives(_numbered(number)).identical == kept[number]
    assert reads == Counter(one.id for one in kept)
    other.remove(kept[3].id)  # what another changed is seen, for one more look
    reads.clear()
    for _ in range(2):
        assert vault.find_relatives(_numbered(3)).trashed == kept[3]
        assert vault.find_relatives(_numbered(19)).identical == kept[19]
    assert reads == Counter({kept[3].id: 1, kept[19].id: 1})


def test_secrets_without_a_mark_are_read_once(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts from before there were marks, or that an older app edited."""
    vault = sample.create()
    monkeypatch.setattr(vault._seal, "mark", lambda _: "")
    kept = [vault.add(_numbered(number)) for number in range(5)]
    vault.remove(kept[4].id)
    monkeypatch.undo()
    vault = sample.open()
    reads = Reads(vault._records.store, monkeypatch)
    assert [one.mark for one in vault.entries()] == [""] * 4
    for _ in range(3):
        assert vault.find_relatives(_numbered(2)).identical == kept[2]
        elsewhere = replace(_numbered(3), label=Label("Other"))
        assert vault.find_relatives(elsewhere).renamed == (kept[3],)
    assert max(reads.values()) <= 2  # once for the mark, once to see that it is there still
    assert vault.find_relatives(_numbered(4)).trashed == kept[4]


def test_relatives_after_a_failed_read_are_read_again(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = sample.create()
    entry = vault.add(KIM)
    faults = [KeyringLocked(), SecretMissing(entry.id)]
    read = vault._records.store.read

    def failing(name: str) -> str:
        if faults:
            raise faults.pop()
        return read(name)

    monkeypatch.setattr(vault._records.store, "read", failing)
    assert vault.find_relatives(KIM) == Relatives(namesakes=(entry,))
    with pytest.raises(KeyringLocked):
        vault.find_relatives(KIM)
    assert vault.find_relatives(KIM) == Relatives(identical=entry)


def test_mark_tells_nothing_about_a_secret_and_differs_between_vaults(sample: SampleVault) -> None:
    first = sample.create()
    second = SampleVault(sample.home.parent / "other", sample.kinds)
    entries = [vault.add(account) for vault in (first, second.create()) for account in (KIM, KIM)]
    second.close()
    marks = [entry.mark for entry in entries]
    assert marks[0] == marks[1] != marks[2] == marks[3]
    assert all(len(bytes.fromhex(mark)) == 8 for mark in marks)
    assert bytes.fromhex(marks[0]) not in KIM.secret.key
    assert marks[0].encode() not in (sample.home / "vault.db").read_bytes()


def test_what_is_remembered_is_forgotten_at_close(sample: SampleVault) -> None:
    vault = sample.create()
    vault.add(KIM)
    vault.find_relatives(KIM)
    vault.close()
    assert vault._duplicates._snapshot is None
    assert vault._duplicates._older_marks == {}
