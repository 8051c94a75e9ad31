"""The icon in the desktop's tray: the codes of pinned accounts, the window, the lock."""

from __future__ import annotations

import math
import os
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from authenticator import wording
from authenticator.app.codes import code_now
from authenticator.errors import InputRefused
from authenticator.gui.theme import icons
from authenticator.language import tr
from authenticator.otp.account import Hotp
from authenticator.otp.code import code_of_counter
from authenticator.wording.account_name import name_of
from authenticator.wording.lookalikes import lookalikes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from authenticator.gui.desktop.clipboard import Clipboard
    from authenticator.gui.session import Session
    from authenticator.otp.account import Account
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry

MOST = 20
"""Pinned accounts in the menu, which has to fit on a screen."""
WIDEST = 48
"""Characters of a name."""
ENDS_SOON_S = 3
WATCHER = "org.kde.StatusNotifierWatcher"


def available() -> bool:
    """Whether this desktop has a tray now. On Linux the bus is asked before Qt, which sticks to
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


def items(entries: Sequence[Entry]) -> list[Item]:
    """The pinned accounts that have codes, in order, as a menu writes them."""
    pinned = [one for one in entries if one.pinned and not one.damaged][:MOST]
    alike = lookalikes(entries, with_time=False) if pinned else {}
    return [Item(one, _in_menu(name_of(one), alike.get(one.id, ""))) for one in pinned]


def _in_menu(name: str, which: str) -> str:
    """In a menu an ampersand marks a key. `which` tells one of several of that name."""
    cut = name if len(name) <= WIDEST else f"{name[: WIDEST - 1]}…"
    return (f"{cut} ({which})" if which else cut).replace("&", "&&")


class Tray(QObject):
    """Is in the desktop's tray until `remove`."""

    show_requested = Signal()
    lock_requested = Signal()
    quit_requested = Signal()
    toast_requested = Signal(str)  # to be shown in the window, which is seen
    used = Signal()

    def __init__(self, window: QWidget, session: Session, clipboard: Clipboard) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._clipboard = clipboard
        self._items: list[Item] = []
        self.menu = QMenu(window)
        self.icon = QSystemTrayIcon(icons.app(), self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self._session.accounts.entries_changed.connect(self._set_entries)
        self._session.locked.connect(self._empty)
        self._session.ready.connect(self.update_menu)
        self.update_menu()
        self.icon.show()
        self._session.accounts.reload()

    def remove(self) -> None:
        """Take the icon out of the tray."""
        self.icon.hide()
        self.menu.deleteLater()
        self.deleteLater()

    def _set_entries(self, entries: list[Entry]) -> None:
        found = items(entries)
        if found != self._items:
            self._items = found
            self.update_menu()

    def _empty(self) -> None:
        self._items = []
        self.update_menu()

    def update_menu(self) -> None:
        """Fill the menu; also whenever the window is shown or hidden."""
        self.menu.clear()
        for item in self._items:
            self._add(item.words, partial(self.copy, item.entry))
        if self._items:
            self.menu.addSeparator()
        if self._window.isVisible():
            self._add(tr("Hide"), self._window.hide)
        else:
            self._add(tr("Show"), self.show_requested.emit)
        if self._session.is_open:
            self._add(tr("Lock"), self.lock_requested.emit)
        else:
            self._add(tr("Unlock"), self.show_requested.emit)
        self._add(tr("Quit"), self.quit_requested.emit)
        self.icon.setToolTip(
            tr("Authenticator") if self._session.is_open else tr("Authenticator, locked")
        )

    def _add(self, words: str, act: Callable[[], object]) -> None:
        self.menu.addAction(words, lambda: act())  # without its checked state

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Trigger:
            return
        if self._window.isVisible() and not self._window.isMinimized():
            self._window.hide()
        else:
            self.show_requested.emit()

    # Codes

    def copy(self, entry: Entry) -> None:
        """Copy the code of an account to the clipboard; of a counter-based one, the next code."""
        if not self._session.is_open:
            return
        self.used.emit()

        def read(account: Account) -> None:
            if isinstance(account.otp, Hotp):
                self._session.accounts.advance_counter(
                    entry.id,
                    lambda counter: self._give(entry, code_of_counter(account, counter)),
                    self._explain,
                )
                return
            try:
                self._give(entry, code_now(account, self._session.clock.now()))
            except InputRefused as error:
                self._explain(error)

        self._session.accounts.read(entry.id, read, self._explain)

    def _give(self, entry: Entry, code: Code) -> None:
        self._clipboard.copy(code.value)
        self._session.usage.note(entry.id)
        words = tr("Code of {name} copied").format(name=name_of(entry))
        if code.valid_until is not None:
            left_s = max(1, math.ceil(code.valid_until - self._session.clock.now()))
            if left_s <= ENDS_SOON_S:
                words = tr("{words}. It ends in {left} s").format(words=words, left=left_s)
        self._notify(words)

    def _explain(self, error: Exception) -> None:
        message = wording.explain(error)
        self._notify(message.title, f"{message.cause} {message.next_step}".strip())

    def _notify(self, title: str, words: str = "") -> None:
        """In the window if it can be seen, otherwise as a silent notification of the desktop."""
        if self._window.isVisible() and not self._window.isMinimized():
            self.toast_requested.emit(title)
        else:
            self.icon.showMessage(title, words, QSystemTrayIcon.MessageIcon.NoIcon)
