"""The keyring of the operating system, one item per secret.

keyring is imported here and nowhere else; on Linux `secret_service` does without it.

keyring's own choice of a backend searches every installed package (100 ms) and may end up
with plaintext or nothing, so the backend of each system is named here.
"""

import importlib.util
import sys
from collections.abc import Callable
from threading import Lock
from typing import Final, Protocol, TypeVar

from authenticator import debug_log
from authenticator.errors import AuthenticatorError
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    SecretMissing,
    StoreFault,
)
from authenticator.vault.stores.secret_store import require_fits

USERNAME: Final = "authenticator"

_Got = TypeVar("_Got")


def service(name: str) -> str:
    """The keyring's service name of an item. Each item has its own: Windows moves a second user
    name of one service elsewhere, and leaves stale copies."""
    return f"Authenticator {name}"


class Backend(Protocol):
    """The part of a `keyring` backend that we use."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


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
        text = self._call(lambda backend: backend.get_password(service(name), USERNAME))
        if text is None:
            raise SecretMissing(name)
        return text

    def write(self, name: str, text: str) -> None:
        require_fits(text)
        self._call(lambda backend: backend.set_password(service(name), USERNAME, text))

    def delete(self, name: str) -> None:
        def gone(backend: Backend) -> None:
            # Backends raise the same for 'not there' and 'refused', so look first.
            if backend.get_password(service(name), USERNAME) is not None:
                backend.delete_password(service(name), USERNAME)

        self._call(gone)

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
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring

        return WinVaultKeyring()
    if sys.platform == "darwin":
        from keyring.backends.macOS import Keyring

        return Keyring()
    from authenticator.vault.stores.secret_service import connect

    try:
        return connect()
    except KeyringAbsent:
        wallet = _kwallet()
        if wallet is None:
            raise
        return wallet


def _kwallet() -> Backend | None:
    """KDE's wallet, for systems where it offers no Secret Service but dbus-python is there."""
    if importlib.util.find_spec("dbus") is None:
        return None
    from keyring.backends.kwallet import DBusKeyring

    wallet: Backend = DBusKeyring()  # type: ignore[no-untyped-call]
    return wallet if DBusKeyring.viable else None


def _translate(foreign: Exception) -> StoreFault:
    from keyring import errors

    # By name: the package of these two is only installed on Linux.
    match type(foreign).__name__:
        case "LockedException":
            return KeyringLocked()
        case "PromptDismissedException":
            return KeyringDismissed()
    match foreign:
        case errors.KeyringLocked():
            # The Keychain and KWallet prompt by themselves, and raise this when dismissed.
            return KeyringDismissed()
        case errors.InitError() | errors.NoKeyringError() | ImportError():
            return KeyringAbsent()
        case _:
            return KeyringFailed(type(foreign).__name__)
