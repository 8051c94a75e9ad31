"""No wait for a Secret Service is without a limit: one that falls silent at each method in turn."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from authenticator.vault.errors import (
    KeyringLocked,
    KeyringRefused,
    KeyringSilent,
    StoreFault,
)
from authenticator.vault.stores import session_bus
from authenticator.vault.stores.keyring import KeyringStore, service
from tests.patience import PATIENCE_S, longer
from tests.services.bus import private_bus
from tests.services.silent_keyring import SilentKeyring


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SilentKeyring]:
    with private_bus(tmp_path) as address, SilentKeyring(address) as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setenv("DISPLAY", ":nobody")
        yield running


CALLS: dict[str, Callable[[KeyringStore], object]] = {
    "read": lambda store: store.read("there"),
    "write": lambda store: store.write("new", "text"),
    "change": lambda store: store.write("there", "other"),
    "delete": lambda store: store.delete("there"),
    "names": lambda store: store.names(),
}


def outcome(call: Callable[[KeyringStore], object]) -> object:
    """What a call over a new connection returned, or the class of what it raised."""
    ended: list[object] = []

    def run() -> None:
        with closing(KeyringStore()) as store:
            try:
                ended.append(call(store))
            except StoreFault as fault:
                ended.append(type(fault))

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert ended, "it still waits"
    return ended[0]


def prepare(keyring: SilentKeyring, *, locked: bool, prompts: bool) -> None:
    keyring.silent = ""
    keyring.items = {service("there"): b"text"}
    keyring.locked, keyring.prompts = locked, prompts
    keyring.asked.clear()


@pytest.mark.parametrize("locked", [False, True], ids=["open", "locked"])
@pytest.mark.parametrize("prompts", [False, True], ids=["", "prompting"])
@pytest.mark.parametrize("name", CALLS)
def test_service_silent_at_any_method_is_given_up_told_and_not_asked_again(
    keyring: SilentKeyring,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    locked: bool,
    prompts: bool,
) -> None:
    """CALL_S limits each call, PROMPT_S each prompt: here the other limit is longer than the test
    waits."""
    prepare(keyring, locked=locked, prompts=prompts)
    expected = {"read": "text", "names": {"there"}}.get(name)
    assert outcome(CALLS[name]) == expected
    assert keyring.items.get(service("new" if name == "write" else "there")) == {
        "write": b"text",
        "change": b"other",
        "delete": None,
    }.get(name, b"text")
    for method in list(keyring.asked):
        of_a_person = method in ("Prompt", "Completed")
        for limit_s in longer(0.3):
            prepare(keyring, locked=locked, prompts=prompts)
            keyring.silent = method
            monkeypatch.setattr(session_bus, "CALL_S", 1000 if of_a_person else limit_s)
            monkeypatch.setattr(session_bus, "PROMPT_S", limit_s if of_a_person else 1000)
            told = outcome(CALLS[name])
            if keyring.asked[method]:
                break
        asks_to_unlock = of_a_person and locked
        assert told is (KeyringLocked if asks_to_unlock else KeyringSilent), method
        assert keyring.asked[method] == 1, method


def test_prompt_of_an_open_keyring_is_not_waited_for_where_nobody_sees_it(
    keyring: SilentKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KeePassXC calls it a prompt that it makes an item. It may need a person or not."""
    prepare(keyring, locked=False, prompts=True)
    monkeypatch.delenv("DISPLAY")
    assert outcome(CALLS["write"]) is None
    assert outcome(CALLS["delete"]) is None
    prepare(keyring, locked=False, prompts=True)
    keyring.silent = "Completed"
    monkeypatch.setattr(session_bus, "CALL_S", 0.3)
    assert outcome(CALLS["write"]) is KeyringSilent


def test_rule_of_the_bus_against_us_is_told_as_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a sandbox or a system's policy sets it: there is a keyring, and it is not ours."""
    deny = "<deny send_destination='org.freedesktop.secrets'/>"
    with private_bus(tmp_path, deny) as address, SilentKeyring(address) as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        for call in CALLS.values():
            assert outcome(call) is KeyringRefused
        assert not running.asked
