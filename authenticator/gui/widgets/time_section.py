"""Settings: correct time for codes. Asks the servers, applies what they say, tells it."""

import threading

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from authenticator.app.correct_time import TimeAnswer
from authenticator.app.correction import standing
from authenticator.clock.boot import this_boot
from authenticator.clock.select import Decision
from authenticator.gui.session import Session
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.text import button, text
from authenticator.gui.work import Job
from authenticator.wording import correct_time as words_of_time


class TimeSection(QWidget):
    """Synchronize, cancel, remove the correction."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._job: Job | None = None
        self._cancelled = threading.Event()
        self.status = text("", selectable=True)
        self.synchronize = button(self.tr("Synchronize"), "primary")
        self.synchronize.clicked.connect(self.ask)
        self.remove = button(self.tr("Remove correction"))
        self.remove.clicked.connect(self._remove)
        self.cancel = button(self.tr("Cancel"))
        self.cancel.clicked.connect(self.give_up)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Asking the time servers"))
        self.notice = Notice()
        self.details = text("", "status", selectable=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.synchronize)
        row.addWidget(self.cancel)
        row.addWidget(self.remove)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(text(self.tr("Correct time for codes"), "heading"))
        column.addWidget(
            text(
                self.tr(
                    "Codes are refused when this computer's clock is wrong. Time servers tell "
                    "by how much; the codes here then follow the correct time."
                )
                + " "
                + words_of_time.CLOCK_UNTOUCHED,
                "muted",
            )
        )
        column.addWidget(self.status)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self.notice)
        column.addWidget(self.details)
        session.settings_changed.connect(self._show)
        self._rest()
        self._show()

    def _show(self) -> None:
        correction = self._session.settings.correction
        stands = correction and standing(correction, this_boot())
        self.status.setText(words_of_time.correction_status(correction, stands))
        self.remove.setVisible(correction is not None)

    def _rest(self) -> None:
        self._bar.hide()
        self.cancel.hide()
        self.synchronize.show()
        self.details.setVisible(bool(self.details.text()))

    def ask(self) -> None:
        """Ask the servers of the settings."""
        self.notice.hide()
        self.details.setText("")
        self.details.hide()
        self._bar.show()
        self.cancel.show()
        self.synchronize.hide()
        self.cancel.setFocus()
        self._cancelled = threading.Event()
        cancelled = self._cancelled.is_set
        parts, servers = self._session.parts, self._session.settings.servers
        self._job = self._session.aside.do(
            lambda: parts.ask_time(servers, cancelled), self._answered, self._failed
        )

    def give_up(self) -> None:
        """Stop asking; nothing is changed."""
        if self._job is None:
            return
        self._cancelled.set()
        self._job.forget()
        self._job = None
        self._rest()
        self.notice.say(Tone.NOTE, self.tr("Stopped"), self.tr("Nothing was changed."))
        self.synchronize.setFocus()

    def _answered(self, answer: TimeAnswer) -> None:
        self._job = None
        self.details.setText("\n".join(words_of_time.server_answer(one) for one in answer.servers))
        if answer.correction is None:
            self._rest()
            self.notice.say(
                Tone.BAD,
                {
                    Decision.UNREACHABLE: self.tr("No time server answered"),
                    Decision.NO_MAJORITY: self.tr("The time servers contradict each other"),
                }.get(answer.decision, self.tr("Too few time servers answered")),
                words_of_time.time_answer(answer, applied=False),
            )
            self.synchronize.setFocus()
            return
        self._session.change_settings(
            {"correction": answer.correction}, lambda _: self._applied(answer), self._failed
        )

    def _applied(self, answer: TimeAnswer) -> None:
        self._rest()
        self.notice.say(
            Tone.GOOD,
            self.tr("Codes follow the correct time"),
            words_of_time.time_answer(answer, applied=True),
        )
        self.synchronize.setFocus()

    def _failed(self, error: Exception) -> None:
        self._job = None
        self._rest()
        self.notice.explain(error)

    def _remove(self) -> None:
        self.details.setText("")
        self._rest()
        self._session.change_settings(
            {"correction": None},
            lambda _: self.notice.say(
                Tone.NOTE,
                self.tr("Correction removed"),
                self.tr("Codes follow this computer's clock again."),
            ),
            self._failed,
        )
        self.synchronize.setFocus(Qt.FocusReason.OtherFocusReason)
