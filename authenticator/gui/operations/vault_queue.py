"""The open vault, and the one thread on which it, the keyring and the disk are used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from authenticator.gui.jobs import Failed, Job, JobQueue, Then

if TYPE_CHECKING:
    from authenticator.vault.vault import Vault


class VaultQueue(QObject):
    """Runs one job after the other, in the order of submission."""

    changed = Signal()  # after each write
    failed = Signal(object)  # Exception: the error of a job that nobody else handles

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = JobQueue(1, self)
        self._vault: Vault | None = None

    @property
    def is_open(self) -> bool:
        return self._vault is not None

    @property
    def vault(self) -> Vault:
        """The open vault. Raises RuntimeError where none is open."""
        if self._vault is None:
            raise RuntimeError("no vault is open")
        return self._vault

    def set_vault(self, vault: Vault) -> None:
        """From now on `ask` and `write` use this vault."""
        self._vault = vault

    def release_vault(self) -> Vault:
        """Drop the answers of everything that was asked; the caller closes the vault."""
        vault, self._vault = self.vault, None
        return vault

    def submit(self, task: Callable[[], object], then: Then, failed: Failed) -> Job:
        """Run `task`, whether a vault is open or not."""
        return self._jobs.submit(task, then, failed)

    def ask(self, task: Callable[[Vault], object], then: Then, failed: Failed) -> Job:
        """Run `task` with the open vault. An answer that comes after the vault was closed is
        dropped: it would bring accounts back into a locked window."""
        vault = self.vault

        def while_open(answer: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda result: answer(result) if self._vault is vault else None

        return self.submit(lambda: task(vault), while_open(then), while_open(failed))

    def write(self, task: Callable[[Vault], object], then: Then, failed: Failed) -> Job:
        """As `ask`; `changed` is emitted right before `then` is called."""

        def written(result: object) -> None:
            self.changed.emit()
            then(result)

        return self.ask(task, written, failed)

    def try_write(self, task: Callable[[Vault], object]) -> None:
        """Write something that may just as well be written later; errors are not reported.
        It is finished even if the vault is closed meanwhile."""
        vault = self.vault
        self.submit(lambda: task(vault), lambda _: None, lambda _: None)

    def close(self) -> None:
        """Finish all jobs, then close the vault."""
        if self._vault is not None:
            vault = self.release_vault()
            self.submit(lambda: vault.close(), lambda _: None, lambda _: None)
        self._jobs.close()
