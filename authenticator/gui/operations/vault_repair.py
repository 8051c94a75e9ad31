"""A vault is opened anew, off the GUI thread: one that was damaged, after its repair, and one whose
file was replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from authenticator.app.vault_opening import VaultSnapshot, open_snapshot, reopen_snapshot
from authenticator.vault.kinds import KeyKind

if TYPE_CHECKING:
    from authenticator.compose import Services
    from authenticator.gui.jobs import Failed
    from authenticator.gui.operations.vault_queue import VaultQueue
    from authenticator.vault.repair import Repaired


class Opening(Protocol):
    """What a repair needs of the session."""

    services: Services
    vault_queue: VaultQueue

    def open(self, passphrase: str | None = None) -> None: ...


class VaultRepair(QObject):
    """`last` is what was done, until it is dismissed or the vault is locked."""

    begun = Signal()
    passphrase_required = Signal()

    def __init__(
        self,
        session: Opening,
        opened: Callable[[VaultSnapshot], None],
        failed: Failed,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services = session.services
        self._queue = session.vault_queue
        self._open = session.open
        self._opened = opened
        self._failed = failed
        self.wants_passphrase = False
        self.last: Repaired | None = None

    def enter(self, passphrase: str) -> None:
        """Take a passphrase for the repair that asked for it, or else to open the vault."""
        (self.begin if self.wants_passphrase else self._open)(passphrase)

    def reopen(self) -> None:
        """The file is another one than was opened: open that one, with the same key."""
        vault = self._queue.release_vault()

        def task() -> VaultSnapshot:
            key = vault.key
            vault.close()
            return reopen_snapshot(self._services, key)

        self._queue.submit(task, self._opened, self._failed)

    def begin(self, passphrase: str | None = None) -> None:
        """Repair the vault; one that is open needs no passphrase."""
        self.wants_passphrase = False
        vault = self._queue.release_vault() if self._queue.is_open else None

        def task() -> tuple[Repaired, VaultSnapshot] | None:
            if vault is not None:
                key = vault.key
                vault.close()
                done = self._services.repair_vault(key=key)
                return done, reopen_snapshot(self._services, key)
            kind = self._services.inspect_damaged_vault().key
            if kind is KeyKind.PASSPHRASE and passphrase is None:
                return None
            done = self._services.repair_vault(passphrase)
            return done, open_snapshot(self._services, passphrase)

        def then(found: tuple[Repaired, VaultSnapshot] | None) -> None:
            if found is None:
                self.wants_passphrase = True
                self.passphrase_required.emit()
            else:
                self.last, snapshot = found
                self._opened(snapshot)

        def failed(error: Exception) -> None:
            from authenticator.vault.errors import WrongPassphrase

            self.wants_passphrase = isinstance(error, WrongPassphrase)
            self._failed(error)

        self.begun.emit()
        self._queue.submit(task, then, failed)
