"""The vault's laws, over a keyring in memory that can be told to fail."""

import json
import shutil
import sqlite3
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.otp.account import Account, Algorithm, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri
from authenticator.vault import database, lifecycle, write_lock
from authenticator.vault.entry import Entry, Use, write_metadata
from authenticator.vault.errors import (
    DetailTooLong,
    IndexBusy,
    IndexTooNew,
    IndexUnreadable,
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    NoSuchAccount,
    NoVault,
    PassphraseNeeded,
    SealBroken,
    SecretMissing,
    SecretTooLong,
    SecretUnreadable,
    VaultExists,
    VaultKeyMissing,
    WrongPassphrase,
)
from authenticator.vault.kinds import Detail, KeyKind, StoreKind, VaultInfo
from authenticator.vault.seal import CHEAP
from authenticator.vault.trash import DAY_S, Trashed
from authenticator.vault.vault import Vault
from tests.contract.vault.memory_store import MemoryStore

KIM = Account(Label("Example Panel", "kim@example.org"), Secret(b"12345678901234567890"))
COUNTED = Account(Label("Counted", "kim"), Secret(b"another secret here"), Hotp(counter=7))
PASSPHRASE = "correct horse"

KINDS = [VaultInfo(store, key) for store in StoreKind for key in KeyKind]


