"""Asks time servers, on request or at intervals, and knows whether the clock can be trusted."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from authenticator.app.time.check import Course, TimeAnswer, course, is_due
from authenticator.app.time.correction import Correction, Standing, standing
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.system_sync import Sync, SystemSync
from authenticator.gui.jobs import SignalRelay

if TYPE_CHECKING:
    from authenticator.compose import Parts
    from authenticator.gui.jobs import Job, JobQueue
    from authenticator.gui.operations.live_settings import LiveSettings

HOUR_MS = 3_600_000
WRONG_S = 5.0
"""Beyond this, people are warned of a clock that is not corrected."""


class TimeOperations(QObject):
    """One query of the servers at a time. Every change goes through the settings."""

    asking = Signal()
    heard = Signal(object)  # Hearing
    answered = Signal(object, object)  # TimeAnswer, Course
    stopped = Signal()
    declined = Signal()
    failed = Signal(object)
    sync_known = Signal()

    def __init__(self, parts: Parts, live: LiveSettings, background: JobQueue) -> None:
        super().__init__(live)
        self._parts = parts
        self._live = live
        self._background = background
        self._job: Job | None = None
        self._cancelled = threading.Event()
        self.by_hand = False
        """Whether somebody is waiting for the answer."""
        self.pending: TimeAnswer | None = None
        """An answer that must be confirmed."""
        self.sync = SystemSync(Sync.UNKNOWN, False, "")
        """How the system keeps its clock, once `look_at_system` has found out."""
        self._jump_s = 0.0
        live.changed.connect(self._note_jump)
        self._hourly = QTimer(self, interval=HOUR_MS)
        self._hourly.timeout.connect(lambda: self._ask_if_due(at_start=False))

    # What is known

    @property
    def known(self) -> Correction | None:
        """The correction that codes follow, else what the last check found."""
        return self._live.settings.correction or self._live.settings.measured

    @property
    def followed(self) -> bool:
        """Whether codes follow the known correction."""
        return self._live.settings.correction is not None

    def standing(self) -> Standing | None:
        """How the known correction and the computer's clock compare now."""
        known = self.known
        return None if known is None else standing(known, this_boot())

    def known_wrong(self) -> Standing | None:
        """The standing, where the computer's clock is known to be wrong and codes follow it."""
        stands = None if self.followed else self.standing()
        if stands is None or stands.carried_over or abs(stands.offset_s) <= WRONG_S:
            return None
        return stands

    def in_doubt(self) -> Standing | None:
        """The standing, where codes follow an offset that may no longer be the right one."""
        stands = self.standing() if self.followed else None
        if stands is None or not stands.in_doubt(synchronized=self.sync.synchronized):
            return None
        return stands

    def look_at_system(self) -> None:
        """Find out how the system keeps its clock, and emit `sync_known`."""

        def told(sync: SystemSync) -> None:
            self.sync = sync
            self.sync_known.emit()

        self._background.submit(self._parts.system_sync, told, lambda _: None)

    # Asking

    def begin(self) -> None:
        """From now on check at intervals, if the settings say so."""
        stands = self.standing()
        if stands is not None and stands.carried_over:
            self.look_at_system()
        self._ask_if_due(at_start=True)
        self._hourly.start()

    def _note_jump(self) -> None:
        """Somebody set the computer's clock: was it the system, and is it right now?"""
        known = self.known
        jump_s = known.clock_set_s if known is not None else 0.0
        if jump_s == self._jump_s:
            return
        self._jump_s = jump_s
        if jump_s != 0:
            self.look_at_system()
            self._ask_if_due(at_start=False)

    def _ask_if_due(self, *, at_start: bool) -> None:
        if is_due(self._live.settings.time_check, self.standing(), at_start=at_start):
            self._ask(by_hand=False)

    @property
    def is_asking(self) -> bool:
        return self._job is not None

    def ask(self) -> None:
        """Ask the servers of the settings, for somebody who is waiting."""
        self._ask(by_hand=True)

    def _ask(self, *, by_hand: bool) -> None:
        self.by_hand = by_hand
        if self._job is None:
            self._cancelled = threading.Event()
            self._hearing = SignalRelay(self.heard.emit)
            cancelled, heard = self._cancelled.is_set, self._hearing
            parts, servers = self._parts, self._live.settings.servers
            self._job = self._background.submit(
                lambda: parts.ask_time(servers, cancelled, heard=heard),
                self._answered,
                self._failed,
            )
        self.asking.emit()

    def give_up(self) -> None:
        """Stop asking; nothing is changed."""
        if self._job is None:
            return
        self._cancelled.set()
        self._hearing.revoke()
        self._job.cancel()
        self._job = None
        self.stopped.emit()

    def _failed(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)

    def _answered(self, answer: TimeAnswer) -> None:
        self._job = None
        where = course(answer, self._live.clock)
        if where is Course.APPLY:
            self._follow(answer, Course.APPLY)
        elif where is Course.ASK:
            self.pending = answer
            # Stored at once, in case the app is closed before the answer is confirmed.
            self._keep({"measured": answer.correction}, answer, Course.ASK)
        else:
            self.answered.emit(answer, where)

    # Deciding

    def accept(self) -> None:
        """Follow the answer that must be confirmed, else what the last check found."""
        answer, self.pending = self.pending, None
        if answer is not None:
            self._follow(answer, Course.APPLY)
        elif self._live.settings.measured is not None:
            self._change({"correction": self._live.settings.measured, "measured": None})

    def decline(self) -> None:
        """Leave codes as they are."""
        self.pending = None
        self.declined.emit()

    def remove(self) -> None:
        """Let codes follow the computer's clock again."""
        self.pending = None
        self._change({"correction": None, "measured": self._live.settings.correction})

    def _follow(self, answer: TimeAnswer, where: Course) -> None:
        self.pending = None
        self._keep({"correction": answer.correction, "measured": None}, answer, where)

    def _keep(self, fields: dict[str, object], answer: TimeAnswer, where: Course) -> None:
        self._live.change(fields, lambda _: self.answered.emit(answer, where), self.failed.emit)

    def _change(self, fields: dict[str, object]) -> None:
        self._live.change(fields, lambda _: None, self.failed.emit)
