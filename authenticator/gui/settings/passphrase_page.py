"""Sets, changes or removes the passphrase, or checks whether it is still known."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from authenticator import wording
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.new_passphrase_fields import NewPassphraseFields
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.passphrase_field import passphrase_field
from authenticator.language import join_sentences, sentence, tr
from authenticator.vault.errors import TooManyAttempts, WrongPassphrase

if TYPE_CHECKING:
    from authenticator.gui.session import Session


class Task(Enum):
    """What the page is for."""

    SET = auto()
    CHANGE = auto()
    REMOVE = auto()
    CHECK = auto()


class PassphrasePage(Page):
    """Made for one task. Argon2id runs off the GUI thread."""

    done = Signal()
    snoozed = Signal()  # CHECK: ask again another day

    def __init__(self, task: Task, session: Session) -> None:
        super().__init__(_title(task))
        self.task = task
        self._slots = session.slots
        self.notice = Notice()
        self.present = passphrase_field(
            tr("Passphrase") if task is Task.CHECK else tr("Present passphrase")
        )
        self.new = NewPassphraseFields(
            tr("New passphrase"), tr("Repeat the passphrase"), session.background
        )
        self.act = button(_verb(task), "primary")
        self.act.clicked.connect(self._begin)
        self.later = button(tr("Ask me another day"))
        self.later.clicked.connect(self.snoozed)
        for words in _explained(task):
            self.body.addWidget(text(words, "muted"))
        self.body.addWidget(self.present)
        self.body.addWidget(self.new)
        self.body.addWidget(self.notice)
        self.body.addWidget(self.act)
        self.body.addWidget(self.later)
        self.body.addStretch(1)
        self.present.setVisible(task is not Task.SET)
        self.new.setVisible(task in (Task.SET, Task.CHANGE))
        self.later.setVisible(task is Task.CHECK)
        self.present.entry.returnPressed.connect(
            self.new.first.entry.setFocus if task is Task.CHANGE else self._begin
        )
        self.new.entered.connect(self._begin)

    def set_initial_focus(self) -> None:
        field = self.new.first if self.task is Task.SET else self.present
        field.entry.setFocus()

    def _forget(self) -> None:
        self.present.entry.clear()
        self.new.clear()

    def _begin(self) -> None:
        if not self.act.isEnabled():
            return
        self.notice.hide()
        present = self.present.entry.text()
        self.present.set_error(
            tr("Enter the passphrase.") if self.task is not Task.SET and not present else ""
        )
        new = self.new.chosen() if self.task in (Task.SET, Task.CHANGE) else ""
        if self.present.error or (self.task in (Task.SET, Task.CHANGE) and not new):
            return
        self.act.setEnabled(False)
        match self.task:
            case Task.SET:
                self._slots.set_passphrase(new, self._finished, self._failed)
            case Task.CHANGE:
                self._slots.change_passphrase(present, new, self._finished, self._failed)
            case Task.REMOVE:
                self._slots.remove_passphrase(present, self._finished, self._failed)
            case Task.CHECK:
                self._slots.check(present, self._checked, self._failed)

    def _finished(self, _: object) -> None:
        self.act.setEnabled(True)
        self._forget()
        self.done.emit()

    def _checked(self, known: bool) -> None:
        if known:
            self._finished(None)
        else:
            self._failed(WrongPassphrase())

    def _failed(self, error: Exception) -> None:
        self.act.setEnabled(True)
        if isinstance(error, WrongPassphrase | TooManyAttempts):
            told = wording.explain(error)
            self.present.set_error(join_sentences(sentence(told.title), told.cause, told.next_step))
            self.present.entry.selectAll()
            self.present.entry.setFocus()
        else:
            self.notice.show_error(error)


def _title(task: Task) -> str:
    match task:
        case Task.SET:
            return tr("Choose a passphrase")
        case Task.CHANGE:
            return tr("Change the passphrase")
        case Task.REMOVE:
            return tr("Remove the passphrase")
        case Task.CHECK:
            return tr("Do you still know it?")


def _verb(task: Task) -> str:
    match task:
        case Task.SET:
            return tr("Ask for it from now on")
        case Task.CHANGE:
            return tr("Change it")
        case Task.REMOVE:
            return tr("Remove it")
        case Task.CHECK:
            return tr("Check")


def _explained(task: Task) -> tuple[str, ...]:
    match task:
        case Task.SET:
            return (
                tr(
                    "From now on, only this passphrase opens your accounts: when the app starts, "
                    "and after locking."
                ),
                tr("Nobody can recover it for you: keep it somewhere safe."),
            )
        case Task.CHANGE:
            return (tr("Nobody can recover it for you: keep it somewhere safe."),)
        case Task.REMOVE:
            return (
                tr(
                    "Your accounts then open with your session: whoever sits at your unlocked "
                    "desk can open them."
                ),
            )
        case Task.CHECK:
            return (
                tr(
                    "Nobody can recover the passphrase for you. Enter it to see whether you "
                    "still know it; a wrong one locks nothing."
                ),
            )


def done_words(task: Task) -> str:
    """What to say once it is done."""
    match task:
        case Task.SET:
            return tr("The passphrase is set")
        case Task.CHANGE:
            return tr("The passphrase was changed")
        case Task.REMOVE:
            return tr("The passphrase was removed")
        case Task.CHECK:
            return tr("You still know it")
