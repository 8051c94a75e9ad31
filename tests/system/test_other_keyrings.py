"""The whole job on KeePassXC and on KWallet, both real, and every way in which they can refuse.

gnome-keyring: test_vault_keyring.py.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Thread

import pytest

from authenticator.otp.account import Account, Hotp, Label
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    KeyringRefused,
    KeyringSilent,
    StoreFault,
)
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.stores import session_bus
from authenticator.vault.stores.keyring import KeyringStore
from authenticator.vault.vault import Vault
from tests.patience import PATIENCE_S, wait_for
from tests.services.other_keyrings import KeePassXC, KWallet, OtherKeyring, other_keyring

KIM = Account(Label("Example Panel", "kim@example.org"), Secret(b"12345678901234567890"))
LEE = Account(Label("Łódź 数", "lee"), Secret(b"another secret here!"), Hotp(counter=7))


@pytest.fixture(params=["KeePassXC", "KWallet"])
def keyring(
    request: pytest.FixtureRequest, screen: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[OtherKeyring]:
    make = {"KeePassXC": KeePassXC, "KWallet": KWallet}[request.param]
    yield from running(partial(make, screen=screen), monkeypatch)


@pytest.fixture(autouse=True)
def shorter_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Still longer than anything here takes."""
    monkeypatch.setattr(session_bus, "PROMPT_S", PATIENCE_S)


def running(
    make: Callable[[Path], OtherKeyring], monkeypatch: pytest.MonkeyPatch
) -> Iterator[OtherKeyring]:
    with other_keyring(make) as keyring:
        for name, value in keyring.environment.items():
            monkeypatch.setenv(name, value)
        yield keyring


@pytest.fixture
def store() -> Iterator[KeyringStore]:
    with closing(KeyringStore()) as store:
        yield store


@pytest.fixture
def vault(keyring: OtherKeyring, store: KeyringStore, home: Path) -> Iterator[Vault]:
    with closing(
        lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=store)
    ) as made:
        yield made


