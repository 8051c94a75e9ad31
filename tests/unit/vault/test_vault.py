"""The vault's laws, over a keyring in memory that can be told to fail."""

import json
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import Account, Algorithm, Hotp, Label, Steam, Totp
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri
from authenticator.vault import index as index_file
from authenticator.vault.seal import CHEAP
from authenticator.vault.secret_store import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    SecretMissing,
    SecretTooLong,
)
from authenticator.vault.vault import (
    DiskRefused,
    Entry,
    IndexBusy,
    IndexTooNew,
    IndexUnreadable,
    KeyKind,
    NoSuchAccount,
    NoVault,
    PassphraseNeeded,
    Peek,
    SecretUnreadable,
    StoreKind,
    Vault,
    VaultExists,
    VaultKeyMissing,
    WrongPassphrase,
    set_aside,
)
from tests.contract.vault.memory_store import MemoryStore

KIM = Account(Label("Example Panel", "kim@example.org"), Secret(b"12345678901234567890"))
COUNTED = Account(Label("Counted", "kim"), Secret(b"another secret here"), Hotp(counter=7))
PASSPHRASE = "correct horse"

KINDS = [Peek(store, key) for store in StoreKind for key in KeyKind]


class Set:
    """A vault of some kind, and how to open it once more."""

    def __init__(self, home: Path, kinds: Peek) -> None:
        self.home = home
        self.kinds = kinds
        self.keyring = MemoryStore()
        self._open: list[Vault] = []

    def create(self) -> Vault:
        return self._kept(
            Vault.create(
                self.home,
                store=self.kinds.store,
                key=self.kinds.key,
                keyring=self.keyring,
                passphrase=PASSPHRASE,
                cost=CHEAP,
            )
        )

    def open(self) -> Vault:
        return self._kept(Vault.open(self.home, keyring=self.keyring, passphrase=PASSPHRASE))

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


@pytest.fixture(params=KINDS, ids=lambda kinds: f"{kinds.store}+{kinds.key}")
def made(request: pytest.FixtureRequest, home: Path) -> Iterator[Set]:
    """A set of each kind."""
    one = Set(home, request.param)
    yield one
    one.close()


@pytest.fixture
def kept(home: Path) -> Iterator[Set]:
    """A set with the keyring for everything."""
    one = Set(home, Peek(StoreKind.KEYRING, KeyKind.KEYRING))
    yield one
    one.close()


# Making and opening


def test_no_vault_is_told_from_one(made: Set) -> None:
    assert Vault.peek(made.home) is None
    with pytest.raises(NoVault):
        made.open()
    made.create()
    assert Vault.peek(made.home) == made.kinds


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
        Vault.create(home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase="")
    assert Vault.peek(home) is None
    Vault.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase=PASSPHRASE, cost=CHEAP
    ).close()
    for nothing in (None, ""):
        with pytest.raises(PassphraseNeeded):
            Vault.open(home, passphrase=nothing)
    with pytest.raises(WrongPassphrase):
        Vault.open(home, passphrase="Correct horse")
    Vault.open(home, passphrase=PASSPHRASE).close()


def test_without_a_keyring_what_needs_one_says_so(kept: Set) -> None:
    with pytest.raises(KeyringAbsent):
        Vault.create(kept.home, store=StoreKind.KEYRING, key=KeyKind.KEYRING)
    assert Vault.peek(kept.home) is None
    kept.create()
    with pytest.raises(KeyringAbsent):
        Vault.open(kept.home)


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
    assert Vault.peek(kept.home) is None
    assert not list(kept.home.glob("vault.db*"))
    kept.create()


def test_a_key_that_a_failing_keyring_took_is_no_orphan(kept: Set) -> None:
    kept.keyring.after = KeyringFailed("Broken")
    with pytest.raises(KeyringFailed):
        kept.create()
    assert Vault.peek(kept.home) is None
    kept.create()
    assert len(kept.keyring.items) == 1


def test_a_keyring_that_keeps_nothing_is_found_out_at_once(kept: Set) -> None:
    class Forgetful(MemoryStore):
        def write(self, name: str, text: str) -> None:
            pass

    kept.keyring = Forgetful()
    with pytest.raises(KeyringFailed):
        kept.create()
    assert Vault.peek(kept.home) is None


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
    entry = vault.add(account, group="work", pinned=True)
    assert entry == Entry(entry.id, account.label, account.otp, "work", True, False)
    for opened in (vault, made.open()):
        assert opened.entries() == [entry]
        assert opened.entry(entry.id) == entry
        assert opened.account(entry.id) == account


def test_the_item_explains_itself(kept: Set) -> None:
    entry = kept.create().add(KIM)
    assert read_uri(kept.keyring.items[entry.id]).account == KIM


