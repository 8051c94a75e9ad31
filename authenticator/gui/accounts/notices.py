"""Notices above the list, and the status line below it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from authenticator.gui.widgets import focus_order
from authenticator.gui.widgets.icon_button import IconButton, IconLabel
from authenticator.gui.widgets.labels import hairline, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.language import join_sentences, title, tr, trn

if TYPE_CHECKING:
    from collections.abc import Callable

    from authenticator.gui.operations.time_check import TimeOperations
    from authenticator.gui.session import Session
    from authenticator.vault.manifest import Consistency

NOTICES_SHARE = 0.6
"""The share of the page's height that notices may take before they scroll."""


class AccountNotices(QObject):
    """Each is created when it is first needed, to keep the start short."""

    time_requested = Signal()  # the time section of the settings
    passphrase_check_requested = Signal()

    def __init__(
        self,
        session: Session,
        column: QVBoxLayout,
        first_below: Callable[[], QWidget],
        page: QWidget,
    ) -> None:
        """`first_below` returns the widget that follows in tab order. Notices are the third item of
        the column, the status line its last."""
        super().__init__(page)
        self._session = session
        self._column = column
        self._first_below = first_below
        self._page = page
        self._warning_dismissed = False
        session.verified.connect(self.show_file)

    @cached_property
    def notice(self) -> Notice:
        """An error, or something worth knowing."""
        return self._add()

    @cached_property
    def clock_notice(self) -> Notice:
        """Shown while the computer's clock is wrong or its correction is in doubt."""
        return self._add()

    @cached_property
    def damage_notice(self) -> Notice:
        """Shown while accounts are damaged."""
        return self._add()

    @cached_property
    def file_notice(self) -> Notice:
        """Shown while the vault's file is not as this app left it."""
        return self._add()

    @cached_property
    def reminder_notice(self) -> Notice:
        """Shown while it is time to ask whether the passphrase is still known."""
        return self._add()

    @cached_property
    def area(self) -> _NoticeArea:
        """All notices."""
        area = _NoticeArea()
        self._column.insertWidget(2, area)
        return area

    @cached_property
    def status(self) -> StatusLine:
        """The state of the clock."""
        line = StatusLine()
        line.details.clicked.connect(self.time_requested)
        self._column.addWidget(line)
        return line

    def _add(self) -> Notice:
        made = Notice()
        self.area.column.addWidget(made)
        made.follow(focus_order.before(self._first_below()))
        return made

    def _was_made(self, part: str) -> bool:
        """Whether a part has been created, without creating it."""
        return part in self.__dict__

    def fit(self) -> None:
        """Adjust the height to the notices, up to a share of the page."""
        if not self._was_made("area"):
            return
        shown = any(
            self._was_made(part) and not self.__dict__[part].isHidden()
            for part in (
                "notice",
                "clock_notice",
                "damage_notice",
                "file_notice",
                "reminder_notice",
            )
        )
        self.area.setVisible(shown)
        if shown:
            needed = self.area.column.totalHeightForWidth(self._page.width())
            self.area.setFixedHeight(min(needed, round(self._page.height() * NOTICES_SHARE)))

    def show_error(self, error: Exception) -> None:
        """Show an error."""
        self.notice.show_error(error, (tr("Dismiss"), self.dismiss))
        self.fit()

    def show_unread(self, trouble: Exception, retry: Callable[[], None]) -> None:
        """Show why keys can't be read."""
        self.notice.show_error(trouble, (tr("Try again"), retry))

    def show_note(self, title: str, words: str) -> None:
        """Show something worth knowing, which can be dismissed."""
        self.notice.show_message(Tone.NOTE, title, words, (tr("Dismiss"), self.dismiss))
        self.fit()

    def dismiss(self) -> None:
        """Hide the current notice."""
        self.notice.hide()
        self.fit()

    def show_damage(self, damaged: int) -> None:
        """Show how many accounts are damaged, if any."""
        if damaged:
            self.damage_notice.show_message(
                Tone.WARN,
                trn("One account is damaged", "{count} accounts are damaged", damaged),
                tr(
                    "What is left of it is kept, and the others still work. Enrol it again in "
                    "the panel, then remove it here."
                )
                if damaged == 1
                else tr(
                    "What is left of them is kept, and the others still work. Enrol them again "
                    "in the panel, then remove them here."
                ),
            )
        elif self._was_made("damage_notice"):
            self.damage_notice.hide()
        self.fit()

    def show_file(self, consistency: Consistency) -> None:
        """Show that something else than this app has changed the vault's file, if so."""
        if not consistency.whole:
            from authenticator.wording.storage import altered_file

            step = tr("Repair it, or restore it from a backup.")
            self.file_notice.show_message(
                Tone.WARN,
                tr("The file with your accounts is damaged"),
                join_sentences(altered_file(consistency), step),
                (tr("Repair"), self._session.repair.begin),
            )
        elif (done := self._session.repair.last) is not None:
            from authenticator.wording.vault_state import repaired

            good = done.confirmed and done.missing == done.damaged == 0
            tone = Tone.GOOD if good else Tone.WARN
            words, dismiss = repaired(done), (tr("Dismiss"), self._dismiss_repair)
            self.file_notice.show_message(tone, tr("Your accounts were repaired"), words, dismiss)
        elif self._was_made("file_notice"):
            self.file_notice.hide()
        self.fit()

    def _dismiss_repair(self) -> None:
        self._session.repair.last = None
        self.file_notice.hide()
        self.fit()

    def show_reminder(self) -> None:
        """Ask whether the passphrase is still known, if it is time to."""
        if self._session.reminder.is_due():
            self.reminder_notice.show_message(
                Tone.NOTE,
                tr("Do you still know your passphrase?"),
                tr("Nobody can recover it for you. Trying it now locks nothing."),
                (tr("Try it"), self.passphrase_check_requested.emit),
                (tr("Another day"), self._session.reminder.snooze),
            )
        elif self._was_made("reminder_notice"):
            self.reminder_notice.hide()
        self.fit()

    def show_time(self) -> None:
        """Show the state of the clock, and warn if it is wrong."""
        settings = self._session.settings
        # Nothing to show for users who never checked the time.
        words = ""
        if settings.correction is not None or settings.measured is not None:
            words = time_words(self._session.time)
            self._warn_of_time()
        elif self._was_made("clock_notice"):
            self.clock_notice.hide()
        if words:
            self.status.show()
            self.status.set_text(words)
        elif self._was_made("status"):
            self.status.hide()
        self.fit()

    def _warn_of_time(self) -> None:
        from authenticator.app.time.check import LARGE_S
        from authenticator.wording import correct_time as words_of_time
        from authenticator.wording import server_answers

        keeper = self._session.time
        status = keeper.known_wrong()
        if (doubted := keeper.in_doubt()) is not None:
            self.clock_notice.show_message(
                Tone.WARN,
                tr(words_of_time.IN_DOUBT),
                words_of_time.why_in_doubt(doubted),
                (tr("Check again"), self._check_time),
                (tr("Remove it"), keeper.remove),
            )
        elif (pending := keeper.pending) is not None and pending.offset_s is not None:
            self.clock_notice.show_message(
                Tone.WARN,
                title(words_of_time.slow_or_fast(pending.offset_s)),
                server_answers.why_ask(pending),
                (tr("Use this time"), keeper.accept),
                (tr("Leave it"), self._leave_time),
            )
        elif status is not None and not self._warning_dismissed:
            self.clock_notice.show_message(
                Tone.WARN,
                title(words_of_time.slow_or_fast(status.offset_s)),
                join_sentences(tr(words_of_time.KNOWN_WRONG), tr(server_answers.BEWARE))
                if abs(status.offset_s) > LARGE_S
                else tr(words_of_time.KNOWN_WRONG),
                (tr("Correct codes"), keeper.accept),
                (tr("Not now"), self._leave_time),
            )
        elif self._was_made("clock_notice"):
            self.clock_notice.hide()

    def _check_time(self) -> None:
        self.time_requested.emit()
        self._session.time.ask()

    def _leave_time(self) -> None:
        """Don't warn again until the next start."""
        self._warning_dismissed = True
        self._session.time.decline()
        self.show_time()


