"""A row of the settings and of the list of shortcuts: a key and what it does."""

from PySide6.QtWidgets import QWidget

from authenticator.gui.settings.rows import SettingRow
from authenticator.gui.widgets.flow_layout import FlowLayout, Spare
from authenticator.gui.widgets.labels import text
from authenticator.language import tr


class ShortcutRow(SettingRow):
    """What it does comes first; the key follows, muted."""

    def __init__(self, key: str, does: str) -> None:
        super().__init__(words=tr("keyboard key"))
        line = QWidget()
        row = FlowLayout(Spare.BETWEEN, gap=12)
        line.setLayout(row)
        row.addWidget(text(does))
        row.addWidget(text(key, "muted"))
        self.add(line)
