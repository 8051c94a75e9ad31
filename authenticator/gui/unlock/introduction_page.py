"""Two panes on how the app works, and a question. Skip leaves at once and answers no."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from authenticator.app.time.check import first_asked
from authenticator.app.time.servers import DEFAULT_SERVERS
from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.page import Page
from authenticator.language import join_list, tr, trn
from authenticator.otp.account import Totp
from authenticator.wording.server_answers import WHAT_IS_SENT, server_name

USUAL = Totp()
"""As nearly every panel has it."""


class IntroductionPage(Page):
    """Shown once, at the first start."""

    done = Signal()
    check_requested = Signal()
    """A yes to daily checks of the time; `done` follows."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Introduction"))
        self._panes = QStackedWidget()
        time_servers = first_asked(DEFAULT_SERVERS)
        web_servers = [server for server in DEFAULT_SERVERS if server not in time_servers]
        for drawing, title, words in (
            (
                "qr",
                tr("The site shows a code once"),
                tr(
                    "When you switch on two-step sign-in, the site shows a QR code or a key. "
                    "Scan it or type it in here."
                ),
            ),
            (
                "clock",
                trn("From then on, {count} digit", "From then on, {count} digits", USUAL.digits),
                trn(
                    "Every second there is a new code here. Type it where the site asks for it. "
                    "The key stays on this computer.",
                    "Every {count} seconds there is a new code here. Type it where the site asks "
                    "for it. The key stays on this computer.",
                    USUAL.period_s,
                ),
            ),
            (
                "refresh",
                tr("May this app check the time?"),
                tr(
                    "Codes are refused when this computer's clock is wrong. Once a day, this app "
                    "can ask time servers for the time: {servers}. If none of them answers, it "
                    "asks these web servers: {web}."
                ).format(servers=_names(time_servers), web=_names(web_servers))
                + "\n\n"
                + tr(WHAT_IS_SENT),
            ),
        ):
            self._panes.addWidget(_pane(drawing, title, words))
        self.skip = button(tr("Skip"), "quiet")
        self.skip.clicked.connect(self.done)
        self.forward = button(tr("Next"), "primary")
        self.forward.clicked.connect(self._forward)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.forward)
        self._where = text("", "status")
        self._where.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self._panes, 1)
        self.add_foot(self._where, row)

    def set_initial_focus(self) -> None:
        self._turn_to(0)
        self.forward.setFocus()

    def leave(self) -> None:
        self.done.emit()

    def _forward(self) -> None:
        if self._panes.currentIndex() + 1 == self._panes.count():
            self.check_requested.emit()
            self.done.emit()
        else:
            self._turn_to(self._panes.currentIndex() + 1)

    def _turn_to(self, pane: int) -> None:
        self._panes.setCurrentIndex(pane)
        last = pane + 1 == self._panes.count()
        for made, words in (
            (self.forward, tr("Check daily") if last else tr("Next")),
            (self.skip, tr("Don't check") if last else tr("Skip")),
        ):
            made.setText(words)
            made.setAccessibleName(words)
        if last:  # pressing Enter alone is no consent
            self.skip.setFocus()
        self._where.setText(
            tr("{pane} of {panes}").format(pane=pane + 1, panes=self._panes.count())
        )


def _pane(drawing: str, title: str, words: str) -> QWidget:
    pane = QWidget()
    column = QVBoxLayout(pane)
    column.setSpacing(12)
    heading = text(title, "title")
    heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    body = text(words, "muted")
    body.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    column.addStretch(2)
    column.addWidget(IconLabel(drawing, "accent", 72), 0, Qt.AlignmentFlag.AlignHCenter)
    column.addSpacing(8)
    column.addWidget(heading)
    column.addWidget(body)
    column.addStretch(3)
    return pane


def _names(servers: Sequence[str]) -> str:
    return join_list(server_name(server).removesuffix(" (web)") for server in servers)
