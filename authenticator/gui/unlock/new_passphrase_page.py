"""Chooses the passphrase of a new sealed vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.new_passphrase_fields import NewPassphraseFields
from authenticator.gui.widgets.page import Page
from authenticator.language import tr

if TYPE_CHECKING:
    from authenticator.gui.jobs import JobQueue


class NewPassphrasePage(Page):
    """A passphrase for a new sealed file, typed twice."""

    passphrase_chosen = Signal(str)

    def __init__(self, jobs: JobQueue) -> None:
        """`jobs` is where the passphrase's strength is estimated."""
        super().__init__(tr("Sealed file"))
        self.fields = NewPassphraseFields(tr("Passphrase"), tr("Repeat the passphrase"), jobs)
        self.first, self.second = self.fields.first, self.fields.second
        self.make = button(tr("Create the file"), "primary")
        self.make.clicked.connect(self._choose)
        self.fields.entered.connect(self._choose)
        self.body.addWidget(
            text(
                tr(
                    "Your keys are kept in one encrypted file on this computer. Only this "
                    "passphrase opens it, each time the app starts. Nobody can recover it for you: "
                    "keep it somewhere safe."
                ),
                "muted",
            )
        )
        self.body.addWidget(self.fields)
        self.body.addWidget(self.make)
        self.body.addStretch(1)

    def set_initial_focus(self) -> None:
        self.fields.clear()
        self.first.entry.setFocus()

    def _choose(self) -> None:
        if passphrase := self.fields.chosen():
            self.fields.clear()
            self.passphrase_chosen.emit(passphrase)
