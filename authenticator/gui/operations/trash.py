"""Puts accounts into the bin, takes them out, and deletes them for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from authenticator.gui.jobs import Failed, Then

if TYPE_CHECKING:
    from authenticator.gui.operations.vault_queue import VaultQueue
    from authenticator.vault.trash import TrashedAccount
    from authenticator.vault.vault import Vault

PURGE_MS = 3_600_000
"""How often the vault is asked to; it looks for expired accounts only once a day."""


class TrashOperations(QObject):
    """The bin of the open vault."""

    def __init__(self, queue: VaultQueue) -> None:
        super().__init__(queue)
        self._queue = queue
        self._purge = QTimer(self, interval=PURGE_MS)
        self._purge.timeout.connect(self._purge_expired)

    def start(self) -> None:
        """From now on delete what has been in the bin for too long, hourly at most."""
        self._purge.start()

    def stop(self) -> None:
        self._purge.stop()

    def entries(self, then: Callable[[list[TrashedAccount]], None], failed: Failed) -> None:
        """What is in the bin, the last removed first."""
        self._queue.ask(lambda vault: vault.trashed(), then, failed)

    def remove(self, ids: Sequence[str], then: Then, failed: Failed) -> None:
        """Put these accounts into the bin."""
        self._for_each(ids, lambda vault, one: vault.remove(one), then, failed)

    def restore(self, ids: Sequence[str], then: Then, failed: Failed) -> None:
        """Take these accounts out of the bin."""
        self._for_each(ids, lambda vault, one: vault.restore(one), then, failed)

    def delete(self, ids: Sequence[str], then: Then, failed: Failed) -> None:
        """Delete these accounts for good."""
        self._for_each(ids, lambda vault, one: vault.delete(one), then, failed)

    def _for_each(
        self, ids: Sequence[str], act: Callable[[Vault, str], object], then: Then, failed: Failed
    ) -> None:
        def task(vault: Vault) -> None:
            for id in ids:
                act(vault, id)

        def stopped(error: Exception) -> None:
            self._queue.changed.emit()  # some of them may be done
            failed(error)

        self._queue.write(task, then, stopped)

    def _purge_expired(self) -> None:
        if self._queue.is_open:
            # Whatever prevents it (a locked keyring, another writer) may be gone next time.
            self._queue.try_write(lambda vault: vault.purge_expired())
