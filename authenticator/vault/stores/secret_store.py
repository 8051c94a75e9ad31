"""SecretStore: what the vault asks of a place for secrets."""

from typing import Protocol, runtime_checkable

from authenticator.vault.errors import ITEM_LIMIT, SecretTooLong


class SecretStore(Protocol):
    """Texts by name. Every method may raise StoreFault and may be called from any thread."""

    def read(self, name: str) -> str:
        """The text last written under `name`. Raises SecretMissing."""
        ...

    def write(self, name: str, text: str) -> None:
        """Store `text` durably, in place of what `name` held. Raises SecretTooLong."""
        ...

    def delete(self, name: str) -> None:
        """Delete `name`; a name that is not there is fine."""
        ...


@runtime_checkable
class ListedStore(Protocol):
    """A SecretStore whose items may be listed."""

    def names(self) -> frozenset[str] | None:
        """The names of all items, those of other folders' vaults too; None where they can't be
        listed. Raises StoreFault."""
        ...


class ItemsDiffer(Exception):
    """A keyring has several items of one name, with different texts."""


def require_fits(text: str) -> None:
    """Raises SecretTooLong for a text that a keyring of some system would not take."""
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units > ITEM_LIMIT:
        raise SecretTooLong(units)
