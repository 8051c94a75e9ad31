"""MemoryStore: the SecretStore of tests, which can be told to fail."""

from authenticator.errors import AuthenticatorError
from authenticator.vault.errors import SecretMissing


class MemoryStore:
    """Keeps texts in a dictionary. `before` or `after` is raised by the next write or delete
    (before or after its effect), once."""

    def __init__(self) -> None:
        self.items: dict[str, str] = {}
        self.before: AuthenticatorError | None = None
        self.after: AuthenticatorError | None = None

    def read(self, name: str) -> str:
        if name not in self.items:
            raise SecretMissing(name)
        return self.items[name]

    def write(self, name: str, text: str) -> None:
        self._fail_before()
        self.items[name] = text
        self._fail_after()

    def delete(self, name: str) -> None:
        self._fail_before()
        self.items.pop(name, None)
        self._fail_after()

    def names(self) -> frozenset[str]:
        return frozenset(self.items)

    def _fail_before(self) -> None:
        fault, self.before = self.before, None
        if fault is not None:
            raise fault

    def _fail_after(self) -> None:
        fault, self.after = self.after, None
        if fault is not None:
            raise fault
