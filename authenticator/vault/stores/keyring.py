"""The keyring of the operating system, one item per secret."""

import sys
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final, Protocol, TypeVar

from authenticator import debug_log
from authenticator.errors import AuthenticatorError, DataBad
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    KeyringRefused,
    KeyringSilent,
    SecretAmbiguous,
    SecretMissing,
    SecretUnreadable,
    StoreFault,
)
from authenticator.vault.stores.secret_store import ItemsDiffer, require_fits

USERNAME: Final = "authenticator"
_PREFIX: Final = "Authenticator "

_Got = TypeVar("_Got")


def service(name: str) -> str:
    """The keyring's service name of an item. Each item has its own: Windows moves a second user
    name of one service elsewhere, and leaves stale copies."""
    return f"{_PREFIX}{name}"


class Backend(Protocol):
    """A keyring, with the words of the library `keyring`. Raises whatever is below it."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None:
        """Delete all items of this name; none is fine."""
        ...

    def services(self, username: str) -> frozenset[str] | None:
        """The services of all items of a user name; None where they can't be listed."""
        ...


class KeyringStore:
    """A SecretStore in the keyring of the operating system.

    Connects when first used and stays connected; after a fault the next call connects again.
    Any thread may call; one call runs at a time. A call blocks while the system prompts the
    user to unlock, so a window makes it on another thread.
    """

    def __init__(self, connect: Callable[[], Backend] | None = None) -> None:
        """`connect` returns the backend, by default the system's own."""
        self._connect = connect or system_backend
        self._backend: Backend | None = None
        self._lock = Lock()

    def read(self, name: str) -> str:
        """Raises SecretUnreadable if the item is no text, and SecretAmbiguous if there are
        several, with different texts."""

        def text_of(backend: Backend) -> str | None:
            try:
                return backend.get_password(service(name), USERNAME)
            except UnicodeDecodeError:
                raise SecretUnreadable(name) from None
            except ItemsDiffer:
                raise SecretAmbiguous(name) from None

        text = self._call(text_of)
        if text is None:
            raise SecretMissing(name)
        return text

    def write(self, name: str, text: str) -> None:
        require_fits(text)
        self._call(lambda backend: backend.set_password(service(name), USERNAME, text))

    def delete(self, name: str) -> None:
        self._call(lambda backend: backend.delete_password(service(name), USERNAME))

    def names(self) -> frozenset[str] | None:
        """The names of all items of this app, those of other folders' vaults too; None where the
        keyring can't list its items (macOS). Raises StoreFault."""
        services = self._call(lambda backend: backend.services(USERNAME))
        if services is None:
            return None
        return frozenset(
            service.removeprefix(_PREFIX) for service in services if service.startswith(_PREFIX)
        )

    def close(self) -> None:
        """Close the connection; the next call makes another."""
        with self._lock:
            self._disconnect()

    def _call(self, action: Callable[[Backend], _Got]) -> _Got:
        with self._lock:
            try:
                if self._backend is None:
                    self._backend = self._connect()
                return action(self._backend)
            except DataBad:
                raise  # a complete answer: the connection is as good as before
            except BaseException as fault:
                # Whatever it was: an open prompt belongs to the connection, and half an
                # answer may still be in it.
                self._disconnect()
                debug_log.write("keyring failed", error=fault)
                if isinstance(fault, AuthenticatorError) or not isinstance(fault, Exception):
                    raise
                # Backends let through whatever is below them: D-Bus, sockets, COM, ctypes.
                raise _translate(fault) from None

    def _disconnect(self) -> None:
        backend, self._backend = self._backend, None
        end = getattr(backend, "end", None)
        if end is not None:
            end()


def system_backend() -> Backend:
    """The backend for this system. Raises KeyringAbsent, or whatever the backend raises."""
    if sys.platform in ("win32", "darwin"):
        from authenticator.vault.stores import other_systems

        return other_systems.windows() if sys.platform == "win32" else other_systems.macos()
    from authenticator.vault.stores.secret_service import connect

    try:
        return connect()
    except KeyringAbsent:
        from authenticator.vault.stores import other_systems

        wallet = other_systems.kwallet()
        if wallet is None:
            raise
        return wallet


# By name: no system has all the packages that these come from, and importing one takes time.
_BY_BUS_ERROR: Final[Mapping[str, Callable[[], StoreFault]]] = {
    "org.freedesktop.DBus.Error.AccessDenied": KeyringRefused,
    "org.freedesktop.DBus.Error.ServiceUnknown": KeyringAbsent,
    "org.freedesktop.Secret.Error.IsLocked": KeyringLocked,
}
_BY_CLASS: Final[Mapping[str, Callable[[], StoreFault]]] = {
    "TimeoutError": KeyringSilent,
    "ImportError": KeyringAbsent,
    # of SecretStorage
    "LockedException": KeyringLocked,
    "PromptDismissedException": KeyringDismissed,
    # of keyring: the Keychain and KWallet prompt by themselves, and raise this when dismissed
    "KeyringLocked": KeyringDismissed,
    "InitError": KeyringAbsent,
    "NoKeyringError": KeyringAbsent,
}


def _translate(foreign: Exception) -> StoreFault:
    bus_error = _bus_error(foreign)
    if bus_error in _BY_BUS_ERROR:
        return _BY_BUS_ERROR[bus_error]()
    for kind in type(foreign).__mro__:
        if kind.__name__ in _BY_CLASS:
            return _BY_CLASS[kind.__name__]()
    return KeyringFailed(bus_error or type(foreign).__name__)


def _bus_error(foreign: Exception) -> str:
    """The D-Bus name of an error or of what it was raised for; empty if it has none."""
    for error in (foreign, foreign.__cause__):
        # By name: on other systems there is neither jeepney nor dbus-python.
        match type(error).__name__:
            case "DBusErrorResponse":
                return str(getattr(error, "name", ""))
            case "DBusException":
                return str(getattr(error, "get_dbus_name", str)() or "")
    return ""
