"""What every SecretStore keeps to: the one of tests, the sealed ones, the real keyring."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from authenticator.vault import lifecycle
from authenticator.vault.errors import SecretMissing
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.seal import Seal, new_key
from authenticator.vault.stores.keyring import KeyringStore
from authenticator.vault.stores.sealed_rows import SealedItemStore, SealedStore
from authenticator.vault.stores.secret_store import SecretStore
from tests.contract.vault.memory_store import MemoryStore
from tests.services.secret_service import SecretService, secret_service


@pytest.fixture(scope="module")
def daemon() -> Iterator[SecretService]:
    with secret_service() as running:
        yield running


@pytest.fixture(params=["memory", "sealed", "sealed items", "keyring"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SecretStore]:
    seal = Seal(new_key(), "a vault")
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "sealed items":
        yield SealedItemStore(MemoryStore(), seal)
    elif request.param == "sealed":
        vault = lifecycle.create(
            tmp_path, store=StoreKind.SEALED, key=KeyKind.KEYRING, keyring=MemoryStore()
        )
        yield SealedStore(vault._index, seal)
        vault.close()
    else:
        running: SecretService = request.getfixturevalue("daemon")
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        real = KeyringStore()
        yield real
        real.close()


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """One that no other test uses: the keyring is shared."""
    return request.node.nodeid


TEXTS = [
    "otpauth://totp/Panel:kim?secret=JBSWY3DPEHPK3PXP&issuer=Panel",
    "",
    "Łódź 数 \U0001f511 with spaces, \\ and \" and '",
    "x" * 900,
]


@pytest.mark.parametrize("text", TEXTS, ids=["uri", "empty", "unicode", "long"])
def test_what_was_written_is_read(store: SecretStore, name: str, text: str) -> None:
    store.write(name, text)
    assert store.read(name) == text


def test_a_name_never_written_is_missing(store: SecretStore, name: str) -> None:
    with pytest.raises(SecretMissing) as missing:
        store.read(name)
    assert missing.value.name == name


def test_the_last_write_counts(store: SecretStore, name: str) -> None:
    store.write(name, "first")
    store.write(name, "second")
    assert store.read(name) == "second"


def test_a_deleted_name_is_missing(store: SecretStore, name: str) -> None:
    store.write(name, "something")
    store.delete(name)
    with pytest.raises(SecretMissing):
        store.read(name)


def test_deleting_what_is_absent_is_fine(store: SecretStore, name: str) -> None:
    store.delete(name)
    store.delete(name)


def test_names_do_not_touch_each_other(store: SecretStore, name: str) -> None:
    store.write(name, "one")
    store.write(name + " 2", "two")
    store.delete(name)
    assert store.read(name + " 2") == "two"


def test_another_thread_may_use_it(store: SecretStore, name: str) -> None:
    store.write(name, "before")
    seen: list[str] = []

    def elsewhere() -> None:
        seen.append(store.read(name))
        store.write(name, "after")

    thread = Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert (seen, store.read(name)) == (["before"], "after")


@pytest.mark.parametrize("store", ["keyring"], indirect=True)
def test_keyring_names_what_it_holds(store: KeyringStore) -> None:
    """What a list has lost is found by this alone."""
    before = store.names()
    assert before is not None
    store.write("one", "1")
    store.write("vault two", "2")
    assert store.names() == before | {"one", "vault two"}
    store.delete("one")
    assert store.names() == before | {"vault two"}
    store.delete("vault two")
    assert store.names() == before
