"""The window: which page stands in it, and where each page leads."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QStackedWidget, QWidget

from authenticator import wording
from authenticator.app.settings import TimeCheck
from authenticator.app.vault_opening import VaultSnapshot
from authenticator.gui.accounts.page import CodesPage
from authenticator.gui.desktop.clipboard import Clipboard
from authenticator.gui.session import Session
from authenticator.gui.theme import stylesheet
from authenticator.language import sentence, together, tr, trn
from authenticator.vault.kinds import KeyKind

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent

    from authenticator.app.add_account import AddedAccounts
    from authenticator.app.inspection import Inspection
    from authenticator.app.reading import ScannedPicture
    from authenticator.gui.desktop.dropped_sources import Source
    from authenticator.gui.desktop.global_shortcut import GlobalShortcut
    from authenticator.gui.desktop.idle_timer import Idle
    from authenticator.gui.desktop.instance_messages import Call, Door
    from authenticator.gui.desktop.reduced_motion import Motion
    from authenticator.gui.desktop.session_lock import Away
    from authenticator.gui.desktop.single_instance import Instance
    from authenticator.gui.desktop.tray import Tray
    from authenticator.gui.desktop.window_exposure import Exposure
    from authenticator.gui.enrolment.reading import Outcome
    from authenticator.gui.widgets.toast import Toast
    from authenticator.otp.account import Account
    from authenticator.otp.uri import Enrolment
    from authenticator.vault.entry import Entry

TITLE_BAR = 40
"""Px that a desktop may put around the window, on a screen that is small."""
_Made = TypeVar("_Made", bound=QWidget)

GUARD_MS = 500
"""After which it is seen to that the window locks by itself: codes come first."""
LET_GO_MS = 200
"""How often it is looked whether a dialog of the system's or a drag is over at last."""
TRAY_AGAIN_MS = 1000
TRAY_TRIES = 30
"""The panel of a desktop may come up later than what starts with the session."""
STAY = ("locked", "unlock")
"""Pages that know nothing, and stay when the window is locked."""


