"""Asks time servers, on request or at intervals, and knows whether the clock can be trusted."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from authenticator.app.time.check import TimeAction, TimeAnswer, is_due, next_action
from authenticator.app.time.correction import Correction, CorrectionStatus, current_status
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.system_sync import Sync, SystemSync
from authenticator.gui.jobs import SignalRelay

if TYPE_CHECKING:
    from authenticator.compose import Services
    from authenticator.gui.jobs import Job, JobQueue
    from authenticator.gui.operations.live_settings import LiveSettings

HOUR_MS = 3_600_000
WRONG_S = 5.0
"""Beyond this, people are warned of a clock that is not corrected."""


class TimeOperations(QObject):
    """One query of the servers at a time. Every change goes through the settings."""

    asking = Signal()
    progressed = Signal(object)  # ServerProgress
    answered = Signal(object, object)  # TimeAnswer, TimeAction
    stopped = Signal()
    declined = Signal()
    failed = Signal(object)
    sync_known = Signal()

    def __init__(self, services: Services, live: LiveSettings, background: JobQueue) -> None:
        super().__init__(live)
        self._services = services
        self._live = live
        self._background = background
        self._job: Job | None = None
        self._cancelled = threading.Event()
        self.by_hand = False
        """Whether a person is waiting for the answer."""
        self.pending: TimeAnswer | None = None
        """An answer that must be confirmed."""
        self.sync = SystemSync(Sync.UNKNOWN, False, "")
        """How the system keeps its clock, once `check_system_sync` has found out."""
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
    def is_applied(self) -> bool:
        """Whether codes follow the known correction."""
        return self._live.settings.correction is not None

    def status(self) -> CorrectionStatus | None:
        """How the known correction and the computer's clock compare now."""
        known = self.known
        return None if known is None else current_status(known, this_boot())

    def known_wrong(self) -> CorrectionStatus | None:
        """The status, if the computer's clock is known to be wrong and codes follow it."""
        status = None if self.is_applied else self.status()
        if status is None or status.from_previous_boot or abs(status.offset_s) <= WRONG_S:
            return None
        return status

    def in_doubt(self) -> CorrectionStatus | None:
        """The status, if codes follow an offset that may no longer be right."""
        status = self.status() if self.is_applied else None
        if status is None or not status.in_doubt(synchronized=self.sync.synchronized):
            return None
        return status

    def check_system_sync(self) -> None:
        """Find out how the system keeps its clock, and emit `sync_known`."""

        def told(sync: SystemSync) -> None:
            self.sync = sync
            self.sync_known.emit()

        self._background.submit(self._services.system_sync, told, lambda _: None)

    # Asking

    def begin(self) -> None:
        """From now on check at intervals, if the settings say so."""
        status = self.status()
        if status is not None and status.from_previous_boot:
            self.check_system_sync()
        self._ask_if_due(at_start=True)
        self._hourly.start()

    def _note_jump(self) -> None:
        """The computer's clock was set: find out whether the system did it, and whether it is
        right."""
        known = self.known
        jump_s = known.clock_set_s if known is not None else 0.0
        if jump_s == self._jump_s:
            return
        self._jump_s = jump_s
        if jump_s != 0:
            self.check_system_sync()
            self._ask_if_due(at_start=False)

    def _ask_if_due(self, *, at_start: bool) -> None:
        if is_due(self._live.settings.time_check, self.status(), at_start=at_start):
            self._ask(by_hand=False)

    @property
    def is_asking(self) -> bool:
        return self._job is not None

    def ask(self) -> None:
        """Ask the servers of the settings, for a person who is waiting."""
        self._ask(by_hand=True)

    def _ask(self, *, by_hand: bool) -> None:
        self.by_hand = by_hand
        if self._job is None:
            self._cancelled = threading.Event()
            self._progress = SignalRelay(self.progressed.emit)
            cancelled, heard = self._cancelled.is_set, self._progress
            services, servers = self._services, self._live.settings.servers
            self._job = self._background.submit(
                lambda: services.ask_time(servers, cancelled, heard=heard),
                self._answered,
                self._failed,
            )
        self.asking.emit()

    def give_up(self) -> None:
        """Stop asking; nothing is changed."""
        if self._job is None:
            return
        self._cancelled.set()
        self._progress.revoke()
        self._job.cancel()
        self._job = None
        self.stopped.emit()

    def _failed(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)

    def _answered(self, answer: TimeAnswer) -> None:
        self._job = None
        where = next_action(answer, self._live.clock)
        if where is TimeAction.APPLY:
            self._follow(answer, TimeAction.APPLY)
        elif where is TimeAction.ASK:
            self.pending = answer
            # Stored at once, in case the app is closed before the answer is confirmed.
            self._keep({"measured": answer.correction}, answer, TimeAction.ASK)
        else:
            self.answered.emit(answer, where)

    # Deciding

    def accept(self) -> None:
        """Follow the answer that must be confirmed, else what the last check found."""
        answer, self.pending = self.pending, None
        if answer is not None:
            self._follow(answer, TimeAction.APPLY)
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

    def _follow(self, answer: TimeAnswer, where: TimeAction) -> None:
        self.pending = None
        self._keep({"correction": answer.correction, "measured": None}, answer, where)

    def _keep(self, fields: dict[str, object], answer: TimeAnswer, where: TimeAction) -> None:
        self._live.change(fields, lambda _: self.answered.emit(answer, where), self.failed.emit)

    def _change(self, fields: dict[str, object]) -> None:
        self._live.change(fields, lambda _: None, self.failed.emit)