class _NoticeArea(QScrollArea):
    """Scrolls if notices would leave too little room for the codes."""

    def __init__(self) -> None:
        super().__init__()
        sheet = QWidget()
        sheet.setObjectName("sheet")
        self.column = QVBoxLayout(sheet)
        self.column.setContentsMargins(12, 12, 12, 4)
        self.column.setSpacing(8)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(sheet)


class StatusLine(QWidget):
    """One line of text, and a button for details."""

    def __init__(self) -> None:
        super().__init__()
        self.words = text("", "status")
        self.words.setWordWrap(False)
        mark = IconLabel("clock", "muted", 16)
        self.details = IconButton("info", tr("Correct time"))
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(mark)
        row.addWidget(self.words, 1)
        row.addWidget(self.details)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        column.addLayout(row)

    def set_text(self, words: str) -> None:
        """Show this text."""
        self.words.setText(words)
        self.words.setToolTip(words)  # a narrow window cuts them


def time_words(keeper: TimeOperations) -> str:
    """The text of the status line; empty if there is nothing to say about the clock."""
    from authenticator.wording.durations import amount, signed_amount

    status = keeper.status() if keeper.is_applied else None
    if status is None:
        return ""
    if status.jump_s:
        return tr("Clock jumped by {step}; codes did not").format(step=signed_amount(status.jump_s))
    if status.fits and not status.from_previous_boot:
        return ""
    offset = signed_amount(status.offset_s)
    if status.from_previous_boot:
        return tr("Corrected by {offset}, as of {age} ago").format(
            offset=offset, age=amount(status.age_s)
        )
    return tr("Clock corrected by {offset}").format(offset=offset)
