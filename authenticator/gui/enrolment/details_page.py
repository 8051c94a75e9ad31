"""Details of an account that was found, before it is added: what its enrolment says, what would go
wrong with it, and how its codes compare with those on the panel's side."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent

from authenticator import wording
from authenticator.app.inspection import Inspection
from authenticator.gui.enrolment.code_check import CodeCheck
from authenticator.gui.enrolment.field_table import FieldTable
from authenticator.gui.enrolment.findings import Findings
from authenticator.gui.enrolment.skew_preview import SkewPreview
from authenticator.gui.session import Session
from authenticator.gui.widgets.labels import text
from authenticator.gui.widgets.page import Page
from authenticator.language import tr
from authenticator.otp.account import Account, Hotp
from authenticator.wording.inspection import fields, meant_for


class DetailsPage(Page):
    """Made for one enrolment, and thrown away once it is left. It shows no key."""

    left = Signal()

    def __init__(self, session: Session, account: Account, inspection: Inspection) -> None:
        super().__init__(tr("Details"))
        name = wording.displayable(str(account.label), 120) or tr("No name")
        self.facts = FieldTable((row.name, row.read, row.sent) for row in fields(inspection))
        self.findings = Findings(inspection.findings)
        self.check = CodeCheck(session, account)
        self.body.addWidget(text(name, "heading"))
        self.body.addWidget(self.facts)
        self._add_heading(tr("Remarks"))
        if for_whom := meant_for(inspection):
            self.body.addWidget(text(for_whom, "muted"))
        self.body.addWidget(self.findings)
        self.skewed: SkewPreview | None = None
        if account.lacks_pin:
            self.check.hide()
        else:
            self._add_heading(tr("Check a code from the panel"))
            self.body.addWidget(self.check)
        if not isinstance(account.otp, Hotp) and not account.lacks_pin:
            self.skewed = SkewPreview(
                account,
                account.otp.period_s,
                lambda: session.clock.now(),
                session.settings.grouping,
            )
            self._add_heading(tr("Codes from a device whose clock is off"))
            self.body.addWidget(self.skewed)
        self.body.addStretch(1)

    def set_initial_focus(self) -> None:
        """Arrow keys scroll."""
        self.scroll_area.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.isHidden():  # itself, not only the window around it
            self.check.end()
            self.left.emit()

    def _add_heading(self, title: str) -> None:
        self.body.addSpacing(8)
        self.body.addWidget(text(title, "heading"))
