"""Accounts are read and written, over a keyring in memory that can be told to fail."""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from authenticator.otp.account import (
    Account,
    Algorithm,
    Hotp,
    Label,
    MobileOtp,
    Otp,
    Steam,
    Totp,
    Yandex,
)
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri
from authenticator.vault.entry import Entry, Use
from authenticator.vault.errors import (
    DetailTooLong,
    NoSuchAccount,
    SealBroken,
    SecretTooLong,
)
from authenticator.vault.kinds import Detail, KeyKind, StoreKind, VaultInfo
from authenticator.vault.vault import Vault
from tests.contract.vault.memory_store import MemoryStore
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault


@pytest.mark.parametrize(
    "account",
    [
        KIM,
        COUNTED,
        Account(Label("Steam", "kim"), Secret(b"s"), Steam()),
        Account(Label("VPN", "kim"), Secret(b"e3152afe", "1234"), MobileOtp()),
        Account(Label("", "kim"), Secret(b"sixteen bytes...", "75861234"), Yandex()),
        Account(Label("", "Łódź 数"), Secret(b"\0" * 20), Totp(Algorithm.SHA512, 8, 60)),
        Account(Label(), Secret(b"x"), Hotp(Algorithm.SHA256, 10, 2**64 - 1)),
    ],
    ids=["totp", "hotp", "steam", "motp", "yandex", "unicode", "extremes"],
)
def test_account_once_added_reads_back_equal(sample: SampleVault, account: Account) -> None:
    vault = sample.create()
    entry = vault.add(account, groups=["work", "web"], pinned=True)
    assert entry == Entry(
        entry.id,
        account.label,
        account.otp,
        ("work", "web"),
        True,
        added_s=int(sample.now_s),
        mark=entry.mark,
    )
    for opened in (vault, sample.open()):
        assert opened.entries() == [entry]
        assert opened.entry(entry.id) == entry
        assert opened.account(entry.id) == account


def test_item_in_the_keyring_is_an_otpauth_uri(keyring_sample: SampleVault) -> None:
    """An item can be recovered by hand, with no index."""
    entry = keyring_sample.create().add(KIM)
    assert read_uri(keyring_sample.keyring.items[entry.id]).account == KIM


def test_item_of_a_passphrase_vault_shows_nothing(home: Path) -> None:
    """An unlocked keyring alone does not give away what a passphrase protects."""
    one = SampleVault(home, VaultInfo(StoreKind.KEYRING, KeyKind.PASSPHRASE))
    one.create().add(KIM)
    told = " ".join(one.keyring.items.values())
    assert KIM.secret.base32() not in told
    assert "otpauth" not in told
    one.close()


def test_draft_opens_in_the_same_vault_reopened_and_in_no_other(
    sample: SampleVault, tmp_path: Path
) -> None:
    sealed = sample.create().seal_draft(b"a draft")
    assert b"draft" not in sealed
    assert sample.open().open_draft(sealed) == b"a draft"
    other = SampleVault(tmp_path / "other", sample.kinds).create()
    with pytest.raises(SealBroken):
        other.open_draft(sealed)


def test_every_method_with_an_unknown_id_raises_no_such_account(sample: SampleVault) -> None:
    vault = sample.create()
    there = vault.add(KIM).id
    calls: list[Callable[[], object]] = [
        lambda: vault.entry("none"),
        lambda: vault.account("none"),
        lambda: vault.edit("none", groups=["x"]),
        lambda: vault.remove("none"),
        lambda: vault.restore("none"),
        lambda: vault.delete("none"),
        lambda: vault.move("none", None),
        lambda: vault.move(there, "none"),
        lambda: vault.notes("none"),
        lambda: vault.picture("none"),
        lambda: vault.advance_counter("none"),
        lambda: vault.export_raw("none"),
    ]
    for call in calls:
        with pytest.raises(NoSuchAccount) as refused:
            call()
        assert refused.value.id == "none"


def test_add_with_a_label_in_use_makes_a_second_account(sample: SampleVault) -> None:
    vault = sample.create()
    first, second = vault.add(KIM), vault.add(Account(KIM.label, Secret(b"other")))
    assert first.id != second.id
    assert vault.account(first.id).secret != vault.account(second.id).secret


