"""Asks now and then whether the passphrase is still known, and keeps when to ask next."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from authenticator.app import passphrase_reminder as reminders
from authenticator.app.passphrase_reminder import DAY_S, Reminder
from authenticator.vault.kinds import KeyKind

if TYPE_CHECKING:
    from authenticator.gui.operations.live_settings import LiveSettings
    from authenticator.vault.kinds import VaultInfo

LOOK_MS = 3_600_000
"""How often to look whether it is time; a window may be open for weeks."""


class PassphraseReminder(QObject):
    """`due_changed` tells that `is_due` is to be asked again."""

    due_changed = Signal()

    def __init__(self, live: LiveSettings) -> None:
        super().__init__(live)
        self._live = live
        self._asks = False
        self._unsaved: Reminder | None = None
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.due_changed)

    def opened(self, info: VaultInfo | None, *, typed: bool) -> None:
        """The vault was opened, by a passphrase that was `typed` or otherwise."""
        self._asks = info is not None and info.key is KeyKind.PASSPHRASE
        if not self._asks:
            self._look.stop()
            if self._reminder.due_s:
                self._keep(Reminder())
            return
        self._look.start()
        before = self._reminder
        after = reminders.typed(before, time.time()) if typed else before
        if not before.due_s:
            after = reminders.chosen(time.time())
        if abs(after.due_s - before.due_s) >= DAY_S:  # not at each unlocking
            self._keep(after)

    def is_due(self) -> bool:
        """Whether to ask now."""
        return self._asks and self._reminder.is_due(time.time())

    def known(self, *, asked: bool) -> None:
        """The passphrase was asked for and known, or was chosen just now."""
        now_s = time.time()
        self._keep(reminders.known(self._reminder, now_s) if asked else reminders.chosen(now_s))

    def snooze(self) -> None:
        """Ask another day."""
        self._keep(reminders.snoozed(self._reminder, time.time()))

    @property
    def _reminder(self) -> Reminder:
        if self._unsaved is not None:
            return self._unsaved
        settings = self._live.settings
        return Reminder(settings.passphrase_answers, settings.passphrase_due_s)

    def _keep(self, reminder: Reminder) -> None:
        fields: dict[str, object] = {
            "passphrase_answers": reminder.answers,
            "passphrase_due_s": reminder.due_s,
        }

        def saved(_: object) -> None:
            if self._unsaved is reminder:
                self._unsaved = None

        # If the disk refuses, it is asked once more at the next start.
        self._unsaved = reminder
        self._live.change(fields, saved, lambda _: None)
        self.due_changed.emit()
