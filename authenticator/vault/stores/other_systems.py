"""The keyrings of Windows and macOS, and KWallet without a Secret Service: keyring's backends.

keyring's own choice of a backend searches every installed package (100 ms) and may end up
with plaintext or nothing, so the backend of each system is named here.
"""

import importlib.util
import sys
from contextlib import suppress
from typing import Any, Final

_NOT_FOUND: Final = 1168  # ERROR_NOT_FOUND of Windows


class LibraryKeyring:
    """The `Backend` that `KeyringStore` asks for, by one of keyring's."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend

    def get_password(self, service: str, username: str) -> str | None:
        text: str | None = self.backend.get_password(service, username)
        return text

    def set_password(self, service: str, username: str, password: str) -> None:
        self.backend.set_password(service, username, password)
        self._flush()

    def delete_password(self, service: str, username: str) -> None:
        """One that is not there is fine."""
        # Backends raise the same for 'not there' and 'refused', so look first.
        with suppress(UnicodeDecodeError):  # there, if not as we wrote it
            if self.backend.get_password(service, username) is None:
                return
        self.backend.delete_password(service, username)
        self._flush()

    def services(self, username: str) -> frozenset[str] | None:
        """The service names of all items of a user name; None where they can't be listed."""
        if sys.platform != "win32":
            return None
        from win32ctypes.pywin32 import (  # type: ignore[import-not-found]
            pywintypes,
            win32cred,
        )

        try:
            items = win32cred.CredEnumerate(None, 0)
        except pywintypes.error as error:
            if error.winerror == _NOT_FOUND:
                return frozenset()
            raise
        # One whose service name was taken has `USER@SERVICE` as its target.
        targets = (item["TargetName"] for item in items if item["UserName"] == username)
        return frozenset(target.removeprefix(f"{username}@") for target in targets)

    def _flush(self) -> None:
        """KWallet keeps what it is given in memory for five seconds before its file has it."""
        wallet = getattr(self.backend, "iface", None)
        if wallet is not None:
            wallet.sync(self.backend.handle, self.backend.appid)


def windows() -> LibraryKeyring:
    """Credential Manager."""
    from keyring.backends.Windows import WinVaultKeyring

    return LibraryKeyring(WinVaultKeyring())  # type: ignore[no-untyped-call]


def macos() -> LibraryKeyring:
    """The Keychain."""
    from keyring.backends.macOS import Keyring

    return LibraryKeyring(Keyring())  # type: ignore[no-untyped-call]


def kwallet() -> LibraryKeyring | None:
    """KDE's wallet, for systems where it offers no Secret Service but dbus-python is there."""
    if importlib.util.find_spec("dbus") is None:
        return None
    from keyring.backends.kwallet import DBusKeyring

    return LibraryKeyring(DBusKeyring()) if DBusKeyring.viable else None  # type: ignore[no-untyped-call]
