"""SecretStore: where secrets live, as the vault sees it, and what can go wrong there."""

from typing import Protocol


class SecretStore(Protocol):
    """Texts by name. Every method may raise StoreFault and may be called from any thread."""

    def read(self, name: str) -> str:
        """The text last written under `name`. Raises SecretMissing."""
        ...

    def write(self, name: str, text: str) -> None:
        """Keep `text`, durably, in place of what `name` held. Raises SecretTooLong."""
        ...

    def delete(self, name: str) -> None:
        """Forget `name`; one that is not there is fine."""
        ...
