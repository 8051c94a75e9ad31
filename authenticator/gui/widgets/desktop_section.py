"""How the app stands in the desktop: the tray."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from authenticator.gui.session import Session
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.switch import Switch
from authenticator.gui.widgets.text import text


class DesktopSection(QWidget):
    """Keeps its changes as soon as they are made. What can't be chosen says why."""

    say = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(text(self.tr("Desktop"), "heading"))
        self.tray, self._tray_hint = self._add_switch(self.tr("Icon in the tray"))
        self.close_to_tray, self._close_hint = self._add_switch(self.tr("Close to the tray"))
        self.tray.clicked.connect(lambda on: self._change({"tray": on}))
        self.close_to_tray.clicked.connect(lambda on: self._change({"close_to_tray": on}))
        self.notice = Notice()
        self._column.addWidget(self.notice)
        session.settings_changed.connect(self._show)

    def _add_switch(self, words: str) -> tuple[Switch, QWidget]:
        switch, hint = Switch(words), text("", "status")
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(switch)
        column.addWidget(hint)
        self._column.addLayout(column)
        return switch, hint

    def showEvent(self, event: object) -> None:
        super().showEvent(event)
        self.notice.hide()
        self._show()

    def _show(self) -> None:
        if not self.isVisible():
            return
        from authenticator.gui import tray

        settings = self._session.settings
        there = tray.available()
        self.tray.setEnabled(there)
        self.tray.setChecked(settings.tray)
        self._say_about(
            self.tray,
            self._tray_hint,
            self.tr("Its menu names your pinned accounts, and copies their codes.")
            if there
            else self.tr("This desktop has no tray, or needs an extension for one."),
        )
        self.close_to_tray.setEnabled(there and settings.tray)
        self.close_to_tray.setChecked(settings.close_to_tray)
        self._say_about(
            self.close_to_tray,
            self._close_hint,
            self.tr("Closing the window hides it. Quit ends the app.")
            if settings.tray or not there
            else self.tr("Needs the icon in the tray."),
        )

    def _say_about(self, switch: Switch, hint: QWidget, words: str) -> None:
        switch.setAccessibleDescription(words)
        hint.setText(words)

    def _change(self, fields: dict[str, object]) -> None:
        def kept(_: object) -> None:
            self.notice.hide()
            self.say.emit(self.tr("Saved"))

        def failed(error: Exception) -> None:
            self.notice.explain(error)
            self._show()

        self._session.change_settings(fields, kept, failed)
