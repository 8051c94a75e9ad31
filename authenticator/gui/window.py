"""The window: a stack of pages with a title above and a toast on top. It creates and connects
the parts that fill the pages."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from authenticator import wording
from authenticator.gui.accounts.flow import AccountsFlow
from authenticator.gui.accounts.page import CodesPage
from authenticator.gui.desktop.clipboard import Clipboard
from authenticator.gui.desktop.integration import DesktopIntegration
from authenticator.gui.enrolment.drop_target import DropTarget
from authenticator.gui.enrolment.flow import EnrolmentFlow
from authenticator.gui.navigation import Navigation, PageKey
from authenticator.gui.settings.flow import SettingsFlow
from authenticator.gui.startup import application
from authenticator.gui.theme import appearance
from authenticator.gui.unlock.drafts import Draft, Drafts
from authenticator.gui.unlock.flow import UnlockFlow
from authenticator.gui.unlock.lock import Lock
from authenticator.language import join_sentences, tr

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent

    from authenticator.gui.desktop.instance_messages import Call
    from authenticator.gui.session import Session
    from authenticator.gui.widgets.toast import Toast

TITLE_BAR = 40
"""Px that a desktop may put around the window, on a screen that is small."""


class Window(QMainWindow):  # as which screen readers know it for a window
    """One page at a time."""

    painted = Signal()  # something worth seeing

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.is_second = False
        """Whether another window of this app is open, or a program in its place, and does not
        answer."""
        self.held_by = ""
        """The process of that one, if known."""
        self._quitting = False
        self._settings_fault: Exception | None = None  # the one that was shown
        self._access_told = False
        self.setMinimumSize(320, 400)
        room = self.screen().availableSize() - QSize(0, TITLE_BAR)
        self.resize(QSize(400, 640).boundedTo(room))
        self.pages = DropTarget(lambda: session.is_open)
        self.setCentralWidget(self.pages)
        self.clipboard = Clipboard(lambda: session.settings.clear_after_s, self)
        self.navigation = Navigation(self.pages, self)
        self.desktop = DesktopIntegration(self, session, self.clipboard)
        self.accounts = AccountsFlow(session, self.navigation, self.clipboard, self)
        self.enrolment = EnrolmentFlow(session, self.navigation, self.clipboard, self)
        self.settings = SettingsFlow(session, self.navigation, self.desktop, self)
        drafts = Drafts(session, self._under_way)
        self._lock = Lock(session, self.navigation, drafts, self)
        self.unlocking = UnlockFlow(session, self.navigation, self._lock, drafts, self)
        self._codes = self.navigation.register(PageKey.CODES, self._make_codes_page)
        self._connect()
        self._set_keys()
        if session.vault_info is None:
            self.navigation.show(PageKey.CODES)
        else:  # by the window that was locked, and that this one replaces
            self._lock.show_locked()

    def _connect(self) -> None:
        session = self.session
        session.opening.connect(self.clipboard.clear)
        session.locked.connect(self.clipboard.clear)
        session.locked.connect(self._drop_toast)
        session.accounts.entries_changed.connect(
            lambda entries: self.codes_page.set_entries(entries)
        )
        session.settings_changed.connect(self._apply_theme)
        session.settings_changed.connect(self._apply_language)
        appearance.on_system_change(self._apply_theme)
        self.navigation.shown.connect(self._set_title)
        self.pages.dropped.connect(self.enrolment.read)
        self.settings.pasted.connect(self.enrolment.paste)
        for room in (self.accounts, self.enrolment, self.settings, self.unlocking, self.desktop):
            room.toast_requested.connect(self.show_toast)
        self.accounts.failed.connect(self.explain)
        self.enrolment.failed.connect(self.explain)
        self.unlocking.failed.connect(lambda error: self.codes_page.show_error(error))
        self.unlocking.opened.connect(self._opened)
        self.unlocking.painted.connect(self.painted)
        self._lock.painted.connect(self.painted)
        self.painted.connect(self.desktop.bind_soon, Qt.ConnectionType.SingleShotConnection)
        self.desktop.lock_requested.connect(self.lock)
        self.desktop.show_requested.connect(self.bring_to_front)
        self.desktop.quit_requested.connect(self.quit)
        self.desktop.called.connect(self._called)
        self.desktop.call_refused.connect(self.enrolment.opened.refuse)
        self.desktop.exposed.connect(self._exposed)

    def _set_keys(self) -> None:
        for keys, act in (
            ("Ctrl+Q", self.quit),  # Cmd+Q on macOS
            (QKeySequence.StandardKey.Paste, self.enrolment.paste),
            ("Ctrl+,", self.settings.open_unlocked),
            ("Ctrl+L", self.lock),
            ("F1", self.settings.show_shortcuts),
            ("Ctrl+/", self.settings.show_shortcuts),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # The codes, where everything begins

    @property
    def codes_page(self) -> CodesPage:
        """The page of codes."""
        return self._codes()

    def _make_codes_page(self) -> CodesPage:
        page = CodesPage(self.session, self.clipboard)
        page.add_requested.connect(self.enrolment.add_account)
        page.scan_requested.connect(self.enrolment.scan)
        page.enter_key_requested.connect(self.enrolment.enter_key)
        page.pasted.connect(self.enrolment.paste)
        page.key_requested.connect(self.accounts.show_key)
        page.trash_requested.connect(self.accounts.open_trash)
        page.settings_requested.connect(self.settings.open)
        page.time_requested.connect(self.settings.open_time)
        page.passphrase_check_requested.connect(self.settings.open_passphrase_check)
        page.shortcuts_requested.connect(self.settings.show_shortcuts)
        page.lock_requested.connect(self.lock)
        page.quit_requested.connect(self.quit)
        page.toast_requested.connect(self.show_toast)
        page.action_offered.connect(self.offer_action)
        page.undo_offered.connect(self.offer_undo)
        page.painted.connect(self.painted)
        return page

    # Title and toast

    def _set_title(self, page: QWidget) -> None:
        """The title tells which page is up, to task bars and screen readers."""
        name = page.accessibleName()
        app = tr("Authenticator")
        self.setWindowTitle(f"{name} – {app}" if name else app)

    @cached_property
    def toast(self) -> Toast:
        """What shows short messages over the pages."""
        from authenticator.gui.widgets.toast import Toast

        return Toast(self)

    def show_toast(self, words: str) -> None:
        """Show a short message for a while."""
        self.toast.show_message(words)

    def offer_action(self, words: str, name: str, act: Callable[[], None]) -> None:
        """Show a short message with a button, for toast.OFFERED_MS."""
        self.toast.show_message(words, (name, act))

    def offer_undo(self, words: str, undo: Callable[[], None]) -> None:
        """Show a short message with Undo, which has a key too."""
        self.offer_action(words, tr("Undo"), undo)
        self.toast.button.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))

    def _drop_toast(self) -> None:
        """Hide the message: it may name an account, lead to its code, or be in the previous
        language."""
        if "toast" in self.__dict__:
            self.toast.deleteLater()
            del self.toast

    def explain(self, error: Exception) -> None:
        """Show an error on the current page, or else above the codes."""
        page = self.navigation.current
        notice = getattr(page, "notice", None)
        if notice is not None and page is not self.codes_page:
            notice.show_error(error)
        else:
            self.codes_page.show_error(error)

    # Open and locked

    def _opened(self, draft: Draft, made_step_by_step: bool) -> None:
        self.enrolment.opened.resume(draft.opened)
        resumed = self.enrolment.resume(draft.texts, draft.form)
        if resumed or (not draft.edit and self.enrolment.opened.come_up()):
            pass
        elif made_step_by_step and self.codes_page.model.total == 0:
            self.enrolment.add_account()
        else:
            self.navigation.home()
        if draft.edit:
            self.codes_page.restore_edit(draft.edit)
        if self.session.services.home_access.closed and not self._access_told:
            from authenticator.wording.storage import closed_to_others

            self._access_told = True
            self.codes_page.show_note(
                tr("Permissions were corrected"), closed_to_others(self.session.services.home)
            )
        told, fault = self._settings_fault, self.session.services.settings_file.fault
        if fault is not None and (told is None or told.args != fault.args):
            self._settings_fault = fault
            message = wording.explain(fault)
            self.codes_page.show_note(
                message.title, join_sentences(message.cause, message.next_step)
            )
        if self.is_second:
            title = tr("Another window of this app is not responding")
            self.codes_page.show_note(
                title,
                join_sentences(
                    tr(
                        "It is already open, so this is a second one. Both work with the same "
                        "accounts; close the other one when you can."
                    ),
                    tr("It is process {process}.", process=wording.displayable(self.held_by))
                    if self.held_by
                    else "",
                ),
            )
            if not self.navigation.is_up(PageKey.CODES):
                self.show_toast(title)

    def lock(self) -> None:
        """Lock: forget everything that the keyring or the passphrase opened."""
        self._lock.lock()

    def _under_way(self) -> Draft:
        """What was found or typed, and is not added yet."""
        edit = self.codes_page.edit_draft() if self.navigation.is_created(PageKey.CODES) else {}
        return Draft(*self.enrolment.under_way(), edit, self.enrolment.opened.under_way())

    def _apply_theme(self) -> None:
        appearance.apply_chosen_theme(application.running(), self.session.settings)

    def _apply_language(self) -> None:
        """Replace all pages, whose texts are in the previous language."""
        from authenticator.gui.theme import window_language

        if not window_language.apply_language(
            application.running(), self.session.settings.language
        ):
            return
        self._drop_toast()
        with self.navigation.rebuild():
            if self.session.is_open:
                self.session.accounts.reload()
                self.settings.open_language()
            else:
                self._lock.show_locked()
        self.desktop.update_tray()

    def _called(self, call: Call) -> None:
        """Come to the front for a later start; not each time for what only is refused."""
        if self.enrolment.opened.hand_over(call.words, call.left_out) or not any(call.words):
            self.bring_to_front(call.token)

    # Seen or not

    def bring_to_front(self, token: str = "") -> None:
        """Come to the front. Wayland requires a token from the desktop."""
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # where Qt looks for it
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.session.watch(True)
        self.desktop.window_shown_or_hidden()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.session.watch(False)
        self.desktop.window_shown_or_hidden()

    def _exposed(self, seen: bool) -> None:
        self.session.watch(seen and self.isVisible())
        if self.navigation.is_created(PageKey.CODES):
            self.codes_page.list.rings.run(seen)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go to the tray if that is chosen, except when the session ends."""
        ends = self._quitting or application.running().isSavingSession()
        if self.desktop.closes_to_tray and not ends:
            event.ignore()
            self.hide()
        else:
            super().closeEvent(event)

    def quit(self) -> None:
        """End the app."""
        self._quitting = True
        if self.isVisible():
            self.close()  # the last window: the app ends with it
        else:
            QApplication.quit()

    def shut_down(self) -> None:
        """Close, clear a code from the clipboard, and wait until the camera is released."""
        self._quitting = True
        self.close()
        self.clipboard.clear()
        self.desktop.shut_down()
        self.enrolment.shut_down()
