"""Sets, changes and removes the passphrase of the open vault, and moves its secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from authenticator.gui.jobs import Failed, Then

if TYPE_CHECKING:
    from authenticator.gui.operations.vault_queue import VaultQueue
    from authenticator.vault.kinds import StoreKind, VaultInfo
    from authenticator.vault.secret_move import Progress
    from authenticator.vault.slot_changes import KeySlots
    from authenticator.vault.vault import Vault

SLICE_S = 0.15
"""How long secrets are rewritten at a time; codes and whatever else is asked come in between."""


class KeySlotOperations(QObject):
    """Whatever rewrites secrets goes on in slices until it is done, paused or refused; a later
    opening goes on with the rest."""

    info_changed = Signal(object)  # VaultInfo
    progressed = Signal()
    finished = Signal()
    stopped = Signal(object)  # Exception

    def __init__(self, queue: VaultQueue) -> None:
        super().__init__(queue)
        self._queue = queue
        self.progress: Progress | None = None
        """How far it is; None while nothing is under way."""
        self.paused = False

    def start(self) -> None:
        """Go on with what an earlier start began, if the vault is still open."""
        self.progress, self.paused = None, False
        if not self._queue.is_open:
            return

        def then(found: tuple[bool, VaultInfo]) -> None:
            moving, info = found
            self.info_changed.emit(info)  # opening has gone on with it already
            self._go_on_if(moving)

        self._queue.ask(lambda vault: (vault.is_moving, vault.info), then, lambda _: None)

    def check(self, passphrase: str, then: Then, failed: Failed) -> None:
        """Whether this is the passphrase."""
        self._queue.ask(lambda vault: vault.slots.check_passphrase(passphrase), then, failed)

    def set_passphrase(self, new: str, then: Then, failed: Failed) -> None:
        """Ask for this passphrase from now on."""
        self._begin(lambda slots: slots.set_passphrase(new), then, failed)

    def change_passphrase(self, present: str, new: str, then: Then, failed: Failed) -> None:
        """Put a new passphrase in place of the present one."""
        self._begin(lambda slots: slots.change_passphrase(present, new), then, failed)

    def remove_passphrase(self, present: str, then: Then, failed: Failed) -> None:
        """Open the vault with the session from now on."""
        self._begin(lambda slots: slots.remove_passphrase(present), then, failed)

    def move_store(self, store: StoreKind, then: Then, failed: Failed) -> None:
        """Keep secrets there from now on."""
        self._begin(lambda slots: slots.move_store(store), then, failed)

    def pause(self) -> None:
        """Stop after the slice that runs; what is rewritten stays so."""
        self.paused = True
        self.progressed.emit()

    def go_on(self) -> None:
        """After a pause or an error."""
        self.paused = False
        self._next()

    def _begin(self, act: Callable[[KeySlots], None], then: Then, failed: Failed) -> None:
        def task(vault: Vault) -> bool:
            act(vault.slots)
            return vault.is_moving

        def begun(moving: bool) -> None:
            then(None)
            self.paused = False
            self._go_on_if(moving)
            if not moving:
                self._tell_info()
                self.finished.emit()

        self._queue.ask(task, begun, failed)

    def _go_on_if(self, moving: bool) -> None:
        if moving:
            self._next()

    def _next(self) -> None:
        def task(vault: Vault) -> tuple[Progress, bool]:
            return vault.slots.advance(SLICE_S), vault.is_moving

        def then(found: tuple[Progress, bool]) -> None:
            progress, moving = found
            self.progress = progress if moving else None
            self.progressed.emit()
            if not moving:
                self._tell_info()
                self.finished.emit()
            elif not self.paused:
                self._next()

        def failed(error: Exception) -> None:
            self.paused = True
            self.progressed.emit()
            self.stopped.emit(error)

        self._queue.ask(task, then, failed)

    def _tell_info(self) -> None:
        def told(info: VaultInfo) -> None:
            self.info_changed.emit(info)

        self._queue.ask(lambda vault: vault.info, told, lambda _: None)