def test_edit_changes_the_given_fields_and_the_item(keyring_sample: SampleVault) -> None:
    vault = keyring_sample.create()
    id = vault.add(KIM, groups=["work"]).id
    vault.edit(id, label=Label("Renamed", "kim"))
    vault.edit(id, otp=Totp(digits=8))
    entry = vault.edit(id, pinned=True, icon="zone")
    assert entry == Entry(
        id,
        Label("Renamed", "kim"),
        Totp(digits=8),
        ("work",),
        True,
        icon="zone",
        added_s=int(keyring_sample.now_s),
        enrolled_as=KIM.label,
        mark=entry.mark,
    )
    assert vault.edit(id, groups=[" ", ""]).groups == ()
    assert read_uri(keyring_sample.keyring.items[id]).account == vault.account(id)
    assert vault.account(id).secret == KIM.secret


@pytest.mark.parametrize("otp", [Totp(Algorithm.SHA512, 8, 60), Hotp(counter=3), Steam()])
def test_edit_may_change_type_and_parameters(sample: SampleVault, otp: Otp) -> None:
    vault = sample.create()
    id = vault.add(KIM).id
    assert vault.edit(id, otp=otp).otp == otp
    assert sample.open().account(id) == Account(KIM.label, KIM.secret, otp)


def test_edit_without_a_counter_keeps_the_one_advanced_meanwhile(sample: SampleVault) -> None:
    """An edit begun before a code was taken must not bring used codes back."""
    vault = sample.create()
    old = vault.add(COUNTED)
    vault.advance_counter(old.id)
    edited = vault.edit(old.id, otp=Hotp(digits=8, counter=old.otp.counter))
    assert edited.otp == Hotp(digits=8, counter=8)
    assert vault.edit(old.id, counter=3).otp == Hotp(digits=8, counter=3)
    with pytest.raises(EnrolmentRefused):
        vault.edit(old.id, counter=2**64)
    assert vault.advance_counter(old.id) == 3


def test_notes_and_picture_read_back_equal_and_can_be_removed(sample: SampleVault) -> None:
    vault = sample.create()
    id = vault.add(KIM).id
    assert (vault.notes(id), vault.picture(id)) == ("", None)
    first = vault.edit(id, notes=" line\nŁódź \ud800 \n", picture=b"\x89PNG")
    assert first.has_notes
    opened = sample.open()
    assert opened.entry(id) == first
    assert opened.notes(id) == "line\nŁódź \ufffd"
    assert opened.picture(id) == b"\x89PNG"
    assert json.loads(opened.export_raw(id))["notes"] == opened.notes(id)
    second = vault.edit(id, picture=b"another")
    assert second.picture not in ("", first.picture)
    assert vault.notes(id) == "line\nŁódź \ufffd"
    third = vault.edit(id, notes="", picture=b"")
    assert (third.has_notes, third.picture) == (False, "")
    assert (vault.notes(id), vault.picture(id)) == ("", None)
    assert sample.sql("SELECT * FROM detail") == []


def test_delete_removes_notes_and_picture_too(sample: SampleVault) -> None:
    vault = sample.create()
    gone, other = (vault.add(account).id for account in (KIM, COUNTED))
    for id in (gone, other):
        vault.edit(id, notes="notes", picture=b"picture")
    vault.delete(gone)
    assert sample.sql("SELECT DISTINCT id FROM detail") == [(other,)]


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (Detail.GROUP, {"groups": ["x" * 256]}),
        (Detail.GROUPS, {"groups": [str(number) for number in range(33)]}),
        (Detail.NOTES, {"notes": "x" * 10_001}),
        (Detail.ICON, {"icon": "x" * 100_000}),
        (Detail.PICTURE, {"picture": bytes(131_073)}),
    ],
)
def test_edit_beyond_a_limit_is_refused_and_changes_nothing(
    keyring_sample: SampleVault, detail: Detail, words: dict[str, Any]
) -> None:
    vault = keyring_sample.create()
    old = vault.add(KIM)
    with pytest.raises(DetailTooLong) as refused:
        vault.edit(old.id, label=Label("new"), **words)
    assert refused.value.detail is detail
    assert vault.entries() == [old]


def test_record_uses_adds_counts_and_keeps_the_last_time(sample: SampleVault) -> None:
    vault = sample.create()
    used, other, removed = (vault.add(KIM), vault.add(COUNTED), vault.add(KIM))
    vault.remove(removed.id)
    vault.record_uses({used.id: Use(2, 50), removed.id: Use(1, 50), "gone": Use(9, 9)})
    vault.record_uses({used.id: Use(1, 40)})  # the clock was put right in between
    first, second = sample.open().entries()
    assert (first.uses, first.last_used_s) == (3, 40)
    assert second == other
    assert vault.restore(removed.id).uses == 1


