"""The passphrase of a sealed vault: asked for, or chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.page import Page
from authenticator.language import tr


def _entry() -> QLineEdit:
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


class UnlockPage(Page):
    """One field, one button."""

    passphrase_entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Unlock"))
        self.field = FormField(tr("Passphrase"), _entry())
        self.unlock = button(tr("Unlock"), "primary")
        self.unlock.clicked.connect(self._give)
        self.field.entry.returnPressed.connect(self._give)
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
        self.field.set_error(fault)
        self.field.entry.clear()

    def _give(self) -> None:
        passphrase = self.field.entry.text()
        if not passphrase:
            self.field.set_error(tr("Enter the passphrase."))
            return
        self.field.entry.clear()
        self.passphrase_entered.emit(passphrase)


class NewPassphrasePage(Page):
    """A passphrase for a new sealed file, typed twice."""

    passphrase_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("Sealed file"))
        self.first = FormField(tr("Passphrase"), _entry())
        self.second = FormField(tr("Repeat the passphrase"), _entry())
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
