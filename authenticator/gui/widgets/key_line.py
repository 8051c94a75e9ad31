"""A key and what it does, as a row of the settings."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from authenticator.gui.widgets.setting import Setting
from authenticator.gui.widgets.text import text


class KeyLine(Setting):
    """What it does leads; the key follows, muted."""

    def __init__(self, key: str, does: str) -> None:
        super().__init__(words=self.tr("keyboard key"))
        name = text(key, "muted")
        name.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(text(does), 3)
        row.addWidget(name, 2)
        self.add(line)
