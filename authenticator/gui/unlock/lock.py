"""Locking: everything that the keyring or the passphrase opened is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from authenticator.gui.navigation import Navigation, PageKey
from authenticator.vault.kinds import KeyKind

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from authenticator.gui.session import Session
    from authenticator.gui.unlock.drafts import Drafts
    from authenticator.gui.unlock.locked_page import LockedPage
    from authenticator.gui.unlock.unlock_page import UnlockPage

KEPT = (PageKey.LOCKED, PageKey.UNLOCK)
"""Pages that know nothing, and stay when the window is locked."""


class Lock(QObject):
    """Closes the vault, and shows the page that opens it again."""

    painted = Signal()

    def __init__(
        self, session: Session, navigation: Navigation, drafts: Drafts, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._navigation = navigation
        self._drafts = drafts
        self._window = window
        self.is_due = False
        """Whether to lock as soon as the vault that is being opened is open."""
        self.unlock_page = navigation.register(PageKey.UNLOCK, self._make_unlock_page)
        self.locked_page = navigation.register(PageKey.LOCKED, self._make_locked_page)
        session.opening.connect(self._opening)

    def lock(self) -> None:
        """Forget all that was opened, and show that it is locked."""
        if not self._session.is_open:
            self.is_due = True
            return
        self._session.lock(self._drafts.for_sealing())
        for other in QApplication.topLevelWidgets():  # dialogs, menus, tool tips
            if other is not self._window and other.isVisible():
                other.close()
        with self._navigation.rebuild(keep=KEPT):
            self.show_locked()

    def show_locked(self) -> None:
        """Show the page that opens the vault again."""
        found = self._session.vault_info
        if found is not None and found.key is KeyKind.PASSPHRASE:
            self.ask_passphrase()
        else:
            self._navigation.show(PageKey.LOCKED)

    def ask_passphrase(self, fault: str = "") -> None:
        """Ask for the passphrase; `fault` says why the last one was refused."""
        self.unlock_page().prompt(fault)
        self._navigation.show(PageKey.UNLOCK)
        QTimer.singleShot(0, self, self.painted.emit)

    def wait(self, wait_s: float) -> None:
        """Too many passphrases were wrong: the next one is taken in this many seconds."""
        self.unlock_page().wait(wait_s)
        self._navigation.show(PageKey.UNLOCK)

    def _opening(self) -> None:
        self.is_due = False

    def _make_unlock_page(self) -> UnlockPage:
        from authenticator.gui.unlock.unlock_page import UnlockPage

        page = UnlockPage()
        page.passphrase_entered.connect(self._session.repair.enter)
        return page

    def _make_locked_page(self) -> LockedPage:
        from authenticator.gui.unlock.locked_page import LockedPage

        page = LockedPage()
        page.unlock_requested.connect(self._session.open)
        return page
