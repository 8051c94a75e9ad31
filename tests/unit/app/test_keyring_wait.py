"""Whoever waits for a keyring learns that he does, once, and not for a moment's wait."""

import threading

import pytest

from authenticator.app import keyring_wait
from authenticator.app.keyring_wait import AnnouncingStore
from authenticator.vault.errors import KeyringLocked
from tests.contract.vault.memory_store import MemoryStore
from tests.patience import PATIENCE_S


class SlowStore(MemoryStore):
    """Answers once it is let go; `fault` instead of an answer, where set."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.fault: Exception | None = None

    def read(self, name: str) -> str:
        assert self.go_on.wait(PATIENCE_S)
        if self.fault is not None:
            raise self.fault
        return super().read(name)

    def names(self) -> frozenset[str]:
        return frozenset(self.items)


def test_slow_keyring_is_announced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_wait, "SOON_S", 0.01)
    slow, said = SlowStore(), []
    store = AnnouncingStore(slow, lambda: (said.append(True), slow.go_on.set()))
    store.write("a", "text")
    assert store.read("a") == "text"
    slow.fault = KeyringLocked()
    with pytest.raises(KeyringLocked):
        store.read("a")
    assert said == [True]
    assert store.names() == {"a"}
    store.delete("a")
    assert slow.items == {}


def test_quick_keyring_is_not_announced() -> None:
    slow, said = SlowStore(), []
    slow.go_on.set()
    store = AnnouncingStore(slow, lambda: said.append(True))
    for number in range(20):
        store.write(str(number), "text")
        store.read(str(number))
    for one in threading.enumerate():
        if isinstance(one, threading.Timer) and one.function == store._say:
            one.join(PATIENCE_S)  # cancelled: it does not last as long as its time
    assert not said
