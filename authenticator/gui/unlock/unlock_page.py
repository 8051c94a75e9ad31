"""Asks for the passphrase of a sealed vault."""

from PySide6.QtCore import Qt, Signal

from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.passphrase_field import passphrase_field
from authenticator.language import tr


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
