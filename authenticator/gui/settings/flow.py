"""Opens the settings, at one of their sections if need be, and the list of shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from authenticator.gui.navigation import Navigation, PageKey

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from authenticator.gui.desktop.integration import DesktopIntegration
    from authenticator.gui.session import Session
    from authenticator.gui.settings.page import SettingsPage
    from authenticator.gui.settings.passphrase_page import Task


class SettingsFlow(QObject):
    """Makes and shows the settings page."""

    toast_requested = Signal(str)
    pasted = Signal()

    def __init__(
        self,
        session: Session,
        navigation: Navigation,
        desktop: DesktopIntegration,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._navigation = navigation
        self._desktop = desktop
        self._window = window
        self.page = navigation.register(PageKey.SETTINGS, self._make_settings_page)
        desktop.shortcut_changed.connect(self._show_global_shortcut)

    def open(self) -> None:
        """Show the settings."""
        self._navigation.show(PageKey.SETTINGS)

    def open_unlocked(self) -> None:
        """Show the settings, unless the vault is closed."""
        if self._session.is_open:
            self.open()

    def open_time(self) -> None:
        """Show the settings of the clock."""
        self.open()
        self.page().show_time()

    def open_language(self) -> None:
        """Show the setting of the language."""
        self.open()
        self.page().show_language()

    def open_passphrase_check(self) -> None:
        """Ask whether the passphrase is still known."""
        from authenticator.gui.settings.passphrase_page import Task

        self.open_passphrase(Task.CHECK)

    def open_passphrase(self, task: Task) -> None:
        """Show the page that sets, changes, removes or checks the passphrase."""
        from authenticator.gui.settings.passphrase_page import PassphrasePage, Task, done_words

        page = PassphrasePage(task, self._session)

        def leave() -> None:
            if task is Task.CHECK:
                self._navigation.home()
            else:
                self.open()
                self.page().show_lock()
            self._navigation.remove(page)

        def done() -> None:
            leave()
            self.toast_requested.emit(done_words(task))
            if task is not Task.REMOVE:
                self._session.reminder.known(asked=task is Task.CHECK)

        page.back.connect(leave)
        page.done.connect(done)
        page.snoozed.connect(self._session.reminder.snooze)
        page.snoozed.connect(leave)
        self._navigation.show(page)

    def show_shortcuts(self) -> None:
        """List the shortcuts."""
        from authenticator.gui.settings.shortcuts import ShortcutsDialog

        ShortcutsDialog(self._window).open()

    def _show_global_shortcut(self) -> None:
        if self._navigation.is_created(PageKey.SETTINGS):
            self.page().desktop.set_shortcut(self._desktop.shortcut)

    def _make_settings_page(self) -> SettingsPage:
        from authenticator.gui.settings.page import SettingsPage

        page = SettingsPage(self._session)
        page.back.connect(self._navigation.home)
        page.toast_requested.connect(self.toast_requested)
        page.passphrase_requested.connect(self.open_passphrase)
        page.pasted.connect(self.pasted)
        page.desktop.set_shortcut(self._desktop.shortcut)
        return page
