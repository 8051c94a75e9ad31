"""The vault from opening to locking, the settings, and what other processes change meanwhile.

Every call into the vault, the keyring or the disk runs on one thread, in order; pictures, the
list of cameras and the network have threads of their own, so that a slow server never delays a
code.
"""

from __future__ import annotations

from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from authenticator import debug_log
from authenticator.app.vault_opening import VaultSnapshot, open_snapshot
from authenticator.errors import EnvironmentFault
from authenticator.gui.jobs import Failed, JobQueue, Then
from authenticator.gui.operations.accounts import AccountOperations
from authenticator.gui.operations.icons import IconOperations
from authenticator.gui.operations.key_slots import KeySlotOperations
from authenticator.gui.operations.live_settings import LiveSettings
from authenticator.gui.operations.passphrase_reminder import PassphraseReminder
from authenticator.gui.operations.sealed_draft import SealedDraft
from authenticator.gui.operations.trash import TrashOperations
from authenticator.gui.operations.usage import UsageOperations
from authenticator.gui.operations.vault_queue import VaultQueue
from authenticator.vault.errors import IndexReplaced, SlotsChanged

if TYPE_CHECKING:
    from authenticator.app.settings import Settings
    from authenticator.clock.clock import Clock
    from authenticator.compose import Services
    from authenticator.gui.operations.time_check import TimeOperations
    from authenticator.gui.operations.vault_repair import VaultRepair
    from authenticator.gui.startup.preload import Preload
    from authenticator.vault.entry import Entry
    from authenticator.vault.kinds import StoreKind, VaultInfo
    from authenticator.vault.manifest import Consistency
    from authenticator.vault.vault import Vault

POLL_MS = 1500
CHECK_MS = 800
"""The clock is checked this long after the first codes are shown: the start must stay fast."""


class _Found(NamedTuple):
    """What a look for changes found; None for what is as before."""

    stamp: int
    entries: list[Entry] | None
    changed: tuple[Settings, Clock] | None
    consistency: Consistency | None


