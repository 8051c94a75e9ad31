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
from tests.unit.vault.sample_vault import COUNTED, KIM, Set


def test_a_twin_has_the_same_label_and_the_same_secret(made: Set) -> None:
    vault = made.create()
    entry = vault.add(KIM)
    vault.add(Account(KIM.label, Secret(b"not the same")))
    assert vault.duplicate(Account(KIM.label, KIM.secret, Totp(digits=8))) == entry
    assert vault.duplicate(Account(Label("Other"), KIM.secret)) is None
    assert vault.duplicate(Account(KIM.label, Secret(b"yet another"))) is None


def test_many_twins_are_looked_for_and_added_with_one_look_at_all_accounts(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = made.create()
    vault.add(KIM)
    looks: list[list[Entry]] = []
    look = vault._duplicates._listed

    def noted() -> list[Entry]:
        looks.append(look())
        return looks[-1]

    monkeypatch.setattr(vault._duplicates, "_listed", noted)
    for number in range(20):
        new = Account(Label("Panel", str(number)), KIM.secret)
        assert vault.duplicate(new) is None
        assert vault.duplicate(new, in_trash=True) is None
        entry = vault.add(new)
        assert vault.duplicate(new) == entry
    assert len(looks) == 1


def test_a_twin_that_comes_by_another_hand_is_seen_between_two_of_ours(made: Set) -> None:
    vault, other = made.create(), made.open()
    assert vault.duplicate(KIM) is None
    entry = other.add(KIM)
    assert vault.duplicate(KIM) == entry
    vault.add(COUNTED)
    other.remove(entry.id)
    vault.add(COUNTED)
    assert vault.duplicate(KIM) is None
    assert vault.duplicate(KIM, in_trash=True) == entry
    other.put_back(entry.id)
    other.edit(entry.id, label=Label("Other"))
    assert vault.duplicate(KIM) is None
    assert vault.duplicate(KIM, in_trash=True) is None


def test_accounts_of_one_label_are_added_with_each_key_read_once_at_most(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, other = made.create(), made.open()
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
        assert vault.duplicate(account(number)) is None
        assert vault.duplicate(account(number), in_trash=True) is None
        kept.append(vault.add(account(number)))
    assert [vault.duplicate(account(number)) for number in range(20)] == kept
    assert set(reads.values()) == {1}
    other.remove(kept[3].id)  # what another changed is seen, for one more look at each
    reads.clear()
    for _ in range(2):
        assert vault.duplicate(account(3)) is None
        assert vault.duplicate(account(3), in_trash=True) == kept[3]
        assert vault.duplicate(account(19)) == kept[19]
    assert reads == Counter(one.id for one in kept)


def test_a_key_that_could_not_be_read_is_read_again(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = made.create()
    entry = vault.add(KIM)
    faults = [KeyringLocked(), SecretMissing(entry.id)]
    read = vault._records.store.read

    def failing(name: str) -> str:
        if faults:
            raise faults.pop()
        return read(name)

    monkeypatch.setattr(vault._records.store, "read", failing)
    assert vault.duplicate(KIM) is None
    with pytest.raises(KeyringLocked):
        vault.duplicate(KIM)
    assert vault.duplicate(KIM) == entry


def test_what_keys_are_known_by_tells_nothing_and_is_forgotten_at_closing(made: Set) -> None:
    vaults = [made.create(), made.open()]
    entry = vaults[0].add(KIM)
    marks = set()
    for vault in vaults:
        assert vault.duplicate(KIM) == entry
        assert vault._duplicates._known is not None
        marks.add(vault._duplicates._known._marks[entry.id])
        assert KIM.secret.key not in b"".join(vault._duplicates._known._marks.values())
        assert "_marks" not in repr(vault._duplicates._known)
        vault.close()
        assert vault._duplicates._known is None
    assert len(marks) == 2  # what one knows a key by is of no use to another


def test_a_twin_in_the_bin_is_no_twin_in_the_list(made: Set) -> None:
    vault = made.create()
    entry = vault.add(KIM)
    assert vault.duplicate(KIM, in_trash=True) is None
    vault.remove(entry.id)
    assert vault.duplicate(KIM) is None
    assert vault.duplicate(KIM, in_trash=True) == entry
