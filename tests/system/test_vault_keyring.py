"""The vault on a real gnome-keyring: found by secret-tool, and every way it can refuse."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from traceback import walk_stack

import pytest
import secretstorage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jeepney import DBusAddress
from secretstorage.util import format_secret, open_session

from authenticator.otp.account import Account, Hotp, Label, Steam, Totp
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri
from authenticator.vault import lifecycle
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    KeyringSilent,
    SecretAmbiguous,
    SecretUnreadable,
)
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.stores import session_bus
from authenticator.vault.stores.keyring import KeyringStore
from authenticator.vault.vault import Vault
from tests.patience import PATIENCE_S, wait_for
from tests.services.secret_service import PASSWORD, SecretService, secret_service

ACCOUNTS = [
    Account(Label("Example Panel", "kim@example.org"), Secret(b"12345678901234567890")),
    Account(Label("Counted", "kim"), Secret(b"another secret here"), Hotp(counter=7)),
    Account(Label("Łódź 数", ""), Secret(b"\0" * 20), Totp(digits=8)),
    Account(Label("Steam", "kim"), Secret(b"s" * 20), Steam()),
]
KIM = ACCOUNTS[0]


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    with secret_service() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def keyring(daemon: SecretService) -> Iterator[KeyringStore]:
    store = KeyringStore()
    yield store
    store.close()


@pytest.fixture
def vault(home: Path, keyring: KeyringStore) -> Iterator[Vault]:
    made = lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=keyring)
    yield made
    made.close()


def test_independent_reader_finds_each_secret(vault: Vault, daemon: SecretService) -> None:
    for account in ACCOUNTS:
        id = vault.add(account).id
        found = daemon.lookup(service=f"Authenticator {id}", username="authenticator")
        assert found is not None
        assert read_uri(found).account == account
        vault.delete(id)
        assert daemon.lookup(service=f"Authenticator {id}") is None
    assert len(daemon.services()) == 1  # the vault key


def test_edit_replaces_item(vault: Vault, daemon: SecretService) -> None:
    id = vault.add(KIM).id
    vault.edit(id, label=Label("Renamed", "kim"))
    found = daemon.lookup(service=f"Authenticator {id}")
    assert found is not None
    assert read_uri(found).account == vault.account(id)
    assert len(daemon.services()) == 2


def test_locked_keyring_without_screen_fails_at_once_and_works_once_unlocked(
    vault: Vault, daemon: SecretService, home: Path
) -> None:
    entry = vault.add(KIM)
    daemon.lock()
    fresh = KeyringStore()
    calls: list[Callable[[], object]] = [
        lambda: vault.account(entry.id),
        lambda: vault.add(KIM),
        lambda: vault.edit(entry.id, label=Label("x")),
        lambda: vault.delete(entry.id),
        lambda: lifecycle.open(home, keyring=fresh),
    ]
    for call in calls:
        with pytest.raises(KeyringLocked):
            call()
    fresh.close()
    assert vault.entries() == [entry]
    daemon.unlock()
    assert vault.account(entry.id) == KIM
    assert vault.edit(entry.id, label=Label("x")).label == Label("x")


def test_restarted_daemon_is_followed(vault: Vault, daemon: SecretService) -> None:
    entry = vault.add(KIM)
    for _ in range(2):
        daemon.unlock()
        assert vault.account(entry.id) == KIM
        vault.edit(entry.id, groups=["written too"], label=KIM.label)


def asks_the_bus(thread: Thread) -> bool:
    assert thread.ident is not None
    place = sys._current_frames().get(thread.ident)
    return any("jeepney" in frame.f_code.co_filename for frame, _ in walk_stack(place))


@pytest.mark.parametrize("verb", ["read", "write", "delete"])
def test_daemon_dying_during_call_is_reported_and_retry_works(
    verb: str, keyring: KeyringStore, daemon: SecretService
) -> None:
    keyring.write("x", "text")
    victim = daemon.daemon
    assert victim is not None
    os.kill(victim, signal.SIGSTOP)  # so that the call is certainly under way
    raised: list[BaseException] = []

    def call() -> None:
        try:
            keyring.write("x", "text") if verb == "write" else getattr(keyring, verb)("x")
        except BaseException as fault:  # noqa: BLE001 - looked at below
            raised.append(fault)

    thread = Thread(target=call)
    thread.start()
    wait_for(lambda: asks_the_bus(thread), "the call")
    time.sleep(0.2)  # the bus answers at once; give the call time to reach the keyring
    assert thread.is_alive()
    os.kill(victim, signal.SIGKILL)
    thread.join(timeout=PATIENCE_S)
    assert [type(fault) for fault in raised] == [KeyringFailed]
    with pytest.raises(KeyringLocked):
        keyring.read("x")
    daemon.unlock()
    assert keyring.read("x") == "text"


def test_hanging_daemon_is_given_up_after_time_limit(
    keyring: KeyringStore, daemon: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.write("x", "text")
    monkeypatch.setattr(session_bus, "CALL_S", 0.3)
    victim = daemon.daemon
    assert victim is not None
    os.kill(victim, signal.SIGSTOP)
    for _ in range(2):
        with pytest.raises(KeyringSilent):
            keyring.read("x")
    os.kill(victim, signal.SIGCONT)
    assert keyring.read("x") == "text"


def test_missing_bus_counts_as_absent_keyring(
    keyring: KeyringStore, daemon: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [
        None,
        "",
        "unix:path=/nowhere/bus",
        "tcp:host=localhost,port=1",
        "nonsense",
    ]
    for address in addresses:
        if address is None:
            monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
        else:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with pytest.raises(KeyringAbsent):
            keyring.read("x")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.environment["DBUS_SESSION_BUS_ADDRESS"])
    keyring.write("x", "text")


def test_bus_that_ends_is_reported_then_absent(
    keyring: KeyringStore, daemon: SecretService
) -> None:
    keyring.write("x", "text")
    daemon.end_bus()
    with pytest.raises(KeyringFailed):
        keyring.read("x")
    with pytest.raises(KeyringAbsent):
        keyring.read("x")


def test_bus_without_secret_service_counts_as_absent_keyring(
    daemon: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = daemon.bare_bus()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
    with pytest.raises(KeyringAbsent):
        KeyringStore().read("x")


def test_keyring_without_collection_or_screen_counts_as_absent(
    daemon: SecretService,
) -> None:
    daemon.lock()
    for path in (daemon.folder / "data" / "keyrings").iterdir():
        path.unlink()
    store = KeyringStore()
    with pytest.raises(KeyringAbsent):
        store.write("x", "text")
    store.close()


# Items as others may have left them.


@pytest.fixture
def bus(daemon: SecretService) -> Iterator[session_bus.Connection]:
    """A connection of somebody else's."""
    connection = session_bus.connect()
    yield connection
    connection.close()


