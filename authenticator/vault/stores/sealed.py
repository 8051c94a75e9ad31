"""Secrets sealed under the vault key: as rows of the index file, or inside another store."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from authenticator.vault.errors import SealBroken, SecretMissing
from authenticator.vault.index import Index
from authenticator.vault.seal import Column, Seal
from authenticator.vault.stores.secret_store import SecretStore

_MARK = "sealed1:"


class SealedStore:
    """A SecretStore in the index file: needs no keyring, and thousands of items stay quick.

    A write inside the index's open transaction is part of it. Raises SealBroken on reading
    what was damaged, and what the index raises.
    """

    def __init__(self, index: Index, seal: Seal) -> None:
        self._index = index
        self._seal = seal

    def read(self, name: str) -> str:
        sealed = self._index.sealed(name)
        if sealed is None:
            raise SecretMissing(name)
        return self._seal.open(sealed, name, Column.SECRET).decode()

    def write(self, name: str, text: str) -> None:
        self._index.set_sealed(name, self._seal.close(text.encode(), name, Column.SECRET))

    def delete(self, name: str) -> None:
        self._index.delete_sealed(name)


class SealedItems:
    """A SecretStore whose texts are sealed before another store gets them.

    For secrets in the keyring of a vault that opens with a passphrase: without it, an
    unlocked keyring shows nothing. Raises SealBroken, and what the other store raises.
    """

    def __init__(self, inner: SecretStore, seal: Seal) -> None:
        self._inner = inner
        self._seal = seal

    def read(self, name: str) -> str:
        text = self._inner.read(name)
        try:
            sealed = b64decode(text.removeprefix(_MARK), validate=True)
        except (NotBase64, ValueError):
            raise SealBroken from None
        return self._seal.open(sealed, name, Column.ITEM).decode()

    def write(self, name: str, text: str) -> None:
        sealed = self._seal.close(text.encode(), name, Column.ITEM)
        self._inner.write(name, _MARK + b64encode(sealed).decode())

    def delete(self, name: str) -> None:
        self._inner.delete(name)
