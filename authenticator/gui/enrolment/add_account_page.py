"""How to add an account: scan its QR code, or enter its key."""

from PySide6.QtCore import Signal

from authenticator.gui.widgets.add_account_buttons import AddAccountButtons
from authenticator.gui.widgets.labels import text
from authenticator.gui.widgets.page import Page
from authenticator.language import tr


class AddAccountPage(Page):
    """Two large choices."""

    scan_requested = Signal()
    enter_key_requested = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Add an account"))
        self.buttons = AddAccountButtons()
        self.buttons.scan_requested.connect(self.scan_requested)
        self.buttons.enter_key_requested.connect(self.enter_key_requested)
        self.body.addWidget(
            text(
                tr(
                    "The site shows a QR code or a key when you turn on two-step sign-in there. "
                    "How do you want to add it here?"
                ),
                "muted",
            )
        )
        self.body.addSpacing(4)
        self.body.addWidget(self.buttons)
        self.body.addStretch(1)

    def set_initial_focus(self) -> None:
        self.buttons.scan_button.setFocus()