def put(
    bus: session_bus.Connection, id: str, secret: bytes, collection: str | None = None
) -> secretstorage.Item:
    """Leave one more item with the attributes of one of ours."""
    attributes = {"username": "authenticator", "service": f"Authenticator {id}"}
    place = secretstorage.Collection(bus, *([collection] if collection else []))
    return place.create_item("somebody's", attributes, secret, replace=False)


def second_collection(bus: session_bus.Connection) -> str:
    """The path of another unlocked collection, made as gnome-keyring's own programs do."""
    session = open_session(bus)
    master = format_secret(session, PASSWORD.encode(), "text/plain")
    label = {"org.freedesktop.Secret.Collection.Label": ("s", "second")}
    (path,) = bus.call(
        DBusAddress(
            "/org/freedesktop/secrets",
            session_bus.SECRETS,
            "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
        ),
        *("CreateWithMasterPassword", "a{sv}(oayays)", label, master),
    )
    return str(path)


def make_default(bus: session_bus.Connection, collection: str) -> None:
    bus.call(session_bus.SERVICE, "SetAlias", "so", "default", collection)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=st.binary(min_size=1, max_size=200).filter(lambda secret: not is_text(secret)))
def test_item_that_is_no_text_is_told_and_stops_nothing_else(
    secret: bytes, vault: Vault, daemon: SecretService, bus: session_bus.Connection
) -> None:
    entry, other = vault.add(KIM), vault.add(ACCOUNTS[1])
    query = {"service": f"Authenticator {entry.id}"}
    for item in secretstorage.search_items(bus, query):
        item.set_secret(secret)
    with pytest.raises(SecretUnreadable):
        vault.account(entry.id)
    raw = json.loads(vault.export_raw(entry.id))
    assert (raw["id"], raw["item"]) == (entry.id, None)
    assert vault.account(other.id) == ACCOUNTS[1]
    vault.add(KIM)
    vault.delete(entry.id)
    assert f"Authenticator {entry.id}" not in daemon.services()
    for left in vault.entries():
        vault.delete(left.id)


