"""Opens the pages that the list of accounts leads to: an account's key, and the bin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from authenticator.gui.navigation import Navigation, PageKey

if TYPE_CHECKING:
    from authenticator.gui.accounts.key_page import KeyPage
    from authenticator.gui.accounts.trash_page import TrashPage
    from authenticator.gui.desktop.clipboard import Clipboard
    from authenticator.gui.session import Session
    from authenticator.otp.account import Account
    from authenticator.vault.entry import Entry


class AccountsFlow(QObject):
    """Makes and shows the pages about existing accounts, except the list itself."""

    failed = Signal(object)  # Exception
    toast_requested = Signal(str)

    def __init__(
        self, session: Session, navigation: Navigation, clipboard: Clipboard, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._navigation = navigation
        self._clipboard = clipboard
        self.trash_page = navigation.register(PageKey.TRASH, self._make_trash_page)
        self.key_page = navigation.register(PageKey.KEY, self._make_key_page)
        session.opening.connect(self._hide_key)

    def open_trash(self) -> None:
        """Show what was removed."""
        if self._session.is_open:
            self._navigation.show(PageKey.TRASH)

    def show_key(self, entry: Entry) -> None:
        """Show the QR code and the key of an account, for a minute."""

        def read(account: Account) -> None:
            self.key_page().show_account(account)
            self._navigation.show(PageKey.KEY)

        self._session.accounts.read(entry.id, read, self.failed.emit)

    def _hide_key(self) -> None:
        if self._navigation.is_up(PageKey.KEY):
            self._navigation.home()

    def _make_trash_page(self) -> TrashPage:
        from authenticator.gui.accounts.trash_page import TrashPage

        page = TrashPage(self._session)
        page.back.connect(self._navigation.home)
        page.toast_requested.connect(self.toast_requested)
        return page

    def _make_key_page(self) -> KeyPage:
        from authenticator.gui.accounts.key_page import KeyPage

        page = KeyPage(self._clipboard)
        page.back.connect(self._navigation.home)
        page.copied.connect(self.toast_requested)
        return page
