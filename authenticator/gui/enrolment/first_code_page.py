"""Right after an enrolment: the new code alone, large, to be entered in the panel now."""

import math
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel

from authenticator import wording
from authenticator.app.codes import code_now, typing_until
from authenticator.app.digit_grouping import grouped
from authenticator.errors import InputRefused
from authenticator.gui.desktop.clipboard import Clipboard
from authenticator.gui.session import Session
from authenticator.gui.theme import stylesheet
from authenticator.gui.widgets.countdown_ring import CountdownRing, ending_from, is_ending
from authenticator.gui.widgets.flow_layout import FlowLayout, Spare
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import join_sentences, sentence, tr, trn
from authenticator.otp.account import Account, Hotp, Label
from authenticator.otp.code import Code, code_of_counter
from authenticator.vault.entry import Entry
from authenticator.vault.trash import RETENTION_DAYS
from authenticator.wording.relatives import replace_this, replaceable

RING_SIDE = 72
MARGIN = 16
"""Px at either side of the page."""
MOST_OFFERED = 3
"""How many accounts of one name are offered to be replaced, the last of them."""


class FirstCodePage(Page):
    """Code, ring, one sentence; Copy, Done. Where accounts of the same name have another key, the
    old one can be replaced once the panel has accepted the code."""

    done = Signal()
    copied = Signal(str)

    def __init__(self, session: Session, clipboard: Clipboard) -> None:
        super().__init__()
        self.setAccessibleName(tr("New code"))
        self._session = session
        self._clipboard = clipboard
        self._account: Account | None = None
        self._code: Code | None = None
        self._spoken = False
        self._label = text("", "heading")
        self._name = text("", "muted")
        self.code = QLabel()
        self.code.setTextFormat(Qt.TextFormat.PlainText)
        self.code.setMinimumWidth(1)
        self.ring = CountdownRing(self._now, RING_SIDE)
        self._sentence = text()
        self.notice = Notice()
        self.old = Notice()
        self._gap = text("", "status")
        for label in (self._label, self._name, self.code, self._sentence, self._gap):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.copy = button(tr("Copy"), "primary")
        self.copy.clicked.connect(self._copy)
        self.finish = button(tr("Done"))
        self.finish.clicked.connect(self.done)
        row = FlowLayout(Spare.WITHIN)
        row.addWidget(self.copy)
        row.addWidget(self.finish)
        self.body.addStretch(2)
        self.body.addWidget(self._label)
        self.body.addWidget(self._name)
        self.body.addSpacing(4)
        self.body.addWidget(self.code)
        self.body.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addSpacing(4)
        self.body.addWidget(self._sentence)
        self.body.addWidget(self._gap)
        self.body.addWidget(self.notice)
        self.body.addWidget(self.old)
        self.body.addStretch(3)
        self.add_foot(row)
        self._roll = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._roll.timeout.connect(self._draw)
        session.settings_changed.connect(self._draw)
        session.motion_changed.connect(self._draw)

    def show_account(
        self,
        id: str,
        account: Account,
        notices: tuple[str, ...] = (),
        namesakes: tuple[Entry, ...] = (),
    ) -> None:
        """Show the code of the account that was just added as `id`; `namesakes` were there before,
        with another key."""
        self._account = account
        self._code = None
        self._spoken = False
        self.ring.show_code(None)
        self._show_names(account.label)
        self._offer_to_replace(namesakes, id)
        if notices:
            self.notice.show_message(Tone.NOTE, tr("Good to know"), " ".join(notices))
        else:
            self.notice.hide()
        if isinstance(account.otp, Hotp):
            self._session.accounts.advance_counter(id, self._count, self.notice.show_error)
        self._draw()

    def _show_names(self, label: Label) -> None:
        self._label.setText(wording.displayable(label.issuer or label.account))
        self._name.setText(wording.displayable(label.account) if label.issuer else "")
        self._name.setVisible(bool(self._name.text()))

    def _offer_to_replace(self, namesakes: tuple[Entry, ...], id: str) -> None:
        if not namesakes:
            self.old.hide()
            return

        def act(old: Entry) -> Callable[[], None]:
            return lambda: self._session.accounts.replace(
                old.id, id, self._replaced, self.old.show_error
            )

        alone = len(namesakes) == 1
        self.old.show_message(
            Tone.NOTE,
            tr("Has the panel accepted this code?"),
            replaceable(namesakes),
            *(
                (tr("Replace the old one") if alone else replace_this(entry), act(entry))
                for entry in namesakes[-MOST_OFFERED:]
            ),
        )

    def _replaced(self, entry: Entry) -> None:
        self._show_names(entry.label)
        self.old.show_message(
            Tone.GOOD,
            tr("The old one is in the bin"),
            trn(
                "It can be put back for {count} day.",
                "It can be put back for {count} days.",
                RETENTION_DAYS,
            ),
        )

    def set_initial_focus(self) -> None:
        self.copy.setFocus()

    def leave(self) -> None:
        self.done.emit()

    def _now(self) -> float:
        return self._session.clock.now()

    def _count(self, counter: int) -> None:
        if self._account is not None and isinstance(self._account.otp, Hotp):
            self._code = code_of_counter(self._account, counter)
            self._draw()

    def _draw(self) -> None:
        account = self._account
        if account is None:
            return
        now = self._now()
        if not isinstance(account.otp, Hotp):
            try:
                self._code = code_now(account, now)
            except InputRefused as error:
                self._code = None
                self.notice.show_error(error)
        code = self._code
        self.copy.setEnabled(code is not None)
        grouping = self._session.settings.grouping
        self.code.setText("••• •••" if code is None else grouped(code.value, grouping))
        self._gap.setText(_about_gaps(0 if code is None else self.code.text().count(" ")))
        self._gap.setVisible(bool(self._gap.text()))
        self.code.setAccessibleName("" if code is None else " ".join(code.value))
        too_late = code is not None and now >= typing_until(code)
        self._sentence.setText(_what_to_do(account, too_late=too_late))
        if code is not None and self.isVisible() and not self._spoken:
            self._spoken = not too_late  # else the next one is read out too
            heard = (sentence(self._label.text()), sentence(self.code.accessibleName()))
            announce(self, join_sentences(*heard, self._sentence.text()))
        self._fit(last=code is not None and is_ending(code, now))
        self.ring.show_code(code, still=self._session.reduced_motion)
        if code is not None and code.valid_until is not None and self.isVisible():
            # When time to type runs out (the sentence), when the last seconds begin (the digits'
            # weight), and on the step.
            moments = (typing_until(code), ending_from(code), code.valid_until)
            until = min((moment for moment in moments if moment > now), default=now)
            self._roll.start(max(1, math.ceil((until - now) * 1000)))

    def _fit(self, *, last: bool) -> None:
        """56 px, less where a long code does not fit."""
        pixels = stylesheet.HERO_PX
        bar = (
            self.scroll_area.verticalScrollBar().sizeHint().width()
        )  # it may appear and take up room
        room = max(120, self.scroll_area.width() - bar - 2 * MARGIN)
        while pixels > stylesheet.STATUS_PX:
            font = stylesheet.font(self.font(), pixels, semibold=last, tabular=True)
            if QFontMetrics(font).horizontalAdvance(self.code.text()) <= room:
                break
            pixels -= 2
        self.code.setFont(stylesheet.font(self.font(), pixels, semibold=last, tabular=True))

    def _copy(self) -> None:
        if self._code is not None:
            self._clipboard.copy(self._code.value)
            self.copied.emit(tr("Code copied"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._roll.stop()


def _what_to_do(account: Account, *, too_late: bool) -> str:
    if isinstance(account.otp, Hotp):
        return tr("Type it into the panel now. It works once.")
    if too_late:
        return tr("Too little time is left to type it. Wait for the next code.")
    return tr("Type it into the panel now, before the ring runs out.")


def _about_gaps(count: int) -> str:
    """Some panels refuse a code that is typed with its gaps."""
    if not count:
        return ""
    return trn(
        "The gap is only for reading and no part of the code.",
        "The gaps are only for reading and no part of the code.",
        count,
    )
