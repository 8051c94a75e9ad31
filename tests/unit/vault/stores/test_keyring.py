"""The keyring store over backends that misbehave in ways which a real one can't be made to."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from jeepney import DBusAddress, DBusErrorResponse, new_error, new_method_call
from keyring.errors import InitError, KeyringError, NoKeyringError, PasswordDeleteError
from keyring.errors import KeyringLocked as ForeignLocked
from secretstorage.exceptions import LockedException, PromptDismissedException

from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    KeyringRefused,
    KeyringSilent,
    SecretAmbiguous,
    SecretTooLong,
    SecretUnreadable,
)
from authenticator.vault.stores import keyring, other_systems
from authenticator.vault.stores.keyring import KeyringStore
from authenticator.vault.stores.other_systems import LibraryKeyring
from authenticator.vault.stores.secret_store import ItemsDiffer


class Backend:
    """A backend that raises what it is told to, once."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.items: dict[tuple[str, str], str] = {}
        self.ended = False

    def _maybe_fail(self) -> None:
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault

    def get_password(self, service: str, username: str) -> str | None:
        self._maybe_fail()
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._maybe_fail()
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._maybe_fail()
        self.items.pop((service, username), None)

    def services(self, username: str) -> frozenset[str] | None:
        self._maybe_fail()
        return frozenset(service for service, user in self.items if user == username)

    def end(self) -> None:
        self.ended = True


def bus_error(name: str) -> DBusErrorResponse:
    """What a service on the bus answers."""
    answer = new_error(new_method_call(DBusAddress("/", "x.y"), "Call"), name, "s", ("text",))
    return DBusErrorResponse(answer)


def caused_by(name: str, foreign: Exception) -> Exception:
    foreign.__cause__ = bus_error(name)
    return foreign


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (ForeignLocked("said no"), KeyringDismissed),
        (LockedException("locked meanwhile"), KeyringLocked),
        (PromptDismissedException("said no"), KeyringDismissed),
        (InitError("no collection"), KeyringAbsent),
        (NoKeyringError("none"), KeyringAbsent),
        (ImportError("pywin32"), KeyringAbsent),
        (KeyringError("?"), KeyringFailed),
        (BrokenPipeError(32, "gone"), KeyringFailed),
        (TimeoutError(), KeyringSilent),
        (bus_error("org.freedesktop.DBus.Error.AccessDenied"), KeyringRefused),
        (bus_error("org.freedesktop.Secret.Error.IsLocked"), KeyringLocked),
        (bus_error("org.freedesktop.DBus.Error.NoReply"), KeyringFailed),
        (caused_by("org.freedesktop.DBus.Error.AccessDenied", InitError()), KeyringRefused),
        (caused_by("org.freedesktop.DBus.Error.ServiceUnknown", InitError()), KeyringAbsent),
        (AssertionError(), KeyringFailed),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else repr(value)[:70],
)
@pytest.mark.parametrize("verb", ["read", "write", "delete"])
def test_exception_of_the_backend_becomes_ours_and_drops_the_connection(
    foreign: Exception, ours: type[Exception], verb: str
) -> None:
    first, second = Backend(foreign), Backend()
    second.items[keyring.service("x"), keyring.USERNAME] = "kept"
    rings = iter([first, second])
    store = KeyringStore(lambda: next(rings))

    def call() -> object:
        return store.write("x", "text") if verb == "write" else getattr(store, verb)("x")

    with pytest.raises(ours) as raised:
        call()
    assert type(raised.value) is ours
    assert first.ended
    call()  # a new connection, and all is well


def test_failure_names_the_class_and_never_the_text() -> None:
    """A foreign exception's text may hold a secret."""
    store = KeyringStore(lambda: Backend(RuntimeError("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP")))
    with pytest.raises(KeyringFailed) as failed:
        store.read("x")
    assert failed.value.detail == "RuntimeError"
    assert "JBSW" not in repr(failed.value) + str(failed.value)
    assert failed.value.__suppress_context__


def test_delete_refused_by_the_backend_raises_keyring_failed() -> None:
    class Stubborn(Backend):
        def delete_password(self, service: str, username: str) -> None:
            raise PasswordDeleteError("will not")

    ring = Stubborn()
    store = KeyringStore(lambda: ring)
    store.write("x", "text")
    with pytest.raises(KeyringFailed):
        store.delete("x")