class Session(QObject):
    """One vault, one clock, one set of settings. What a person does with them is in `accounts`,
    `trash`, `icons`, `usage` and `time`."""

    opening = Signal()
    vault_missing = Signal()
    passphrase_required = Signal()
    ready = Signal()
    locked = Signal()
    closed = Signal()  # after `locked`: what was begun is done, and the draft is sealed
    failed = Signal(object)  # VaultSnapshot, with its error
    settings_changed = Signal()
    motion_changed = Signal()  # whether the system asks for less motion, beside the settings
    info_changed = Signal()  # what opens the vault, or where its keys are
    time_changed = Signal()  # what is known about the clock, beside the settings
    verified = Signal(object)  # Consistency of the vault's file, after each change of it

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.vault_info: VaultInfo | None = None
        self.vault_queue = VaultQueue(self)
        self.vault_queue.failed.connect(self._failed)
        self.live_settings = LiveSettings(services, self.vault_queue)
        self.live_settings.changed.connect(self.settings_changed)
        self.accounts = AccountOperations(self.vault_queue)
        self.trash = TrashOperations(self.vault_queue)
        self.icons = IconOperations(self.vault_queue, lambda: self.background, services.icon)
        self.usage = UsageOperations(self.vault_queue, lambda: self.clock.now())
        self.slots = KeySlotOperations(self.vault_queue)
        self.slots.info_changed.connect(self._set_info)
        self.reminder = PassphraseReminder(self.live_settings)
        self._system_reduces_motion = False
        self._stamp: int | None = None
        self._verified_stamp: int | None = None
        self._watched = False
        self._poll_pending = False
        self._draft = SealedDraft()
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._poll_for_changes)
        self._check = QTimer(self, interval=CHECK_MS, singleShot=True)
        self._check.timeout.connect(lambda: self.time.begin())
        self._check.timeout.connect(self.slots.start)
        self.ready.connect(self._check.start)
        self.ready.connect(self.trash.start)

    @cached_property
    def background(self) -> JobQueue:
        """For what takes long and must not delay codes."""
        return JobQueue(3, self)

    @cached_property
    def time(self) -> TimeOperations:
        """Correct time."""
        from authenticator.gui.operations.time_check import TimeOperations

        operations = TimeOperations(self.services, self.live_settings, self.background)
        operations.sync_known.connect(self.time_changed)
        operations.declined.connect(self.time_changed)
        return operations

    @cached_property
    def repair(self) -> VaultRepair:
        from authenticator.gui.operations.vault_repair import VaultRepair

        repair = VaultRepair(self, self._opened_anew, self._failed, self)
        repair.begun.connect(self.opening)
        repair.passphrase_required.connect(self.passphrase_required)
        return repair

    # Opening

    @property
    def is_open(self) -> bool:
        return self.vault_queue.is_open

    def open(self, passphrase: str | None = None, *, preload: Preload | None = None) -> None:
        """Open the vault; one of the signals tells the outcome. `preload` has begun already."""

        def task() -> tuple[VaultSnapshot, tuple[Settings, Clock] | None]:
            found = open_snapshot(self.services, passphrase) if preload is None else preload.first()
            try:
                read_again = self.live_settings.read_again()
                _ = self.services.home_access  # closed to others here: it takes the disk
                return found, read_again
            except EnvironmentFault as refused:  # no code without the time correction in them
                if found.vault is not None:
                    found.vault.close()
                return VaultSnapshot(found.info, error=found.error or refused), None

        begun_s = monotonic()

        def then(answer: tuple[VaultSnapshot, tuple[Settings, Clock] | None]) -> None:
            found, read_again = answer
            if read_again is not None:
                self.live_settings.set(*read_again)
            self.vault_info = found.info
            debug_log.write(
                "vault read",
                ms=1000 * (monotonic() - begun_s),
                open=found.vault is not None,
                accounts=len(found.entries),
                more=found.more,
                store=found.info and found.info.store,
                key=found.info and found.info.key,
                preload=None if preload is None else type(preload),
                error=found.error,
            )
            if found.error is not None:
                self.failed.emit(found)
            elif found.vault is not None:
                self.reminder.opened(found.info, typed=passphrase is not None)
                self._opened(found, found.vault)
                if found.more and preload is not None:
                    rest = preload.rest
                    self.vault_queue.ask(lambda _: rest(), self.accounts.set_entries, self._failed)
            elif found.info is None:
                self.vault_missing.emit()
            else:
                self.passphrase_required.emit()

        self.opening.emit()
        self.vault_queue.submit(task, then, self._failed)

    def create(self, store: StoreKind, passphrase: str | None = None) -> None:
        """Make the first vault and remember where keys are to be kept."""

        def task() -> VaultSnapshot:
            try:
                vault = self.services.create_vault(store, passphrase)
                return VaultSnapshot(self.services.inspect_vault(), vault)
            except Exception as error:  # noqa: BLE001 - told together with what is there now
                return VaultSnapshot(self.services.inspect_vault(), error=error)

        def then(made: VaultSnapshot) -> None:
            self.vault_info = made.info
            debug_log.write("vault made", store=store, error=made.error)
            if made.error is not None or made.vault is None:
                self.failed.emit(made)
                return
            if self.settings.store is not store:
                self.change_settings({"store": store}, lambda _: None, lambda _: None)
            self.reminder.opened(made.info, typed=False)
            self._opened(made, made.vault)

        self.opening.emit()
        self.vault_queue.submit(task, then, self._failed)

    def quarantine(self, then: Then, failed: Failed) -> None:
        """Rename an index that can't be read, so that a new vault can be made."""
        self.vault_queue.submit(self.services.quarantine_vault, then, failed)

    def _failed(self, error: Exception) -> None:
        self.failed.emit(VaultSnapshot(self.vault_info, error=error))

    def _opened(self, found: VaultSnapshot, vault: Vault) -> None:
        self.vault_queue.set_vault(vault)
        self._stamp = found.stamp
        self._poll_pending = False
        self._update_polling()
        self.accounts.show(list(found.entries))
        self.accounts.keys_read.emit(found.keys)
        self.ready.emit()

    def _set_info(self, info: VaultInfo) -> None:
        if info != self.vault_info:
            self.vault_info = info
            self.reminder.opened(info, typed=False)
            self.info_changed.emit()

    # Locking

    def lock(self, draft: bytes = b"") -> None:
        """Close the vault, and forget its key and what was read with it. `draft` is sealed with
        that key before; `take_draft` gives it back once the vault is open again."""
        if not self.is_open:
            return
        self.trash.stop()
        self.usage.save()
        vault = self.vault_queue.release_vault()
        self._update_polling()
        self.repair.last = None
        self.accounts.forget()

        self._draft = sealing = SealedDraft.sealed_by(vault, draft)

        def task() -> None:
            sealing.wait()
            vault.close()

        self.vault_queue.submit(task, lambda _: self.closed.emit(), lambda _: self.closed.emit())
        debug_log.write("locked", draft=bool(draft))
        self.locked.emit()

    def start_locked(self, info: VaultInfo, sealed_draft: bytes) -> None:
        """Be as after `lock`, which another process was told; call it before anything else."""
        self.vault_info = info
        self._draft = SealedDraft(sealed_draft)

    @property
    def sealed_draft(self) -> bytes:
        """What `lock` was given, as far as it is sealed yet."""
        return self._draft.sealed

    def take_draft(self) -> bytes:
        """What `lock` was given, once. Empty if another vault was opened meanwhile."""
        sealed, self._draft = self.sealed_draft, SealedDraft()
        if not sealed:
            return b""
        from authenticator.vault.errors import SealBroken

        try:
            return self.vault_queue.vault.open_draft(sealed)
        except SealBroken:
            return b""

    # Changes by another process: accounts, and settings such as the corrected time

    def watch(self, on: bool) -> None:
        """Look for changes at once and every POLL_MS, or stop: a hidden window needs none."""
        self._watched = on
        self._update_polling()
        if on:
            self._poll_for_changes()
        else:
            self.usage.save()

    def _update_polling(self) -> None:
        """Nothing wakes for a locked vault."""
        if self._watched and self.is_open:
            self._poll.start()
        else:
            self._poll.stop()

    def _poll_for_changes(self) -> None:
        if not self.is_open or self._poll_pending:
            return
        known, chosen, listed = self._stamp, self.settings, self.accounts.listed
        verified = self._verified_stamp

        def task(vault: Vault) -> _Found:
            stamp = vault.change_stamp()
            settings = self.services.note_clock_changes()
            entries = vault.entries() if stamp != known else listed
            return _Found(
                stamp,
                entries if entries != listed else None,  # compared here: long lists take time
                (settings, self.services.clock(settings)) if settings != chosen else None,
                vault.verify() if stamp != verified else None,
            )

        def then(found: _Found) -> None:
            self._poll_pending = False
            self._stamp = self._verified_stamp = found.stamp
            if found.entries is not None:
                self.accounts.set_entries(found.entries)
            # What was chosen here meanwhile is newer than what was read.
            if found.changed is not None and self.settings is chosen:
                self.live_settings.set(*found.changed)
            if found.consistency is not None:
                self.verified.emit(found.consistency)

        def failed(error: Exception) -> None:
            # Another process is writing, or the disk failed: the next poll tries again.
            self._poll_pending = False
            if isinstance(error, IndexReplaced | SlotsChanged):
                self.repair.reopen()

        self._poll_pending = True
        self.vault_queue.ask(task, then, failed)

    def _opened_anew(self, found: VaultSnapshot) -> None:
        self.vault_info = found.info
        if found.vault is None:
            self.failed.emit(found)
            return
        self._opened(found, found.vault)
        if found.info is not None:
            self._set_info(found.info)

    # Settings

    @property
    def settings(self) -> Settings:
        return self.live_settings.settings

    @property
    def clock(self) -> Clock:
        """The clock that codes follow."""
        return self.live_settings.clock

    def change_settings(self, fields: dict[str, object], then: Then, failed: Failed) -> None:
        """Store these settings on disk; the clock follows at once."""
        self.live_settings.change(fields, then, failed)

    @property
    def reduced_motion(self) -> bool:
        """Whether the person or the system asks for less motion."""
        return self.settings.still or self._system_reduces_motion

    def set_reduced_motion(self, reduced: bool) -> None:
        """Whether the system asks for less motion."""
        self._system_reduces_motion = reduced
        self.motion_changed.emit()

    def close(self) -> None:
        """Finish what was begun, then close the vault."""
        self._poll.stop()
        self._check.stop()
        self.trash.stop()
        self.usage.save()
        if "time" in self.__dict__:
            self.time.give_up()
        self.vault_queue.close()
        if "background" in self.__dict__:
            self.background.close(wait_s=0.2)
