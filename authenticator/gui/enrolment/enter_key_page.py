"""Enter the key: account name, key, issuer, and under More the rest."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from authenticator import wording
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.widgets.field import AnyField, FormField
from authenticator.gui.widgets.key_edit import KeyEdit
from authenticator.gui.widgets.labels import button
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.otp_fields import OtpFields
from authenticator.gui.widgets.page import Page
from authenticator.language import tr
from authenticator.otp import remark
from authenticator.otp.account import Totp
from authenticator.otp.links import links_in
from authenticator.otp.remark import EnrolmentRefused, Reason, Remark
from authenticator.otp.typed_account import TypedAccount, parted_label, read_typed, typed_account
from authenticator.otp.typed_key import Encoding

_UNFINISHED = (
    Reason.EMPTY,
    Reason.MISSING,
    Reason.TOO_SHORT_TO_DECODE,
    Reason.ODD_HEX,
    Reason.WRONG_LENGTH,
    Reason.TRAILING_BITS,
)
"""What is wrong with every half-typed key, and is not said while it is being typed."""


class EnterKeyPage(Page):
    """Emits the account once all fields are valid and no question is open; every fault is shown
    at its field, and what has to be asked below the fields."""

    entered = Signal(object)  # TypedAccount
    pasted = Signal(object)  # list[DroppedSource]: a whole enrolment was put into the key's field

    def __init__(self) -> None:
        super().__init__(tr("Enter the key"))
        self.account = FormField(tr("Account name"), QLineEdit())
        self.account.entry.setPlaceholderText(tr("kim@example.org"))
        self.key = FormField(
            tr("Key"),
            KeyEdit(),
            tr("As the site shows it. Spaces, dashes and lower case are fine."),
        )
        self.issuer = FormField(tr("Issuer"), QLineEdit())
        self.issuer.entry.setPlaceholderText(tr("The site or panel"))
        self.more = button(tr("More"), "quiet")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_more)
        self.how = OtpFields()
        self.how.hide()
        self.name_offer = Notice()
        self._name_kept = ""
        """An account name with a colon that a person wants as it is."""
        self.notice = Notice()
        self.add = button(tr("Add"), "primary")
        self.add.clicked.connect(lambda: self._add())
        for field in (self.account, self.key, self.issuer):
            self.body.addWidget(field)
        self.body.addWidget(self.name_offer)
        self.body.addWidget(self.more)
        self.body.addWidget(self.how)
        self.body.addWidget(self.notice)
        self.body.addStretch(1)
        self.add_foot(self.add)
        self.name_offer.follow(self.issuer.entry)
        for entry in self.findChildren(QLineEdit):
            entry.returnPressed.connect(lambda: self._add())
        self.key.entry.returnPressed.connect(lambda: self._add())
        self.key.entry.textEdited.connect(self._check_key)
        self.how.type.entry.currentIndexChanged.connect(
            lambda: self._check_key(self.key.entry.text())
        )
        self.account.entry.editingFinished.connect(self._offer_parting)
        self.account.entry.textEdited.connect(self.name_offer.hide)
        self.issuer.entry.textEdited.connect(self.name_offer.hide)
        self._fields: dict[remark.Field, AnyField] = {
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
        self._name_kept = ""
        self.name_offer.hide()
        self.notice.hide()
        self.busy(on=False)

    def draft(self) -> dict[str, str]:
        """What was typed, as `restore` takes it; nothing as long as there is no key."""
        if not self.key.entry.text():
            return {}
        return {
            "account": self.account.entry.text(),
            "key": self.key.entry.text(),
            "issuer": self.issuer.entry.text(),
            **self.how.words(),
        }

    def restore(self, draft: dict[str, str]) -> None:
        """Put back what `draft` returned."""
        self.clear()
        self.account.entry.setText(draft["account"])
        self.key.entry.setText(draft["key"])
        self.issuer.entry.setText(draft["issuer"])
        self.how.fill(draft)

    def show_found(self, key: str) -> None:
        """Fill in a key that was found alone."""
        self.clear()
        self.key.entry.setText(key)
        self.key.entry.show_groups()
        self.notice.show_message(
            Tone.NOTE,
            tr("A key was found, without a name"),
            tr("Give it a name, and add it if you know where it comes from."),
        )

    def busy(self, *, on: bool) -> None:
        """Disable Add while the account is being added, so that it is not pressed twice."""
        self.add.setEnabled(not on)

    def _show_more(self, on: bool) -> None:
        self.how.setVisible(on)
        self.more.setText(tr("Less") if on else tr("More"))
        self.more.setAccessibleName(self.more.text())

    def _check_key(self, words: str) -> None:
        if links_in(words):
            self.key.entry.clear()
            self.key.set_error("")
            self.pasted.emit([DroppedSource(tr("the text"), text=words)])
            return
        fault = said = ""
        try:
            kind = self.how.words()["type"]
            said = _unless_unfinished(read_typed(kind, words).notes)
        except EnrolmentRefused as refusal:
            fault = _unless_unfinished(refusal.faults)
        self.key.set_error(fault)
        if said:
            self.notice.show_message(Tone.NOTE, said)
        else:
            self.notice.hide()

    # Issuer and account name in one field

    def _offer_parting(self) -> bool:
        """Ask about an account name such as `Wiki:kim`, unless it was asked already. Returns
        whether an answer is wanted."""
        typed = self.account.entry.text()
        label = parted_label(typed)
        if label is None or typed == self._name_kept or self.issuer.entry.text().strip():
            self.name_offer.hide()
            return False
        if not self.name_offer.isHidden():  # every change of the names hides it
            return True
        names = {"issuer": label.issuer, "account": label.account}
        shown = {name: wording.displayable(text, 60) for name, text in names.items()}
        self.name_offer.show_message(
            Tone.NOTE,
            tr("Issuer and account name in one?"),
            tr("'{issuer}' may be the issuer, and '{account}' the account name.", **shown),
            (tr("Separate them"), partial(self._part, **names)),
            (tr("Keep as one name"), partial(self._keep_name, typed)),
        )
        self._bring_into_sight(self.name_offer)
        return True

    def _part(self, issuer: str, account: str) -> None:
        self.account.entry.setText(account)
        self.issuer.entry.setText(issuer)
        self.name_offer.hide()
        self.issuer.entry.setFocus()

    def _keep_name(self, typed: str) -> None:
        self._name_kept = typed
        self.name_offer.hide()
        self.account.entry.setFocus()

    # Adding

    def _add(self, encoding: Encoding | None = None, *, agreed: bool = False) -> None:
        for field in self._fields.values():
            field.set_error("")
        self.notice.hide()
        self.key.entry.show_groups()
        try:
            typed = self._read(encoding)
            typed.account.require_pin()
        except EnrolmentRefused as refusal:
            self._show_errors(refusal)
            return
        if self._offer_parting():
            return
        if typed.key.questions and not agreed:
            self._ask(typed, encoding)
        else:
            self.entered.emit(typed)

    def _read(self, encoding: Encoding | None) -> TypedAccount:
        """Raises EnrolmentRefused, with the place of a fault in the key as it is shown."""
        fields = {
            "issuer": self.issuer.entry.text(),
            "account": self.account.entry.text(),
            **self.how.words(),
        }
        try:
            return typed_account(key=self.key.entry.typed(), encoding=encoding, **fields)
        except EnrolmentRefused:
            return typed_account(key=self.key.entry.text(), encoding=encoding, **fields)

    def _ask(self, typed: TypedAccount, encoding: Encoding | None) -> None:
        """Ask about the key, with an answer for each way to go on."""
        questions = typed.key.questions
        reasons = {question.reason for question in questions}
        if Reason.HEX_OR_BASE32 in reasons:
            answers = [
                (tr("It is Base32"), partial(self._add, Encoding.BASE32)),
                (tr("It is hex"), partial(self._add, Encoding.HEX)),
            ]
        else:
            answers = [(tr("Use it as it is"), partial(self._add, encoding, agreed=True))]
        if typed.key.part:
            answers.insert(0, (tr("Leave the words out"), partial(self._take, typed.key.part)))
        self.notice.show_message(
            Tone.WARN,
            tr("Look at this key once more"),
            "\n".join(map(wording.remark, questions)),
            *answers,
        )
        self._bring_into_sight(self.notice)

    def _bring_into_sight(self, part: QWidget) -> None:
        """Scroll to a part of the page, once it has its place."""
        QTimer.singleShot(0, self, lambda: self.scroll_area.ensureWidgetVisible(part, 0, 12))

    def _take(self, part: str) -> None:
        """Show the key without the words that were around it."""
        self.key.entry.setText(part)
        self.key.entry.show_groups()
        self.notice.hide()
        self.add.setFocus()
        self._bring_into_sight(self.key)

    def _show_errors(self, refusal: EnrolmentRefused) -> None:
        first: AnyField | None = None
        for fault in refusal.faults:
            field = self._fields.get(fault.field)
            if field is None:
                self.notice.show_error(refusal)
                continue
            field.set_error(" ".join(part for part in (field.error, wording.remark(fault)) if part))
            first = first or field
            if "position" in fault.facts:
                self._point_at(int(fault.facts["position"]))
        if any(field.error for field in self.how.fields.values()):
            self.more.setChecked(True)
        if first is not None:
            first.entry.setFocus()

    def _point_at(self, position: int) -> None:
        """Select the wrong character; `position` counts from 1."""
        self.key.entry.setSelection(position - 1, 1)


def _unless_unfinished(remarks: Iterable[Remark]) -> str:
    return " ".join(wording.remark(one) for one in remarks if one.reason not in _UNFINISHED)
