"""Secrets sealed under the vault key: as rows of the index file, or inside another store."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Final

from authenticator.vault.errors import SealBroken, SecretMissing
from authenticator.vault.index import Index
from authenticator.vault.seal import Column, Seal
from authenticator.vault.stores.secret_store import ListedStore, SecretStore

SEALED_MARK: Final = "sealed1:"
"""What an item begins with that is sealed."""


class SealedStore:
    """A SecretStore in the index file: needs no keyring, and is quick with thousands of items.

    A write inside an open transaction of the index is part of it. Reading raises SealBroken if
    the row is damaged; every method raises what the index raises.
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

    def names(self) -> frozenset[str]:
        return self._index.sealed_names()


class SealedItemStore:
    """A SecretStore that seals texts before it hands them to another store.

    For a vault with a passphrase that keeps its secrets in the keyring: without the passphrase,
    an unlocked keyring shows nothing. Raises SealBroken, and what the other store raises.
    """

    def __init__(self, inner: SecretStore, seal: Seal) -> None:
        self._inner = inner
        self._seal = seal

    def read(self, name: str) -> str:
        text = self._inner.read(name)
        try:
            sealed = b64decode(text.removeprefix(SEALED_MARK), validate=True)
        except (NotBase64, ValueError):
            raise SealBroken from None
        return self._seal.open(sealed, name, Column.ITEM).decode()

    def write(self, name: str, text: str) -> None:
        self._inner.write(name, self.sealed(name, text))

    def sealed(self, name: str, text: str) -> str:
        """A text as the other store gets it."""
        return SEALED_MARK + b64encode(self._seal.close(text.encode(), name, Column.ITEM)).decode()

    def delete(self, name: str) -> None:
        self._inner.delete(name)

    def names(self) -> frozenset[str] | None:
        return self._inner.names() if isinstance(self._inner, ListedStore) else None


def is_sealed(text: str) -> bool:
    """Whether a text of the other store is one that `SealedItemStore` wrote."""
    return text.startswith(SEALED_MARK)
