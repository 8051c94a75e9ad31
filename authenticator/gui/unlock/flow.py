"""Leads to an open vault: the first start, the passphrase, waiting for the keyring, its errors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from authenticator import wording
from authenticator.app.settings import TimeCheck
from authenticator.app.vault_opening import VaultSnapshot
from authenticator.gui.navigation import Navigation, PageKey
from authenticator.language import join_sentences, sentence, tr

if TYPE_CHECKING:
    from authenticator.gui.session import Session
    from authenticator.gui.unlock.drafts import Drafts
    from authenticator.gui.unlock.introduction_page import IntroductionPage
    from authenticator.gui.unlock.lock import Lock
    from authenticator.gui.unlock.new_passphrase_page import NewPassphrasePage
    from authenticator.gui.unlock.status_page import StatusPage
    from authenticator.gui.unlock.welcome_page import WelcomePage

SLOW_MS = 400
"""A keyring that answers sooner leaves no time to read anything else."""


class UnlockFlow(QObject):
    """From the session's first answer to the open vault; `opened` ends it."""

    opened = Signal(object, bool)  # Draft, and whether the vault was only just made step by step
    failed = Signal(object)  # Exception, of a vault that is open
    toast_requested = Signal(str)
    painted = Signal()

    def __init__(
        self, session: Session, navigation: Navigation, lock: Lock, drafts: Drafts, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._navigation = navigation
        self._lock = lock
        self._drafts = drafts
        self._introduced = False
        self._time_check = TimeCheck.OFF
        self._made_step_by_step = False
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self.show_waiting)
        self.status_page = navigation.register(PageKey.STATUS, self._make_status_page)
        navigation.register(PageKey.WELCOME, self._make_welcome_page)
        navigation.register(PageKey.INTRODUCTION, self._make_introduction_page)
        navigation.register(PageKey.NEW_PASSPHRASE, self._make_new_passphrase_page)
        session.opening.connect(self._slow.start)
        session.vault_missing.connect(self._nothing_yet)
        session.passphrase_required.connect(self._ask_passphrase)
        session.ready.connect(self._ready)
        session.failed.connect(self._failed)

    # Waiting

    def show_waiting(self) -> None:
        """Say that the keyring may be waiting for the user."""
        self.status_page().show_waiting(
            tr("Opening your accounts…"),
            tr("If the keyring asks for its password, enter it there."),
        )
        self._navigation.show(PageKey.STATUS)

    def _make_status_page(self) -> StatusPage:
        from authenticator.gui.unlock.status_page import StatusPage

        return StatusPage()

    # The first start

    def _nothing_yet(self) -> None:
        self._slow.stop()
        if self._introduced or self._session.settings.introduced:
            self._make_vault()
            return
        self._navigation.show(PageKey.WELCOME)
        QTimer.singleShot(0, self, self.painted.emit)

    def _make_welcome_page(self) -> WelcomePage:
        from authenticator.gui.unlock.welcome_page import WelcomePage

        page = WelcomePage()
        page.started.connect(self._introduce)
        return page

    def _introduce(self) -> None:
        self._navigation.show(PageKey.INTRODUCTION)

    def _make_introduction_page(self) -> IntroductionPage:
        from authenticator.gui.unlock.introduction_page import IntroductionPage

        page = IntroductionPage()
        page.check_requested.connect(self._check_wanted)
        page.done.connect(self._introduction_done)
        return page

    def _check_wanted(self) -> None:
        self._time_check = TimeCheck.DAILY

    def _introduction_done(self) -> None:
        self._introduced = True
        # If the disk refuses, the introduction is shown once more.
        self._session.change_settings(
            {"introduced": True, "time_check": self._time_check}, lambda _: None, lambda _: None
        )
        self._made_step_by_step = True
        self._make_vault()

    def _make_vault(self) -> None:
        from authenticator.vault.kinds import StoreKind

        # In the sealed file, too, the keyring holds its key, where there is a keyring.
        self._session.create(StoreKind(self._session.settings.store))

    # Opening

    def _ask_passphrase(self) -> None:
        self._slow.stop()
        self._lock.ask_passphrase()

    def _ready(self) -> None:
        self._slow.stop()
        self._drafts.unseal()
        if self._lock.is_due:
            self._lock.lock()
            return
        step_by_step, self._made_step_by_step = self._made_step_by_step, False
        self.opened.emit(self._drafts.give_back(), step_by_step)

    def _failed(self, outcome: VaultSnapshot) -> None:
        from authenticator.vault.errors import (
            IndexTooNew,
            IndexUnreadable,
            PassphraseNeeded,
            TooManyAttempts,
            VaultExists,
            VaultKeyMissing,
            WrongPassphrase,
        )

        self._slow.stop()
        error = outcome.error
        if error is None:
            return
        if self._session.is_open:
            self.failed.emit(error)
            return
        if isinstance(error, TooManyAttempts):
            self._lock.wait(error.wait_s)
            return
        if isinstance(error, WrongPassphrase | PassphraseNeeded):
            message = wording.explain(error)
            self._lock.ask_passphrase(join_sentences(sentence(message.title), message.next_step))
            return
        again = (tr("Try again"), self._session.open)
        if isinstance(error, IndexUnreadable | IndexTooNew | VaultKeyMissing):
            repair = (tr("Repair"), self._session.repair.begin)
            self.status_page().show_error(
                error,
                *((repair,) if isinstance(error, IndexUnreadable) else ()),
                again,
                (tr("Set it aside and start over"), self._quarantine),
                more=tr(
                    "Setting it aside renames the file and deletes nothing. The list is then empty."
                ),
            )
        elif outcome.info is None and not isinstance(error, VaultExists):
            from authenticator.vault.errors import StoreFault

            sealed_file = (tr("Use a sealed file"), self._choose_passphrase)
            instead = (sealed_file,) if isinstance(error, StoreFault) else ()
            self.status_page().show_error(error, again, *instead)
        else:
            self.status_page().show_error(error, again)
        self._navigation.show(PageKey.STATUS)
        QTimer.singleShot(0, self, self.painted.emit)

    # After an error

    def _quarantine(self) -> None:
        def kept(path: Path) -> None:
            self._session.open()
            self.toast_requested.emit(tr("Kept as {name}").format(name=path.name))

        self._session.quarantine(kept, lambda error: self._failed(VaultSnapshot(None, error=error)))

    def _choose_passphrase(self) -> None:
        self._navigation.show(PageKey.NEW_PASSPHRASE)

    def _make_new_passphrase_page(self) -> NewPassphrasePage:
        from authenticator.gui.unlock.new_passphrase_page import NewPassphrasePage

        page = NewPassphrasePage(self._session.background)
        page.back.connect(lambda: self._navigation.show(PageKey.STATUS))
        page.passphrase_chosen.connect(self._make_sealed_file)
        return page

    def _make_sealed_file(self, passphrase: str) -> None:
        from authenticator.vault.kinds import StoreKind

        self._made_step_by_step = True
        self._session.create(StoreKind.SEALED, passphrase)
