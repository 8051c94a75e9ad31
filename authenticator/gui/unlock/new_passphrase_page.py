"""Chooses the passphrase of a new sealed vault."""

from PySide6.QtCore import Signal

from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.passphrase_field import passphrase_field
from authenticator.language import tr


class NewPassphrasePage(Page):
    """A passphrase for a new sealed file, typed twice."""

    passphrase_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("Sealed file"))
        self.first = passphrase_field(tr("Passphrase"))
        self.second = passphrase_field(tr("Repeat the passphrase"))
        self.make = button(tr("Create the file"), "primary")
        self.make.clicked.connect(self._choose)
        self.first.entry.returnPressed.connect(self.second.entry.setFocus)
        self.second.entry.returnPressed.connect(self._choose)
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
        self.body.addWidget(self.first)
        self.body.addWidget(self.second)
        self.body.addWidget(self.make)
        self.body.addStretch(1)

    def set_initial_focus(self) -> None:
        for field in (self.first, self.second):
            field.entry.clear()
            field.set_error("")
        self.first.entry.setFocus()

    def _choose(self) -> None:
        first, second = self.first.entry.text(), self.second.entry.text()
        self.first.set_error("" if first else tr("Choose a passphrase."))
        self.second.set_error("" if first == second else tr("The passphrases don't match."))
        if first and first == second:
            self.first.entry.clear()
            self.second.entry.clear()
            self.passphrase_chosen.emit(first)