def is_text(secret: bytes) -> bool:
    try:
        secret.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_two_items_of_one_name_that_differ_are_told_and_neither_is_used(
    keyring: KeyringStore, bus: session_bus.Connection
) -> None:
    keyring.write("x", "right")
    twin = put(bus, "x", b"right")
    assert keyring.read("x") == "right"
    for wrong in (b"wrong", b"", b"\xff"):
        twin.set_secret(wrong)
        with pytest.raises(SecretAmbiguous):
            keyring.read("x")
    keyring.write("x", "new")  # in place of both
    assert keyring.read("x") == "new"
    assert len(list(secretstorage.search_items(bus, {"service": "Authenticator x"}))) == 1


def test_delete_leaves_none_of_several_items_in_several_collections(
    keyring: KeyringStore, daemon: SecretService, bus: session_bus.Connection
) -> None:
    keyring.write("x", "one")
    keyring.write("y", "stays")
    put(bus, "x", b"two")
    put(bus, "x", b"\xff", second_collection(bus))
    keyring.delete("x")
    assert daemon.services() == {"Authenticator y"}


def test_vault_is_found_and_written_where_it_is_whichever_collection_is_the_default(
    vault: Vault, home: Path, bus: session_bus.Connection
) -> None:
    before, second = vault.add(KIM), second_collection(bus)
    (before_path,) = bus.call(session_bus.SERVICE, "ReadAlias", "s", "default")
    make_default(bus, second)
    with closing(KeyringStore()) as fresh, closing(lifecycle.open(home, keyring=fresh)) as again:
        assert again.account(before.id) == KIM
        added = again.add(KIM)
        again.edit(before.id, label=Label("Renamed"))
        names = fresh.names()
        assert names is not None
        assert {before.id, added.id} < names
    ours = secretstorage.search_items(bus, {"username": "authenticator"})
    assert {item.item_path.rpartition("/")[0] for item in ours} == {before_path}


def test_vault_in_an_open_collection_is_read_though_the_default_one_is_locked(
    vault: Vault, home: Path, bus: session_bus.Connection
) -> None:
    """Nobody is asked for what is not needed: here there is no screen."""
    entry, second = vault.add(KIM), second_collection(bus)
    make_default(bus, second)
    bus.call(session_bus.SERVICE, "Lock", "ao", [second])
    with closing(KeyringStore()) as fresh, closing(lifecycle.open(home, keyring=fresh)) as again:
        assert again.account(entry.id) == KIM
        again.delete(entry.id)


