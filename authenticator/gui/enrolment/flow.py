"""Leads from what a person scans, types, pastes or drops to an account and its first code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from authenticator import wording
from authenticator.gui.enrolment.details_flow import DetailsFlow
from authenticator.gui.enrolment.opened_flow import OpenedFlow
from authenticator.gui.navigation import Navigation, PageKey
from authenticator.language import tr, trn

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from authenticator.app.add_account import AddedAccounts
    from authenticator.gui.desktop.clipboard import Clipboard
    from authenticator.gui.desktop.dropped_sources import DroppedSource
    from authenticator.gui.enrolment.add_account_page import AddAccountPage
    from authenticator.gui.enrolment.enter_key_page import EnterKeyPage
    from authenticator.gui.enrolment.first_code_page import FirstCodePage
    from authenticator.gui.enrolment.reading import ScanOutcome
    from authenticator.gui.enrolment.review_page import Picked, ReviewPage
    from authenticator.gui.enrolment.scan_page import ScanPage
    from authenticator.gui.session import Session
    from authenticator.otp.account import Account
    from authenticator.otp.typed_account import TypedAccount
    from authenticator.vault.duplicates import Relatives
    from authenticator.vault.entry import Entry


class EnrolmentFlow(QObject):
    """The steps: found, compared with existing accounts, reviewed, added, first code."""

    failed = Signal(object)  # Exception
    toast_requested = Signal(str)

    def __init__(
        self, session: Session, navigation: Navigation, clipboard: Clipboard, window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._session = session
        self._navigation = navigation
        self._clipboard = clipboard
        self.opened = OpenedFlow(session, navigation, window)
        self.opened.failed.connect(self.failed)
        self.opened.picked.connect(self._store_opened)
        self._details = DetailsFlow(session, navigation, self)
        self._details.failed.connect(self.failed)
        self.opened.details_requested.connect(partial(self._details.show, PageKey.OPENED))
        self.opened.key_requested.connect(self.enter_found_key)
        self._resumed: tuple[str, ...] = ()
        """What was found before the vault was locked, while it is read again."""
        self._unsaved: tuple[Account, ...] = ()
        """What was found and is not added yet."""
        register = navigation.register
        self.add_account_page = register(PageKey.ADD_ACCOUNT, self._make_add_account_page)
        self.scan_page = register(PageKey.SCAN, self._make_scan_page)
        self.enter_key_page = register(PageKey.ENTER_KEY, self._make_enter_key_page)
        self.review_page = register(PageKey.REVIEW, self._make_review_page)
        self.first_code_page = register(PageKey.FIRST_CODE, self._make_first_code_page)
        navigation.went_home.connect(self._discard_pending)
        session.locked.connect(self._discard_pending)

    # Pages

    def _make_add_account_page(self) -> AddAccountPage:
        from authenticator.gui.enrolment.add_account_page import AddAccountPage

        page = AddAccountPage()
        page.back.connect(self._navigation.home)
        page.scan_requested.connect(self.scan)
        page.enter_key_requested.connect(self.enter_key)
        return page

    def _make_scan_page(self) -> ScanPage:
        from authenticator.gui.enrolment.scan_page import ScanPage

        page = ScanPage(self._session)
        page.back.connect(self._navigation.home)
        page.found.connect(self._review)
        page.key_found.connect(self.enter_found_key)
        page.enter_key_requested.connect(self.enter_key)
        return page

    def _make_enter_key_page(self) -> EnterKeyPage:
        from authenticator.gui.enrolment.enter_key_page import EnterKeyPage

        page = EnterKeyPage()
        page.back.connect(self._navigation.home)
        page.entered.connect(lambda typed: self._check_duplicate(typed, page))
        page.pasted.connect(self.read)
        return page

    def _make_review_page(self) -> ReviewPage:
        from authenticator.gui.enrolment.review_page import ReviewPage

        page = ReviewPage()
        page.back.connect(self._navigation.home)
        page.picked.connect(self._store)
        page.details_requested.connect(partial(self._details.show, PageKey.REVIEW))
        return page

    def _make_first_code_page(self) -> FirstCodePage:
        from authenticator.gui.enrolment.first_code_page import FirstCodePage

        page = FirstCodePage(self._session, self._clipboard)
        page.done.connect(self._navigation.home)
        page.copied.connect(self.toast_requested)
        return page

    # Ways in

    def add_account(self) -> None:
        """Ask how: by its QR code or by its key."""
        self._navigation.show(PageKey.ADD_ACCOUNT)

    def scan(self) -> None:
        """Scan a QR code."""
        self._discard_pending()
        self.scan_page().reset()
        self._navigation.show(PageKey.SCAN)

    def enter_key(self) -> None:
        """Type a key."""
        self._discard_pending()
        self.enter_key_page().clear()
        self._navigation.show(PageKey.ENTER_KEY)

    def enter_found_key(self, key: str) -> None:
        """Show a key that was found without a name: a person has to give it one."""
        self._discard_pending()
        self.enter_key_page().show_found(key)
        self._navigation.show(PageKey.ENTER_KEY)

    def paste(self) -> None:
        """Read what is on the clipboard."""
        if not self._session.is_open:
            return
        from authenticator.gui.desktop import dropped_sources

        self.read(dropped_sources.sources(QGuiApplication.clipboard().mimeData()))

    def read(self, sources: list[DroppedSource]) -> None:
        """Read what was dropped or pasted, on the scan page."""
        self._discard_pending()
        self._read(sources)

    def hand_over(self, words: Sequence[str]) -> None:
        """Take what another program opened with the app; see `OpenedFlow`."""
        self.opened.hand_over(words)

    def _read(self, sources: list[DroppedSource]) -> None:
        if not self._navigation.is_up(PageKey.SCAN):
            self.scan_page().reset()
            self._navigation.show(PageKey.SCAN)
        if sources:
            self.scan_page().read(sources)
        else:
            self.scan_page().paste()

    # What was found and not added

    def under_way(self) -> tuple[tuple[str, ...], dict[str, str]]:
        """What was found and what was typed, and is not added yet: enrolments, and the form's
        fields by name."""
        if self._unsaved and not self._resumed:
            from authenticator.otp.uri import write_uri

            return tuple(write_uri(account) for account in self._unsaved), {}
        if self.opened.covers(PageKey.SCAN):
            return self._resumed + self.scan_page().texts, {}
        if self.opened.covers(PageKey.ENTER_KEY):
            return self._resumed, self.enter_key_page().draft()
        return self._resumed, {}

    def resume(self, texts: Sequence[str], form: dict[str, str]) -> bool:
        """Go on with what was found and typed before the vault was closed. Returns whether there
        was anything."""
        if texts:
            from authenticator.gui.desktop.dropped_sources import DroppedSource

            self._resumed = tuple(texts)
            self._read([DroppedSource(tr("what was found"), text="\n".join(texts))])
        elif form:
            self.enter_key_page().restore(form)
            self._navigation.show(PageKey.ENTER_KEY)
        else:
            return False
        return True

    def waiting(self) -> tuple[str, ...]:
        """What waits until the vault is open, as `hand_over` takes it."""
        return self.opened.under_way()

    def _discard_pending(self) -> None:
        """Drop what was found and not added."""
        self._resumed = ()
        self._unsaved = ()
        self.opened.leave()

    # Review

    def _review(self, outcome: ScanOutcome) -> None:
        """Whatever was found goes in only after a person has seen it and said yes."""
        result = outcome.payloads
        accounts = [enrolment.account for enrolment in result.found]
        self._unsaved = tuple(accounts)

        def looked_up(relatives: list[Relatives]) -> None:
            self.review_page().set_found(
                result, relatives, outcome.unread(), outcome.screenshots, outcome.pictures
            )
            self.review_page().tell_slow(self._session.vault_info)
            self._navigation.show(PageKey.REVIEW)

        self._session.accounts.find_relatives(accounts, looked_up, self.failed.emit)

    def _check_duplicate(self, typed: TypedAccount, page: EnterKeyPage) -> None:
        """What was typed here is added at once, unless something of it is there already."""
        from authenticator.app.add_account import Step
        from authenticator.app.enrolment import SortedPayloads
        from authenticator.gui.enrolment.review_page import Picked
        from authenticator.otp.uri import Enrolment

        page.busy(on=True)
        account = typed.account
        self._unsaved = (account,)
        enrolment = Enrolment(account, typed.notices)

        def looked_up(relatives: list[Relatives]) -> None:
            page.busy(on=False)
            if not any(relatives[0]):
                self._store((Picked(enrolment, Step(account), relatives[0]),))
            else:
                self.review_page().set_found(SortedPayloads((enrolment,), (), (), ()), relatives)
                self._navigation.show(PageKey.REVIEW)

        def failed(error: Exception) -> None:
            page.busy(on=False)
            self.failed.emit(error)

        self._session.accounts.find_relatives([account], looked_up, failed)

    # Adding

    def _store(self, picked: tuple[Picked, ...]) -> None:
        self._resumed = ()
        self._unsaved = wanted = tuple(one.step.account for one in picked)

        def stored(result: AddedAccounts) -> None:
            self._unsaved = wanted[len(result.entries) :]
            self._stored(picked, result, lambda: PageKey.CODES)

        self._session.accounts.store([one.step for one in picked], stored)

    def _store_opened(self, picked: tuple[Picked, ...]) -> None:
        def stored(result: AddedAccounts) -> None:
            self._stored(picked, result, self.opened.decided)

        self._session.accounts.store([one.step for one in picked], stored)

    def _stored(
        self, picked: tuple[Picked, ...], result: AddedAccounts, decided: Callable[[], PageKey]
    ) -> None:
        """Say how far it got; then show the first code, or go on with the page of `decided`."""
        count = len(result.entries)
        if result.error is not None:
            self.failed.emit(result.error)
            if count:
                self.toast_requested.emit(_count_words(picked[:count]))
        elif (page := decided()) is PageKey.CODES and count == 1:
            self._show_first_code(picked[0], result.entries[0])
        else:
            self.opened.go_on(page)
            self.toast_requested.emit(_count_words(picked))

    def _show_first_code(self, picked: Picked, entry: Entry) -> None:
        notices = tuple(wording.remark(one) for one in picked.enrolment.notices)
        account = replace(picked.step.account, label=entry.label, otp=entry.otp)
        # Not one that only looks the same.
        names = {picked.step.account.label, entry.label}
        namesakes = tuple(
            one for one in picked.relatives.namesakes if names & {one.label, one.enrolled_as}
        )

        def show(account: Account) -> None:
            self.first_code_page().show_account(entry.id, account, notices, namesakes)
            self._navigation.show(PageKey.FIRST_CODE)

        if account.lacks_pin:  # it was there already, and has kept its own
            self._session.accounts.read(entry.id, show, self.failed.emit)
        else:
            show(account)

    def shut_down(self) -> None:
        """Wait until the camera is released."""
        if self._navigation.is_created(PageKey.SCAN):
            self.scan_page().camera.feed.close()


def _count_words(picked: tuple[Picked, ...]) -> str:
    count = len(picked)
    if all(one.step.there is None for one in picked):
        return trn("One account added", "{count} accounts added", count)
    return trn("One account saved", "{count} accounts saved", count)
