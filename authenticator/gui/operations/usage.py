"""Counts how often accounts are used, and saves the counts now and then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from authenticator.app.usage import UsageLog

if TYPE_CHECKING:
    from authenticator.gui.operations.vault_queue import VaultQueue

SAVE_MS = 60_000


class UsageOperations(QObject):
    """Uses that are not saved yet."""

    def __init__(self, queue: VaultQueue, now: Callable[[], float]) -> None:
        super().__init__(queue)
        self._queue = queue
        self._now = now
        self._usage_log = UsageLog()
        self._save = QTimer(self, interval=SAVE_MS, singleShot=True)
        self._save.timeout.connect(self.save)

    def note(self, id: str) -> None:
        """A code was used. Saved together with others, later."""
        self._usage_log.record(id, self._now())
        if not self._save.isActive():
            self._save.start()

    def save(self) -> None:
        """Save the uses that were noted; what can't be saved is kept for the next time."""
        self._save.stop()
        if self._queue.is_open and self._usage_log.pending:
            self._queue.try_write(self._usage_log.save)
