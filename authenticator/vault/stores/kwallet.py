"""What KWallet needs beyond the Secret Service: to be started, and to be told to write.

The bus starts KWallet under its own name only, and it keeps what it is given in memory for five
seconds before its file has it.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from jeepney import DBusAddress, DBusErrorResponse

from authenticator import debug_log
from authenticator.vault.stores.session_bus import SECRETS, Connection

_NAMES: Final = {
    "org.kde.kwalletd6": "/modules/kwalletd6",
    "org.kde.kwalletd5": "/modules/kwalletd5",
}
_PROGRAM: Final = SECRETS  # as which KWallet itself opens a wallet for users of the Secret Service


def start(connection: Connection) -> bool:
    """Have the bus start KWallet; whether it offers the Secret Service now. Raises TimeoutError."""
    for name, path in _NAMES.items():
        if connection.start(name):
            # It has this name before the other: once it answers, it has both.
            with suppress(DBusErrorResponse):
                connection.call(_daemon(name, path), "isEnabled")
            return bool(connection.owner())
    return False


def flush(connection: Connection, collections: Iterable[str]) -> None:
    """Have the files of these wallets written, if KWallet is the Secret Service.

    `collections` are their paths. Raises TimeoutError. A KWallet that refuses writes later, by
    itself.
    """
    owner = connection.owner()
    for name, path in _NAMES.items():
        if owner and connection.owner(name) == owner:
            for collection in collections:
                try:
                    _flush(connection, _daemon(name, path), collection)
                except DBusErrorResponse as error:
                    debug_log.write("wallet not flushed", error=error)
            return


def _flush(connection: Connection, daemon: DBusAddress, collection: str) -> None:
    wallet = DBusAddress(collection, SECRETS, "org.freedesktop.Secret.Collection")
    label = connection.property(wallet, "Label")
    (handle,) = connection.call(daemon, "open", "sxs", label, 0, _PROGRAM)
    connection.call(daemon, "sync", "is", handle, _PROGRAM)


def _daemon(name: str, path: str) -> DBusAddress:
    return DBusAddress(path, name, "org.kde.KWallet")
