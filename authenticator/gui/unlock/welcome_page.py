"""The very first page: what this is, and Start."""

from PySide6.QtCore import QSize, Qt, Signal

from authenticator.gui.widgets.illustration import Illustration
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.page import Page
from authenticator.language import tr


class WelcomePage(Page):
    """One sentence and one button."""

    started = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Welcome"))
        self.start = button(tr("Start"), "primary")
        self.start.clicked.connect(self.started)
        title = text(tr("Authenticator"), "title")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words = text(
            tr("Two-step codes on this computer, for the sites and panels that ask for them."),
            "muted",
        )
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.addStretch(2)
        self.body.addWidget(
            Illustration("illustrations/first-account", QSize(200, 150)),
            0,
            Qt.AlignmentFlag.AlignHCenter,
        )
        self.body.addSpacing(8)
        self.body.addWidget(title)
        self.body.addWidget(words)
        self.body.addStretch(3)
        self.add_foot(self.start)

    def set_initial_focus(self) -> None:
        self.start.setFocus()
