"""The icon in the desktop's tray: the codes of pinned accounts, the window, the lock."""

from __future__ import annotations

import math
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from authenticator import wording
from authenticator.app.codes import code_now
from authenticator.errors import InputRefused
from authenticator.gui.theme import icons
from authenticator.language import tr
from authenticator.otp.account import Hotp
from authenticator.otp.code import code_of_counter
from authenticator.wording.account_name import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from authenticator.gui.window import Window
    from authenticator.otp.account import Account
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry

MOST = 20
"""Pinned accounts in the menu: it is to fit on a screen."""
WIDEST = 48
"""Characters of a name."""
ENDS_SOON_S = 3
WATCHER = "org.kde.StatusNotifierWatcher"


def available() -> bool:
    """Whether this desktop has a tray now. On Linux the bus is asked before Qt is, which keeps
    its first answer: a panel may come up later than this app."""
    if sys.platform.startswith("linux") and os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        from PySide6.QtDBus import QDBusConnection

        bus = QDBusConnection.sessionBus()
        if bus.isConnected() and not bus.interface().isServiceRegistered(WATCHER).value():
            return False
    return QSystemTrayIcon.isSystemTrayAvailable()


@dataclass(frozen=True, slots=True)
class Item:
    """One account in the menu."""

    entry: Entry
    words: str


def items(entries: Iterable[Entry]) -> list[Item]:
    """The pinned accounts that give codes, in order, as a menu writes them."""
    pinned = [one for one in entries if one.pinned and not one.damaged][:MOST]
    return [Item(one, _in_menu(name_of(one))) for one in pinned]


def _in_menu(name: str) -> str:
    """In a menu an ampersand marks a key."""
    cut = name if len(name) <= WIDEST else f"{name[: WIDEST - 1]}…"
    return cut.replace("&", "&&")


class Tray(QObject):
    """Stands in the tray for as long as it lives."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._items: list[Item] = []
        self.menu = QMenu(window)
        self.icon = QSystemTrayIcon(icons.app(), self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self._session.accounts.entries_changed.connect(self._take)
        self._session.locked.connect(self._empty)
        self._session.ready.connect(self.fill)
        self.fill()
        self.icon.show()
        self._session.accounts.reload()

    def put_away(self) -> None:
        """Take the icon out of the tray."""
        self.icon.hide()
        self.menu.deleteLater()
        self.deleteLater()

    def _take(self, entries: list[Entry]) -> None:
        found = items(entries)
        if found != self._items:
            self._items = found
            self.fill()

    def _empty(self) -> None:
        self._items = []
        self.fill()

    def fill(self) -> None:
        """Make the menu anew; also whenever the window comes or goes."""
        menu, window = self.menu, self._window
        menu.clear()
        for item in self._items:
            menu.addAction(item.words, lambda item=item: self.copy(item.entry))
        if self._items:
            menu.addSeparator()
        if window.isVisible():
            menu.addAction(tr("Hide"), window.hide)
        else:
            menu.addAction(tr("Show"), window.come_up)
        if self._session.is_open:
            menu.addAction(tr("Lock"), window.lock)
        else:
            menu.addAction(tr("Unlock"), window.come_up)
        menu.addAction(tr("Quit"), window.leave)
        self.icon.setToolTip(
            tr("Authenticator") if self._session.is_open else tr("Authenticator, locked")
        )

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Trigger:
            return
        if self._window.isVisible() and not self._window.isMinimized():
            self._window.hide()
        else:
            self._window.come_up()

    # Codes

    def copy(self, entry: Entry) -> None:
        """The code of an account onto the clipboard; of one that counts, its next."""
        if not self._session.is_open:
            return
        self._window.note_use()

        def read(account: Account) -> None:
            if isinstance(account.otp, Hotp):
                self._session.accounts.advance(
                    entry.id,
                    lambda counter: self._give(entry, code_of_counter(account, counter)),
                    self._tell,
                )
                return
            try:
                self._give(entry, code_now(account, self._session.clock.now()))
            except InputRefused as error:
                self._tell(error)

        self._session.accounts.read(entry.id, read, self._tell)

    def _give(self, entry: Entry, code: Code) -> None:
        self._window.clipboard.copy(code.value)
        self._session.usage.note(entry.id)
        words = tr("Code of {name} copied").format(name=name_of(entry))
        if code.valid_until is not None:
            left_s = max(1, math.ceil(code.valid_until - self._session.clock.now()))
            if left_s <= ENDS_SOON_S:
                words = tr("{words}. It ends in {left} s").format(words=words, left=left_s)
        self._say(words)

    def _tell(self, error: Exception) -> None:
        message = wording.explain(error)
        self._say(message.title, f"{message.cause} {message.next_step}".strip())

    def _say(self, title: str, words: str = "") -> None:
        """In the window where it is seen, else as a notice of the desktop's without a sound."""
        if self._window.isVisible() and not self._window.isMinimized():
            self._window.say(title)
        else:
            self.icon.showMessage(title, words, QSystemTrayIcon.MessageIcon.NoIcon)