def test_under_a_passphrase_an_open_keyring_shows_nothing(home: Path) -> None:
    one = Set(home, Peek(StoreKind.KEYRING, KeyKind.PASSPHRASE))
    one.create().add(KIM)
    told = " ".join(one.keyring.items.values())
    assert KIM.secret.base32() not in told
    assert "otpauth" not in told
    one.close()


def test_an_unknown_id_is_refused_everywhere(made: Set) -> None:
    vault = made.create()
    calls: list[Callable[[], object]] = [
        lambda: vault.entry("none"),
        lambda: vault.account("none"),
        lambda: vault.edit("none", group="x"),
        lambda: vault.remove("none"),
        lambda: vault.move("none", 0),
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
    assert vault.twin(Account(KIM.label, KIM.secret, Totp(digits=8))) == entry
    assert vault.twin(Account(Label("Other"), KIM.secret)) is None
    assert vault.twin(Account(KIM.label, Secret(b"yet another"))) is None


def test_two_accounts_may_share_a_label(made: Set) -> None:
    vault = made.create()
    first, second = vault.add(KIM), vault.add(Account(KIM.label, Secret(b"other")))
    assert first.id != second.id
    assert vault.account(first.id).secret != vault.account(second.id).secret


def test_an_edit_changes_what_it_names_and_the_item_too(kept: Set) -> None:
    vault = kept.create()
    id = vault.add(KIM, group="work").id
    vault.edit(id, label=Label("Renamed", "kim"))
    vault.edit(id, otp=Totp(digits=8))
    entry = vault.edit(id, pinned=True)
    assert entry == Entry(id, Label("Renamed", "kim"), Totp(digits=8), "work", True)
    assert vault.edit(id, group="").group == ""
    assert read_uri(kept.keyring.items[id]).account == vault.account(id)
    assert vault.account(id).secret == KIM.secret


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
        lambda vault: vault.edit(ids[0], group=vault.entry(ids[0]).group + "x"),
        lambda vault: vault.edit(ids[0], label=Label(vault.entry(ids[0]).label.issuer + "x")),
        lambda vault: vault.advance(ids[0]),
        lambda vault: vault.move(vault.entries()[-1].id, 0),
        lambda vault: vault.remove(vault.entries()[-1].id),
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
    assert made.secrets() == {entry.id for entry in vault.entries()}
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
    old = vault.add(KIM)
    setattr(kept.keyring, when, fault)
    with pytest.raises(type(fault)):
        vault.edit(old.id, label=Label("Renamed"))
    assert vault.entry(old.id) == old
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
        vault.remove(old.id)
    assert vault.account(old.id) == KIM
    assert _settled(kept).account(old.id) == KIM
    vault.remove(old.id)
    assert _settled(kept).entries() == []


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
    assert vault.twin(KIM) is None
    assert json.loads(vault.export_raw(lost.id))["item"] is None
    assert vault.account(other.id) == COUNTED
    vault.remove(lost.id)
    assert vault.entries() == [other]


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
    assert vault.twin(KIM) is None
    raw = json.loads(vault.export_raw(bad.id))
    assert (raw["item"] is None) == (made.kinds != Peek(StoreKind.KEYRING, KeyKind.KEYRING))
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
    for call in (vault.account, vault.advance, lambda name: vault.edit(name, group="x")):
        with pytest.raises(SecretUnreadable):
            call(bad.id)
    assert read_uri(json.loads(vault.export_raw(bad.id))["item"]).account == KIM
    vault.remove(bad.id)
    assert _settled(made).entries() == [good]


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
    for call in (lambda: Vault.peek(kept.home), kept.open):
        with pytest.raises(IndexUnreadable) as refused:
            call()
        assert refused.value.path == path
    with pytest.raises(VaultExists):
        kept.create()
    assert path.read_bytes() == content
    aside = set_aside(kept.home)
    assert aside.read_bytes() == content
    assert Vault.peek(kept.home) is None
    kept.create().add(KIM)
    second = set_aside(kept.home)
    assert second not in (aside, path)
    assert aside.read_bytes() == content


def test_setting_aside_nothing_is_refused(home: Path) -> None:
    with pytest.raises(NoVault):
        set_aside(home)


def test_another_apps_database_is_no_index(kept: Set) -> None:
    kept.home.mkdir()
    kept.sql("CREATE TABLE vault (id)")
    with pytest.raises(IndexUnreadable):
        kept.open()


def test_a_later_version_is_told_and_left_alone(kept: Set) -> None:
    kept.create().add(KIM)
    kept.sql("PRAGMA user_version = 99")
    for call in (lambda: Vault.peek(kept.home), kept.open):
        with pytest.raises(IndexTooNew) as refused:
            call()
        assert (refused.value.version, refused.value.known) == (99, 1)
    kept.sql("PRAGMA user_version = 1")
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
    one = Set(home, Peek(StoreKind.SEALED, KeyKind.PASSPHRASE))
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
    monkeypatch.setattr(index_file, "LOCK_WAIT_S", 0.05)
    with index_file.write_lock(made.home):
        for call in (
            lambda: vault.add(KIM),
            lambda: vault.edit(old.id, group="x"),
            lambda: vault.remove(old.id),
            lambda: vault.advance(old.id),
            lambda: set_aside(made.home),
        ):
            with pytest.raises(IndexBusy):
                call()
        assert made.open().entries() == [old]
    vault.add(KIM)


def test_what_another_is_writing_is_not_repaired(made: Set) -> None:
    vault = made.create()
    old = vault.add(KIM)
    made.sql("UPDATE account SET state = 'removing'")
    with index_file.write_lock(made.home):
        assert made.open().entries() == []
        assert made.secrets() == {old.id}
    assert made.open().entries() == []
    assert made.secrets() == set()


def test_a_locked_sqlite_file_is_busy(made: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    made.create()
    monkeypatch.setattr(index_file, "BUSY_WAIT_S", 0.05)
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
    one = Set(home, Peek(StoreKind.KEYRING, KeyKind.PASSPHRASE))
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
    assert read_uri(kept.open()._store.read(id)).account == Account(Label("Renamed"), KIM.secret)


def test_repair_survives_a_damaged_row(made: Set) -> None:
    vault = made.create()
    bad = vault.add(KIM)
    made.sql("UPDATE account SET state = 'changing', meta = x'00'")
    assert made.open().entry(bad.id).damaged
    assert made.sql("SELECT state FROM account") == [("ready",)]


# Any order of calls


class AgainstAModel(RuleBasedStateMachine):
    """Whatever is called, the vault holds what a plain list would hold."""

    labels = st.builds(Label, st.text("abc", max_size=3), st.text("kim", max_size=3))

    @initialize(kinds=st.sampled_from(KINDS))
    def make(self, kinds: Peek) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.made = Set(self.folder / "home", kinds)
        self.vault = self.made.create()
        self.model: list[tuple[str, Account, str, bool]] = []

    def teardown(self) -> None:
        self.made.close()
        shutil.rmtree(self.folder)

    @rule(
        label=labels, key=st.binary(min_size=1, max_size=4), counter=st.none() | st.integers(0, 9)
    )
    def add(self, label: Label, key: bytes, counter: int | None) -> None:
        otp = Totp() if counter is None else Hotp(counter=counter)
        account = Account(label, Secret(key), otp)
        twins = [row for row in self.model if (row[1].label, row[1].secret.key) == (label, key)]
        assert (self.vault.twin(account) is not None) == bool(twins)
        self.model.append((self.vault.add(account).id, account, "", False))

    @precondition(lambda self: self.model)
    @rule(data=st.data(), label=st.none() | labels, group=st.none() | st.text("g", max_size=2))
    def edit(self, data: st.DataObject, label: Label | None, group: str | None) -> None:
        place = data.draw(st.integers(0, len(self.model) - 1))
        id, account, old_group, pinned = self.model[place]
        self.vault.edit(id, label=label, group=group, pinned=not pinned)
        account = Account(label or account.label, account.secret, account.otp)
        self.model[place] = (id, account, old_group if group is None else group, not pinned)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.vault.remove(self.model.pop(data.draw(st.integers(0, len(self.model) - 1)))[0])

    @precondition(lambda self: self.model)
    @rule(data=st.data(), position=st.integers(-1, 9))
    def move(self, data: st.DataObject, position: int) -> None:
        row = self.model.pop(data.draw(st.integers(0, len(self.model) - 1)))
        self.vault.move(row[0], position)
        self.model.insert(max(0, position), row)

    @precondition(lambda self: any(isinstance(row[1].otp, Hotp) for row in self.model))
    @rule()
    def advance(self) -> None:
        place, row = next(
            (place, row) for place, row in enumerate(self.model) if isinstance(row[1].otp, Hotp)
        )
        assert isinstance(row[1].otp, Hotp)
        assert self.vault.advance(row[0]) == row[1].otp.counter
        after = row[1].at_counter(row[1].otp.counter + 1)
        self.model[place] = (row[0], after, row[2], row[3])

    @rule()
    def open_again(self) -> None:
        self.vault.close()
        self.vault = self.made.open()

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        assert self.vault.entries() == [
            Entry(id, account.label, account.otp, group, pinned)
            for id, account, group, pinned in self.model
        ]
        assert [self.vault.account(row[0]) for row in self.model] == [row[1] for row in self.model]
        assert self.made.secrets() == {row[0] for row in self.model}


TestAgainstAModel = AgainstAModel.TestCase
TestAgainstAModel.settings = settings(max_examples=20, stateful_step_count=20)