def test_collection_that_the_user_prefers_is_used_and_one_that_is_not_there_is_absent(
    bus: session_bus.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferred = second_collection(bus)
    variable = "KEYRING_PROPERTY_PREFERRED_COLLECTION"
    monkeypatch.setenv(variable, preferred)
    with closing(KeyringStore()) as store:
        store.write("x", "text")
        assert store.read("x") == "text"
    (item,) = secretstorage.search_items(bus, {"service": "Authenticator x"})
    assert item.item_path.startswith(f"{preferred}/")
    monkeypatch.setenv(variable, f"{preferred}/nowhere")
    with closing(KeyringStore()) as store, pytest.raises(KeyringAbsent):
        store.read("x")


@pytest.fixture
def prompts(daemon: SecretService, screen: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own prompt appears on a real screen."""
    monkeypatch.setenv("DISPLAY", screen["DISPLAY"])
    daemon.show_prompts_on(screen["DISPLAY"])


def test_prompt_cancelled_is_dismissed_and_confirmed_continues(
    keyring: KeyringStore, daemon: SecretService, prompts: None
) -> None:
    keyring.write("x", "text")
    daemon.lock()
    outcomes: list[object] = []

    def read() -> None:
        try:
            outcomes.append(keyring.read("x"))
        except KeyringDismissed as fault:
            outcomes.append(type(fault))

    for keys in (["key", "Escape"], ["key", "ctrl+a", *PASSWORD, "Return"]):
        _answer(read, keys)
    assert outcomes == [KeyringDismissed, "text"]


def test_user_without_collection_is_prompted_to_create_one(
    keyring: KeyringStore, daemon: SecretService, prompts: None
) -> None:
    daemon.lock()
    for path in (daemon.folder / "data" / "keyrings").iterdir():
        path.unlink()
    new = ["key", "ctrl+a", *"new", "Tab", "ctrl+a", *"new", "Return"]
    _answer(lambda: keyring.write("x", "text"), new)
    assert keyring.read("x") == "text"
    assert daemon.lookup(service="Authenticator x") == "text"


def test_unanswered_prompt_is_withdrawn_after_time_limit(
    keyring: KeyringStore,
    daemon: SecretService,
    prompts: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyring.write("x", "text")
    daemon.lock()
    monkeypatch.setattr(session_bus, "PROMPT_S", 0.5)
    daemons = set()
    for _ in range(2):
        with pytest.raises(KeyringLocked):
            keyring.read("x")
        daemons.add(daemon.daemon)
    assert len(daemons - {None}) == 1  # the daemon did not end because of us
    daemon.unlock()
    assert keyring.read("x") == "text"


def _answer(call: Callable[[], None], keys: list[str]) -> None:
    thread = Thread(target=call)
    thread.start()
    _xdotool("search", "--sync", "--onlyvisible", "--class", "gcr-prompter")
    patience = time.monotonic() + PATIENCE_S
    while thread.is_alive() and time.monotonic() < patience:
        _xdotool(*keys)  # repeatedly: the prompt takes keys only once it has the focus
        thread.join(timeout=0.5)
    assert not thread.is_alive()


def _xdotool(*arguments: str) -> None:
    subprocess.run(
        ["xdotool", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        timeout=PATIENCE_S,
        check=False,
    )


def test_daemon_dying_at_prompt_does_not_block_forever(
    keyring: KeyringStore, daemon: SecretService, prompts: None
) -> None:
    keyring.write("x", "text")
    daemon.lock()
    raised: list[type[BaseException]] = []

    def read() -> None:
        try:
            keyring.read("x")
        except BaseException as fault:  # noqa: BLE001 - looked at below
            raised.append(type(fault))

    thread = Thread(target=read)
    thread.start()
    _xdotool("search", "--sync", "--onlyvisible", "--class", "gcr-prompter")
    daemon.end_daemon()
    thread.join(timeout=PATIENCE_S)
    assert raised == [KeyringFailed]


def test_keyring_library_and_store_read_each_others_items(daemon: SecretService) -> None:
    with closing(KeyringStore()) as ours:
        ours.write("one", "by us")
        script = (
            "import keyring; user = 'authenticator'\n"
            "assert keyring.get_password('Authenticator one', user) == 'by us'\n"
            "keyring.set_password('Authenticator one', user, 'by keyring')\n"
            "keyring.set_password('Authenticator two', user, 'zwei ü')\n"
        )
        subprocess.run(
            [sys.executable, "-c", script], env=dict(os.environ), check=True, timeout=PATIENCE_S
        )
        assert ours.read("one") == "by keyring"
        assert ours.read("two") == "zwei ü"
        ours.write("two", "by us again")
        script = (
            "import keyring; user = 'authenticator'\n"
            "assert keyring.get_password('Authenticator two', user) == 'by us again'\n"
        )
        subprocess.run([sys.executable, "-c", script], env=dict(os.environ), check=True, timeout=60)
        assert len(daemon.services()) == 2  # each replaced the other's item
        for name in ("one", "two"):
            ours.delete(name)


def test_store_in_fresh_process_loads_neither_keyring_nor_its_backends(
    vault: Vault, daemon: SecretService, home: Path
) -> None:
    """The backends of keyring bring an HTTP client along, and choosing one takes 100 ms."""
    id = vault.add(KIM).id
    script = f"""
import sys
from pathlib import Path
from authenticator.vault.stores.keyring import KeyringStore
from authenticator.vault import lifecycle
vault = lifecycle.open(Path({str(home)!r}), keyring=KeyringStore())
assert vault.account({id!r}).secret.base32() == {KIM.secret.base32()!r}
for heavy in ("filelock", "cryptography.hazmat.primitives.kdf.argon2", "http.client",
              "keyring", "PySide6", "numpy"):
    assert heavy not in sys.modules, heavy
written = vault.add(vault.account({id!r}))
vault.delete({id!r})
assert vault.entries() == [written]
for heavy in ("keyring", "http.client"):
    assert heavy not in sys.modules, heavy
"""
    subprocess.run(
        [sys.executable, "-c", script], env=dict(os.environ), check=True, timeout=PATIENCE_S
    )