def test_advance_never_returns_a_counter_twice(sample: SampleVault) -> None:
    """A code shown twice is a code refused."""
    vault = sample.create()
    id = vault.add(COUNTED).id
    assert [vault.advance_counter(id) for _ in range(3)] == [7, 8, 9]
    assert sample.open().advance_counter(id) == 10
    assert vault.account(id).otp == Hotp(counter=11)


def test_advance_after_the_last_counter_is_refused(sample: SampleVault) -> None:
    vault = sample.create()
    id = vault.add(Account(Label("x"), Secret(b"x"), Hotp(counter=2**64 - 1))).id
    with pytest.raises(EnrolmentRefused):
        vault.advance_counter(id)
    assert vault.entry(id).otp == Hotp(counter=2**64 - 1)


def test_advance_of_a_totp_account_raises_type_error(sample: SampleVault) -> None:
    vault = sample.create()
    with pytest.raises(TypeError):
        vault.advance_counter(vault.add(KIM).id)


def test_item_too_long_for_the_store_is_refused_and_leaves_nothing(
    keyring_sample: SampleVault,
) -> None:
    class Short(MemoryStore):
        def write(self, name: str, text: str) -> None:
            if len(text) > 300:
                raise SecretTooLong(len(text), 300)
            super().write(name, text)

    keyring_sample.keyring = Short()
    vault = keyring_sample.create()
    with pytest.raises(SecretTooLong):
        vault.add(Account(KIM.label, Secret(bytes(1024))))
    id = vault.add(KIM).id
    with pytest.raises(SecretTooLong):
        vault.edit(id, label=Label("i" * 255, "a" * 255))
    assert vault.account(id) == KIM
    assert vault._index.manifest.unfinished() == {}


def test_change_stamp_differs_after_any_change_by_anyone(sample: SampleVault) -> None:
    ours, theirs = sample.create(), sample.open()
    ids = [ours.add(COUNTED).id, ours.add(KIM).id]
    changes: list[Callable[[Vault], object]] = [
        lambda vault: vault.add(KIM),
        lambda vault: vault.edit(ids[0], groups=[*vault.entry(ids[0]).groups, "x"]),
        lambda vault: vault.edit(ids[0], label=Label(vault.entry(ids[0]).label.issuer + "x")),
        lambda vault: vault.advance_counter(ids[0]),
        lambda vault: vault.move(vault.entries()[-1].id, vault.entries()[0].id),
        lambda vault: vault.record_uses({ids[1]: Use(1, 9)}),
        lambda vault: vault.remove(vault.entries()[-1].id),
        lambda vault: vault.restore(vault.trashed()[-1].entry.id),
        lambda vault: vault.delete(vault.entries()[-1].id),
    ]
    seen = {id(vault): {vault.change_stamp()} for vault in (ours, theirs)}
    for number, change in enumerate(changes):
        for actor in (ours, theirs):
            if number == len(changes) - 1:
                actor.add(KIM)
                for vault in (ours, theirs):
                    seen[id(vault)].add(vault.change_stamp())
            change(actor)
            for vault in (ours, theirs):
                stamp = vault.change_stamp()
                assert stamp not in seen[id(vault)]
                assert vault.change_stamp() == stamp
                seen[id(vault)].add(stamp)
    assert ours.entries() == theirs.entries()


def test_digest_of_two_vault_objects_agrees_and_differs_with_the_entries(
    sample: SampleVault,
) -> None:
    ours, theirs = sample.create(), sample.open()
    ids = [ours.add(COUNTED).id, ours.add(KIM).id]
    changes: list[Callable[[], object]] = [
        lambda: theirs.add(KIM),
        lambda: theirs.edit(ids[0], groups=["x"]),
        lambda: theirs.advance_counter(ids[0]),
        lambda: theirs.move(ids[1], ids[0]),
        lambda: theirs.record_uses({ids[1]: Use(1, 9)}),
        lambda: theirs.remove(ids[0]),
        lambda: theirs.restore(ids[0]),
        lambda: theirs.delete(ids[1]),
    ]
    for change in changes:
        entries, digest = ours.entries(), ours.digest()
        assert theirs.digest() == ours.digest() == digest
        change()
        assert ours.entries() != entries
        assert ours.digest() != digest


