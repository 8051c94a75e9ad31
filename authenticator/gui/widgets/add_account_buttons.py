"""The two large buttons to add an account: scan its QR code, or enter its key."""

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from authenticator.gui.theme import icons
from authenticator.gui.widgets.icon_button import REDRAWN
from authenticator.gui.widgets.labels import button
from authenticator.language import tr


class AddAccountButtons(QWidget):
    """Scan QR code, Enter the key."""

    scan_requested = Signal()
    enter_key_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scan_button = button(tr("Scan QR code"), "choice")
        self.scan_button.clicked.connect(self.scan_requested)
        self.enter_button = button(tr("Enter the key"), "choice")
        self.enter_button.clicked.connect(self.enter_key_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.scan_button)
        column.addWidget(self.enter_button)
        self._draw()

    def _buttons(self) -> tuple[tuple[QPushButton, str], ...]:
        return (self.scan_button, "qr"), (self.enter_button, "keyboard")

    def _draw(self) -> None:
        for one, drawing in self._buttons():
            # Wider than the icon, since a button leaves little space between icon and text.
            size = QSize(40, 28)
            one.setIconSize(size)
            one.setIcon(icons.icon(drawing, size, self.devicePixelRatioF()))

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in REDRAWN:
            self._draw()
        return done
