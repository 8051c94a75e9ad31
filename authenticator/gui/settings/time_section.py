"""Settings: correct time for codes. Shows the state of the clock, asks time servers, and has the
user decide about large offsets."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from authenticator.app.settings import TimeCheck
from authenticator.app.time.check import (
    LARGE_S,
    ServerProgress,
    TimeAction,
    TimeAnswer,
    first_asked,
)
from authenticator.clock.agreement import Decision
from authenticator.gui.session import Session
from authenticator.gui.settings.server_results import ServerResults
from authenticator.gui.widgets.combo_box import ComboBox
from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.flow_layout import FlowLayout
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.language import join_sentences, title, tr
from authenticator.wording import correct_time, server_answers


class TimeSection(QWidget):
    """Synchronize, cancel, decide, remove the correction; and the automatic check."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._keeper = keeper = session.time
        self.status = text("", selectable=True)
        self.details = text("", "status", selectable=True)
        self.synchronize = button(tr("Synchronize"), "primary")
        self.synchronize.clicked.connect(self.ask)
        self.remove = button(tr("Remove correction"))
        self.remove.clicked.connect(self._remove)
        self.cancel = button(tr("Cancel"))
        self.cancel.clicked.connect(keeper.give_up)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Servers that have answered"))
        self.notice = Notice()
        self.servers = ServerResults()
        self.sync = text("", "muted", selectable=True)
        row = FlowLayout()
        row.addWidget(self.synchronize)
        row.addWidget(self.cancel)
        row.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.status)
        column.addWidget(self.details)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self.notice)
        column.addWidget(self.servers)
        column.addWidget(
            text(
                tr(
                    "Codes are refused when the clock is wrong. Time servers tell how far off it "
                    "is; codes here then follow the correct time."
                )
                + " "
                + tr(correct_time.CLOCK_UNTOUCHED),
                "muted",
            )
        )
        column.addWidget(self.sync)
        column.addWidget(self._automatic())
        keeper.asking.connect(self._asking)
        keeper.progressed.connect(self._heard)
        keeper.answered.connect(self._answered)
        keeper.stopped.connect(self._stopped)
        keeper.declined.connect(self._declined)
        keeper.failed.connect(self._failed)
        keeper.sync_known.connect(self._show)
        session.settings_changed.connect(self._show)
        self._rest()
        self._show()
        if keeper.is_asking:
            self._asking()

    def _automatic(self) -> FormField[ComboBox]:
        choice = ComboBox()
        for words, check in (
            (tr("Only manually"), TimeCheck.OFF),
            (tr("At each start"), TimeCheck.START),
            (tr("Daily"), TimeCheck.DAILY),
        ):
            choice.addItem(words, check)
        choice.activated.connect(
            lambda row: self._session.change_settings(
                {"time_check": TimeCheck(choice.itemData(row))}, lambda _: None, self._failed
            )
        )
        self.check = FormField(tr("Check the time"), choice, tr(server_answers.WHAT_IS_SENT))
        return self.check

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keeper.check_system_sync()
        self._show()

    def _show(self) -> None:
        keeper = self._keeper
        status, known = keeper.status(), keeper.known
        self.status.setText(correct_time.what_holds(status, followed=keeper.is_applied))
        lines = []
        if known is not None and status is not None:
            lines = [correct_time.checked(known, status), correct_time.clock_step(status)]
        self.details.setText("\n".join(line for line in lines if line))
        self.details.setVisible(bool(self.details.text()))
        self.remove.setVisible(keeper.is_applied)
        self.sync.setText(correct_time.own_sync(keeper.sync))
        check = self._session.settings.time_check or TimeCheck.OFF
        self.check.entry.setCurrentIndex(self.check.entry.findData(check))
        if keeper.is_asking:
            return
        if (doubted := keeper.in_doubt()) is not None:
            self.notice.show_message(
                Tone.WARN,
                tr(correct_time.IN_DOUBT),
                correct_time.why_in_doubt(doubted),
                (tr("Check again"), self.ask),
                (tr("Remove it"), self._remove),
            )
        elif keeper.pending is not None:
            self._want_yes(keeper.pending)

    def _rest(self) -> None:
        self._bar.hide()
        self._swap(self.cancel, self.synchronize)

    @staticmethod
    def _swap(gone: QPushButton, here: QPushButton) -> None:
        """Put one button in the other's place. It takes over the focus, or the page would scroll
        to wherever Qt moves that."""
        here.show()
        if gone.hasFocus():
            here.setFocus()
        gone.hide()

    def ask(self) -> None:
        """Ask the servers of the settings."""
        self._keeper.ask()

    def give_up(self) -> None:
        """Stop asking, since nobody waits any longer. An automatic check goes on."""
        if self._keeper.by_hand:
            self._keeper.give_up()

    def _asking(self) -> None:
        servers = first_asked(self._session.settings.servers)
        self.notice.hide()
        self.servers.start(servers)
        self._bar.setRange(0, len(servers))
        self._bar.setValue(0)
        self._bar.show()
        self._swap(self.synchronize, self.cancel)

    def _heard(self, news: ServerProgress) -> None:
        if self._keeper.is_asking:
            self.servers.set_progress(news)
            self._bar.setRange(0, news.asked)
            self._bar.setValue(news.heard)

    def _stopped(self) -> None:
        self._rest()
        self.servers.clear()
        self.notice.show_message(Tone.NOTE, tr("Stopped"), tr("Nothing was changed."))
        self._focus_again()

    def _answered(self, answer: TimeAnswer, where: TimeAction) -> None:
        self._rest()
        self.servers.show_answer(answer)
        match where:
            case TimeAction.APPLY:
                self.notice.show_message(
                    Tone.GOOD,
                    tr("Codes follow the correct time"),
                    self._with_cure(answer, server_answers.who_agrees(answer)),
                )
            case TimeAction.ASK:
                self._want_yes(answer)
            case TimeAction.REFUSE:
                self.notice.show_message(
                    Tone.BAD,
                    tr("Not sure enough for so large an offset"),
                    join_sentences(
                        correct_time.slow_or_fast(_offset_s(answer)), server_answers.not_backed()
                    ),
                )
            case TimeAction.NOTHING:
                self.notice.show_message(
                    Tone.BAD,
                    {
                        Decision.UNREACHABLE: tr("No time server answered"),
                        Decision.NO_MAJORITY: tr("The time servers contradict each other"),
                    }.get(answer.decision, tr("Too few time servers agreed")),
                    server_answers.time_answer(answer, applied=False),
                )
        self._focus_again()

    def _want_yes(self, answer: TimeAnswer) -> None:
        self.notice.show_message(
            Tone.WARN,
            title(correct_time.slow_or_fast(_offset_s(answer))),
            self._with_cure(answer, server_answers.why_ask(answer)),
            (tr("Use this time"), self._keeper.accept),
            (tr("Leave it"), self._keeper.decline),
        )

    def _with_cure(self, answer: TimeAnswer, words: str) -> str:
        """The better cure first, if the clock is far off."""
        if abs(_offset_s(answer)) <= LARGE_S:
            return words
        return f"{correct_time.better_cure(self._keeper.sync)}\n\n{words}"

    def _declined(self) -> None:
        self.notice.show_message(Tone.NOTE, tr("Left as it was"), tr("Nothing was changed."))
        self._focus_again()

    def _failed(self, error: Exception) -> None:
        self._rest()
        self.notice.show_error(error)

    def _focus_again(self) -> None:
        if self._keeper.by_hand and self.isVisible():
            self.synchronize.setFocus()

    def _remove(self) -> None:
        self.servers.clear()
        self._rest()
        self._keeper.remove()
        self.notice.show_message(
            Tone.NOTE,
            tr("Correction removed"),
            tr("Codes follow this computer's clock again."),
        )
        self.synchronize.setFocus(Qt.FocusReason.OtherFocusReason)


def _offset_s(answer: TimeAnswer) -> float:
    """Seconds; 0 where the servers did not agree on an offset."""
    return answer.offset_s or 0.0
