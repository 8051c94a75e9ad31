"""Leads from an account on a review page to its details, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal

from authenticator.gui.navigation import Navigation, PageKey

if TYPE_CHECKING:
    from authenticator.app.inspection import Inspection
    from authenticator.app.reading import ScannedPicture
    from authenticator.gui.enrolment.details_page import DetailsPage
    from authenticator.gui.enrolment.review_page import ReviewPage
    from authenticator.gui.session import Session
    from authenticator.otp.uri import Enrolment


class DetailsFlow(QObject):
    """Makes and shows a page for each account that is looked at; `review` says where from."""

    failed = Signal(object)  # Exception

    def __init__(self, session: Session, navigation: Navigation, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._navigation = navigation

    def show(
        self, review: PageKey, enrolment: Enrolment, pictures: tuple[ScannedPicture, ...]
    ) -> None:
        """Show details of an account that was found."""
        from authenticator.app.inspection import inspect_scanned

        def inspected(inspection: Inspection) -> None:
            from authenticator.gui.enrolment.details_page import DetailsPage

            if not self._navigation.is_up(review):
                return
            page = DetailsPage(self._session, enrolment.account, inspection)
            page.back.connect(lambda: self._navigation.show(review))
            page.left.connect(lambda: QTimer.singleShot(0, self, lambda: self._left(review, page)))
            self._page(review).shows_details = True
            self._navigation.show(page)

        self._session.background.submit(
            lambda: inspect_scanned(enrolment, pictures, self._session.services.legibility),
            inspected,
            self.failed.emit,
        )

    def _left(self, review: PageKey, page: DetailsPage) -> None:
        if self._navigation.is_created(review):  # else both were thrown away
            self._navigation.remove(page)
            self._page(review).details_left()

    def _page(self, review: PageKey) -> ReviewPage:
        return cast("ReviewPage", self._navigation.page(review))
