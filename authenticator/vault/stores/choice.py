"""Which store a vault has, by its head; while its secrets are rewritten, both forms are read."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from authenticator.vault.errors import KeyringAbsent, SecretMissing
from authenticator.vault.head import Head
from authenticator.vault.index import Index
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.seal import Seal
from authenticator.vault.stores.sealed_rows import SealedItemStore, SealedStore, is_sealed
from authenticator.vault.stores.secret_store import SecretStore


class Form(StrEnum):
    """How secrets are stored. The values are part of the file format."""

    ITEM = "item"  # in the keyring, as a link that everybody can read who may read the keyring
    SEALED_ITEM = "sealed item"  # in the keyring, sealed under the vault key
    ROW = "row"  # in the index file, sealed under the vault key


def form_of(store: StoreKind, key: KeyKind) -> Form:
    """The form of secrets at rest. What a passphrase protects, the keyring alone must not tell."""
    if store is StoreKind.SEALED:
        return Form.ROW
    return Form.SEALED_ITEM if key is KeyKind.PASSPHRASE else Form.ITEM


def store_for(head: Head, index: Index, seal: Seal, keyring: SecretStore | None) -> SecretStore:
    """The store of an open vault. Raises KeyringAbsent if it needs one and none was passed."""
    if head.moving is None:
        return store_of_form(form_of(head.store, head.key), index, seal, keyring)
    return moving_store(head.moving, index, seal, keyring)


def store_of_form(form: Form, index: Index, seal: Seal, keyring: SecretStore | None) -> SecretStore:
    """Raises KeyringAbsent."""
    if form is Form.ROW:
        return SealedStore(index, seal)
    if keyring is None:
        raise KeyringAbsent
    return keyring if form is Form.ITEM else SealedItemStore(keyring, seal)


def moving_store(
    moving: Mapping[str, Any], index: Index, seal: Seal, keyring: SecretStore | None
) -> SecretStore:
    """Where secrets go while they are rewritten from one form to another."""
    source, target = Form(moving["from"]), Form(moving["to"])
    to = store_of_form(target, index, seal, keyring)
    if source is target:
        return to
    if Form.ROW in (source, target):
        return _InBoth(to, store_of_form(source, index, seal, keyring))
    if keyring is None:
        raise KeyringAbsent
    return _ItemsOfEitherForm(keyring, SealedItemStore(keyring, seal), to)


class _InBoth:
    """A SecretStore that writes to one store, and reads from another what is not there yet.

    What a write leaves in the other is out of date and never read; it is deleted last.
    """

    def __init__(self, target: SecretStore, source: SecretStore) -> None:
        self._target = target
        self._source = source

    def read(self, name: str) -> str:
        try:
            return self._target.read(name)
        except SecretMissing:
            return self._source.read(name)

    def write(self, name: str, text: str) -> None:
        self._target.write(name, text)

    def delete(self, name: str) -> None:
        self._target.delete(name)
        self._source.delete(name)


class _ItemsOfEitherForm:
    """A SecretStore over items, some of which are sealed."""

    def __init__(self, plain: SecretStore, sealed: SecretStore, target: SecretStore) -> None:
        self._plain = plain
        self._sealed = sealed
        self._target = target

    def read(self, name: str) -> str:
        text = self._plain.read(name)
        return self._sealed.read(name) if is_sealed(text) else text

    def write(self, name: str, text: str) -> None:
        self._target.write(name, text)

    def delete(self, name: str) -> None:
        self._plain.delete(name)
