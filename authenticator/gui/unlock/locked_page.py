"""What the window shows while it is locked and the keyring holds the vault's key."""

from PySide6.QtCore import Qt, Signal

from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.page import Page
from authenticator.language import tr


class LockedPage(Page):
    """One button, which asks the keyring again; the keyring asks the person if it is locked."""

    unlock_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Locked"))
        self.unlock = button(tr("Unlock"), "primary")
        self.unlock.clicked.connect(self._ask)
        title = text(tr("Locked"), "title")
        words = text(tr("Your accounts are locked. The keyring can open them again."), "muted")
        for label in (title, words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.addStretch(1)
        self.body.addWidget(IconLabel("lock", "accent", 48), 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(title)
        self.body.addWidget(words)
        self.body.addSpacing(8)
        self.body.addWidget(self.unlock)
        self.body.addStretch(2)

    def set_initial_focus(self) -> None:
        self.unlock.setEnabled(True)
        self.unlock.setFocus()

    def _ask(self) -> None:
        self.unlock.setEnabled(False)  # pressed twice it would open two vaults
        self.unlock_requested.emit()
