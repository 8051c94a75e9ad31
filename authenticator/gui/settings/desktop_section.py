"""Settings: tray icon, start at sign-in, global shortcut."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from authenticator.gui.session import Session
from authenticator.gui.widgets.labels import text
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.switch import Switch
from authenticator.language import tr

if TYPE_CHECKING:
    from authenticator.gui.desktop.global_shortcut import GlobalShortcut
    from authenticator.gui.jobs import Job


class DesktopSection(QWidget):
    """Saves each change at once. A switch that can't be used says why."""

    toast_requested = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.tray, self._tray_hint = self._add_switch(tr("Icon in the tray"))
        self.close_to_tray, self._close_hint = self._add_switch(tr("Close to the tray"))
        self.tray.clicked.connect(lambda on: self._change({"tray": on}))
        self.close_to_tray.clicked.connect(lambda on: self._change({"close_to_tray": on}))
        self._autostart = session.services.autostart()
        self._looking: Job | None = None
        self.start, start_hint = self._add_switch(tr("Start at sign-in"))
        self.start_hidden, hidden_hint = self._add_switch(tr("Start hidden"))
        self.start.clicked.connect(self._start)
        self.start_hidden.clicked.connect(self._start_hidden)
        can = self._autostart is not None
        self.start.setEnabled(can)
        self.start_hidden.setEnabled(can)
        self._set_hint(
            self.start,
            start_hint,
            tr("Opens the window when you sign in.")
            if can
            else tr("Here the system's own settings decide what starts at sign-in."),
        )
        self._set_hint(
            self.start_hidden,
            hidden_hint,
            tr("Only in the tray; minimized if there is none."),
        )
        self.shortcut, self._shortcut_hint = self._add_switch(tr("Global shortcut"))
        self.shortcut.clicked.connect(lambda on: self._change({"global_shortcut": on}))
        self.set_shortcut(None)
        self.notice = Notice()
        self._column.addWidget(self.notice)
        session.settings_changed.connect(self._show)

    def _add_switch(self, words: str) -> tuple[Switch, QLabel]:
        switch, hint = Switch(words, wide=True), text("", "status")
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(switch)
        column.addWidget(hint)
        self._column.addLayout(column)
        return switch, hint

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.notice.hide()
        self._show()
        self._check_autostart()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._looking is not None:
            self._looking.cancel()  # the page may be gone when the answer comes

    def _check_autostart(self) -> None:
        if self._autostart is not None:
            self._looking = self._session.vault_queue.submit(
                self._autostart.is_on, self.start.setChecked, self._failed
            )

    def _show(self) -> None:
        if not self.isVisible():
            return
        from authenticator.gui.desktop import tray

        settings = self._session.settings
        there = tray.available()
        self.tray.setEnabled(there)
        self.tray.setChecked(settings.tray)
        self._set_hint(
            self.tray,
            self._tray_hint,
            tr("Its menu lists your pinned accounts and copies their codes.")
            if there
            else tr("This desktop has no tray, or needs an extension for one."),
        )
        self.start_hidden.setChecked(settings.start_hidden)
        self.shortcut.setChecked(settings.global_shortcut)
        self.close_to_tray.setEnabled(there and settings.tray)
        self.close_to_tray.setChecked(settings.close_to_tray)
        self._set_hint(
            self.close_to_tray,
            self._close_hint,
            tr("Closing the window hides it. Quit ends the app.")
            if settings.tray or not there
            else tr("Needs the icon in the tray."),
        )

    def set_shortcut(self, shortcut: GlobalShortcut | None) -> None:
        """Tell the state of the global shortcut; None if none was requested."""
        by_hand = tr(
            "In your desktop's keyboard settings you can assign a key to authenticator-gui: "
            "starting it again brings this window up."
        )
        if not sys.platform.startswith("linux"):
            self.shortcut.setEnabled(False)
            words = by_hand
        elif shortcut is None:
            words = tr("Brings this window up. The desktop asks you which keys to use.")
        else:
            words = {
                "ASKING": tr("Asking the desktop…"),
                "BOUND": tr("{keys} brings this window up.").format(keys=shortcut.keys)
                if shortcut.keys
                else tr("Choose it in your desktop's keyboard settings."),
                "REFUSED": tr(
                    "The desktop assigned no keys. Turn this off and on again to be asked."
                ),
                "ABSENT": tr("This desktop does not offer apps a global shortcut.") + " " + by_hand,
            }[shortcut.status.name]
        self._set_hint(self.shortcut, self._shortcut_hint, words)

    def _set_hint(self, switch: Switch, hint: QLabel, words: str) -> None:
        switch.setAccessibleDescription(words)
        hint.setText(words)

    def _change(self, fields: dict[str, object]) -> None:
        self._session.change_settings(fields, self._kept, self._failed)

    def _kept(self, _: object = None) -> None:
        self.notice.hide()
        self.toast_requested.emit(tr("Saved"))

    def _failed(self, error: Exception) -> None:
        self.notice.show_error(error)
        self._show()

    def _start(self, on: bool) -> None:
        from authenticator.app.autostart import HIDDEN, launch_command

        if (entry := self._autostart) is None:
            return  # the switch can't be used then
        command = [*launch_command(), *([HIDDEN] if self.start_hidden.isChecked() else [])]

        def failed(error: Exception) -> None:
            self._failed(error)
            self.start.setChecked(not on)  # looking may fail as well
            self._check_autostart()

        if self._looking is not None:
            self._looking.cancel()  # its answer would be older than this change
        self._session.vault_queue.submit(
            (lambda: entry.turn_on(command)) if on else entry.turn_off, self._kept, failed
        )

    def _start_hidden(self, on: bool) -> None:
        self._change({"start_hidden": on})
        if self.start.isChecked():
            self._start(True)
