"""A row of the settings: where the debug log is."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLineEdit

from authenticator import debug_log
from authenticator.app.settings import Settings
from authenticator.gui.settings.rows import SettingRow
from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.labels import button
from authenticator.language import tr


class LogFolderRow(SettingRow):
    """The log's file, and a button that shows its folder."""

    toast_requested = Signal(str)

    def __init__(self, folder: Path) -> None:
        super().__init__(words=tr("log file directory"))
        self._folder = folder
        path = QLineEdit(str(folder / debug_log.FILE_NAME))
        path.setReadOnly(True)
        path.setCursorPosition(0)
        self.file = FormField(tr("File"), path)
        self.open_button = button(tr("Open folder"))
        self.open_button.clicked.connect(self._open)
        self._column.setSpacing(8)
        self.add(self.file)
        self._column.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)

    def set_settings(self, _settings: Settings) -> None:
        self.open_button.setEnabled(self._folder.is_dir())

    def _open(self) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder))):
            self.toast_requested.emit(tr("The folder could not be opened"))
