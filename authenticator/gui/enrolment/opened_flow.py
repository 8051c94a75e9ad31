"""Leads from what other programs open with the app to accounts that a person may add.

A page in a browser can open a link without asking anybody, and as often as it likes. So this waits
until a person looks at it, takes no page away from what she does, and is never mixed with what she
scanned, dropped, pasted or typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow

from authenticator import debug_log
from authenticator.gui.navigation import Navigation, PageKey

if TYPE_CHECKING:
    from authenticator.gui.enrolment.opened_bar import OpenedBar
    from authenticator.gui.enrolment.opened_review_page import OpenedReviewPage
    from authenticator.gui.enrolment.reading import ScanOutcome
    from authenticator.gui.enrolment.review_page import ReviewPage
    from authenticator.gui.jobs import Job
    from authenticator.gui.session import Session
    from authenticator.vault.duplicates import Relatives

_KEEP_THEIR_STATE = {
    PageKey.ADD_ACCOUNT,
    PageKey.SCAN,
    PageKey.ENTER_KEY,
    PageKey.REVIEW,
    PageKey.SETTINGS,
    PageKey.TRASH,
}
"""Pages to come back to; from all others the way goes on to the codes."""


class OpenedFlow(QObject):
    """What waits is told in a bar above the page; it is shown by itself only where the codes are
    up, with nothing typed or open."""

    failed = Signal(object)  # Exception
    picked = Signal(object)  # tuple[Picked, ...]
    details_requested = Signal(object, object)  # Enrolment, tuple[ScannedPicture, ...]
    key_requested = Signal(str)  # a key alone, which has no name yet

    def __init__(self, session: Session, navigation: Navigation, window: QMainWindow) -> None:
        super().__init__(window)
        self._session = session
        self._navigation = navigation
        self._window = window
        self._waiting: list[str] = []
        self._looked_at: tuple[str, ...] = ()
        self._refused = 0
        self._unreadable = 0
        self._came_from = PageKey.CODES
        self._job: Job | None = None
        self._bar: OpenedBar | None = None
        self.review_page = navigation.register(PageKey.OPENED, self._make_review_page)
        navigation.shown.connect(self._show_bar)
        session.locked.connect(self._forget)

    def _make_review_page(self) -> OpenedReviewPage:
        from authenticator.gui.enrolment.opened_review_page import OpenedReviewPage

        page = OpenedReviewPage()
        page.back.connect(self._decline)
        page.picked.connect(self.picked)
        page.details_requested.connect(self.details_requested)
        page.key_requested.connect(self.key_requested)
        return page

    # What waits

    def hand_over(self, words: Sequence[str], left_out: int = 0) -> bool:
        """Take links and names of files; `left_out` is how many more there were. Returns whether
        there is something new to see: one that waits or is shown, or the first that is refused."""
        if not words:
            return False
        from authenticator.gui.desktop.dropped_sources import FILES_LIMIT, is_readable

        room = max(0, FILES_LIMIT - len(self.under_way()))
        given = [word for word in words if word]
        readable = [word for word in given if is_readable(word)]
        taken, refused = readable[:room], left_out + len(readable[room:])
        comes_up = bool(taken) and not self._waiting and self._may_come_up()
        self._waiting += taken
        first = not (self._refused or self._unreadable)
        self._refused += refused
        self._unreadable += len(given) - len(readable)
        if comes_up:
            self.look()
        self._show_bar()
        return bool(taken) or (first and bool(self._refused or self._unreadable))

    def refuse(self) -> None:
        """Tell that something came that could not be read."""
        self._unreadable += 1
        self._show_bar()

    def _may_come_up(self) -> bool:
        """Whether the review takes nothing away: the codes are up, with nothing typed or open."""
        return (
            self._session.is_open
            and (page := self._navigation.current) is not None
            and self._navigation.is_up(PageKey.CODES)
            and QApplication.activeModalWidget() is None
            and QApplication.activePopupWidget() is None
            and self.thread().loopLevel() <= 1  # nothing is being dragged
            and not any(
                field.text() for field in page.findChildren(QLineEdit) if field.isVisibleTo(page)
            )
        )

    def under_way(self) -> tuple[str, ...]:
        """What nobody has decided about yet."""
        return (*self._looked_at, *self._waiting)

    def resume(self, words: Sequence[str]) -> None:
        """These waited when the vault was locked; others may have come since."""
        came, self._waiting = self._waiting, list(words)
        self.hand_over(came)

    def come_up(self) -> bool:
        """Show what waits, now that nothing else is. Returns whether there was anything."""
        if self._waiting:
            self.look()
        return bool(self._looked_at)

    def _forget(self) -> None:
        """The vault is being closed, and what waits was sealed with it."""
        self._waiting = []
        self.leave()

    def _discard(self) -> None:
        self._waiting = []
        self._were_told()
        self._show_bar()

    def _were_told(self) -> None:
        """A person has seen what was refused."""
        self._refused = self._unreadable = 0

    def _show_bar(self) -> None:
        waiting, told = len(self._waiting), bool(self._refused or self._unreadable)
        # An empty list is up until the vault is open, which is mostly a moment.
        starts = self._navigation.is_up(PageKey.CODES) and not self._session.is_open
        if self._bar is None:
            if starts or not (waiting or told):
                return
            from authenticator.gui.enrolment.opened_bar import OpenedBar

            self._bar = OpenedBar()
            self._bar.look_requested.connect(self._were_told)
            self._bar.look_requested.connect(self.look)
            self._bar.discard_requested.connect(self._discard)
            self._window.setMenuWidget(self._bar)
        self._bar.show_count(
            0 if starts else waiting,
            self._refused,
            self._unreadable,
            is_open=self._session.is_open,
        )

    # Looking at it

    def look(self) -> None:
        """Show all of it, with what is being looked at already, and nothing of that ticked."""
        navigation = self._navigation
        if not self._looked_at:
            key = navigation.current_key or PageKey.REVIEW  # its details have no key
            self._came_from = key if key in _KEEP_THEIR_STATE else PageKey.CODES
            self._cover(on=True)
        self._looked_at = (*self._looked_at, *self._waiting)
        self._waiting = []
        page = self.review_page()
        page.show_reading()
        navigation.show(PageKey.OPENED)
        words, services = self._looked_at, self._session.services

        def read() -> ScanOutcome:
            from authenticator.gui.desktop import dropped_sources
            from authenticator.gui.enrolment.reading import read_dropped

            return read_dropped(services, dropped_sources.named(words))

        self._cancel()
        debug_log.write("opened by other programs", sources=len(words))
        self._job = self._session.background.submit(read, self._compare, self._could_not_read)

    def _could_not_read(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)

    def _compare(self, outcome: ScanOutcome) -> None:
        self._job = None
        words = self._looked_at
        key_has_room = self._came_from is not PageKey.ENTER_KEY

        def compared(relatives: list[Relatives]) -> None:
            if words is self._looked_at:
                self.review_page().show_outcome(outcome, relatives, key_has_room=key_has_room)

        accounts = [enrolment.account for enrolment in outcome.payloads.found]
        self._session.accounts.find_relatives(accounts, compared, self.failed.emit, by_look=True)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    # Leaving it

    def covers(self, key: PageKey) -> bool:
        """Whether this page is up, or is come back to."""
        return self._navigation.is_up(key) or self._came_from is key

    def decided(self) -> PageKey:
        """A person has chosen what becomes of it. Returns the page to go on with."""
        key = self._came_from
        self.leave()
        return key

    def go_on(self, key: PageKey) -> None:
        """Go back to what was under way, or else to the codes."""
        if key is PageKey.CODES:
            self._navigation.home()
        else:
            self._navigation.show(key)

    def _decline(self) -> None:
        """What was left before anybody could read it waits on."""
        if self.review_page().is_resting:
            self._waiting = [*self._looked_at, *self._waiting]
        self.go_on(self.decided())

    def leave(self) -> None:
        """Another page is up, or will be: nothing is looked at any more."""
        self._cancel()
        self._looked_at = ()
        self._cover(on=False)
        self._came_from = PageKey.CODES
        self._show_bar()

    def _cover(self, *, on: bool) -> None:
        """While a review of her own is covered, it keeps what a person typed into it."""
        if self._came_from is PageKey.REVIEW and self._navigation.is_created(PageKey.REVIEW):
            cast("ReviewPage", self._navigation.page(PageKey.REVIEW)).is_covered = on
