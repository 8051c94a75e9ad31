"""SecretStore: where secrets live, as the vault sees it, and what can go wrong there."""

from typing import Protocol

from authenticator.errors import DataBad, EnvironmentFault, InputRefused

ITEM_LIMIT = 1280
"""UTF-16 units an item may have: Windows Credential Manager takes 2,560 bytes."""


class StoreFault(EnvironmentFault):
    """The place where secrets live does not answer as it should. Nothing was lost by it."""


class KeyringAbsent(StoreFault):
    """No keyring on this computer, in this session: no bus, no service, no collection."""


class KeyringLocked(StoreFault):
    """The keyring is locked, and nobody could be asked for its password."""


class KeyringDismissed(StoreFault):
    """The keyring asked the user to unlock it, and the user said no."""


class KeyringFailed(StoreFault):
    """The keyring broke off in a call; whether a write took place is not known.

    `detail` is the class name of the foreign exception: its text may hold anything.
    """

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class SecretMissing(DataBad):
    """The store has no item of this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class SecretTooLong(InputRefused):
    """The text does not fit into an item; both numbers count UTF-16 units."""

    def __init__(self, units: int, limit: int = ITEM_LIMIT) -> None:
        self.units = units
        self.limit = limit
        super().__init__(units, limit)


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
