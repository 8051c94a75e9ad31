"""The keyring store over backends that misbehave in ways which a real one can't be made to."""

import sys
from types import ModuleType

import pytest
from keyring.errors import InitError, KeyringError, NoKeyringError, PasswordDeleteError
from keyring.errors import KeyringLocked as ForeignLocked
from secretstorage.exceptions import LockedException, PromptDismissedException

from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    SecretTooLong,
)
from authenticator.vault.stores import keyring
from authenticator.vault.stores.keyring import KeyringStore


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
        del self.items[service, username]

    def end(self) -> None:
        self.ended = True


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
        (TimeoutError(), KeyringFailed),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "not text"), KeyringFailed),
        (AssertionError(), KeyringFailed),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
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
    assert isinstance(keyring.system_backend(), Backend)


def test_system_backend_without_a_secret_service_is_kwallet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wallet = Backend()
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setattr(keyring, "_kwallet", lambda: wallet)
    assert keyring.system_backend() is wallet
    monkeypatch.setattr(keyring, "_kwallet", lambda: None)
    with pytest.raises(KeyringAbsent):
        keyring.system_backend()