class Call:
    """A call on a thread of its own, and how it ended."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.outcome: object = None
        self._call = call
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.outcome = self._call()
        except StoreFault as fault:
            self.outcome = type(fault)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> object:
        self._thread.join(PATIENCE_S)
        assert not self.running
        return self.outcome

    def answered(self, keyring: OtherKeyring, answer: Callable[[], None]) -> tuple[object, int]:
        """How it ended once every question of the keyring has this answer, and how many it had."""
        asked: set[str] = set()
        end = time.monotonic() + PATIENCE_S
        while self.running and time.monotonic() < end:
            if question := keyring.question():
                asked.add(question)
                answer()
            time.sleep(0.3)
        return self.end(), len(asked)


def oathtool(secret: Secret, at_s: int) -> str:
    """The code that an independent program makes."""
    shown = subprocess.run(
        ["oathtool", "--totp", "--base32", f"--now=@{at_s}", "-"],
        input=secret.base32(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return shown.stdout.strip()


def reopened(home: Path, store: KeyringStore) -> Vault:
    return lifecycle.open(home, keyring=store)


def test_whole_job(vault: Vault, home: Path) -> None:
    kim, lee = vault.add(KIM), vault.add(LEE)
    with closing(KeyringStore()) as fresh, closing(reopened(home, fresh)) as again:
        assert again.entries() == [kim, lee]
        assert [again.account(entry.id) for entry in (kim, lee)] == [KIM, LEE]
        shown = code_at(again.account(kim.id), 1_800_000_000).value
        assert shown == oathtool(KIM.secret, 1_800_000_000)
        names = fresh.names()
        assert names is not None
        assert {kim.id, lee.id} <= names
        assert len(names) == 3  # and the vault key
        again.edit(kim.id, label=Label("Renamed", "kim"))
        again.delete(kim.id)
        again.delete(lee.id)
        assert len(fresh.names() or ()) == 1
        assert again.entries() == []


def test_restarted_program_is_followed(vault: Vault, keyring: OtherKeyring) -> None:
    entry = vault.add(KIM)
    if isinstance(keyring, KeePassXC):
        wait_for(lambda: len(keyring.saved_entries()) == 2, "its file")
    for _ in range(2):
        keyring.end_daemon()
        keyring.start()
        call = Call(lambda: vault.account(entry.id))
        assert call.answered(keyring, keyring.allow)[0] == KIM
        vault.edit(entry.id, label=KIM.label, groups=["written too"])


def test_locked_keyring_is_asked_for_and_opens_with_its_password(
    vault: Vault, keyring: OtherKeyring
) -> None:
    entry = vault.add(KIM)
    keyring.lock()
    assert Call(lambda: vault.account(entry.id)).answered(keyring, keyring.allow) == (KIM, 1)
    keyring.lock()
    added, asked = Call(lambda: vault.add(LEE).label).answered(keyring, keyring.allow)
    assert (added, asked) == (LEE.label, 1)


def test_dismissed_prompt_is_told_and_nothing_is_lost(vault: Vault, keyring: OtherKeyring) -> None:
    entry = vault.add(KIM)
    keyring.lock()
    calls: list[Callable[[], object]] = [
        lambda: vault.account(entry.id),
        lambda: vault.add(LEE),
        lambda: vault.delete(entry.id),
    ]
    for call in calls:
        assert Call(call).answered(keyring, keyring.dismiss) == (KeyringDismissed, 1)
    assert vault.entries() == [entry]
    assert Call(lambda: vault.account(entry.id)).answered(keyring, keyring.allow) == (KIM, 1)


def test_without_a_screen_a_locked_keyring_fails_at_once(
    vault: Vault, keyring: OtherKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = vault.add(KIM)
    keyring.lock()
    monkeypatch.delenv("DISPLAY")
    for call in (partial(vault.account, entry.id), partial(vault.add, LEE)):
        with pytest.raises(KeyringLocked):
            call()
    assert not keyring.question()


def test_unanswered_prompt_is_given_up(
    vault: Vault, keyring: OtherKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = vault.add(KIM)
    keyring.lock()
    monkeypatch.setattr(session_bus, "PROMPT_S", 1.0)
    with pytest.raises(KeyringLocked):
        vault.account(entry.id)


@pytest.mark.parametrize("verb", ["read", "write", "delete"])
def test_program_killed_during_a_call_is_told(
    verb: str, store: KeyringStore, keyring: OtherKeyring
) -> None:
    store.write("x", "text")
    victim = keyring.daemon
    assert victim is not None
    os.kill(victim, signal.SIGSTOP)  # so that the call is certainly under way
    call = Call(lambda: store.write("x", "t") if verb == "write" else getattr(store, verb)("x"))
    time.sleep(0.5)
    assert call.running
    os.kill(victim, signal.SIGKILL)
    assert call.end() is KeyringFailed
    keyring.start()
    store.write("x", "after")
    assert store.read("x") == "after"


def test_slow_program_is_waited_for(store: KeyringStore, keyring: OtherKeyring) -> None:
    store.write("x", "text")
    victim = keyring.daemon
    assert victim is not None
    os.kill(victim, signal.SIGSTOP)
    call = Call(lambda: store.read("x"))
    time.sleep(5)
    assert call.running
    os.kill(victim, signal.SIGCONT)
    assert call.end() == "text"


def test_program_that_hangs_is_given_up_and_told(
    store: KeyringStore, keyring: OtherKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write("x", "text")
    monkeypatch.setattr(session_bus, "CALL_S", 0.5)
    victim = keyring.daemon
    assert victim is not None
    os.kill(victim, signal.SIGSTOP)
    for _ in range(2):
        with pytest.raises(KeyringSilent):
            store.read("x")
    os.kill(victim, signal.SIGCONT)
    monkeypatch.undo()


# What is KeePassXC's alone.


@pytest.fixture
def confirming(screen: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherKeyring]:
    yield from running(partial(KeePassXC, screen=screen, confirm=True), monkeypatch)


def test_six_accounts_are_confirmed_at_once(confirming: OtherKeyring, home: Path) -> None:
    with (
        closing(KeyringStore()) as store,
        closing(
            lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=store)
        ) as vault,
    ):
        ids = [vault.add(KIM).id for _ in range(6)]

    def read() -> list[Account]:
        with closing(KeyringStore()) as fresh, closing(reopened(home, fresh)) as again:
            return [again.account(id) for id in ids]

    assert Call(read).answered(confirming, lambda: confirming._press("Return")) == ([KIM] * 6, 1)


def test_use_that_was_denied_is_refused(confirming: OtherKeyring) -> None:
    with closing(KeyringStore()) as store:
        store.write("x", "text")

    def read() -> str:
        with closing(KeyringStore()) as fresh:
            return fresh.read("x")

    assert Call(read).answered(confirming, confirming.dismiss) == (KeyringRefused, 1)


def test_keepassxc_without_a_database_counts_as_absent(
    screen: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Empty(KeePassXC):
        def collections(self) -> list[str]:
            return ["none is waited for"]

        def locked(self) -> bool:
            return False

        def _make_database(self) -> None:
            """None."""

    for _ in running(partial(Empty, screen=screen), monkeypatch):
        with closing(KeyringStore()) as store, pytest.raises(KeyringAbsent):
            store.read("x")


# What is KWallet's alone.


@pytest.fixture
def kwallet(screen: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherKeyring]:
    yield from running(partial(KWallet, screen=screen), monkeypatch)


def test_kwallet_killed_right_after_an_add_has_it(kwallet: OtherKeyring, home: Path) -> None:
    """Left to itself it writes its file seconds later, and has an empty item until then."""
    with (
        closing(KeyringStore()) as store,
        closing(
            lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=store)
        ) as vault,
    ):
        entry = vault.add(KIM)
        os.kill(kwallet.daemon or 0, signal.SIGKILL)
    kwallet.start()
    with closing(KeyringStore()) as store, closing(reopened(home, store)) as again:
        assert again.account(entry.id) == KIM
        again.delete(entry.id)
        os.kill(kwallet.daemon or 0, signal.SIGKILL)
    kwallet.start()
    with closing(KeyringStore()) as store:
        assert len(store.names() or ()) == 1
        assert entry.id not in (store.names() or ())


def test_kwallet_that_does_not_run_is_started(kwallet: OtherKeyring, store: KeyringStore) -> None:
    store.write("x", "text")
    kwallet.end_daemon()
    assert Call(lambda: store.read("x")).answered(kwallet, kwallet.allow) == ("text", 1)
