"""`lock`, `unlock`, `passphrase` and `move-store`; locked, wrong and damaged are never confused."""

import sqlite3
from pathlib import Path

import pytest

from authenticator.app.desktop import WindowAbsent, WindowOrder, WindowSilent
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.attempts import FREE
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.cli.conftest import PASSPHRASE, Cli, StandInDesktop
from tests.contract.vault.memory_store import MemoryStore

KIM = Account(Label("Example Panel", "kim"), Secret(b"12345678901234567890"))
NEW = "another horse"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    store = MemoryStore()
    monkeypatch.setattr(Services, "keyring", lambda _: store)
    return store


@pytest.fixture(params=StoreKind)
def store(request: pytest.FixtureRequest, home: Path, keyring: MemoryStore) -> StoreKind:
    """The store of a vault with one account, which a passphrase opens."""
    kind: StoreKind = request.param
    vault = lifecycle.create(
        home,
        store=kind,
        key=KeyKind.PASSPHRASE,
        keyring=keyring,
        passphrase=PASSPHRASE,
        cost=CHEAP,
    )
    vault.add(KIM)
    vault.close()
    return kind


@pytest.fixture
def open_vault(home: Path, keyring: MemoryStore) -> StoreKind:
    """A vault with one account that opens with the session."""
    vault = lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=keyring)
    vault.add(KIM)
    vault.close()
    return StoreKind.KEYRING


@pytest.fixture
def new_file(tmp_path: Path) -> Path:
    file = tmp_path / "new"
    file.write_text(f"{NEW}\n")
    return file


@pytest.fixture
def wrong_file(tmp_path: Path) -> Path:
    file = tmp_path / "wrong"
    file.write_text("wrong horse\n")
    return file


def damage(home: Path) -> None:
    """Neither copy of the head is whole any more."""
    connection = sqlite3.connect(home / "vault.db")
    with connection:
        for table in ("head", "head_copy"):
            connection.execute(f"UPDATE {table} SET checksum = x'00'")  # noqa: S608 - ours
    connection.close()


VERBS = [
    ("list",),
    ("code", "kim"),
    ("unlock",),
    ("passphrase", "change"),
    ("passphrase", "remove"),
    ("move-store", "keyring"),
    ("move-store", "sealed"),
]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_locked_wrong_and_damaged_have_exit_codes_of_their_own(
    bare: Cli,
    home: Path,
    passphrase_file: Path,
    wrong_file: Path,
    verb: tuple[str, ...],
    as_json: tuple[str, ...],
) -> None:
    """5 where nobody can be asked, 3 for a wrong passphrase, 4 for damage, with a passphrase or
    without."""
    words = (*verb, *as_json)
    locked = bare(*words)
    assert (locked.exit_code, locked.out) == (5, "")
    assert locked.messages.startswith("Your accounts are locked.")
    wrong = bare(*words, "--passphrase-file", wrong_file)
    assert (wrong.exit_code, wrong.out) == (3, "")
    assert wrong.messages.startswith("Wrong passphrase.")
    damage(home)
    for options in ((), ("--passphrase-file", passphrase_file), ("--passphrase-file", wrong_file)):
        damaged = bare(*words, *options)
        assert (damaged.exit_code, damaged.out) == (4, "")
        assert damaged.messages.startswith("The file with your accounts can't be read.")


@pytest.mark.usefixtures("store")
def test_too_many_wrong_passphrases_are_told_with_the_wait(
    bare: Cli, passphrase_file: Path, wrong_file: Path
) -> None:
    for _ in range(FREE + 1):
        assert bare("list", "--passphrase-file", wrong_file).exit_code == 3
    told = bare("list", "--passphrase-file", passphrase_file)
    assert told.exit_code == 3
    assert told.messages.startswith("Too many wrong passphrases.\nThe next one can be tried in ")


def test_passphrase_set_change_and_remove(
    bare: Cli, open_vault: StoreKind, keyring: MemoryStore, new_file: Path, passphrase_file: Path
) -> None:
    assert bare("passphrase", "set").exit_code == 5
    made = bare("passphrase", "set", "--json", "--new-passphrase-file", passphrase_file)
    assert (made.exit_code, made.only) == (0, {"outcome": "set"})
    assert bare("list").exit_code == 5
    assert all(text.startswith("sealed1:") for text in keyring.items.values())
    present = ("--passphrase-file", passphrase_file)
    again = bare("passphrase", "set", *present, "--new-passphrase-file", new_file)
    assert (again.exit_code, again.out) == (3, "")
    changed = bare("passphrase", "change", "--json", *present, "--new-passphrase-file", new_file)
    assert (changed.exit_code, changed.only) == (0, {"outcome": "changed"})
    assert bare("list", *present).exit_code == 3
    removed = bare("passphrase", "remove", "--json", "--passphrase-file", new_file)
    assert (removed.exit_code, removed.only) == (0, {"outcome": "removed"})
    assert bare("list", "--json").only["issuer"] == "Example Panel"
    for action in ("change", "remove"):
        assert bare("passphrase", action, "--new-passphrase-file", new_file).exit_code == 3


