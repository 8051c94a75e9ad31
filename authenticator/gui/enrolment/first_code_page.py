"""Right after an enrolment: the new code alone, large, to be entered in the panel now."""

import math

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel

from authenticator import wording
from authenticator.app.codes import code_now
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
from authenticator.otp.account import Account, Hotp
from authenticator.otp.code import Code, code_of_counter

RING_SIDE = 72
MARGIN = 16
"""Px at either side of the page."""


class FirstCodePage(Page):
    """Code, ring, one sentence; Copy, Done."""

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
        self.body.addStretch(3)
        self.add_foot(row)
        self._roll = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._roll.timeout.connect(self._draw)
        session.settings_changed.connect(self._draw)
        session.motion_changed.connect(self._draw)

    def show_account(self, id: str, account: Account, notices: tuple[str, ...] = ()) -> None:
        """Show the code of the account that was just added as `id`."""
        self._account = account
        self._code = None
        self._spoken = False
        self.ring.show_code(None)
        label = account.label
        self._label.setText(wording.displayable(label.issuer or label.account))
        self._name.setText(wording.displayable(label.account) if label.issuer else "")
        self._name.setVisible(bool(self._name.text()))
        if notices:
            self.notice.show_message(Tone.NOTE, tr("Good to know"), " ".join(notices))
        else:
            self.notice.hide()
        if isinstance(account.otp, Hotp):
            self._sentence.setText(tr("Type it into the panel now. It works once."))
            self._session.accounts.advance_counter(id, self._count, self.notice.show_error)
        else:
            self._sentence.setText(tr("Type it into the panel now, before the ring runs out."))
        self._draw()

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
        if code is not None and self.isVisible() and not self._spoken:
            self._spoken = True
            heard = (sentence(self._label.text()), sentence(self.code.accessibleName()))
            announce(self, join_sentences(*heard, self._sentence.text()))
        self._fit(last=code is not None and is_ending(code, now))
        self.ring.show_code(code, still=self._session.reduced_motion)
        if code is not None and code.valid_until is not None and self.isVisible():
            # Twice a step: when the last seconds begin (the digits' weight), and on the step.
            until = code.valid_until if is_ending(code, now) else ending_from(code)
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


def _about_gaps(count: int) -> str:
    """Some panels refuse a code that is typed with its gaps."""
    if not count:
        return ""
    return trn(
        "The gap is only for reading and no part of the code.",
        "The gaps are only for reading and no part of the code.",
        count,
    )
