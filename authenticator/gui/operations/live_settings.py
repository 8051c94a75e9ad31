"""The current settings, and the clock that follows them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from authenticator.errors import DiskRefused, EnvironmentFault
from authenticator.gui.jobs import Failed, Then

if TYPE_CHECKING:
    from authenticator.app.settings import Settings
    from authenticator.clock.clock import Clock
    from authenticator.compose import Services
    from authenticator.gui.operations.vault_queue import VaultQueue


class LiveSettings(QObject):
    """Changes are written on the vault's thread, in turn with its jobs."""

    changed = Signal()

    def __init__(self, services: Services, queue: VaultQueue) -> None:
        super().__init__(queue)
        self._services = services
        self._queue = queue
        self.unread = False
        """Whether they could not be read, or are another user's: defaults then stand in for all
        but the codes, and no vault is opened before `read_again` has succeeded."""
        try:
            services.check_home()
            self.settings: Settings = services.note_clock_changes()
        except EnvironmentFault:
            from authenticator.app.settings import Settings

            self.settings, self.unread = Settings(), True
        self.clock: Clock = services.clock(self.settings)
        self._follow_debug_log()

    def read_again(self) -> tuple[Settings, Clock] | None:
        """What `set` is to be called with if they could not be read before, else None. May be
        called on any thread. Raises HomeOfAnother, DiskRefused."""
        if not self.unread:
            return None
        self._services.check_home()
        settings = self._services.note_clock_changes()
        return settings, self._services.clock(settings)

    def change(self, fields: dict[str, Any], then: Then, failed: Failed) -> None:
        """Store these settings on disk; the clock follows at once."""

        def task() -> tuple[Settings, Clock]:
            if fields.get("debug_log"):
                self._services.set_debug_log(chosen=True)  # nothing is chosen that can't be done
            settings = self._services.settings_file.change(**fields)
            return settings, self._services.clock(settings)

        def stored(changed: tuple[Settings, Clock]) -> None:
            self.set(*changed)
            then(self.settings)

        self._queue.submit(task, stored, failed)

    def set(self, settings: Settings, clock: Clock) -> None:
        """Take over what is on disk now."""
        self.settings, self.clock, self.unread = settings, clock, False
        self._follow_debug_log()
        self.changed.emit()

    def _follow_debug_log(self) -> None:
        with contextlib.suppress(DiskRefused):  # `doctor` reports it
            self._services.set_debug_log(chosen=self.settings.debug_log)