@pytest.mark.parametrize("character", ["x", "é", "\U0001f511"], ids=["ascii", "bmp", "astral"])
def test_write_limit_counts_utf16_units(character: str) -> None:
    units = len(character.encode("utf-16-le")) // 2
    store = KeyringStore(Backend)
    store.write("x", character * (1280 // units))
    with pytest.raises(SecretTooLong) as refused:
        store.write("x", character * (1280 // units + 1))
    assert (refused.value.units, refused.value.limit) == (1280 + units, 1280)


def test_write_gives_each_item_a_service_of_its_own() -> None:
    ring = Backend()
    store = KeyringStore(lambda: ring)
    store.write("a", "1")
    store.write("b", "2")
    assert ring.items == {
        ("Authenticator a", "authenticator"): "1",
        ("Authenticator b", "authenticator"): "2",
    }


@pytest.mark.parametrize(
    ("answer", "ours"),
    [
        (UnicodeDecodeError("utf-8", b"a key\xff", 5, 6, "not text"), SecretUnreadable),
        (ItemsDiffer(), SecretAmbiguous),
    ],
    ids=["no text", "two items"],
)
def test_item_that_cannot_be_read_is_told_by_name_and_keeps_the_connection(
    answer: Exception, ours: type[SecretUnreadable]
) -> None:
    """Nothing of the item is in the error; the others are read over the same connection."""
    ring = Backend(answer)
    store = KeyringStore(lambda: ring)
    with pytest.raises(SecretUnreadable) as raised:
        store.read("x")
    assert type(raised.value) is ours
    assert raised.value.args == ("x",)
    assert raised.value.__suppress_context__
    assert not ring.ended


def test_bus_error_is_named_and_its_text_is_not() -> None:
    store = KeyringStore(lambda: Backend(bus_error("org.example.Odd")))
    with pytest.raises(KeyringFailed) as failed:
        store.read("x")
    assert failed.value.detail == "org.example.Odd"


def test_names_are_those_of_this_app() -> None:
    ring = Backend()
    store = KeyringStore(lambda: ring)
    store.write("a", "1")
    store.write("vault b", "2")
    ring.set_password("Authenticator c", "somebody else", "3")
    ring.set_password("Another program", keyring.USERNAME, "4")
    assert store.names() == {"a", "vault b"}


class Library:
    """A backend of keyring: what is not there is an error as any other to `delete_password`."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], str | Exception] = {}

    def get_password(self, service: str, username: str) -> str | None:
        item = self.items.get((service, username))
        if isinstance(item, Exception):
            raise item
        return item

    def set_password(self, service: str, username: str, password: str) -> None:
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.items.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


def test_library_keyring_deletes_what_is_there_readable_or_not_and_minds_no_absence() -> None:
    library = Library()
    store = KeyringStore(lambda: LibraryKeyring(library))
    store.write("x", "text")
    library.items["Authenticator y", "authenticator"] = UnicodeDecodeError("utf-8", b"", 0, 0, "?")
    for name in ("x", "y", "never written"):
        store.delete(name)
    assert not library.items


def test_kwallet_without_a_secret_service_is_told_to_write_its_file() -> None:
    """It does so by itself five seconds later; what was acknowledged may be lost until then."""
    calls: list[object] = []

    class Wallet(Library):
        handle, appid = 7, "program"

        class iface:  # noqa: N801 - as keyring calls it
            @staticmethod
            def sync(handle: int, appid: str) -> None:
                calls.append((handle, appid))

    store = KeyringStore(lambda: LibraryKeyring(Wallet()))
    store.write("x", "text")
    assert calls == [(7, "program")]


@pytest.mark.parametrize("empty", [False, True])
def test_names_on_windows_are_listed_with_those_moved_aside(
    monkeypatch: pytest.MonkeyPatch, *, empty: bool
) -> None:
    class Error(Exception):
        winerror = 1168

    def enumerate_all(_filter: None, _flags: int) -> list[dict[str, str]]:
        if empty:
            raise Error
        return [
            {"TargetName": "Authenticator a", "UserName": "authenticator"},
            {"TargetName": "authenticator@Authenticator b", "UserName": "authenticator"},
            {"TargetName": "Authenticator c", "UserName": "kim"},
            {"TargetName": "other", "UserName": "authenticator"},
        ]

    package = ModuleType("win32ctypes.pywin32")
    package.pywintypes = SimpleNamespace(error=Error)  # type: ignore[attr-defined]
    package.win32cred = SimpleNamespace(CredEnumerate=enumerate_all)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "win32ctypes", ModuleType("win32ctypes"))
    monkeypatch.setitem(sys.modules, "win32ctypes.pywin32", package)
    monkeypatch.setattr(other_systems.sys, "platform", "win32")
    names = KeyringStore(lambda: LibraryKeyring(Library())).names()
    assert names == (set() if empty else {"a", "b"})


def test_names_on_macos_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_systems.sys, "platform", "darwin")
    assert KeyringStore(lambda: LibraryKeyring(Library())).names() is None


@pytest.mark.parametrize(
    ("platform", "module", "name"),
    [
        ("win32", "keyring.backends.Windows", "WinVaultKeyring"),
        ("darwin", "keyring.backends.macOS", "Keyring"),
    ],
)
def test_system_backend_on_windows_and_macos_is_their_own(
    monkeypatch: pytest.MonkeyPatch, platform: str, module: str, name: str
) -> None:
    stand_in = ModuleType(module)
    setattr(stand_in, name, Backend)
    monkeypatch.setitem(sys.modules, module, stand_in)
    monkeypatch.setattr(keyring.sys, "platform", platform)
    backend = keyring.system_backend()
    assert isinstance(backend, LibraryKeyring)
    assert isinstance(backend.backend, Backend)


def test_system_backend_without_a_secret_service_is_kwallet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wallet = LibraryKeyring(Backend())
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setattr(other_systems, "kwallet", lambda: wallet)
    assert keyring.system_backend() is wallet
    monkeypatch.setattr(other_systems, "kwallet", lambda: None)
    with pytest.raises(KeyringAbsent):
        keyring.system_backend()
