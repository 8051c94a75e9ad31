"""Enter the key: account name, key, issuer, and under More the rest."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from authenticator import wording
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.widgets.field import AnyField, FormField
from authenticator.gui.widgets.labels import button
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.otp_fields import OtpFields
from authenticator.gui.widgets.page import Page
from authenticator.language import tr
from authenticator.otp import remark
from authenticator.otp.account import Totp, account_from_fields
from authenticator.otp.migration import is_migration
from authenticator.otp.remark import EnrolmentRefused, Reason
from authenticator.otp.uri import is_enrolment

_UNFINISHED = (
    Reason.EMPTY,
    Reason.MISSING,
    Reason.TOO_SHORT_TO_DECODE,
    Reason.ODD_HEX,
    Reason.WRONG_LENGTH,
)
"""Faults of a half-typed key, which are none while it is being typed."""


class EnterKeyPage(Page):
    """Emits the account once all fields are valid; every fault is shown at its field."""

    entered = Signal(object)  # Account
    pasted = Signal(object)  # list[DroppedSource]: a whole enrolment was put into the key's field

    def __init__(self) -> None:
        super().__init__(tr("Enter the key"))
        self.account = FormField(tr("Account name"), QLineEdit())
        self.account.entry.setPlaceholderText(tr("kim@example.org"))
        self.key = FormField(
            tr("Key"),
            QLineEdit(),
            tr("As the site shows it. Spaces, dashes and lower case are fine."),
        )
        self.issuer = FormField(tr("Issuer"), QLineEdit())
        self.issuer.entry.setPlaceholderText(tr("The site or panel"))
        self.more = button(tr("More"), "quiet")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_more)
        self.how = OtpFields()
        self.how.hide()
        self.notice = Notice()
        self.add = button(tr("Add"), "primary")
        self.add.clicked.connect(self._add)
        for field in (self.account, self.key, self.issuer):
            self.body.addWidget(field)
        self.body.addWidget(self.more)
        self.body.addWidget(self.how)
        self.body.addWidget(self.notice)
        self.body.addStretch(1)
        self.add_foot(self.add)
        for entry in self.findChildren(QLineEdit):
            entry.returnPressed.connect(self._add)
        self.key.entry.textEdited.connect(self._check_key)
        self.how.type.entry.currentIndexChanged.connect(
            lambda: self._check_key(self.key.entry.text())
        )
        self._fields = {
            remark.Field.ACCOUNT: self.account,
            remark.Field.SECRET: self.key,
            remark.Field.ISSUER: self.issuer,
            **self.how.fields,
        }

    def set_initial_focus(self) -> None:
        self.account.entry.setFocus()

    def clear(self) -> None:
        """Empty the fields for the next account; no key is left on the screen."""
        for field, value in (
            (self.account, ""),
            (self.key, ""),
            (self.issuer, ""),
        ):
            field.entry.setText(value)
            field.set_error("")
        self.how.show_otp(Totp())
        self.more.setChecked(False)
        self.notice.hide()
        self.busy(on=False)

    def draft(self) -> dict[str, str]:
        """What was typed, as `restore` takes it; nothing as long as there is no key."""
        if not self.key.entry.text():
            return {}
        names = {"account": self.account, "key": self.key, "issuer": self.issuer}
        typed = {name: field.entry.text() for name, field in names.items()}
        return typed | self.how.words()

    def restore(self, draft: dict[str, str]) -> None:
        """Put back what `draft` returned."""
        self.clear()
        self.account.entry.setText(draft["account"])
        self.key.entry.setText(draft["key"])
        self.issuer.entry.setText(draft["issuer"])
        self.how.fill(draft)

    def busy(self, *, on: bool) -> None:
        """Disable Add while the account is being added, so that it is not pressed twice."""
        self.add.setEnabled(not on)

    def _show_more(self, on: bool) -> None:
        self.how.setVisible(on)
        self.more.setText(tr("Less") if on else tr("More"))
        self.more.setAccessibleName(self.more.text())

    def _check_key(self, words: str) -> None:
        if is_enrolment(words) or is_migration(words):
            self.key.entry.clear()
            self.key.set_error("")
            self.pasted.emit([DroppedSource(tr("the text"), text=words)])
            return
        fault = ""
        try:
            account_from_fields(key=words, type=self.how.words()["type"])
        except EnrolmentRefused as refusal:
            fault = " ".join(
                wording.remark(one) for one in refusal.faults if one.reason not in _UNFINISHED
            )
        self.key.set_error(fault)

    def _add(self) -> None:
        for field in self._fields.values():
            field.set_error("")
        try:
            account = account_from_fields(
                key=self.key.entry.text(),
                issuer=self.issuer.entry.text(),
                account=self.account.entry.text(),
                **self.how.words(),
            )
            account.require_pin()
        except EnrolmentRefused as refusal:
            self._show_errors(refusal)
            return
        self.entered.emit(account)

    def _show_errors(self, refusal: EnrolmentRefused) -> None:
        first: AnyField | None = None
        for fault in refusal.faults:
            field = self._fields.get(fault.field)
            if field is None:
                self.notice.show_error(refusal)
                continue
            field.set_error(" ".join(part for part in (field.error, wording.remark(fault)) if part))
            first = first or field
            if fault.reason is Reason.WRONG_CHARACTER:
                self._point_at(int(fault.facts["position"]))
        if any(field.error for field in self.how.fields.values()):
            self.more.setChecked(True)
        if first is not None:
            first.entry.setFocus()

    def _point_at(self, position: int) -> None:
        """Select the wrong character; `position` counts from 1."""
        self.key.entry.setSelection(position - 1, 1)
