"""kill -9 at every write point: nothing acknowledged is lost, nothing is left over.

The points are found by tracing: one run counts every writing statement of SQLite, every
call of the store and every change of the folder; then each gets a run that dies there.
"""

import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from authenticator.app import add_account
from authenticator.app.add_account import Step, carry_out
from authenticator.otp.account import Account, Hotp, Label, Totp
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri
from authenticator.vault import lifecycle
from authenticator.vault.entry import Entry, Use
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.stores.keyring import KeyringStore
from authenticator.vault.stores.secret_store import SecretStore
from authenticator.vault.trash import RETENTION_S, begin_retention, write_numbers
from authenticator.vault.vault import Vault
from tests.services.child_process import Child, Outcome, Say, in_child
from tests.services.older_formats import make_older
from tests.services.secret_service import SecretService, secret_service

pytestmark = [pytest.mark.system, pytest.mark.crash]

KIM = Account(Label("Example Panel", "kim@example.org"), Secret(b"12345678901234567890"))
COUNTED = Account(Label("Counted", "kim"), Secret(b"another secret here"), Hotp(counter=7))
NEW = Account(Label("New", "kim"), Secret(b"a third one"))
ANEW = Account(KIM.label, Secret(b"a key made anew"))
BINNED = Account(Label("Trashed", "kim"), Secret(b"a removed one"))
LONGER = Account(KIM.label, KIM.secret, Totp(digits=8))
RENAMED = Label("Renamed", "kim@example.org")
DONE = "done"


@pytest.fixture(scope="module")
def daemon() -> Iterator[SecretService]:
    with secret_service() as running:
        yield running


class Place:
    """A home with one kind of store, beside a keyring that other homes use too."""

    def __init__(self, home: Path, kind: StoreKind, daemon: SecretService) -> None:
        self.home = home
        self.kind = kind
        self.daemon = daemon
        self.foreign = daemon.services()

    def create(self, keyring: SecretStore) -> Vault:
        return lifecycle.create(self.home, store=self.kind, key=KeyKind.KEYRING, keyring=keyring)

    def prepare(self, *, binned: bool = False, due: bool = False, anew: bool = False) -> None:
        """Create a vault with two acknowledged accounts, and one in the bin, due or not; or a
        third, which the panel of the first enrolled anew."""
        with _keyring() as keyring:
            vault = self.create(keyring)
            vault.add(KIM)
            vault.add(COUNTED)
            if anew:
                vault.edit(vault.entries()[0].id, notes="notes", picture=b"own", groups=["work"])
                vault.add(ANEW)
            if binned:
                id = vault.edit(vault.add(BINNED).id, notes="notes").id
                vault.remove(id)
                if due:
                    stay = begin_retention(vault._trash._clock())._replace(passed_s=-RETENTION_S)
                    with vault._index.transaction():
                        vault._index.set_trashed(
                            id, vault._seal.close(write_numbers(stay), id, "binned")
                        )
            vault.close()

    def leave(self) -> None:
        """Delete this place's items: a keyring of hundreds of items is slow, as each write rewrites
        it all. The very first place stays, as the other home beside each later one."""
        if self.foreign:
            with _keyring() as keyring:
                for service in self.daemon.services() - self.foreign:
                    keyring.delete(service.removeprefix("Authenticator "))

    @contextmanager
    def started_again(self) -> Iterator[Vault]:
        """Yield the vault as the next start opens it; nothing in between may be left."""
        with _keyring() as keyring:
            vault = lifecycle.open(self.home, keyring=keyring)
            assert vault._index.incomplete() == []
            assert vault.verify().whole
            expected = {f"Authenticator vault {vault._index.head.id}"}
            ids = {entry.id for entry in _all(vault)}
            if self.kind is StoreKind.KEYRING:
                expected |= {f"Authenticator {id}" for id in ids}
            assert self.daemon.services() - self.foreign == expected
            assert self._names("SELECT name FROM secret") == (
                ids if self.kind is StoreKind.SEALED else set()
            )
            assert self._names("SELECT id FROM detail") <= ids
            for entry in _all(vault):
                written = read_uri(vault._records.store.read(entry.id)).account
                assert written.label == entry.label
                if not isinstance(entry.otp, Hotp):  # HOTP: its counter advances without its item
                    assert written.otp == entry.otp
            yield vault
            vault.close()

    def _names(self, question: str) -> set[str]:
        connection = sqlite3.connect(self.home / "vault.db")
        names = {name for (name,) in connection.execute(question)}
        connection.close()
        return names