def test_threads_sharing_a_vault_lose_nothing(sample: SampleVault) -> None:
    vault = sample.create()
    counted = vault.add(COUNTED).id
    counters: list[int] = []

    def work(number: int) -> None:
        for round in range(4):
            vault.add(Account(Label(f"thread {number}", str(round)), Secret(b"x")))
            counters.append(vault.advance_counter(counted))
            vault.entries()

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counters) == list(range(7, 23))
    assert len(vault.entries()) == 17


# PINs

VPN = Account(Label("VPN", "kim"), Secret(b"e3152afe", "1234"), MobileOtp())


def refused(call: Callable[[], object]) -> tuple[Remark, ...]:
    with pytest.raises(EnrolmentRefused) as refusal:
        call()
    return refusal.value.faults


def test_account_without_the_pin_it_needs_is_not_added(sample: SampleVault) -> None:
    vault = sample.create()
    lacking = Account(VPN.label, Secret(VPN.secret.key), VPN.otp)
    assert refused(lambda: vault.add(lacking)) == (Remark(Field.PIN, Reason.MISSING),)
    assert vault.entries() == []


def test_pin_once_changed_is_the_only_one_left(sample: SampleVault) -> None:
    vault = sample.create()
    id = vault.add(VPN).id
    vault.edit(id, pin=" 98765 ")
    assert vault.account(id) == VPN.with_pin("98765")
    assert sample.open().account(id).secret.pin == "98765"
    assert "1234" not in vault.export_raw(id)


def test_pin_that_can_not_be_one_changes_nothing(sample: SampleVault) -> None:
    vault = sample.create()
    id = vault.add(VPN).id
    for pin, reason in (("", Reason.MISSING), ("1", Reason.OUT_OF_RANGE)):
        (fault,) = refused(lambda pin=pin: vault.edit(id, pin=pin, label=Label("x", "y")))  # type: ignore[misc]
        assert (fault.field, fault.reason) == (Field.PIN, reason)
    assert vault.account(id) == VPN


def test_type_with_a_pin_is_changed_to_only_along_with_one(sample: SampleVault) -> None:
    vault = sample.create()
    id = vault.add(KIM).id
    assert refused(lambda: vault.edit(id, otp=MobileOtp())) == (Remark(Field.PIN, Reason.MISSING),)
    assert vault.account(id) == KIM
    vault.edit(id, otp=MobileOtp(), pin="1234")
    assert vault.account(id) == Account(KIM.label, Secret(KIM.secret.key, "1234"), MobileOtp())


def test_pin_is_forgotten_with_the_type_that_needed_it(sample: SampleVault) -> None:
    vault = sample.create()
    id = vault.add(VPN).id
    vault.edit(id, otp=Totp())
    assert vault.account(id) == Account(VPN.label, Secret(VPN.secret.key))
    assert refused(lambda: vault.edit(id, pin="1234")) == (Remark(Field.PIN, Reason.UNSUPPORTED),)


def test_key_that_yandex_can_not_have_keeps_its_type(sample: SampleVault) -> None:
    vault = sample.create()
    id = vault.add(KIM).id
    (fault,) = refused(lambda: vault.edit(id, otp=Yandex(), pin="1234"))
    assert (fault.field, fault.reason) == (Field.SECRET, Reason.WRONG_LENGTH)
    assert vault.account(id) == KIM


def test_duplicate_is_found_before_its_pin_is_known(sample: SampleVault) -> None:
    vault = sample.create()
    entry = vault.add(VPN)
    lacking = Account(VPN.label, Secret(VPN.secret.key), VPN.otp)
    assert vault.find_relatives(lacking).identical == entry
    yandex = vault.add(Account(Label("Y"), Secret(b"sixteen bytes...", "7586"), Yandex()))
    lacking = Account(Label("Y"), Secret(b"sixteen bytes..."), Yandex(4))
    assert vault.find_relatives(lacking).identical == yandex


def test_account_with_another_pin_is_the_same_account_changed(sample: SampleVault) -> None:
    vault = sample.create()
    entry = vault.add(VPN)
    assert vault.find_relatives(VPN).identical == entry
    assert vault.find_relatives(VPN.with_pin("9999")).changed == (entry,)


def test_entries_hold_no_pin(sample: SampleVault) -> None:
    vault = sample.create()
    entry = vault.add(VPN.with_pin("83179264"))
    assert "83179264" not in repr(entry)
    assert b"83179264" not in (sample.home / "vault.db").read_bytes()