@pytest.mark.parametrize("new", ["a", " ", "", "aaaa"])
def test_new_passphrase_that_protects_nothing_is_refused(
    bare: Cli, store: StoreKind, home: Path, passphrase_file: Path, new_file: Path, new: str
) -> None:
    new_file.write_text(f"{new}\n")
    given = ("--passphrase-file", passphrase_file)
    refused = bare("passphrase", "change", *given, "--new-passphrase-file", new_file)
    assert (refused.exit_code, refused.out) == (3, "")
    assert bare("list", *given).exit_code == 0
    (home / "vault.db").unlink()
    first = bare("add", "--issuer", "X", "--key-file", "-", "--passphrase-file", new_file)
    assert first.exit_code == 3
    assert not (home / "vault.db").exists()


def test_weak_new_passphrase_is_taken_and_told(
    bare: Cli, store: StoreKind, passphrase_file: Path, new_file: Path
) -> None:
    new_file.write_text("password1\n")
    done = bare(
        "passphrase",
        "change",
        "--passphrase-file",
        passphrase_file,
        "--new-passphrase-file",
        new_file,
    )
    assert done.exit_code == 0
    assert "easy to guess" in done.messages
    assert "password1" not in done.messages + done.out


def test_move_store_there_and_back(
    bare: Cli, store: StoreKind, keyring: MemoryStore, passphrase_file: Path
) -> None:
    given = ("--json", "--passphrase-file", passphrase_file)
    there = bare("move-store", store, *given)
    assert (there.exit_code, there.only) == (0, {"outcome": "there_already", "store": store})
    (other,) = set(StoreKind) - {store}
    moved = bare("move-store", other, *given)
    assert (moved.exit_code, moved.only) == (0, {"outcome": "moved", "store": other})
    assert len(keyring.items) == (1 if other is StoreKind.KEYRING else 0)
    back = bare("move-store", store, *given)
    assert (back.exit_code, back.only) == (0, {"outcome": "moved", "store": store})
    assert len(keyring.items) == (1 if store is StoreKind.KEYRING else 0)
    assert bare("code", "kim", *given).exit_code == 0


@pytest.mark.parametrize(
    ("window", "outcome", "exit_code"),
    [
        (True, "locked", 0),
        (False, "was_locked", 0),
        (WindowAbsent(), "none", 0),
        (WindowSilent(), None, 5),
    ],
    ids=repr,
)
def test_lock_says_what_it_did(
    bare: Cli,
    store: StoreKind,
    desktop: StandInDesktop,
    window: bool | Exception,
    outcome: str | None,
    exit_code: int,
) -> None:
    desktop.window_is_open = window
    done = bare("lock", "--json")
    assert desktop.orders == [WindowOrder.LOCK]
    assert done.exit_code == exit_code
    if outcome is not None:
        assert done.only == {"window": outcome, "asks": "passphrase"}


def test_lock_says_that_a_session_opens_it_again(
    bare: Cli, open_vault: StoreKind, desktop: StandInDesktop
) -> None:
    desktop.window_is_open = True
    assert "whoever uses this session" in bare("lock").out
    assert bare("lock", "--json").only["asks"] == "keyring"


@pytest.mark.parametrize(
    ("window", "told"), [(True, "open"), (False, "asks"), (WindowAbsent(), "none")], ids=repr
)
def test_unlock_says_what_opens_it_and_lets_the_window_ask(
    bare: Cli,
    store: StoreKind,
    desktop: StandInDesktop,
    passphrase_file: Path,
    window: bool | Exception,
    told: str,
) -> None:
    desktop.window_is_open = window
    done = bare("unlock", "--json", "--passphrase-file", passphrase_file)
    assert done.only == {"opens_with": "passphrase", "accounts": 1, "window": told}
    assert desktop.orders == [WindowOrder.UNLOCK]


def test_unlock_without_a_passphrase_orders_nothing(
    bare: Cli, store: StoreKind, desktop: StandInDesktop, wrong_file: Path
) -> None:
    assert bare("unlock").exit_code == 5
    assert bare("unlock", "--passphrase-file", wrong_file).exit_code == 3
    assert desktop.orders == []


def test_unlock_with_the_session(bare: Cli, open_vault: StoreKind) -> None:
    assert bare("unlock", "--json").only == {
        "opens_with": "keyring",
        "accounts": 1,
        "window": "none",
    }


def test_person_types_a_new_passphrase_until_it_may_be_used(
    bare: Cli,
    open_vault: StoreKind,
    passphrase_file: Path,
    new_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Told how strong it is; what is too simple, or differs the second time, is typed again."""
    typed = iter(["a", "password1", "password2", NEW, NEW])
    monkeypatch.setattr(Terminal, "interactive", True)
    monkeypatch.setattr(Terminal, "passphrase", lambda *_: next(typed))
    done = bare("passphrase", "set")
    assert done.exit_code == 0
    assert next(typed, None) is None
    told = done.messages
    assert told.index("too simple") < told.index("Very easy to guess.") < told.index("differ")
    assert "password1" not in told + done.out
    monkeypatch.setattr(Terminal, "interactive", False)
    assert bare("list", "--passphrase-file", new_file).exit_code == 0


def test_person_who_types_nothing_changes_nothing(
    bare: Cli, open_vault: StoreKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Terminal, "interactive", True)
    monkeypatch.setattr(Terminal, "passphrase", lambda *_: "")
    assert bare("passphrase", "set").exit_code == 3
    assert bare("list").exit_code == 0
