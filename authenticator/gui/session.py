"""The open vault, the settings and the clock, as the windows see them.

Every call into the vault, the keyring or the disk runs on one thread, in order; the
pictures, the camera's name list and the network have threads of their own, so that a slow
server never delays a code.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from authenticator.app.settings import Settings
from authenticator.app.usage import Uses
from authenticator.clock.clock import Clock
from authenticator.compose import Parts
from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.gui.jobs import Failed, Job, Then, Work
from authenticator.gui.opening import KeyRead, Opening, look, read_key
from authenticator.otp.account import Account
from authenticator.vault.entry import Entry
from authenticator.vault.kinds import Peek, StoreKind

if TYPE_CHECKING:
    from authenticator.gui.operations.time_check import Timekeeper
    from authenticator.gui.startup.preload import Ahead
    from authenticator.vault.vault import Binned, Vault

POLL_MS = 1500
CHECK_MS = 800
"""After the codes are there the clock may be checked: not before, the start is short."""
SAVE_USES_MS = 60_000
TIDY_BIN_MS = 3_600_000
"""The bin itself sees to it that this comes to one look a day."""
READ_BATCH = 8
"""Keys read in one go: a keyring takes some ms for each, and rows fill from the top."""


class Added(NamedTuple):
    """What adding several came to: `error` is what stopped it after `entries`."""

    entries: tuple[Entry, ...]
    error: Exception | None


class Session(QObject):
    """One vault, one clock, one set of settings."""

    opening = Signal()
    nothing_yet = Signal()
    passphrase_wanted = Signal()
    ready = Signal()
    locked = Signal()
    failed = Signal(object)  # Opening, with its error
    entries_changed = Signal(object)  # list[Entry]
    keys_read = Signal(object)  # list[KeyRead]
    pictures_read = Signal(object)  # list[tuple[str, bytes]]: names of own pictures, and PNGs
    settings_changed = Signal()
    motion_changed = Signal()  # whether the system asks for less, beside the settings
    time_changed = Signal()  # what is known about the clock, beside the settings

    def __init__(self, parts: Parts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.parts = parts
        self.clock: Clock = parts.clock()  # first: it may note something in the settings
        self.settings: Settings = parts.settings_file.read()
        self._system_still = False
        self.peek: Peek | None = None
        self._vault: Vault | None = None
        self._stamp: int | None = None
        self._listed: list[Entry] = []
        self._watched = False
        self._polling = False
        self._sealed = b""
        self._keeping = Work(1, self)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._look_for_changes)
        self._check = QTimer(self, interval=CHECK_MS, singleShot=True)
        self._check.timeout.connect(lambda: self.time.begin())
        self.ready.connect(self._check.start)
        self._uses = Uses()
        self._moving = 0
        self._save = QTimer(self, interval=SAVE_USES_MS, singleShot=True)
        self._save.timeout.connect(self.save_uses)
        self._tidy = QTimer(self, interval=TIDY_BIN_MS)
        self._tidy.timeout.connect(self._tidy_bin)
        self.ready.connect(self._tidy.start)

    @cached_property
    def aside(self) -> Work:
        """For what takes long and must not keep codes waiting."""
        return Work(3, self)

    @cached_property
    def time(self) -> Timekeeper:
        """Correct time."""
        from authenticator.gui.operations.time_check import Timekeeper

        keeper = Timekeeper(self)
        keeper.sync_known.connect(self.time_changed)
        keeper.declined.connect(self.time_changed)
        return keeper

    @property
    def still(self) -> bool:
        """Whether the person or the system asks for less motion."""
        return self.settings.still or self._system_still

    def take_motion(self, reduced: bool) -> None:
        """Whether the system asks for less of it."""
        self._system_still = reduced
        self.motion_changed.emit()

    # Opening

    @property
    def is_open(self) -> bool:
        return self._vault is not None

    def open(self, passphrase: str | None = None, *, ahead: Ahead | None = None) -> None:
        """Open what is there; answers with one of the signals. `ahead` began it already."""

        def task() -> Opening:
            return look(self.parts, passphrase) if ahead is None else ahead.first()

        def then(found: Opening) -> None:
            self.peek = found.peek
            if found.error is not None:
                self.failed.emit(found)
            elif found.vault is not None:
                self._opened(found)
                if found.more and ahead is not None:
                    self._ask(ahead.rest, self._take_entries, self._failed)
            elif found.peek is None:
                self.nothing_yet.emit()
            else:
                self.passphrase_wanted.emit()

        self.opening.emit()
        self._keeping.do(task, then, self._failed)

    def create(self, store: StoreKind, passphrase: str | None = None) -> None:
        """Make the first vault and remember where keys are to live."""

        def task() -> Opening:
            try:
                vault = self.parts.create_vault(store, passphrase)
                return Opening(self.parts.peek(), vault)
            except Exception as error:  # noqa: BLE001 - told together with what is there now
                return Opening(self.parts.peek(), error=error)

        def then(made: Opening) -> None:
            self.peek = made.peek
            if made.error is not None or made.vault is None:
                self.failed.emit(made)
                return
            if self.settings.store is not store:
                self.change_settings({"store": store}, lambda _: None, lambda _: None)
            self._opened(made)

        self.opening.emit()
        self._keeping.do(task, then, self._failed)

    def set_aside(self, then: Then, failed: Failed) -> None:
        """Rename an index that can't be read, so that a new vault can be made."""
        self._keeping.do(self.parts.set_aside, then, failed)

    def _failed(self, error: Exception) -> None:
        self.failed.emit(Opening(self.peek, error=error))

    def _opened(self, found: Opening) -> None:
        self._vault = found.vault
        self._stamp = found.stamp
        self._polling = False
        self._moving = 0
        self._pace()
        self._list(list(found.entries))
        self.keys_read.emit(found.keys)
        self.ready.emit()

    # Locking

    def lock(self, keep: bytes = b"") -> None:
        """Close the vault, and forget its key and what was read with it. `keep` is sealed with
        that key before; `kept` gives it back once the vault is open again."""
        if self._vault is None:
            return
        self._tidy.stop()
        self.save_uses()
        vault, self._vault = self._vault, None
        self._pace()
        self._listed = []

        # Aside: soon after the start nobody else has asked for anything, and it opens the vault.
        def task() -> bytes:
            try:
                return vault.seal_aside(keep) if keep else b""
            finally:
                vault.close()

        def then(sealed: bytes) -> None:
            self._sealed = sealed

        self._keeping.do(task, then, lambda _: None)
        self.locked.emit()

    def kept(self) -> bytes:
        """What `lock` was given, once. Nothing where another vault was opened meanwhile."""
        sealed, self._sealed = self._sealed, b""
        if not sealed:
            return b""
        from authenticator.vault.seal import SealBroken

        try:
            return self._open_vault().open_aside(sealed)
        except SealBroken:
            return b""

    def _ask(self, task: Callable[[], Any], then: Then, failed: Failed) -> Job:
        """Ask the open vault. What is answered after it was closed is not told: it would bring
        accounts back into a window that is locked."""
        vault = self._vault

        def in_time(tell: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda told: tell(told) if self._vault is vault else None

        return self._keeping.do(task, in_time(then), in_time(failed))

    # Accounts

    def read(self, ids: Sequence[str]) -> None:
        """Read the keys of these accounts, a few at a time; `keys_read` tells each batch."""
        vault = self._vault
        if vault is None:  # a row that is painted once more while the window closes
            return
        for first in range(0, len(ids), READ_BATCH):
            batch = tuple(ids[first : first + READ_BATCH])

            def task(batch: tuple[str, ...] = batch) -> list[KeyRead]:
                return [read_key(vault, id) for id in batch]

            self._ask(task, self.keys_read.emit, self._failed)

    def twins(self, accounts: Iterable[Account], then: Then, failed: Failed) -> Job:
        """For each account the entry that is the same, or None."""
        vault, wanted = self._open_vault(), tuple(accounts)
        return self._ask(lambda: [vault.twin(one) for one in wanted], then, failed)

    def add(self, accounts: Iterable[Account], then: Callable[[Added], None]) -> None:
        """Keep these accounts, one after the other, up to the first that fails."""
        vault, wanted = self._open_vault(), tuple(accounts)

        def task() -> Added:
            kept: list[Entry] = []
            for account in wanted:
                try:
                    kept.append(vault.add(account))
                except Exception as error:  # noqa: BLE001 - told with how far it got
                    return Added(tuple(kept), error)
            return Added(tuple(kept), None)

        def told(added: Added) -> None:
            self.reload()
            then(added)

        self._ask(task, told, self._failed)

    def account(self, id: str, then: Then, failed: Failed) -> None:
        """An account with its key, as it is kept now."""
        vault = self._open_vault()
        self._ask(lambda: vault.account(id), then, failed)

    def edit(self, id: str, changes: dict[str, Any], then: Then, failed: Failed) -> None:
        """Change these fields of an account, as `Vault.edit` names them."""
        vault = self._open_vault()
        self._writing(lambda: vault.edit(id, **changes), then, failed)

    def notes(self, id: str, then: Then, failed: Failed) -> None:
        """What a person wrote about an account."""
        vault = self._open_vault()
        self._ask(lambda: vault.notes(id), then, failed)

    def picture(self, id: str, then: Then, failed: Failed) -> None:
        """An account's own picture as a PNG, None without one."""
        vault = self._open_vault()
        self._ask(lambda: vault.picture(id), then, failed)

    def read_pictures(self, entries: Sequence[Entry]) -> None:
        """Read the own pictures of these accounts; `pictures_read` tells them."""
        vault = self._vault
        if vault is None:
            return

        def task() -> list[tuple[str, bytes]]:
            found = []
            for entry in entries:
                # One that can't be read costs its account the picture, nothing else.
                with suppress(AuthenticatorError):
                    found.append((entry.picture, vault.picture(entry.id) or b""))
            return found

        self._ask(task, self.pictures_read.emit, lambda _: None)

    def icon(self, path: Path, then: Then, failed: Failed) -> Job:
        """Make a picture small for an account; it is told as a PNG."""
        from authenticator.gui.widgets.icon_image import png

        return self.aside.do(lambda: png(self.parts.icon(path)), then, failed)

    def move(self, id: str, before: str | None, failed: Failed) -> None:
        """Put an account right before another, or last. The list is read again once nothing
        else is on its way to another place."""
        vault = self._open_vault()

        def moved(_: object = None) -> None:
            self._moving -= 1
            if not self._moving:
                self.reload()

        def refused(error: Exception) -> None:
            moved()
            failed(error)

        self._moving += 1
        self._ask(lambda: vault.move(id, before), moved, refused)

    # The bin

    def remove(self, ids: Sequence[str], then: Then, failed: Failed) -> None:
        """Put these accounts into the bin."""
        vault = self._open_vault()
        self._each(ids, lambda one: vault.remove(one), then, failed)

    def put_back(self, ids: Sequence[str], then: Then, failed: Failed) -> None:
        """Take these accounts out of the bin."""
        vault = self._open_vault()
        self._each(ids, lambda one: vault.put_back(one), then, failed)

    def delete(self, ids: Sequence[str], then: Then, failed: Failed) -> None:
        """Delete these accounts for good."""
        vault = self._open_vault()
        self._each(ids, lambda one: vault.delete(one), then, failed)

    def binned(self, then: Callable[[list[Binned]], None], failed: Failed) -> None:
        """What is in the bin, the last removed first."""
        vault = self._open_vault()
        self._ask(lambda: vault.binned(), then, failed)

    def _each(
        self, ids: Sequence[str], act: Callable[[str], object], then: Then, failed: Failed
    ) -> None:
        def task() -> None:
            for id in ids:
                act(id)

        def broke_off(error: Exception) -> None:
            self.reload()  # some of them may be done
            failed(error)

        self._writing(task, then, broke_off)

    def _tidy_bin(self) -> None:
        if self._vault is not None:
            # What stands in the way (a locked keyring, another writer) may be gone next time.
            vault = self._vault
            self._keeping.do(lambda: vault.tidy_bin(), lambda _: None, lambda _: None)

    # Uses

    def note_use(self, id: str) -> None:
        """A code was taken; saved with others, later."""
        self._uses.note(id, self.clock.now())
        if not self._save.isActive():
            self._save.start()

    def save_uses(self) -> None:
        """Save the uses that were noted; what can't be saved is kept for the next time."""
        self._save.stop()
        if self._vault is not None and self._uses.pending:
            vault = self._vault
            self._keeping.do(lambda: self._uses.save(vault), lambda _: None, lambda _: None)

    def advance(self, id: str, then: Then, failed: Failed) -> None:
        """The HOTP counter to be used now; the next one is on disk by then."""
        vault = self._open_vault()
        self._ask(lambda: vault.advance(id), then, failed)

    def save_raw(self, id: str, path: Path, then: Then, failed: Failed) -> None:
        """What is left of a damaged account into a new file that only this user reads."""
        vault = self._open_vault()

        def task() -> None:
            left = vault.export_raw(id)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(left)
            except OSError as refusal:
                reason = errno.errorcode.get(refusal.errno or 0, "EIO")
                raise DiskRefused(path, reason) from refusal

        self._ask(task, then, failed)

    def reload(self) -> None:
        """Read the list again; `entries_changed` tells it."""
        if self._vault is not None:  # what was asked for before the end may be done after it
            vault = self._vault
            self._ask(lambda: vault.entries(), self._take_entries, self._failed)

    def _take_entries(self, entries: list[Entry]) -> None:
        # What was read between two moves is older than what is shown; the last reads again.
        if not self._moving:
            self._list(entries)

    def _list(self, entries: list[Entry]) -> None:
        self._listed = entries
        self.entries_changed.emit(entries)

    def _writing(self, task: Callable[[], object], then: Then, failed: Failed) -> None:
        def told(result: object) -> None:
            self.reload()
            then(result)

        self._ask(task, told, failed)

    def _open_vault(self) -> Vault:
        if self._vault is None:
            raise RuntimeError("no vault is open")
        return self._vault

    # Changes by another process: accounts, and settings such as the corrected time

    def watch(self, on: bool) -> None:
        """Look for changes at once and every POLL_MS, or stop: a hidden window needs none."""
        self._watched = on
        self._pace()
        if on:
            self._look_for_changes()
        else:
            self.save_uses()

    def _pace(self) -> None:
        """Nothing wakes for a vault that is locked."""
        if self._watched and self.is_open:
            self._poll.start()
        else:
            self._poll.stop()

    def _look_for_changes(self) -> None:
        if self._vault is None or self._polling:
            return
        vault, known, chosen, listed = self._vault, self._stamp, self.settings, self._listed

        def task() -> tuple[int, list[Entry] | None, tuple[Settings, Clock] | None]:
            stamp = vault.change_stamp()
            clock = self.parts.clock()  # notes a jump of the computer's clock in the settings
            settings = self.parts.settings_file.read()
            entries = vault.entries() if stamp != known else listed
            return (
                stamp,
                entries if entries != listed else None,  # compared here: many take their time
                (settings, clock) if settings != chosen else None,
            )

        def then(
            found: tuple[int, list[Entry] | None, tuple[Settings, Clock] | None],
        ) -> None:
            self._polling = False
            self._stamp, entries, changed = found
            if entries is not None:
                self._take_entries(entries)
            # What was chosen here meanwhile is newer than what was read.
            if changed is not None and self.settings is chosen:
                self._take_settings(changed)

        def failed(_error: Exception) -> None:
            # Someone else is writing, or the disk hiccups: the next second asks again.
            self._polling = False

        self._polling = True
        self._ask(task, then, failed)

    def in_order(self, task: Callable[[], object], then: Then, failed: Failed) -> Job:
        """Do something else with the disk, after what was asked for before."""
        return self._keeping.do(task, then, failed)

    # Settings and time

    def change_settings(self, fields: dict[str, object], then: Then, failed: Failed) -> None:
        """Keep these settings on disk; the clock follows at once."""

        def task() -> tuple[Settings, Clock]:
            return self.parts.settings_file.change(**fields), self.parts.clock()

        def told(changed: tuple[Settings, Clock]) -> None:
            self._take_settings(changed)
            then(self.settings)

        self._keeping.do(task, told, failed)

    def _take_settings(self, changed: tuple[Settings, Clock]) -> None:
        self.settings, self.clock = changed
        self.settings_changed.emit()

    def close(self) -> None:
        """Let what was asked for finish, then close the vault."""
        self._poll.stop()
        self._check.stop()
        self._tidy.stop()
        self.save_uses()
        if "time" in self.__dict__:
            self.time.give_up()
        if self._vault is not None:
            vault, self._vault = self._vault, None
            self._keeping.do(vault.close, lambda _: None, lambda _: None)
        self._keeping.close()
        if "aside" in self.__dict__:
            self.aside.close(wait_s=0.2)
