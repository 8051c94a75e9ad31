"""Accounts of the same label and secret are found, each secret read once at most."""

from collections import Counter

import pytest

from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.secret import Secret
from authenticator.vault.entry import Entry
from authenticator.vault.errors import (
    KeyringLocked,
    SecretMissing,
)
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault


def test_duplicate_has_the_same_label_and_the_same_secret(sample: SampleVault) -> None:
    vault = sample.create()
    entry = vault.add(KIM)
    vault.add(Account(KIM.label, Secret(b"not the same")))
    assert vault.find_duplicate(Account(KIM.label, KIM.secret, Totp(digits=8))) == entry
    assert vault.find_duplicate(Account(Label("Other"), KIM.secret)) is None
    assert vault.find_duplicate(Account(KIM.label, Secret(b"yet another"))) is None


def test_duplicate_among_many_added_reads_all_metadata_once(
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
        new = Account(Label("Panel", str(number)), KIM.secret)
        assert vault.find_duplicate(new) is None
        assert vault.find_duplicate(new, in_trash=True) is None
        entry = vault.add(new)
        assert vault.find_duplicate(new) == entry
    assert len(looks) == 1


def test_duplicate_added_by_another_vault_object_is_seen(sample: SampleVault) -> None:
    """What another process adds, edits or removes between two calls of ours is seen."""
    vault, other = sample.create(), sample.open()
    assert vault.find_duplicate(KIM) is None
    entry = other.add(KIM)
    assert vault.find_duplicate(KIM) == entry
    vault.add(COUNTED)
    other.remove(entry.id)
    vault.add(COUNTED)
    assert vault.find_duplicate(KIM) is None
    assert vault.find_duplicate(KIM, in_trash=True) == entry
    other.restore(entry.id)
    other.edit(entry.id, label=Label("Other"))
    assert vault.find_duplicate(KIM) is None
    assert vault.find_duplicate(KIM, in_trash=True) is None


def test_duplicate_among_many_of_one_label_reads_each_secret_once(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, other = sample.create(), sample.open()
    reads: Counter[str] = Counter()
    read = vault._records.store.read

    def noted(name: str) -> str:
        reads[name] += 1
        return read(name)

    def account(number: int) -> Account:
        return Account(KIM.label, Secret(b"key %d" % number))

    monkeypatch.setattr(vault._records.store, "read", noted)
    kept = []
    for number in range(20):
        assert vault.find_duplicate(account(number)) is None
        assert vault.find_duplicate(account(number), in_trash=True) is None
        kept.append(vault.add(account(number)))
    assert [vault.find_duplicate(account(number)) for number in range(20)] == kept
    assert set(reads.values()) == {1}
    other.remove(kept[3].id)  # what another changed is seen, for one more look at each
    reads.clear()
    for _ in range(2):
        assert vault.find_duplicate(account(3)) is None
        assert vault.find_duplicate(account(3), in_trash=True) == kept[3]
        assert vault.find_duplicate(account(19)) == kept[19]
    assert reads == Counter(one.id for one in kept)


def test_duplicate_after_a_failed_read_reads_again(
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
    assert vault.find_duplicate(KIM) is None
    with pytest.raises(KeyringLocked):
        vault.find_duplicate(KIM)
    assert vault.find_duplicate(KIM) == entry


def test_marks_of_secrets_are_salted_and_forgotten_at_close(sample: SampleVault) -> None:
    """What a secret is recognized by tells nothing about it, and is of no use to another vault."""
    vaults = [sample.create(), sample.open()]
    entry = vaults[0].add(KIM)
    marks = set()
    for vault in vaults:
        assert vault.find_duplicate(KIM) == entry
        assert vault._duplicates._label_index is not None
        marks.add(vault._duplicates._label_index._marks[entry.id])
        assert KIM.secret.key not in b"".join(vault._duplicates._label_index._marks.values())
        assert "_marks" not in repr(vault._duplicates._label_index)
        vault.close()
        assert vault._duplicates._label_index is None
    assert len(marks) == 2  # what one knows a key by is of no use to another


def test_duplicate_in_trash_is_told_apart_from_a_listed_one(sample: SampleVault) -> None:
    vault = sample.create()
    entry = vault.add(KIM)
    assert vault.find_duplicate(KIM, in_trash=True) is None
    vault.remove(entry.id)
    assert vault.find_duplicate(KIM) is None
    assert vault.find_duplicate(KIM, in_trash=True) == entry
