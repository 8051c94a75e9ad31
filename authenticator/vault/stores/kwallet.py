"""What KWallet needs beyond the Secret Service.

The bus starts it under its own name only; it keeps what it is given in memory for five seconds
before its file has it; and one in 170 of its sessions garbles all secrets.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from jeepney import DBusAddress, DBusErrorResponse
from secretstorage.dhcrypto import DH_PRIME_1024, Session

from authenticator import debug_log
from authenticator.vault.stores.session_bus import SECRETS, SERVICE, Connection

_OBJECT_PATHS: Final = {
    "org.kde.ksecretd": "/ksecretd",  # since KDE Frameworks 6.13
    "org.kde.kwalletd6": "/modules/kwalletd6",
    "org.kde.kwalletd5": "/modules/kwalletd5",
}
_PROGRAM: Final = ""  # as which KWallet itself opens a wallet for users of the Secret Service
_ALGORITHM: Final = "dh-ietf1024-sha256-aes128-cbc-pkcs7"
_SECRET_BYTES: Final = 128  # of both public keys and of the secret agreed on


class KWallet:
    """KWallet as the Secret Service of a connection. All methods raise TimeoutError."""

    def __init__(self, connection: Connection, daemon: DBusAddress) -> None:
        self._connection = connection
        self._daemon = daemon

    def session(self) -> Session:
        """A session that garbles nothing. Raises DBusErrorResponse.

        KWallet leaves out a zero byte in front of the secret that is agreed on, and reads our
        public key as negative, one byte shorter, if it begins with 0xFF: then it derives another
        key than we do. So sessions like these are not used.
        """
        while True:
            session = Session()
            ours = session.my_public_key.to_bytes(_SECRET_BYTES, "big")
            if ours[0] == 0xFF:
                continue
            (_signature, theirs), session.object_path = self._connection.call(
                SERVICE, "OpenSession", "sv", _ALGORITHM, ("ay", ours)
            )
            public_key = int.from_bytes(theirs, "big")
            agreed = pow(public_key, session.my_private_key, DH_PRIME_1024)
            if agreed.to_bytes(_SECRET_BYTES, "big")[0]:
                session.set_server_public_key(public_key)
                return session

    def flush(self, collections: Iterable[str]) -> None:
        """Have the files of these wallets (by their paths) written.

        A KWallet that refuses writes later, by itself.
        """
        for collection in collections:
            wallet = DBusAddress(collection, SECRETS, "org.freedesktop.Secret.Collection")
            try:
                name = self._connection.property(wallet, "Label")
                (handle,) = self._call("open", "sxs", name, 0, _PROGRAM)
                self._call("sync", "is", handle, _PROGRAM)
            except DBusErrorResponse as error:
                debug_log.write("wallet not flushed", error=error)

    def _call(self, method: str, signature: str, *body: object) -> tuple[int, ...]:
        answer: tuple[int, ...] = self._connection.call(self._daemon, method, signature, *body)
        return answer


def serving(connection: Connection, owner: str) -> KWallet | None:
    """KWallet, if it is the Secret Service, whose unique name is `owner`."""
    there = connection.names()
    for name, path in _OBJECT_PATHS.items():
        if name in there and connection.owner(name) == owner:
            return KWallet(connection, _daemon(name, path))
    return None


def start(connection: Connection) -> None:
    """Have the bus start KWallet, if it is there. Raises TimeoutError."""
    for name, path in _OBJECT_PATHS.items():
        if connection.start(name):
            # It has this name before it is the Secret Service: once it answers, it has both.
            with suppress(DBusErrorResponse):
                connection.call(_daemon(name, path), "isEnabled")
            return


def _daemon(name: str, path: str) -> DBusAddress:
    return DBusAddress(path, name, "org.kde.KWallet")
