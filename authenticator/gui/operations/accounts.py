"""Lists, reads, adds, edits and moves accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from authenticator import files
from authenticator.app.vault_opening import KeyRead, read_key
from authenticator.gui.jobs import Failed, Then

if TYPE_CHECKING:
    from authenticator.app.add_account import AddedAccounts, Step
    from authenticator.gui.operations.vault_queue import VaultQueue
    from authenticator.otp.account import Account
    from authenticator.vault.duplicates import Relatives
    from authenticator.vault.entry import Entry
    from authenticator.vault.vault import Vault

READ_BATCH = 8
"""Keys read in one job: a keyring takes some ms for each, and rows fill from the top."""


class AccountOperations(QObject):
    """The accounts of the open vault."""

    entries_changed = Signal(object)  # list[Entry]
    keys_read = Signal(object)  # list[KeyRead]

    def __init__(self, queue: VaultQueue) -> None:
        super().__init__(queue)
        self._queue = queue
        self._moving = 0
        self.listed: list[Entry] = []
        """The list as it was last emitted."""
        queue.changed.connect(self.reload)

    # The list

    def show(self, entries: list[Entry]) -> None:
        """Show the list of a vault that was just opened."""
        self._moving = 0
        self._set_listed(entries)

    def forget(self) -> None:
        """Forget the list, for the vault is being closed."""
        self.listed = []

    def reload(self) -> None:
        """Read the list again and emit `entries_changed`."""
        if self._queue.is_open:  # a job from before the vault was closed may end after it
            self._queue.ask(
                lambda vault: vault.entries(), self.set_entries, self._queue.failed.emit
            )

    def set_entries(self, entries: list[Entry]) -> None:
        """Show a list that was just read from the vault."""
        # What was read between two moves is older than what is shown; the last move reads again.
        if not self._moving:
            self._set_listed(entries)

    def _set_listed(self, entries: list[Entry]) -> None:
        self.listed = entries
        self.entries_changed.emit(entries)

    # One account or some

    def read_keys(self, ids: Sequence[str]) -> None:
        """Read the keys of these accounts, a few at a time; emits `keys_read` for each batch."""
        if not self._queue.is_open:  # a row is painted once more while the window closes
            return
        for first in range(0, len(ids), READ_BATCH):
            batch = tuple(ids[first : first + READ_BATCH])

            def task(vault: Vault, batch: tuple[str, ...] = batch) -> list[KeyRead]:
                return [read_key(vault, id) for id in batch]

            self._queue.ask(task, self.keys_read.emit, self._queue.failed.emit)

    def read(self, id: str, then: Callable[[Account], None], failed: Failed) -> None:
        """An account with its key, as it is stored now."""
        self._queue.ask(lambda vault: vault.account(id), then, failed)

    def read_notes(self, id: str, then: Callable[[str], None], failed: Failed) -> None:
        """The notes that a person keeps on an account."""
        self._queue.ask(lambda vault: vault.notes(id), then, failed)

    def find_relatives(
        self,
        accounts: Iterable[Account],
        then: Callable[[list[Relatives]], None],
        failed: Failed,
        *,
        by_look: bool = False,
    ) -> None:
        """For each account what is there already with its name or its key; `by_look`, also with a
        name that only looks the same."""
        from authenticator.app.add_account import find_lookalikes, find_relatives

        wanted = tuple(accounts)
        find = find_lookalikes if by_look else find_relatives
        self._queue.ask(lambda vault: find(vault, wanted), then, failed)

    def store(self, steps: Iterable[Step], then: Callable[[AddedAccounts], None]) -> None:
        """Store these accounts, one after the other, up to the first that fails."""
        from authenticator.app.add_account import Outcome, carry_out

        wanted = tuple(steps)

        def stored(result: AddedAccounts) -> None:
            new = all(step.outcome is Outcome.ADDED for step in wanted)
            if result.error is None and new:  # they are the last: the list need not be read again
                self.set_entries([*self.listed, *result.entries])
            else:
                self.reload()
            then(result)

        self._queue.ask(lambda vault: carry_out(vault, wanted), stored, self._queue.failed.emit)

    def replace(self, old_id: str, new_id: str, then: Then, failed: Failed) -> None:
        """Put an account into the bin, and let a new one take over what a person gave it."""
        self._queue.write(lambda vault: vault.replace(old_id, new_id), then, failed)

    def edit(self, id: str, changes: dict[str, Any], then: Then, failed: Failed) -> None:
        """Change these fields of an account, as `Vault.edit` names them."""
        self._queue.write(lambda vault: vault.edit(id, **changes), then, failed)

    def move(self, id: str, before: str | None, failed: Failed) -> None:
        """Put an account right before another, or last. The list is read again once no other
        move is under way."""

        def moved(_: object = None) -> None:
            self._moving -= 1
            if not self._moving:
                self.reload()

        def refused(error: Exception) -> None:
            moved()
            failed(error)

        self._queue.ask(lambda vault: vault.move(id, before), moved, refused)
        self._moving += 1

    def advance_counter(self, id: str, then: Then, failed: Failed) -> None:
        """The HOTP counter to use now; the next one is on disk by then."""
        self._queue.ask(lambda vault: vault.advance_counter(id), then, failed)

    def export_raw(self, id: str, path: Path, then: Then, failed: Failed) -> None:
        """Write what is left of a damaged account to a new file that only this user can read."""

        def task(vault: Vault) -> None:
            files.replace(path, vault.export_raw(id).encode())

        self._queue.ask(task, then, failed)