class Window(QMainWindow):  # as which screen readers know it for a window
    """One page at a time. Pages are made when they are first needed."""

    painted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setMinimumSize(320, 400)
        room = self.screen().availableSize() - QSize(0, TITLE_BAR)
        self.resize(QSize(400, 640).boundedTo(room))
        self.setAcceptDrops(True)
        self._made: dict[str, QWidget] = {}
        self.clipboard = Clipboard(lambda: session.settings.clear_after_s, self)
        self.pages = QStackedWidget()
        self.setCentralWidget(self.pages)
        self._dropping: QLabel | None = None
        self._handed: list[Source] = []
        self._unsaved: tuple[Account, ...] = ()
        self._typed: dict[str, dict[str, str]] = {}
        """What waited while it was locked, until it is taken up: of a new account (`form`) and
        of one that was being edited (`edit`)."""
        self._lock_due = False
        self._away: Away | None = None
        self._tray: Tray | None = None
        self._tray_tries = TRAY_TRIES
        self._tray_again = QTimer(self, singleShot=True, interval=TRAY_AGAIN_MS)
        self._tray_again.timeout.connect(self._set_tray)
        self._shortcut: GlobalShortcut | None = None
        self._hidden = False
        self._leaving = False
        self._guard = QTimer(self, singleShot=True, interval=GUARD_MS)
        self._guard.timeout.connect(self._set_guards)
        self._guard.timeout.connect(self._set_tray)
        self._guard.timeout.connect(self._set_shortcut)
        self._guard.timeout.connect(self._watch_exposure)
        self._guard.timeout.connect(self._watch_motion)
        self._guard.timeout.connect(self._show_icon)
        self._exposure: Exposure | None = None
        self._motion: Motion | None = None
        self._another = False
        self._door: Door | None = None
        self._introduced = session.settings.introduced
        self._first_account_next = False
        """A vault that somebody was led through making leads on to its first account."""
        self._settings_fault = session.parts.settings_file.fault  # until it is told
        self._time_check = TimeCheck.OFF
        self._excluded = False
        session.opening.connect(self._opening)
        session.nothing_yet.connect(self._nothing_yet)
        session.passphrase_wanted.connect(lambda: self._ask_passphrase())
        session.ready.connect(self._ready)
        session.failed.connect(self._failed)
        session.accounts.entries_changed.connect(lambda entries: self.codes.set_entries(entries))
        session.settings_changed.connect(self._dress)
        session.settings_changed.connect(self._exclude)
        session.settings_changed.connect(self._speak)
        session.settings_changed.connect(self._guard.start)
        session.ready.connect(self._guard.start)
        self.painted.connect(self._guard.start, Qt.ConnectionType.SingleShotConnection)
        stylesheet.on_system_change(self._dress)
        leave = QShortcut(QKeySequence("Ctrl+Q"), self)  # Cmd+Q on macOS
        leave.activated.connect(self.leave)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.activated.connect(self.paste)
        for keys, act in (
            ("Ctrl+,", self._settings_wanted),
            ("Ctrl+L", self.lock),
            ("F1", self.show_shortcuts),
            ("Ctrl+/", self.show_shortcuts),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        # A keyring that answers at once leaves no time to read anything else.
        self._slow = QTimer(self, singleShot=True, interval=400)
        self._slow.timeout.connect(self._show_waiting)
        self._slow.start()
        self.show_page(self.codes)

    @cached_property
    def toast(self) -> Toast:
        from authenticator.gui.widgets.toast import Toast

        return Toast(self)

    def say(self, words: str) -> None:
        """A short line that goes by itself."""
        self.toast.say(words)

    def offer(self, words: str, name: str, act: Callable[[], None]) -> None:
        """A short line with a button, for ten seconds."""
        self.toast.say(words, (name, act))

    def offer_to_take_back(self, words: str, back: Callable[[], None]) -> None:
        """The same with Undo, by its key too."""
        self.offer(words, tr("Undo"), back)
        self.toast.button.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))

    def _dress(self) -> None:
        stylesheet.dress(QGuiApplication.instance(), self.session.settings)

    def _speak(self) -> None:
        """The language of the settings. What was said in another goes, and is made anew."""
        from authenticator.gui.theme import window_language

        if not window_language.speak(QApplication.instance(), self.session.settings.language):
            return
        former, self._made = self._all_pages(), {}
        if "toast" in self.__dict__:
            self.toast.deleteLater()
            del self.toast
        if self.session.is_open:
            self.session.accounts.reload()
            self.open_settings()
            self.settings.turn_to_language()
        else:
            self._show_locked()
        self._throw_away(former)
        if self._tray is not None:
            self._tray.fill()

    # Pages

    def _page(self, name: str, make: Callable[[], _Made]) -> _Made:
        if name not in self._made:
            page = make()
            self._made[name] = page
            self.pages.addWidget(page)
        return self._made[name]

    def show_page(self, page: QWidget) -> None:
        """Bring a page up; the window's title tells which, to task bars and screen readers."""
        self.pages.setCurrentWidget(page)
        name = page.accessibleName()
        app = tr("Authenticator")
        self.setWindowTitle(f"{name} – {app}" if name else app)
        page.take_focus()

    @property
    def codes(self) -> CodesPage:
        def make() -> CodesPage:
            page = CodesPage(self.session, self.clipboard)
            page.add.connect(self.add)
            page.scan.connect(self.scan)
            page.enter.connect(self.enter_key)
            page.key_wanted.connect(self.show_key)
            page.settings.connect(self.open_settings)
            page.time.connect(self.open_time)
            page.bin.connect(self.open_bin)
            page.shortcuts.connect(self.show_shortcuts)
            page.lock_wanted.connect(self.lock)
            page.quit_wanted.connect(self.leave)
            page.pasted.connect(self.paste)
            page.say.connect(self.say)
            page.offer.connect(self.offer)
            page.take_back.connect(self.offer_to_take_back)
            page.painted.connect(self.painted)
            return page

        return self._page("codes", make)

    @property
    def state(self):
        from authenticator.gui.unlock.status_page import StatePage

        return self._page("state", StatePage)

    @property
    def scanning(self):
        from authenticator.gui.enrolment.scan_page import ScanPage

        def make() -> ScanPage:
            page = ScanPage(self.session)
            page.back.connect(self.home)
            page.found.connect(self._found)
            page.enter.connect(self.enter_key)
            return page

        return self._page("scan", make)

    @property
    def entering(self):
        from authenticator.gui.enrolment.enter_key_page import EnterKeyPage

        def make() -> EnterKeyPage:
            page = EnterKeyPage()
            page.back.connect(self.home)
            page.entered.connect(lambda account: self._weigh_one(account, page))
            page.pasted.connect(self.take)
            return page

        return self._page("enter", make)

    @property
    def picking(self):
        from authenticator.gui.enrolment.review_page import PickPage

        def make() -> PickPage:
            page = PickPage()
            page.back.connect(self.home)
            page.picked.connect(self._add_enrolments)
            page.details_wanted.connect(self.show_details)
            return page

        return self._page("pick", make)

    @property
    def fresh(self):
        from authenticator.gui.enrolment.first_code_page import FreshPage

        def make() -> FreshPage:
            page = FreshPage(self.session, self.clipboard)
            page.done.connect(self.home)
            page.copied.connect(self.say)
            return page

        return self._page("fresh", make)

    @property
    def settings(self):
        from authenticator.gui.settings.page import SettingsPage

        def make() -> SettingsPage:
            page = SettingsPage(self.session)
            page.back.connect(self.home)
            page.say.connect(self.say)
            page.pasted.connect(self.paste)
            page.desktop.tell_shortcut(self._shortcut)
            return page

        return self._page("settings", make)

    @property
    def bin(self):
        from authenticator.gui.accounts.trash_page import BinPage

        def make() -> BinPage:
            page = BinPage(self.session)
            page.back.connect(self.home)
            page.say.connect(self.say)
            return page

        return self._page("bin", make)

    @property
    def key(self):
        from authenticator.gui.accounts.key_page import KeyPage

        def make() -> KeyPage:
            page = KeyPage(self.clipboard)
            page.back.connect(self.home)
            page.copied.connect(self.say)
            return page

        return self._page("key", make)

    def _turn_away(self) -> None:
        """What was handed in or found, and not added, is not wanted any more."""
        self._handed = []
        self._unsaved = ()

    def home(self) -> None:
        """The list, or the two ways in while nothing was ever added."""
        self._turn_away()
        self.show_page(self.codes)

    def add(self) -> None:
        from authenticator.gui.enrolment.add_account_page import ChoicePage

        def make() -> ChoicePage:
            page = ChoicePage()
            page.back.connect(self.home)
            page.scan.connect(self.scan)
            page.enter.connect(self.enter_key)
            return page

        self.show_page(self._page("choice", make))

    def scan(self) -> None:
        self._turn_away()
        self.scanning.start_afresh()
        self.show_page(self.scanning)

    def enter_key(self) -> None:
        self._turn_away()
        self.entering.clear()
        self.show_page(self.entering)

    def open_settings(self) -> None:
        self.show_page(self.settings)

    def open_time(self) -> None:
        self.open_settings()
        self.settings.turn_to_time()

    def open_bin(self) -> None:
        if self.session.is_open:
            self.show_page(self.bin)

    def _settings_wanted(self) -> None:
        if self.session.is_open:
            self.open_settings()

    def show_key(self, entry: Entry) -> None:
        """The QR code and the key of an account, for a minute."""

        def read(account: Account) -> None:
            self.key.show_account(account)
            self.show_page(self.key)

        self.session.accounts.read(entry.id, read, self._show_fault_on_page)

    def show_shortcuts(self) -> None:
        from authenticator.gui.settings.shortcuts import ShortcutsDialog

        ShortcutsDialog(self).open()

    # Opening the vault

    def _opening(self) -> None:
        self._lock_due = False
        self.clipboard.clear()
        if "key" in self._made and self.pages.currentWidget() is self.key:
            self.home()
        self._slow.start()

    def _show_waiting(self) -> None:
        self.state.wait(
            tr("Opening your accounts…"),
            tr("If the keyring asks for its password, type it there."),
        )
        self.show_page(self.state)

    def _nothing_yet(self) -> None:
        self._slow.stop()
        if self._introduced:
            self._make_vault()
            return
        from authenticator.gui.unlock.welcome_page import StartPage

        def make() -> StartPage:
            page = StartPage()
            page.started.connect(self._introduce)
            return page

        self.show_page(self._page("start", make))
        QTimer.singleShot(0, self.painted.emit)

    def _introduce(self) -> None:
        from authenticator.gui.unlock.introduction_page import IntroductionPage

        def make() -> IntroductionPage:
            page = IntroductionPage()
            page.check_wanted.connect(self._check_wanted)
            page.done.connect(self._introduction_done)
            return page

        self.show_page(self._page("introduction", make))

    def _check_wanted(self) -> None:
        self._time_check = TimeCheck.DAILY

    def _introduction_done(self) -> None:
        self._introduced = True
        # A disk that refuses this only means that the introduction comes once more.
        self.session.change_settings(
            {"introduced": True, "time_check": self._time_check}, lambda _: None, lambda _: None
        )
        self._first_account_next = True
        self._make_vault()

    def _make_vault(self) -> None:
        from authenticator.vault.kinds import StoreKind

        # In the sealed file, too, the keyring holds its key, where there is a keyring.
        self.session.create(StoreKind(self.session.settings.store))

    def _ready(self) -> None:
        self._slow.stop()
        self._take_up_draft()
        if self._lock_due:
            self.lock()
            return
        typed, self._typed = self._typed, {}
        first_account, self._first_account_next = self._first_account_next, False
        if self._handed:
            self._read(self._handed)
        elif typed.get("form"):
            self.entering.restore(typed["form"])
            self.show_page(self.entering)
        elif first_account and self.codes.model.total == 0:
            self.add()
        else:
            self.home()
        if typed.get("edit"):
            self.codes.edit_again(typed["edit"])
        fault, self._settings_fault = self._settings_fault, None
        if fault is not None:
            message = wording.explain(fault)
            self.codes.note(message.title, together(message.cause, message.next_step))
        if self._another:
            self.codes.note(
                tr("Another window of this app does not answer"),
                tr(
                    "It is open already, so this is a second one. Both work on the same "
                    "accounts; close the other when you can."
                ),
            )

    def _ask_passphrase(self, fault: str = "") -> None:
        from authenticator.gui.unlock.passphrase_pages import UnlockPage

        def make() -> UnlockPage:
            page = UnlockPage()
            page.given.connect(self.session.open)
            return page

        self._slow.stop()
        page = self._page("unlock", make)
        page.ask(fault)
        self.show_page(page)
        QTimer.singleShot(0, self.painted.emit)

    def _failed(self, trouble: VaultSnapshot) -> None:
        from authenticator.vault.errors import (
            IndexTooNew,
            IndexUnreadable,
            PassphraseNeeded,
            VaultExists,
            VaultKeyMissing,
            WrongPassphrase,
        )

        self._slow.stop()
        error = trouble.error
        if self.session.is_open:
            self.codes.tell(error)
            return
        if isinstance(error, WrongPassphrase | PassphraseNeeded):
            message = wording.explain(error)
            self._ask_passphrase(together(sentence(message.title), message.next_step))
            return
        again = (tr("Try again"), self._try_again)
        if isinstance(error, IndexUnreadable | IndexTooNew | VaultKeyMissing):
            self.state.explain(
                error,
                again,
                (tr("Set it aside and start anew"), self._set_aside),
                more=tr(
                    "Setting it aside renames the file, and deletes nothing. The list is then "
                    "empty."
                ),
            )
        elif trouble.peek is None and not isinstance(error, VaultExists):
            from authenticator.vault.errors import StoreFault

            if isinstance(error, StoreFault):
                self.state.explain(error, again, (tr("Use a sealed file"), self._new_passphrase))
            else:
                self.state.explain(error, again)
        else:
            self.state.explain(error, again)
        self.show_page(self.state)
        QTimer.singleShot(0, self.painted.emit)

    def _try_again(self) -> None:
        self.session.open()

    def _set_aside(self) -> None:
        def kept(path: object) -> None:
            self.session.open()
            self.say(tr("Kept as {name}").format(name=getattr(path, "name", path)))

        self.session.set_aside(kept, lambda error: self._failed(VaultSnapshot(None, error=error)))

    def _new_passphrase(self) -> None:
        from authenticator.gui.unlock.passphrase_pages import NewPassphrasePage
        from authenticator.vault.kinds import StoreKind

        def make() -> NewPassphrasePage:
            page = NewPassphrasePage()
            page.back.connect(lambda: self.show_page(self.state))
            page.chosen.connect(chosen)
            return page

        def chosen(words: str) -> None:
            self._first_account_next = True
            self.session.create(StoreKind.SEALED, words)

        self.show_page(self._page("new passphrase", make))

    # Locking

    def lock(self) -> None:
        """Forget all that the keyring or the passphrase opened, and show that it is locked."""
        if not self.session.is_open:
            self._lock_due = True  # while it is being opened
            return
        self.session.lock(self._draft())
        if "_idle" in self.__dict__:
            self._idle.limit(0)
        # Files are read again; their names tell no key.
        self._handed = [source for source in self._handed if not source.text]
        self._unsaved = ()
        self.clipboard.clear()
        if "toast" in self.__dict__:  # it names an account, and may lead to its code
            self.toast.deleteLater()
            del self.toast
        for other in QApplication.topLevelWidgets():  # dialogs, menus, tool tips
            if other is not self and other.isVisible():
                other.close()
        self._show_locked()
        former = self._all_pages()
        self._made = {name: page for name, page in self._made.items() if name in STAY}
        self._throw_away(page for page in former if page not in self._made.values())

    def _show_locked(self) -> None:
        peek = self.session.peek
        if peek is not None and peek.key is KeyKind.PASSPHRASE:
            self._ask_passphrase()
            return
        from authenticator.gui.unlock.locked_page import LockedPage

        def make() -> LockedPage:
            page = LockedPage()
            page.unlocked.connect(self.session.open)
            return page

        self.show_page(self._page("locked", make))

    def _all_pages(self) -> list[QWidget]:
        return [self.pages.widget(place) for place in range(self.pages.count())]

    def _throw_away(self, pages: Iterable[QWidget]) -> None:
        """Whatever they know goes with them."""
        for page in pages:
            self.pages.removeWidget(page)
            self._let_go(page)

    def _let_go(self, page: QWidget) -> None:
        """Delete a page; later where it still waits for a dialog of its own or for a drag."""
        if self.thread().loopLevel() > 1:
            QTimer.singleShot(LET_GO_MS, self, lambda: self._let_go(page))
            return
        page.destroyed.connect(self._collect, Qt.ConnectionType.QueuedConnection)
        page.deleteLater()

    def _collect(self) -> None:
        """What pointed at each other in it is garbage now, keys among it."""
        gc.collect()

    def _draft(self) -> bytes:
        """What was found or typed and is not kept yet: nothing of it may be lost while nobody is
        there, nor lie open. It waits sealed, and is offered again."""
        texts = [source.text for source in self._handed if source.text]
        typed, self._typed = self._typed, {}
        page = self.pages.currentWidget()
        if not self._handed and self._unsaved:
            from authenticator.otp.uri import write_uri

            texts = [write_uri(account) for account in self._unsaved]
        elif "scan" in self._made and page is self.scanning:
            texts += self.scanning.texts
        elif "enter" in self._made and page is self.entering:
            typed["form"] = self.entering.draft()
        if "codes" in self._made and (edit := self.codes.edit_draft()):
            typed["edit"] = edit
        if not texts and not any(typed.values()):
            return b""
        return json.dumps({"texts": texts, **typed}).encode()

    def _take_up_draft(self) -> None:
        """What waited: found ones go to those that were handed in."""
        kept = self.session.take_draft()
        if not kept:
            return
        from authenticator.gui.desktop.dropped_sources import Source

        self._typed = json.loads(kept)
        texts = self._typed.pop("texts")
        if texts:
            found = Source(tr("what was found"), text="\n".join(texts))
            self._handed = [found, *self._handed]

    @cached_property
    def _idle(self) -> Idle:
        from authenticator.clock.boot_clock import this_boot
        from authenticator.gui.desktop.idle_timer import Idle

        idle = Idle(this_boot().read, self)
        idle.over.connect(self.lock)
        return idle

    def _set_guards(self) -> None:
        """Lock after a while and with the session, as it is chosen."""
        settings = self.session.settings
        if settings.lock_after_min or "_idle" in self.__dict__:
            self._idle.limit(60 * settings.lock_after_min if self.session.is_open else 0)
        if settings.lock_with_session is (self._away is not None):
            return
        if self._away is not None:
            self._away.end()
            self._away.deleteLater()
            self._away = None
            return
        from authenticator.gui.desktop import session_lock

        if session_lock.can_tell():
            self._away = session_lock.Away(self)
            self._away.gone.connect(self.lock)

    # Enrolling

    def _found(self, outcome: Outcome) -> None:
        """What comes from outside goes in only after a person has seen it and said yes: a page
        in a browser may have sent it."""
        crop = outcome.harvest
        accounts = [enrolment.account for enrolment in crop.found]
        self._unsaved = tuple(accounts)

        def weighed(twins: list[object]) -> None:
            self.picking.offer(crop, twins, outcome.unread(), outcome.shots, outcome.pictures)
            self.show_page(self.picking)

        self.session.accounts.duplicates(accounts, weighed, self._show_fault_on_page)

    def _weigh_one(self, account: object, page: QWidget) -> None:
        from authenticator.app.enrolment import Harvest
        from authenticator.otp.uri import Enrolment

        page.busy(on=True)
        self._unsaved = (account,)
        enrolment = Enrolment(account, account.notices())

        def weighed(twins: list[object]) -> None:
            page.busy(on=False)
            if twins == [None]:
                self._add_enrolments((enrolment,))
            else:
                self.picking.offer(Harvest((enrolment,), (), (), ()), twins)
                self.show_page(self.picking)

        def failed(error: Exception) -> None:
            page.busy(on=False)
            self._show_fault_on_page(error)

        self.session.accounts.duplicates([account], weighed, failed)

    def show_details(self, enrolment: Enrolment, pictures: tuple[ScannedPicture, ...]) -> None:
        """More about an account that was found; it stands among the others until then."""
        from authenticator.app.inspection import inspect_scanned

        def told(inspection: Inspection) -> None:
            from authenticator.gui.enrolment.details_page import DetailsPage

            if self.pages.currentWidget() is not self._made.get("pick"):
                return
            page = DetailsPage(self.session, enrolment.account, inspection)
            page.back.connect(lambda: self.show_page(self.picking))
            page.left.connect(lambda: QTimer.singleShot(0, self, lambda: self._details_left(page)))
            self.pages.addWidget(page)
            self.picking.looks_away = True
            self.show_page(page)

        self.session.background.submit(
            lambda: inspect_scanned(enrolment, pictures, self.session.parts.legibility),
            told,
            self._show_fault_on_page,
        )

    def _details_left(self, page: QWidget) -> None:
        if "pick" not in self._made:
            return  # both were thrown away
        self.pages.removeWidget(page)
        page.deleteLater()
        self.picking.details_left()

    def _show_fault_on_page(self, error: Exception) -> None:
        page = self.pages.currentWidget()
        notice = getattr(page, "notice", None)
        if notice is not None and page is not self.codes:
            notice.explain(error)
        else:
            self.codes.tell(error)

    def _add_enrolments(self, enrolments: tuple[object, ...]) -> None:
        self._handed = []
        self._unsaved = wanted = tuple(enrolment.account for enrolment in enrolments)

        def added(result: AddedAccounts) -> None:
            count = len(result.entries)
            self._unsaved = wanted[count:]
            if result.error is not None:
                self._show_fault_on_page(result.error)
                if count:
                    self.say(self._count_words(count))
            elif count == 1:
                notices = tuple(wording.remark(one) for one in enrolments[0].notices)
                self.fresh.show_account(result.entries[0].id, wanted[0], notices)
                self.show_page(self.fresh)
            else:
                self.home()
                self.say(self._count_words(count))

        self.session.accounts.add(wanted, added)

    def _count_words(self, count: int) -> str:
        return trn("One account added", "{count} accounts added", count)

    # Pasting and dropping, on any page

    def paste(self) -> None:
        """What is on the clipboard, read for enrolments."""
        if not self.session.is_open:
            return
        from authenticator.gui.desktop import dropped_sources

        self.take(dropped_sources.sources(QGuiApplication.clipboard().mimeData()))

    def take(self, sources: list[Source]) -> None:
        """Read what somebody put here on the scan page."""
        self._turn_away()
        self._read(sources)

    def _read(self, sources: list[Source]) -> None:
        if self.pages.currentWidget() is not self.scanning:
            self.scanning.start_afresh()
            self.show_page(self.scanning)
        if sources:
            self.scanning.read(sources)
        else:
            self.scanning.paste()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from authenticator.gui.desktop import dropped_sources

        if not self.session.is_open or not dropped_sources.takes(event.mimeData()):
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if self._dropping is None:
            self._dropping = QLabel(tr("Drop it to read its code"), self)
            self._dropping.setWordWrap(True)
            self._dropping.setObjectName("dropping")
            self._dropping.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._dropping.setGeometry(self.rect().adjusted(12, 12, -12, -12))
        self._dropping.show()
        self._dropping.raise_()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        if self._dropping is not None:
            self._dropping.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._dropping is not None:
            self._dropping.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        from authenticator.gui.desktop import dropped_sources

        self.take(dropped_sources.sources(event.mimeData()))

    # From outside: the command line, the desktop, a later start

    def hand_in(self, words: Sequence[str]) -> None:
        """Read these links and files once the vault is open. Earlier ones are read again along
        with them until somebody chose, or went elsewhere."""
        if not words:
            return
        from authenticator.gui.desktop import dropped_sources

        self._handed = [*self._handed, *dropped_sources.named(words)][
            -dropped_sources.FILES_LIMIT :
        ]
        if self.session.is_open:
            self._read(self._handed)

    def listen(self, instance: Instance, after_ms: int) -> None:
        """Hear what later starts hand over. Where that can't be, they get windows of their own."""

        def begin() -> None:
            from authenticator.gui.desktop.instance_messages import Door

            self._door = Door(instance.address, self)
            self._door.called.connect(self._called)
            if not self._door.is_open:
                instance.let_go()

        if instance.address:
            QTimer.singleShot(after_ms, self, begin)

    def _called(self, call: Call) -> None:
        self.come_up(call.token)
        self.hand_in(call.words)

    def come_up(self, token: str = "") -> None:
        """Come to the front. Under Wayland only a token of the desktop's allows that."""
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # where Qt looks for it
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def tell_of_another(self) -> None:
        """Say, once the list is up, that this is a second window because the first hangs."""
        self._another = True

    # Visible or not

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self.session.watch(True)
        self._exclude()
        if self._tray is not None:
            self._tray.fill()

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)
        self.session.watch(False)
        if self._tray is not None:
            self._tray.fill()

    def _watch_exposure(self) -> None:
        if self._exposure is None and self.windowHandle() is not None:
            from authenticator.gui.desktop.window_exposure import Exposure

            self._exposure = Exposure(self.windowHandle(), self)
            self._exposure.changed.connect(self._exposed)

    def _exposed(self, seen: bool) -> None:
        self.session.watch(seen and self.isVisible())
        if "codes" in self._made:
            self.codes.list.rings.run(seen)

    def _show_icon(self) -> None:
        """In its title and in the taskbar, where no desktop file tells it. On macOS it would take
        the place of the bundle's in the Dock."""
        if sys.platform != "darwin" and QGuiApplication.windowIcon().isNull():
            from authenticator.gui.theme import icons

            QGuiApplication.setWindowIcon(icons.app())

    def _watch_motion(self) -> None:
        if self._motion is None:
            from authenticator.gui.desktop.reduced_motion import Motion

            self._motion = Motion(self)
            self._motion.changed.connect(self.session.set_reduced_motion)
            self._motion.start()

    # The tray

    def start_hidden(self) -> None:
        """Instead of `show`: stand in the tray alone; minimized where there is none in the end."""
        self._hidden = True
        self._set_tray()

    def _set_tray(self) -> None:
        wanted = self._hidden or self.session.settings.tray
        if wanted is (self._tray is not None):
            return
        if self._tray is not None:
            self._tray.put_away()
            self._tray = None
            self.show()  # or nobody finds it again
            return
        from authenticator.gui.desktop import tray

        if tray.available():
            self._tray = tray.Tray(self)
        elif self._tray_tries:
            self._tray_tries -= 1
            self._tray_again.start()
        elif self._hidden:
            self._hidden = False
            self.showMinimized()

    # The key from everywhere

    def _set_shortcut(self) -> None:
        if self.session.settings.global_shortcut is (self._shortcut is not None):
            return
        if self._shortcut is not None:
            self._shortcut.end()
            self._shortcut.deleteLater()
            self._shortcut = None
            self._tell_shortcut()
            return
        from authenticator.gui.desktop.global_shortcut import GlobalShortcut

        self._shortcut = GlobalShortcut(self)
        self._shortcut.told.connect(self._tell_shortcut)
        self._shortcut.pressed.connect(self.come_up)
        self._shortcut.start(tr("Show the codes"))

    def _tell_shortcut(self) -> None:
        if "settings" in self._made:
            self.settings.desktop.tell_shortcut(self._shortcut)

    def note_use(self) -> None:
        """Somebody is there, though not at the window."""
        if "_idle" in self.__dict__:
            self._idle.note_use()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Into the tray, where that is chosen; never so when the session ends."""
        stays = self._tray is not None and self.session.settings.close_to_tray
        if stays and not self._leaving and not QGuiApplication.instance().isSavingSession():
            event.ignore()
            self.hide()
        else:
            super().closeEvent(event)

    def leave(self) -> None:
        """Quit."""
        self._leaving = True
        if self.isVisible():
            self.close()  # the last window: the app ends with it
        else:
            QApplication.quit()

    def _exclude(self) -> None:
        """Keep the window out of pictures of the screen, as it is chosen."""
        if self.session.settings.hide_window == self._excluded or not self.isVisible():
            return
        from authenticator.gui.desktop import capture_protection

        self._excluded = not self._excluded
        capture_protection.exclude(self, self._excluded)

    def shut_down(self) -> None:
        """Close, take a code off the clipboard, and wait until the camera is let go."""
        self._leaving = True
        self.close()
        self.clipboard.clear()
        if self._door is not None:
            self._door.close()
        if self._away is not None:
            self._away.end()
        if self._motion is not None:
            self._motion.end()
        if self._tray is not None:
            self._tray.put_away()
            self._tray = None
        if self._shortcut is not None:
            self._shortcut.end()
        if "scan" in self._made:
            self.scanning.feed.close()