class Set:
    """A vault of some kind, and how to open it once more."""

    def __init__(self, home: Path, kinds: VaultInfo) -> None:
        self.home = home
        self.kinds = kinds
        self.keyring = MemoryStore()
        self.now_s = 1_700_000_000.0
        self._open: list[Vault] = []

    def create(self) -> Vault:
        return self._kept(
            lifecycle.create(
                self.home,
                store=self.kinds.store,
                key=self.kinds.key,
                keyring=self.keyring,
                passphrase=PASSPHRASE,
                cost=CHEAP,
                now=self.now,
            )
        )

    def open(self) -> Vault:
        return self._kept(
            lifecycle.open(self.home, keyring=self.keyring, passphrase=PASSPHRASE, now=self.now)
        )

    def now(self) -> float:
        return self.now_s

    def _kept(self, vault: Vault) -> Vault:
        self._open.append(vault)
        return vault

    def close(self) -> None:
        for vault in self._open:
            vault.close()

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Straight into the file, as damage or a crash would."""
        connection = sqlite3.connect(self.home / "vault.db")
        with connection:
            found = connection.execute(statement, values).fetchall()
        connection.close()
        return found

    def secrets(self) -> set[str]:
        """The names of all secrets that the store holds."""
        if self.kinds.store is StoreKind.SEALED:
            return {str(name) for (name,) in self.sql("SELECT name FROM secret")}
        return {name for name in self.keyring.items if not name.startswith("vault ")}


def listed(vault: Vault) -> list[Entry]:
    """Every account, those in the bin too."""
    return [*vault.entries(), *(one.entry for one in vault.trashed())]


@pytest.fixture(params=KINDS, ids=lambda kinds: f"{kinds.store}+{kinds.key}")
def made(request: pytest.FixtureRequest, home: Path) -> Iterator[Set]:
    """A set of each kind."""
    one = Set(home, request.param)
    yield one
    one.close()


@pytest.fixture
def kept(home: Path) -> Iterator[Set]:
    """A set with the keyring for everything."""
    one = Set(home, VaultInfo(StoreKind.KEYRING, KeyKind.KEYRING))
    yield one
    one.close()


# Making and opening


def test_no_vault_is_told_from_one(made: Set) -> None:
    assert lifecycle.inspect(made.home) is None
    with pytest.raises(NoVault):
        made.open()
    made.create()
    assert lifecycle.inspect(made.home) == made.kinds


def test_a_second_vault_is_never_made(made: Set) -> None:
    made.create().add(KIM)
    before = dict(made.keyring.items)
    with pytest.raises(VaultExists):
        made.create()
    assert made.keyring.items == before
    assert len(made.open().entries()) == 1


def test_file_and_folder_are_their_owners_alone(made: Set) -> None:
    made.create().add(KIM)
    assert stat.S_IMODE(made.home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.home.iterdir()} == {0o600}


def test_a_passphrase_is_needed_and_has_to_be_right(home: Path) -> None:
    with pytest.raises(PassphraseNeeded):
        lifecycle.create(home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase="")
    assert lifecycle.inspect(home) is None
    lifecycle.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase=PASSPHRASE, cost=CHEAP
    ).close()
    for nothing in (None, ""):
        with pytest.raises(PassphraseNeeded):
            lifecycle.open(home, passphrase=nothing)
    with pytest.raises(WrongPassphrase):
        lifecycle.open(home, passphrase="Correct horse")
    lifecycle.open(home, passphrase=PASSPHRASE).close()


def test_without_a_keyring_what_needs_one_says_so(kept: Set) -> None:
    with pytest.raises(KeyringAbsent):
        lifecycle.create(kept.home, store=StoreKind.KEYRING, key=KeyKind.KEYRING)
    assert lifecycle.inspect(kept.home) is None
    kept.create()
    with pytest.raises(KeyringAbsent):
        lifecycle.open(kept.home)


@pytest.mark.parametrize("key", [None, "", "AAAA", "no base64 !", "A" * 43 + "="], ids=str)
def test_a_vault_key_that_is_lost_or_wrong_is_said_to_be_missing(
    kept: Set, key: str | None
) -> None:
    kept.create()
    (name,) = kept.keyring.items
    if key is None:
        del kept.keyring.items[name]
    else:
        kept.keyring.items[name] = key
    with pytest.raises(VaultKeyMissing):
        kept.open()
    with pytest.raises(VaultExists):
        kept.create()


@pytest.mark.parametrize("fault", [KeyringLocked(), KeyringAbsent(), KeyringDismissed()], ids=repr)
def test_a_first_vault_that_the_keyring_refuses_leaves_nothing(
    kept: Set, fault: AuthenticatorError
) -> None:
    kept.keyring.before = fault
    with pytest.raises(type(fault)):
        kept.create()
    assert lifecycle.inspect(kept.home) is None
    assert not list(kept.home.glob("vault.db*"))
    kept.create()


def test_a_key_that_a_failing_keyring_took_is_no_orphan(kept: Set) -> None:
    kept.keyring.after = KeyringFailed("Broken")
    with pytest.raises(KeyringFailed):
        kept.create()
    assert lifecycle.inspect(kept.home) is None
    kept.create()
    assert len(kept.keyring.items) == 1


def test_a_keyring_that_keeps_nothing_is_found_out_at_once(kept: Set) -> None:
    class Forgetful(MemoryStore):
        def write(self, name: str, text: str) -> None:
            pass

    kept.keyring = Forgetful()
    with pytest.raises(KeyringFailed):
        kept.create()
    assert lifecycle.inspect(kept.home) is None


# What is kept


@pytest.mark.parametrize(
    "account",
    [
        KIM,
        COUNTED,
        Account(Label("Steam", "kim"), Secret(b"s"), Steam()),
        Account(Label("", "Łódź 数"), Secret(b"\0" * 20), Totp(Algorithm.SHA512, 8, 60)),
        Account(Label(), Secret(b"x"), Hotp(Algorithm.SHA256, 10, 2**64 - 1)),
    ],
    ids=["totp", "hotp", "steam", "unicode", "extremes"],
)
def test_an_account_comes_back_whole(made: Set, account: Account) -> None:
    vault = made.create()
    entry = vault.add(account, groups=["work", "web"], pinned=True)
    assert entry == Entry(entry.id, account.label, account.otp, ("work", "web"), True, False)
    for opened in (vault, made.open()):
        assert opened.entries() == [entry]
        assert opened.entry(entry.id) == entry
        assert opened.account(entry.id) == account


def test_the_item_explains_itself(kept: Set) -> None:
    entry = kept.create().add(KIM)
    assert read_uri(kept.keyring.items[entry.id]).account == KIM


def test_under_a_passphrase_an_open_keyring_shows_nothing(home: Path) -> None:
    one = Set(home, VaultInfo(StoreKind.KEYRING, KeyKind.PASSPHRASE))
    one.create().add(KIM)
    told = " ".join(one.keyring.items.values())
    assert KIM.secret.base32() not in told
    assert "otpauth" not in told
    one.close()


def test_what_is_sealed_aside_opens_after_the_vault_was_opened_anew_and_in_no_other(
    made: Set, tmp_path: Path
) -> None:
    sealed = made.create().seal_draft(b"a draft")
    assert b"draft" not in sealed
    assert made.open().open_draft(sealed) == b"a draft"
    other = Set(tmp_path / "other", made.kinds).create()
    with pytest.raises(SealBroken):
        other.open_draft(sealed)


def test_an_unknown_id_is_refused_everywhere(made: Set) -> None:
    vault = made.create()
    there = vault.add(KIM).id
    calls: list[Callable[[], object]] = [
        lambda: vault.entry("none"),
        lambda: vault.account("none"),
        lambda: vault.edit("none", groups=["x"]),
        lambda: vault.remove("none"),
        lambda: vault.put_back("none"),
        lambda: vault.delete("none"),
        lambda: vault.move("none", None),
        lambda: vault.move(there, "none"),
        lambda: vault.notes("none"),
        lambda: vault.picture("none"),
        lambda: vault.advance("none"),
        lambda: vault.export_raw("none"),
    ]
    for call in calls:
        with pytest.raises(NoSuchAccount) as refused:
            call()
        assert refused.value.id == "none"


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


def test_two_accounts_may_share_a_label(made: Set) -> None:
    vault = made.create()
    first, second = vault.add(KIM), vault.add(Account(KIM.label, Secret(b"other")))
    assert first.id != second.id
    assert vault.account(first.id).secret != vault.account(second.id).secret


def test_an_edit_changes_what_it_names_and_the_item_too(kept: Set) -> None:
    vault = kept.create()
    id = vault.add(KIM, groups=["work"]).id
    vault.edit(id, label=Label("Renamed", "kim"))
    vault.edit(id, otp=Totp(digits=8))
    entry = vault.edit(id, pinned=True, icon="zone")
    assert entry == Entry(id, Label("Renamed", "kim"), Totp(digits=8), ("work",), True, icon="zone")
    assert vault.edit(id, groups=[" ", ""]).groups == ()
    assert read_uri(kept.keyring.items[id]).account == vault.account(id)
    assert vault.account(id).secret == KIM.secret


@pytest.mark.parametrize("otp", [Totp(Algorithm.SHA512, 8, 60), Hotp(counter=3), Steam()])
def test_an_edit_may_change_how_codes_come(made: Set, otp: Otp) -> None:
    vault = made.create()
    id = vault.add(KIM).id
    assert vault.edit(id, otp=otp).otp == otp
    assert made.open().account(id) == Account(KIM.label, KIM.secret, otp)


def test_a_counter_that_went_on_meanwhile_is_not_turned_back_by_an_edit(made: Set) -> None:
    vault = made.create()
    old = vault.add(COUNTED)
    vault.advance(old.id)
    edited = vault.edit(old.id, otp=Hotp(digits=8, counter=old.otp.counter))
    assert edited.otp == Hotp(digits=8, counter=8)
    assert vault.edit(old.id, counter=3).otp == Hotp(digits=8, counter=3)
    with pytest.raises(EnrolmentRefused):
        vault.edit(old.id, counter=2**64)
    assert vault.advance(old.id) == 3


def test_notes_and_a_picture_come_back_and_go(made: Set) -> None:
    vault = made.create()
    id = vault.add(KIM).id
    assert (vault.notes(id), vault.picture(id)) == ("", None)
    first = vault.edit(id, notes=" line\nŁódź \ud800 \n", picture=b"\x89PNG")
    assert first.has_notes
    opened = made.open()
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
    assert made.sql("SELECT * FROM detail") == []


def test_what_belongs_to_an_account_goes_with_it(made: Set) -> None:
    vault = made.create()
    gone, other = (vault.add(account).id for account in (KIM, COUNTED))
    for id in (gone, other):
        vault.edit(id, notes="notes", picture=b"picture")
    vault.delete(gone)
    assert made.sql("SELECT DISTINCT id FROM detail") == [(other,)]


def test_damaged_notes_are_told_and_block_nothing(made: Set) -> None:
    vault = made.create()
    id = vault.add(KIM).id
    entry = vault.edit(id, notes="notes")
    made.sql("UPDATE detail SET sealed = ?", "text")
    assert vault.entry(id) == entry
    assert vault.account(id) == KIM
    with pytest.raises(SealBroken):
        vault.notes(id)
    vault.edit(id, notes="new")
    assert vault.notes(id) == "new"


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
def test_more_than_fits_is_refused_and_changes_nothing(
    kept: Set, detail: Detail, words: dict[str, Any]
) -> None:
    vault = kept.create()
    old = vault.add(KIM)
    with pytest.raises(DetailTooLong) as refused:
        vault.edit(old.id, label=Label("new"), **words)
    assert refused.value.detail is detail
    assert vault.entries() == [old]


def test_uses_add_up_and_the_last_one_counts(made: Set) -> None:
    vault = made.create()
    used, other, removed = (vault.add(KIM), vault.add(COUNTED), vault.add(KIM))
    vault.remove(removed.id)
    vault.record_uses({used.id: Use(2, 50), removed.id: Use(1, 50), "gone": Use(9, 9)})
    vault.record_uses({used.id: Use(1, 40)})  # the clock was put right in between
    first, second = made.open().entries()
    assert (first.uses, first.last_used_s) == (3, 40)
    assert second == other
    assert vault.put_back(removed.id).uses == 1


# The order


def test_a_move_writes_one_row(made: Set) -> None:
    vault = made.create()
    a, b, c, d = (vault.add(KIM).id for _ in range(4))
    before = dict(made.sql("SELECT id, position FROM account"))
    vault.move(d, b)
    after = dict(made.sql("SELECT id, position FROM account"))
    assert {id for id in before if before[id] != after[id]} == {d}
    vault.move(a, None)
    vault.move(c, d)
    vault.move(c, c)
    assert [entry.id for entry in vault.entries()] == [c, d, b, a]


def test_moves_to_one_place_never_run_out_of_room(made: Set) -> None:
    vault = made.create()
    first, *others = (vault.add(KIM).id for _ in range(3))
    ids = [vault.add(KIM).id for _ in range(35)][::-1]  # no other order gives this one
    hidden = vault.add(KIM).id
    vault.move(hidden, others[0])
    vault.remove(hidden)
    for id in ids:
        vault.move(id, others[0])
    assert [entry.id for entry in vault.entries()] == [first, *ids, *others]
    vault.put_back(hidden)
    assert [entry.id for entry in vault.entries()] == [first, hidden, *ids, *others]


# The bin


def test_what_is_in_the_bin_is_nowhere_else_and_comes_back_as_it_was(made: Set) -> None:
    vault = made.create()
    first, counted, last = vault.add(KIM), vault.add(COUNTED, groups=["work"]), vault.add(KIM)
    assert vault.advance(counted.id) == 7
    counted = vault.edit(counted.id, notes="notes", picture=b"picture")
    vault.remove(counted.id)
    for opened in (vault, made.open()):
        assert opened.entries() == [first, last]
        assert opened.trashed() == [Trashed(counted, int(made.now_s), 30 * DAY_S)]
        for call in (opened.entry, opened.account, opened.advance, opened.remove, opened.notes):
            with pytest.raises(NoSuchAccount):
                call(counted.id)
        with pytest.raises(NoSuchAccount):
            opened.move(first.id, counted.id)
    assert made.secrets() == {first.id, counted.id, last.id}
    assert vault.put_back(counted.id) == counted
    assert vault.entries() == [first, counted, last]
    assert vault.notes(counted.id) == "notes"
    assert vault.advance(counted.id) == 8
    with pytest.raises(NoSuchAccount):
        vault.put_back(counted.id)


def test_the_last_removed_comes_first(made: Set) -> None:
    vault = made.create()
    ids = [vault.add(KIM).id for _ in range(3)]
    for id in ids:
        made.now_s += 1
        vault.remove(id)
    assert [one.entry.id for one in vault.trashed()] == ids[::-1]


def test_a_twin_in_the_bin_is_no_twin_in_the_list(made: Set) -> None:
    vault = made.create()
    entry = vault.add(KIM)
    assert vault.duplicate(KIM, in_trash=True) is None
    vault.remove(entry.id)
    assert vault.duplicate(KIM) is None
    assert vault.duplicate(KIM, in_trash=True) == entry


def test_after_thirty_days_it_is_deleted_at_the_next_opening(made: Set) -> None:
    vault = made.create()
    kept, early, late = (vault.add(account).id for account in (COUNTED, KIM, KIM))
    vault.remove(early)
    made.now_s += 5 * DAY_S
    vault.remove(late)
    for _ in range(5):
        made.now_s += 5 * DAY_S
        vault = made.open()
    assert made.secrets() == {kept, late}
    assert vault.trashed()[0].left_s == 5 * DAY_S
    made.now_s += 5 * DAY_S
    vault.purge_expired()  # as a window that stays open does
    assert made.secrets() == {kept}
    assert listed(vault) == [vault.entry(kept)]


@pytest.mark.parametrize("jump_days", [-20_000, -30, 40, 4000])
def test_a_clock_that_jumps_once_empties_nothing(made: Set, jump_days: int) -> None:
    vault = made.create()
    old = vault.add(KIM)
    vault.remove(old.id)
    made.now_s += 25 * 3600
    made.open()
    made.now_s += jump_days * DAY_S
    for _ in range(3):
        assert len(made.open().trashed()) == 1
    made.now_s -= jump_days * DAY_S
    assert made.open().put_back(old.id) == old


def test_opening_writes_nothing_for_an_empty_bin_nor_more_than_once_a_day(made: Set) -> None:
    vault = made.create()
    id = vault.add(KIM).id
    path = made.home / "vault.db"
    before = path.read_bytes()
    made.now_s += 3 * DAY_S
    made.open()
    assert path.read_bytes() == before
    vault.remove(id)
    made.now_s += DAY_S
    made.open()
    before = path.read_bytes()
    made.now_s += DAY_S - 1
    made.open()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "damage", ["UPDATE account SET binned = 7", "UPDATE vault SET bin_clock = 7"]
)
def test_a_bin_that_can_not_be_read_deletes_nothing(made: Set, damage: str) -> None:
    vault = made.create()
    old = vault.add(KIM)
    made.now_s += 100 * DAY_S
    vault.remove(old.id)
    made.sql(damage)
    for _ in range(8):
        made.now_s += 5 * DAY_S
        vault = made.open()
        if "account" in damage:
            assert vault.trashed() == [Trashed(old, None, None)]
    if "account" in damage:
        assert vault.put_back(old.id) == old


def test_emptying_that_the_keyring_refuses_leaves_the_vault_readable(kept: Set) -> None:
    vault = kept.create()
    old, due = vault.add(COUNTED), vault.add(KIM)
    vault.remove(due.id)
    for _ in range(6):
        kept.now_s += 5 * DAY_S
        kept.keyring.before = KeyringLocked()
        vault = kept.open()
        kept.keyring.before = None
    assert vault.entries() == [old]
    assert [one.left_s for one in vault.trashed()] == [0]
    assert listed(kept.open()) == [old]
    assert kept.secrets() == {old.id}


def test_an_edit_that_was_left_half_done_is_finished_in_the_bin_too(kept: Set) -> None:
    vault = kept.create()
    id = vault.add(KIM).id
    before = kept.keyring.items[id]
    vault.edit(id, label=Label("Renamed"))
    kept.keyring.items[id] = before
    kept.sql("UPDATE account SET state = 'changing'")
    vault.remove(id)
    assert kept.open().put_back(id).label == Label("Renamed")
    assert read_uri(kept.keyring.items[id]).account == Account(Label("Renamed"), KIM.secret)


# What an earlier version kept

VERSION_1 = """
CREATE TABLE vault (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  store TEXT NOT NULL,
  key TEXT NOT NULL,
  proof BLOB NOT NULL,
  salt BLOB,
  iterations INTEGER,
  lanes INTEGER,
  memory_kib INTEGER,
  wrapped BLOB
);
CREATE TABLE account (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  state TEXT NOT NULL,
  meta BLOB NOT NULL
);
CREATE INDEX placed ON account (position);
CREATE INDEX unsettled ON account (state) WHERE state <> 'ready';
CREATE TABLE secret (name TEXT PRIMARY KEY, sealed BLOB NOT NULL);
"""


def as_version_1(made: Set, vault: Vault) -> None:
    """Turn the file into what the first version of the app would have written."""
    tables = {
        name: made.sql(f"SELECT {columns} FROM {name} ORDER BY rowid")  # noqa: S608
        for name, columns in {
            "vault": "one, id, store, key, proof, salt, iterations, lanes, memory_kib, wrapped",
            "account": "id, rowid - 1, state, meta",
            "secret": "name, sealed",
        }.items()
    }
    (made.home / "vault.db").unlink()
    connection = sqlite3.connect(made.home / "vault.db")
    connection.executescript(
        f"PRAGMA application_id = {0x41757468}; PRAGMA user_version = 1; {VERSION_1}"
    )
    for name, rows in tables.items():
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {name} VALUES ({marks})", row)  # noqa: S608
    for entry in vault.entries():
        fields = json.loads(write_metadata(entry))
        if groups := fields.pop("groups", None):
            fields["group"] = groups[0]
        sealed = vault._seal.close(json.dumps(fields).encode(), entry.id, "meta")
        connection.execute("UPDATE account SET meta = ? WHERE id = ?", (sealed, entry.id))
    connection.commit()
    connection.close()


def test_a_vault_of_the_first_version_opens_whole_and_can_all_that_a_new_one_can(
    made: Set,
) -> None:
    vault = made.create()
    entries = [vault.add(KIM, groups=["work"], pinned=True), vault.add(COUNTED), vault.add(KIM)]
    as_version_1(made, vault)
    vault.close()
    assert lifecycle.inspect(made.home) == made.kinds
    assert made.sql("PRAGMA user_version") == [(1,)]
    vault = made.open()
    assert made.sql("PRAGMA user_version") == [(2,)]
    assert vault.entries() == entries
    assert vault.account(entries[1].id) == COUNTED
    first, second, third = (entry.id for entry in entries)
    vault.move(third, second)
    vault.edit(first, notes="notes")
    vault.remove(second)
    assert [entry.id for entry in made.open().entries()] == [first, third]
    assert vault.put_back(second) == entries[1]
    assert [entry.id for entry in vault.entries()] == [first, third, second]
    assert vault.notes(first) == "notes"


def test_a_migrated_file_has_the_tables_of_a_new_one(made: Set) -> None:
    vault = made.create()
    question = "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY type, name"
    new = made.sql(question)
    columns = [made.sql(f"PRAGMA table_info({table})") for table in ("vault", "account", "detail")]
    as_version_1(made, vault)
    made.open()
    assert made.sql(question) == new
    assert columns == [
        made.sql(f"PRAGMA table_info({table})") for table in ("vault", "account", "detail")
    ]


def test_a_vault_of_the_first_version_is_brought_up_to_date_by_one_at_a_time(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = made.create()
    vault.add(KIM)
    as_version_1(made, vault)
    monkeypatch.setattr(write_lock, "LOCK_WAIT_S", 0.05)
    with write_lock.write_lock(made.home), pytest.raises(IndexBusy):
        made.open()
    assert made.sql("PRAGMA user_version") == [(1,)]
    assert len(made.open().entries()) == 1


def test_a_counter_never_comes_twice(made: Set) -> None:
    vault = made.create()
    id = vault.add(COUNTED).id
    assert [vault.advance(id) for _ in range(3)] == [7, 8, 9]
    assert made.open().advance(id) == 10
    assert vault.account(id).otp == Hotp(counter=11)


def test_after_the_last_counter_there_is_none(made: Set) -> None:
    vault = made.create()
    id = vault.add(Account(Label("x"), Secret(b"x"), Hotp(counter=2**64 - 1))).id
    with pytest.raises(EnrolmentRefused):
        vault.advance(id)
    assert vault.entry(id).otp == Hotp(counter=2**64 - 1)


def test_only_hotp_advances(made: Set) -> None:
    vault = made.create()
    with pytest.raises(TypeError):
        vault.advance(vault.add(KIM).id)


def test_an_item_that_is_too_long_is_refused_and_leaves_nothing(kept: Set) -> None:
    class Short(MemoryStore):
        def write(self, name: str, text: str) -> None:
            if len(text) > 300:
                raise SecretTooLong(len(text), 300)
            super().write(name, text)

    kept.keyring = Short()
    vault = kept.create()
    with pytest.raises(SecretTooLong):
        vault.add(Account(KIM.label, Secret(bytes(1024))))
    id = vault.add(KIM).id
    with pytest.raises(SecretTooLong):
        vault.edit(id, label=Label("i" * 255, "a" * 255))
    assert vault.account(id) == KIM
    assert kept.sql("SELECT state FROM account") == [("ready",)]


def test_the_stamp_differs_after_any_change_of_anybody(made: Set) -> None:
    ours, theirs = made.create(), made.open()
    ids = [ours.add(COUNTED).id, ours.add(KIM).id]
    changes: list[Callable[[Vault], object]] = [
        lambda vault: vault.add(KIM),
        lambda vault: vault.edit(ids[0], groups=[*vault.entry(ids[0]).groups, "x"]),
        lambda vault: vault.edit(ids[0], label=Label(vault.entry(ids[0]).label.issuer + "x")),
        lambda vault: vault.advance(ids[0]),
        lambda vault: vault.move(vault.entries()[-1].id, vault.entries()[0].id),
        lambda vault: vault.record_uses({ids[1]: Use(1, 9)}),
        lambda vault: vault.remove(vault.entries()[-1].id),
        lambda vault: vault.put_back(vault.trashed()[-1].entry.id),
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


def test_the_digest_of_two_vaults_is_the_same_and_differs_where_the_entries_do(made: Set) -> None:
    ours, theirs = made.create(), made.open()
    ids = [ours.add(COUNTED).id, ours.add(KIM).id]
    changes: list[Callable[[], object]] = [
        lambda: theirs.add(KIM),
        lambda: theirs.edit(ids[0], groups=["x"]),
        lambda: theirs.advance(ids[0]),
        lambda: theirs.move(ids[1], ids[0]),
        lambda: theirs.record_uses({ids[1]: Use(1, 9)}),
        lambda: theirs.remove(ids[0]),
        lambda: theirs.put_back(ids[0]),
        lambda: theirs.delete(ids[1]),
    ]
    for change in changes:
        entries, digest = ours.entries(), ours.digest()
        assert theirs.digest() == ours.digest() == digest
        change()
        assert ours.entries() != entries
        assert ours.digest() != digest


def test_threads_may_share_a_vault(made: Set) -> None:
    vault = made.create()
    counted = vault.add(COUNTED).id
    counters: list[int] = []

    def work(number: int) -> None:
        for round in range(4):
            vault.add(Account(Label(f"thread {number}", str(round)), Secret(b"x")))
            counters.append(vault.advance(counted))
            vault.entries()

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counters) == list(range(7, 23))
    assert len(vault.entries()) == 17


# Faults of the store

FAULTS = [
    KeyringAbsent(),
    KeyringLocked(),
    KeyringDismissed(),
    KeyringFailed("Broken"),
    DiskRefused(Path("vault.db"), "ENOSPC"),
]
# Refused is refused: only a failure can come after the item was touched.
MOMENTS = [("before", fault) for fault in FAULTS] + [("after", fault) for fault in FAULTS[3:]]


def _settled(made: Set) -> Vault:
    """Opened anew, with what the law asks of any repaired vault."""
    vault = made.open()
    assert made.sql("SELECT id FROM account WHERE state <> 'ready'") == []
    assert made.secrets() == {entry.id for entry in listed(vault)}
    assert {id for (id,) in made.sql("SELECT id FROM detail")} <= made.secrets()
    return vault


@pytest.mark.parametrize(("when", "fault"), MOMENTS, ids=repr)
def test_an_add_that_failed_never_was(kept: Set, fault: AuthenticatorError, when: str) -> None:
    vault = kept.create()
    old = vault.add(COUNTED)
    setattr(kept.keyring, when, fault)
    with pytest.raises(type(fault)):
        vault.add(KIM)
    assert vault.entries() == [old]
    assert _settled(kept).entries() == [old]
    assert vault.add(KIM) in vault.entries()


@pytest.mark.parametrize(("when", "fault"), MOMENTS, ids=repr)
def test_an_edit_that_failed_changed_nothing(
    kept: Set, fault: AuthenticatorError, when: str
) -> None:
    vault = kept.create()
    old = vault.edit(vault.add(KIM).id, notes="old")
    setattr(kept.keyring, when, fault)
    with pytest.raises(type(fault)):
        vault.edit(old.id, label=Label("Renamed"), notes="new", picture=b"new")
    assert vault.entry(old.id) == old
    assert (vault.notes(old.id), vault.picture(old.id)) == ("old", None)
    assert vault.account(old.id) == KIM
    assert _settled(kept).entries() == [old]
    assert read_uri(kept.keyring.items[old.id]).account == KIM


@pytest.mark.parametrize("fault", FAULTS[:4], ids=repr)
def test_a_removal_that_the_keyring_refused_took_nothing(
    kept: Set, fault: AuthenticatorError
) -> None:
    vault = kept.create()
    old = vault.add(KIM)
    kept.keyring.before = fault
    with pytest.raises(type(fault)):
        vault.delete(old.id)
    assert vault.account(old.id) == KIM
    assert _settled(kept).account(old.id) == KIM
    vault.remove(old.id)
    kept.keyring.before = fault
    with pytest.raises(type(fault)):
        vault.delete(old.id)
    assert [one.entry for one in _settled(kept).trashed()] == [old]
    vault.delete(old.id)
    assert listed(_settled(kept)) == []


def test_an_account_whose_item_is_gone_says_so_and_can_be_removed(made: Set) -> None:
    vault = made.create()
    lost, other = vault.add(KIM), vault.add(COUNTED)
    if made.kinds.store is StoreKind.SEALED:
        made.sql("DELETE FROM secret WHERE name = ?", lost.id)
    else:
        del made.keyring.items[lost.id]
    with pytest.raises(SecretMissing) as missing:
        vault.account(lost.id)
    assert missing.value.name == lost.id
    assert vault.duplicate(KIM) is None
    assert json.loads(vault.export_raw(lost.id))["item"] is None
    assert vault.account(other.id) == COUNTED
    vault.remove(lost.id)
    assert vault.entries() == [other]
    assert vault.put_back(lost.id) == lost
    vault.delete(lost.id)
    assert listed(vault) == [other]


# Damage


def test_one_damaged_secret_blocks_no_other(made: Set) -> None:
    vault = made.create()
    bad, good = vault.add(KIM), vault.add(COUNTED)
    if made.kinds.store is StoreKind.SEALED:
        made.sql("UPDATE secret SET sealed = ? WHERE name = ?", b"noise" * 20, bad.id)
    else:
        made.keyring.items[bad.id] = "otpauth://totp/x?secret=&digits=99"
    with pytest.raises(SecretUnreadable) as refused:
        vault.account(bad.id)
    assert refused.value.id == bad.id
    with pytest.raises(SecretUnreadable):
        vault.edit(bad.id, label=Label("x"))
    assert vault.entries() == [bad, good]
    assert vault.account(good.id) == COUNTED
    assert vault.duplicate(KIM) is None
    raw = json.loads(vault.export_raw(bad.id))
    assert (raw["item"] is None) == (made.kinds != VaultInfo(StoreKind.KEYRING, KeyKind.KEYRING))
    assert json.loads(raw["metadata"])["issuer"] == KIM.label.issuer


@pytest.mark.parametrize("cell", [b"", b"noise" * 20, "text", 7], ids=repr)
def test_damaged_metadata_blocks_no_other(made: Set, cell: object) -> None:
    vault = made.create()
    bad, good = vault.add(KIM), vault.add(COUNTED)
    made.sql("UPDATE account SET meta = ? WHERE id = ?", cell, bad.id)
    shown = made.open().entries()
    assert [entry.damaged for entry in shown] == [True, False]
    assert shown[0].label == Label()
    assert shown[1] == good
    for call in (vault.account, vault.advance, lambda name: vault.edit(name, groups=["x"])):
        with pytest.raises(SecretUnreadable):
            call(bad.id)
    assert read_uri(json.loads(vault.export_raw(bad.id))["item"]).account == KIM
    vault.record_uses({bad.id: Use(1, 1)})
    vault.remove(bad.id)
    assert _settled(made).entries() == [good]
    assert [one.entry.damaged for one in vault.trashed()] == [True]
    vault.delete(bad.id)
    assert listed(_settled(made)) == [good]


def test_metadata_swapped_between_rows_is_damage(made: Set) -> None:
    vault = made.create()
    ids = [vault.add(KIM).id, vault.add(COUNTED).id]
    cells = [made.sql("SELECT meta FROM account WHERE id = ?", id)[0][0] for id in ids]
    for id, cell in zip(ids, reversed(cells), strict=True):
        made.sql("UPDATE account SET meta = ? WHERE id = ?", cell, id)
    assert all(entry.damaged for entry in vault.entries())


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"SQLite format 3\0" + bytes(200), b"x" * 100_000],
    ids=["empty", "short", "header only", "long"],
)
def test_a_file_that_is_no_index_is_kept_and_set_aside(kept: Set, content: bytes) -> None:
    kept.home.mkdir()
    path = kept.home / "vault.db"
    path.write_bytes(content)
    for call in (lambda: lifecycle.inspect(kept.home), kept.open):
        with pytest.raises(IndexUnreadable) as refused:
            call()
        assert refused.value.path == path
    with pytest.raises(VaultExists):
        kept.create()
    assert path.read_bytes() == content
    aside = lifecycle.quarantine(kept.home)
    assert aside.read_bytes() == content
    assert lifecycle.inspect(kept.home) is None
    kept.create().add(KIM)
    second = lifecycle.quarantine(kept.home)
    assert second not in (aside, path)
    assert aside.read_bytes() == content


def test_setting_aside_nothing_is_refused(home: Path) -> None:
    with pytest.raises(NoVault):
        lifecycle.quarantine(home)


def test_another_apps_database_is_no_index(kept: Set) -> None:
    kept.home.mkdir()
    kept.sql("CREATE TABLE vault (id)")
    with pytest.raises(IndexUnreadable):
        kept.open()


def test_a_later_version_is_told_and_left_alone(kept: Set) -> None:
    kept.create().add(KIM)
    kept.sql("PRAGMA user_version = 99")
    for call in (lambda: lifecycle.inspect(kept.home), kept.open):
        with pytest.raises(IndexTooNew) as refused:
            call()
        assert (refused.value.version, refused.value.known) == (99, 2)
    kept.sql("PRAGMA user_version = 2")
    assert len(kept.open().entries()) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM vault",
        "UPDATE vault SET store = 'cloud'",
        "UPDATE vault SET memory_kib = 1099511627776",
        "UPDATE vault SET iterations = 'many'",
        "UPDATE vault SET salt = x'00'",
        "ALTER TABLE vault RENAME TO other",
    ],
)
def test_a_head_that_makes_no_sense_is_unreadable(home: Path, damage: str) -> None:
    one = Set(home, VaultInfo(StoreKind.SEALED, KeyKind.PASSPHRASE))
    one.create().close()
    one.sql(damage)
    with pytest.raises(IndexUnreadable):
        one.open()
    one.close()


@pytest.mark.parametrize(
    "damage", ["UPDATE vault SET proof = 'forged'", "UPDATE vault SET id = 'forged'"]
)
def test_a_head_that_was_tampered_with_does_not_open(kept: Set, damage: str) -> None:
    kept.create()
    key = next(iter(kept.keyring.items.values()))
    kept.sql(damage)
    kept.keyring.items["vault forged"] = key
    with pytest.raises(VaultKeyMissing):
        kept.open()


def test_a_folder_in_its_place_is_told(kept: Set) -> None:
    (kept.home / "vault.db").mkdir(parents=True)
    with pytest.raises(DiskRefused) as refused:
        kept.open()
    assert refused.value.reason == "EISDIR"


def test_a_home_that_is_a_file_is_told(kept: Set) -> None:
    kept.home.write_text("not a folder")
    with pytest.raises(DiskRefused) as refused:
        kept.create()
    assert refused.value.reason == "EEXIST"


# More than one at once


def test_while_another_writes_one_waits_and_then_says_busy(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = made.create()
    old = vault.add(COUNTED)
    monkeypatch.setattr(write_lock, "LOCK_WAIT_S", 0.05)
    with write_lock.write_lock(made.home):
        for call in (
            lambda: vault.add(KIM),
            lambda: vault.edit(old.id, groups=["x"]),
            lambda: vault.remove(old.id),
            lambda: vault.delete(old.id),
            lambda: vault.move(old.id, None),
            lambda: vault.record_uses({old.id: Use(1, 1)}),
            lambda: vault.advance(old.id),
            lambda: lifecycle.quarantine(made.home),
        ):
            with pytest.raises(IndexBusy):
                call()
        assert made.open().entries() == [old]
    vault.add(KIM)


def test_what_another_is_writing_is_not_repaired(made: Set) -> None:
    vault = made.create()
    old = vault.add(KIM)
    made.sql("UPDATE account SET state = 'removing'")
    with write_lock.write_lock(made.home):
        assert made.open().entries() == []
        assert made.secrets() == {old.id}
    assert made.open().entries() == []
    assert made.secrets() == set()


def test_a_locked_sqlite_file_is_busy(made: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    made.create()
    monkeypatch.setattr(database, "BUSY_WAIT_S", 0.05)
    vault = made.open()
    other = sqlite3.connect(made.home / "vault.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for call in (vault.entries, made.open, lambda: vault.add(KIM)):
        with pytest.raises(IndexBusy):
            call()
    other.execute("ROLLBACK")
    other.close()
    assert vault.entries() == []


def test_repair_that_the_keyring_refuses_leaves_the_vault_readable(home: Path) -> None:
    one = Set(home, VaultInfo(StoreKind.KEYRING, KeyKind.PASSPHRASE))
    vault = one.create()
    gone, old = vault.add(KIM), vault.add(COUNTED)
    one.sql("UPDATE account SET state = 'removing' WHERE id = ?", gone.id)
    one.keyring.before = KeyringLocked()
    vault = one.open()
    assert vault.entries() == [old]
    one.keyring.before = KeyringLocked()
    with pytest.raises(KeyringLocked):
        vault.recover()
    vault.recover()
    assert one.secrets() == {old.id}
    one.close()


def test_repair_of_an_edit_rewrites_the_item_by_the_index(kept: Set) -> None:
    vault = kept.create()
    id = vault.add(KIM).id
    before = kept.keyring.items[id]
    vault.edit(id, label=Label("Renamed"))
    kept.keyring.items[id] = before
    kept.sql("UPDATE account SET state = 'changing'")
    assert read_uri(kept.open()._records.store.read(id)).account == Account(
        Label("Renamed"), KIM.secret
    )


def test_repair_survives_a_damaged_row(made: Set) -> None:
    vault = made.create()
    bad = vault.add(KIM)
    made.sql("UPDATE account SET state = 'changing', meta = x'00'")
    assert made.open().entry(bad.id).damaged
    assert made.sql("SELECT state FROM account") == [("ready",)]


# Any order of calls


@dataclass
class Kept:
    """What the vault should hold of one account."""

    id: str
    account: Account
    groups: tuple[str, ...] = ()
    pinned: bool = False
    notes: str = ""
    uses: int = 0
    last_used_s: int = 0
    days_in_bin: int | None = None

    @property
    def entry(self) -> Entry:
        return Entry(
            self.id,
            self.account.label,
            self.account.otp,
            self.groups,
            self.pinned,
            has_notes=bool(self.notes),
            uses=self.uses,
            last_used_s=self.last_used_s,
        )


class AgainstAModel(RuleBasedStateMachine):
    """Whatever is called, by whichever of two hands, the vault holds what a plain list would
    hold, and the twins that it tells are those that a walk over that list finds."""

    labels = st.builds(Label, st.text("ab", max_size=2), st.text("k", max_size=1))
    otps = st.one_of(
        st.builds(Totp, digits=st.integers(6, 8)),
        st.builds(Hotp, counter=st.integers(0, 9)),
        st.just(Steam()),
    )

    @initialize(kinds=st.sampled_from(KINDS))
    def make(self, kinds: VaultInfo) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.made = Set(self.folder / "home", kinds)
        self.vault = self.made.create()
        self.other = self.made.open()
        self.model: list[Kept] = []  # in their own order, those in the bin among them

    def teardown(self) -> None:
        self.made.close()
        shutil.rmtree(self.folder)

    @property
    def shown(self) -> list[Kept]:
        return [one for one in self.model if one.days_in_bin is None]

    @property
    def trashed(self) -> list[Kept]:
        return [one for one in self.model if one.days_in_bin is not None]

    @rule(label=labels, key=st.sampled_from([b"one", b"two"]), otp=otps)
    def add(self, label: Label, key: bytes, otp: Otp) -> None:
        account = Account(label, Secret(key), otp)

        self.finds_the_twins(account)
        self.model.append(Kept(self.vault.add(account).id, account))

    def finds_the_twins(self, account: Account) -> None:
        def twins(among: list[Kept]) -> list[Entry]:
            same = (account.label, account.secret)
            return [one.entry for one in among if (one.account.label, one.account.secret) == same]

        assert self.vault.duplicate(account) == next(iter(twins(self.shown)), None)
        removed = self.vault.duplicate(account, in_trash=True)
        assert removed in twins(self.trashed) or (removed is None and not twins(self.trashed))

    @rule()
    def change_hands(self) -> None:
        self.vault, self.other = self.other, self.vault

    @precondition(lambda self: self.shown)
    @rule(
        data=st.data(),
        label=st.none() | labels,
        otp=st.none() | otps,
        groups=st.none() | st.lists(st.text("gh", min_size=1, max_size=2), unique=True, max_size=3),
        notes=st.none() | st.text("n\n", max_size=3).map(str.strip),
    )
    def edit(
        self,
        data: st.DataObject,
        label: Label | None,
        otp: Otp | None,
        groups: list[str] | None,
        notes: str | None,
    ) -> None:
        one = data.draw(st.sampled_from(self.shown))
        one.pinned = not one.pinned
        self.vault.edit(one.id, label=label, otp=otp, groups=groups, pinned=one.pinned, notes=notes)
        old = one.account
        if isinstance(otp, Hotp) and isinstance(old.otp, Hotp):
            otp = old.otp
        one.account = Account(label or old.label, old.secret, otp or old.otp)
        one.groups = one.groups if groups is None else tuple(groups)
        one.notes = one.notes if notes is None else notes

    @precondition(lambda self: self.shown)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.shown))
        self.vault.remove(one.id)
        one.days_in_bin = 0

    @precondition(lambda self: self.trashed)
    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.trashed))
        one.days_in_bin = None
        assert self.vault.put_back(one.id) == one.entry

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.model))
        self.vault.delete(one.id)
        self.model.remove(one)

    @precondition(lambda self: self.shown)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.shown))
        before = data.draw(st.sampled_from([*self.shown, None]))
        self.vault.move(one.id, before and before.id)
        if before is not one:
            self.model.remove(one)
            place = len(self.model) if before is None else self.model.index(before)
            self.model.insert(place, one)

    @precondition(lambda self: self.model)
    @rule(data=st.data(), times=st.integers(1, 3))
    def use(self, data: st.DataObject, times: int) -> None:
        one = data.draw(st.sampled_from(self.model))
        self.vault.record_uses({one.id: Use(times, int(self.made.now_s)), "none": Use(1, 1)})
        one.uses += times
        one.last_used_s = int(self.made.now_s)

    @precondition(lambda self: any(isinstance(one.account.otp, Hotp) for one in self.shown))
    @rule()
    def advance(self) -> None:
        one = next(one for one in self.shown if isinstance(one.account.otp, Hotp))
        assert isinstance(one.account.otp, Hotp)
        counter = one.account.otp.counter
        assert self.vault.advance(one.id) == counter
        one.account = one.account.at_counter(counter + 1)

    @rule(days=st.integers(0, 7))
    def open_again(self, days: int) -> None:
        self.vault.close()
        self.made.now_s += days * DAY_S
        self.vault = self.made.open()
        for one in self.trashed:
            assert one.days_in_bin is not None
            one.days_in_bin += days
        self.model = [one for one in self.model if (one.days_in_bin or 0) < 30]

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        assert self.vault.entries() == [one.entry for one in self.shown]
        assert [self.vault.account(one.id) for one in self.shown] == [
            one.account for one in self.shown
        ]
        assert [self.vault.notes(one.id) for one in self.shown] == [one.notes for one in self.shown]
        assert {(one.entry.id, one.left_s) for one in self.vault.trashed()} == {
            (one.id, (30 - (one.days_in_bin or 0)) * DAY_S) for one in self.trashed
        }
        assert self.made.secrets() == {one.id for one in self.model}
        for one in self.model:
            self.finds_the_twins(one.account)


TestAgainstAModel = AgainstAModel.TestCase
TestAgainstAModel.settings = settings(max_examples=20, stateful_step_count=20)