def _all(vault: Vault) -> list[Entry]:
    """Return the listed entries, then those in the bin."""
    return [*vault.entries(), *(one.entry for one in vault.trashed())]


@pytest.fixture(params=StoreKind)
def places(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    daemon: SecretService,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[], Place]]:
    """Make as many fresh places as asked for, one after another."""
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)
    made: list[Place] = []

    def place() -> Place:
        if made:
            made[-1].leave()
        made.append(Place(tmp_path / f"home-{len(made)}", request.param, daemon))
        return made[-1]

    yield place
    if made:
        made[-1].leave()


@contextmanager
def _keyring() -> Iterator[KeyringStore]:
    store = KeyringStore()
    try:
        yield store
    finally:
        store.close()


# Tracing, in the child process only


class Points:
    """Counts write points, and dies at number `fatal` (from 1; 0 is never)."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.names: list[str] = []

    def __call__(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


class TracedStore:
    """Calls `point` before and after each writing call of a store."""

    def __init__(self, inner: SecretStore, point: Points) -> None:
        self._inner = inner
        self._point = point

    def read(self, name: str) -> str:
        return self._inner.read(name)

    def write(self, name: str, text: str) -> None:
        self._point("before store.write")
        self._inner.write(name, text)
        self._point("after store.write")

    def delete(self, name: str) -> None:
        self._point("before store.delete")
        self._inner.delete(name)
        self._point("after store.delete")


def _trace(point: Points) -> None:
    """Make this process call `point` before each writing statement and change of a folder."""

    class Traced(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if statement.split()[0] not in ("SELECT", "PRAGMA"):
                point(f"sqlite {statement[:20]}")
            return super().execute(statement, *values)

        def executemany(self, statement: str, *values: Any) -> sqlite3.Cursor:
            point(f"sqlite {statement[:20]}")
            return super().executemany(statement, *values)

        def executescript(self, script: str) -> sqlite3.Cursor:
            point("sqlite script")
            return super().executescript(script)

    real_connect = sqlite3.connect

    def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        return real_connect(*arguments, factory=Traced, **named)

    sqlite3.connect = connect  # the child ends with this function: nothing to undo

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
        if writes or event in ("os.rename", "os.mkdir", "os.remove"):
            point(event)

    sys.addaudithook(heard)


Action = Callable[[Vault], object]


def _run(place: Place, action: Action | None, fatal: int) -> Outcome:
    """Open the vault (or create it, without an action) and act, dying at one point."""

    def child(say: Say) -> None:
        point = Points(fatal)
        keyring = TracedStore(KeyringStore(), point)
        if action is None:
            _trace(point)
            place.create(keyring)
        else:
            vault = lifecycle.open(place.home, keyring=keyring)
            vault.close()
            _trace(point)
            vault = lifecycle.open(place.home, keyring=keyring)
            action(vault)
        point("before telling")
        say(DONE)
        if fatal == 0:
            say(point.names)

    return in_child(child)


def _points(place: Place, action: Action | None) -> list[str]:
    outcome = _run(place, action, 0)
    assert not outcome.killed
    names = outcome.said[1]
    assert isinstance(names, list)
    return names


ACTIONS: dict[str, tuple[Action, set[str]]] = {
    "add": (lambda vault: vault.add(NEW), {"INSERT", "COMMIT"}),
    "edit": (
        lambda vault: vault.edit(
            vault.entries()[0].id, label=RENAMED, otp=Totp(digits=8), notes="new", picture=b"new"
        ),
        {"UPDATE", "INSERT", "COMMIT"},
    ),
    "update": (
        lambda vault: carry_out(
            vault, [Step(LONGER, add_account.Outcome.UPDATED, vault.entries()[0])]
        ),
        {"UPDATE", "COMMIT"},
    ),
    "replace": (
        lambda vault: vault.replace(vault.entries()[0].id, vault.entries()[1].id),
        {"UPDATE", "COMMIT"},
    ),
    "replace a namesake": (
        lambda vault: vault.replace(vault.entries()[0].id, vault.entries()[2].id),
        {"UPDATE", "INSERT", "COMMIT"},
    ),
    "describe": (
        lambda vault: vault.edit(vault.entries()[0].id, groups=["work"], notes="new"),
        {"UPDATE", "INSERT", "COMMIT"},
    ),
    "remove": (lambda vault: vault.remove(vault.entries()[0].id), {"UPDATE", "COMMIT"}),
    "put back": (lambda vault: vault.restore(vault.trashed()[0].entry.id), {"UPDATE", "COMMIT"}),
    "delete": (lambda vault: vault.delete(vault.entries()[0].id), {"DELETE", "COMMIT"}),
    "delete from the bin": (
        lambda vault: vault.delete(vault.trashed()[0].entry.id),
        {"DELETE", "COMMIT"},
    ),
    "advance": (lambda vault: vault.advance_counter(vault.entries()[1].id), {"UPDATE", "COMMIT"}),
    "use": (
        lambda vault: vault.record_uses({one.id: Use(1, 9) for one in vault.entries()}),
        {"UPDATE", "COMMIT"},
    ),
    "move": (
        lambda vault: vault.move(vault.entries()[1].id, vault.entries()[0].id),
        {"UPDATE", "COMMIT"},
    ),
}
IN_BIN = {"put back", "delete from the bin"}
ANEW_ONLY = {"replace a namesake"}


def _state(vault: Vault) -> list[tuple[object, ...]]:
    """Return all facts about each account except its id, which differs between vaults."""
    binned = {one.entry.id for one in vault.trashed()}
    state: list[tuple[object, ...]] = []
    for entry in _all(vault):
        told = (*_facts(entry), read_uri(vault._records.store.read(entry.id)).account.secret)
        if entry.id in binned:
            state.append((*told, "in the bin"))
        else:
            state.append((*told, vault.notes(entry.id), vault.picture(entry.id)))
    return state


def _facts(entry: Entry) -> tuple[object, ...]:
    return (entry.label, entry.otp, entry.groups, entry.has_notes, bool(entry.picture), entry.uses)


@pytest.mark.parametrize("verb", ACTIONS)
def test_kill_at_any_point_leaves_action_done_or_undone(
    verb: str, places: Callable[[], Place]
) -> None:
    action, expected_points = ACTIONS[verb]
    binned, anew = verb in IN_BIN, verb in ANEW_ONLY
    whole = places()
    whole.prepare(binned=binned, anew=anew)
    with whole.started_again() as vault:
        before = _state(vault)
    names = _points(whole, action)
    assert expected_points <= {word for name in names for word in name.split()}
    if whole.kind is StoreKind.KEYRING and verb.split()[0] in ("add", "edit", "delete"):
        assert any(name.startswith("after store.") for name in names)
    with whole.started_again() as vault:
        after = _state(vault)
    assert after != before

    reached = set()
    for number in range(1, len(names) + 1):
        place = places()
        place.prepare(binned=binned, anew=anew)
        outcome = _run(place, action, number)
        assert outcome.killed
        assert outcome.said == []
        with place.started_again() as vault:
            state = _state(vault)
            assert state in (before, after), names[number - 1]
            reached.add(state == after)
            if binned:
                vault.remove(vault.entries()[0].id)
            if state == after and verb.startswith("replace"):
                vault.restore(vault.trashed()[0].entry.id)
            action(vault)  # and the vault goes on working
    assert reached == {False, True}  # the last point comes after the work was done


def test_kill_at_any_point_of_first_start_lets_next_one_continue(
    places: Callable[[], Place],
) -> None:
    names = _points(places(), None)
    assert {"before store.write", "after store.write", "os.rename"} <= set(names)
    found = set()
    for number in range(1, len(names) + 1):
        place = places()
        assert _run(place, None, number).killed
        there = lifecycle.inspect(place.home) is not None
        found.add(there)
        if not there:
            with _keyring() as keyring:
                place.create(keyring).close()
        with place.started_again() as vault:
            assert vault.entries() == []
            vault.add(KIM)
        assert not (place.home / "vault.db.new").exists()
    assert found == {False, True}


def test_kill_while_bin_is_purged_lets_next_opening_finish(
    places: Callable[[], Place],
) -> None:
    number, killed = 1, True
    while killed:
        place = places()
        place.prepare(binned=True, due=True)
        killed = in_child(_open_until(place, number)).killed
        with place.started_again() as vault:
            assert [entry.label for entry in _all(vault)] == [KIM.label, COUNTED.label]
        number += 1
    assert number > 5


@pytest.mark.parametrize("version", [1, 2])
def test_kill_while_index_is_migrated_leaves_old_or_new_version(
    places: Callable[[], Place], version: int
) -> None:
    versions = set()
    number, killed = 1, True
    while killed:
        place = places()
        place.prepare()
        with place.started_again() as vault, _keyring() as keyring:
            before = _state(vault)
            make_older(vault, place.home, version, keyring.write)
        killed = in_child(_open_until(place, number)).killed
        connection = sqlite3.connect(place.home / "vault.db")
        versions.add(connection.execute("PRAGMA user_version").fetchone()[0])
        connection.close()
        with place.started_again() as vault:
            assert _state(vault) == before
            vault.edit(vault.entries()[0].id, notes="new")
        number += 1
    assert versions == {version, 3}
    assert number > 5


def test_kill_while_repairing_lets_next_repair_finish(places: Callable[[], Place]) -> None:
    place = places()
    place.prepare()
    add, _ = ACTIONS["add"]
    names = _points(place, add)
    written = next(
        (number for number, name in enumerate(names, 1) if name == "after store.write"),
        len(names) - 1,  # the sealed store has no call of its own: the last statement
    )
    number, killed = 1, True
    while killed:
        assert _run(place, add, written).killed
        outcome = in_child(_open_until(place, number))
        killed = outcome.killed
        number += 1
    assert number > 3
    with place.started_again() as vault:
        assert len(vault.entries()) == 3


def _open_until(place: Place, fatal: int) -> Callable[[Say], None]:
    def child(say: Say) -> None:
        point = Points(fatal)
        keyring = TracedStore(KeyringStore(), point)
        _trace(point)
        lifecycle.open(place.home, keyring=keyring)

    return child


def test_kill_at_any_moment_keeps_everything_acknowledged(
    places: Callable[[], Place], rounds: int
) -> None:
    """Inside SQLite's commits too, where no statement begins."""
    randomly = random.Random(2)

    def work(say: Say) -> None:
        vault = lifecycle.open(place.home, keyring=KeyringStore())
        counted = vault.entries()[1].id
        while True:
            say(("advanced", vault.advance_counter(counted)))
            say(("added", vault.add(NEW).id))
            say(("renamed", vault.edit(vault.entries()[-1].id, groups=["told"]).id))
            removed = vault.add(NEW).id
            vault.remove(removed)
            say(("removed", removed))

    for _ in range(5 * rounds):
        place = places()
        place.prepare()
        child = Child(work)
        time.sleep(randomly.uniform(0.02, 0.25))
        child.kill()
        said = child.wait().said
        with place.started_again() as vault:
            told = {verb: [value for word, value in said if word == verb] for verb, _ in said}
            groups = {entry.id: entry.groups for entry in vault.entries()}
            assert set(told.get("added", [])) <= set(groups)
            assert all(groups[id] == ("told",) for id in told.get("renamed", []))
            assert set(told.get("removed", [])) <= {one.entry.id for one in vault.trashed()}
            counter = vault.advance_counter(vault.entries()[1].id)
            advanced = told.get("advanced", [])
            assert advanced == list(range(7, 7 + len(advanced)))
            assert counter >= 7 + len(advanced)
