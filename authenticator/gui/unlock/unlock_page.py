"""Asks for the passphrase of a sealed vault."""

from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal

from authenticator import wording
from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.passphrase_field import passphrase_field
from authenticator.language import join_sentences, sentence, tr
from authenticator.vault.errors import TooManyAttempts

TICK_MS = 500
LATER_S = 0.2


class UnlockPage(Page):
    """One field, one button."""

    passphrase_entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Unlock"))
        self.field = passphrase_field(tr("Passphrase"))
        self.unlock = button(tr("Unlock"), "primary")
        self.unlock.clicked.connect(self._give)
        self.field.entry.returnPressed.connect(self._give)
        self._until_s = 0.0  # of `monotonic`
        self._second = QTimer(self, interval=TICK_MS)
        self._second.timeout.connect(self._count_down)
        self.body.addStretch(1)
        title = text(tr("Your keys are sealed"), "title")
        words = text(tr("Enter the passphrase that you chose for them."), "muted")
        for label in (title, words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(IconLabel("lock", "accent", 48), 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(title)
        self.body.addWidget(words)
        self.body.addSpacing(8)
        self.body.addWidget(self.field)
        self.body.addWidget(self.unlock)
        self.body.addStretch(2)

    def set_initial_focus(self) -> None:
        self.field.entry.setFocus()

    def prompt(self, fault: str = "") -> None:
        """Ask, or ask again; `fault` says why the last passphrase was refused."""
        self._until_s = 0.0
        self._count_down()
        self.field.set_error(fault)
        self.field.entry.clear()

    def wait(self, wait_s: float) -> None:
        """Too many were wrong: take the next one in this many seconds, which are counted down."""
        self.field.entry.clear()
        # What is typed when the count is at its end must not come a moment too soon.
        self._until_s = monotonic() + wait_s + LATER_S
        self.field.set_error(self._waiting())
        self._second.start()
        self.unlock.setEnabled(False)

    @property
    def _left_s(self) -> float:
        return self._until_s - monotonic()

    def _count_down(self) -> None:
        waiting = self._left_s > 0
        self.unlock.setEnabled(not waiting)
        if waiting:
            self.field.show_error(self._waiting())  # not announced anew each second
        else:
            self._second.stop()
            self.field.set_error("")

    def _waiting(self) -> str:
        told = wording.explain(TooManyAttempts(self._left_s))
        return join_sentences(sentence(told.title), told.cause)

    def _give(self) -> None:
        if self._left_s > 0:
            return
        passphrase = self.field.entry.text()
        if not passphrase:
            self.field.set_error(tr("Enter the passphrase."))
            return
        self.field.entry.clear()
        self.passphrase_entered.emit(passphrase)
