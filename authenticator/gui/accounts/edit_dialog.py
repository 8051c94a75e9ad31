"""The edit dialog: an account's names, groups and notes and, behind a warning, how its codes are
made."""

from base64 import b64decode, b64encode
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from authenticator import wording
from authenticator.gui.accounts.group_field import GroupField
from authenticator.gui.accounts.icon_field import IconField
from authenticator.gui.widgets.field import AnyField, FormField
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.otp_fields import OtpFields
from authenticator.gui.widgets.scrolling_dialog import ScrollingDialog
from authenticator.language import tr
from authenticator.otp import remark
from authenticator.otp.account import Hotp, Label, PinOtp
from authenticator.otp.remark import EnrolmentRefused
from authenticator.vault.entry import Entry, check_limit, normalised_groups
from authenticator.vault.errors import DetailTooLong
from authenticator.vault.kinds import Detail
from authenticator.wording.moments import moment


class EditDialog(ScrollingDialog):
    """Emits what was changed, as fields of `Vault.edit`; emits nothing if nothing was."""

    changed = Signal(object)  # dict[str, Any]

    def __init__(
        self, entry: Entry, notes: str, groups: list[str], icon: IconField, parent: QWidget
    ) -> None:
        """`groups` are all existing groups, to choose from; `icon` has the account's picture."""
        super().__init__(parent, 520)
        self.setWindowTitle(tr("Edit account"))
        self.id = entry.id
        self._entry = entry
        self._notes_before = notes
        self.icon = icon
        self._picture_before = icon.picture
        self.finished.connect(icon.give_up)
        self.issuer = FormField(tr("Issuer"), QLineEdit(entry.label.issuer))
        self.account = FormField(tr("Account name"), QLineEdit(entry.label.account))
        self.groups = FormField(
            tr("Groups"),
            GroupField(entry.groups, groups),
            tr("Separate several with commas. Put a name with a comma in quotes."),
        )
        words = QPlainTextEdit(notes)
        words.setTabChangesFocus(True)
        words.setFixedHeight(84)
        self.notes = FormField(tr("Notes"), words, tr("Stored encrypted, like the names."))
        self._add_how_codes_are_made()
        self._fields: dict[remark.Field, AnyField] = {
            remark.Field.ISSUER: self.issuer,
            remark.Field.ACCOUNT: self.account,
            **self.how.fields,
        }
        self._lay_out()
        self.warning.show_message(
            Tone.WARN,
            tr("These come from the panel"),
            tr("Changing them makes codes wrong unless the panel changed them, too."),
        )
        self.warning.hide()
        self._words_before = self._words()
        self.issuer.entry.selectAll()
        self.issuer.entry.setFocus()

    def _add_how_codes_are_made(self) -> None:
        self.more = button(tr("How codes are made"), "quiet")
        self.more.setCheckable(True)
        with_pin = isinstance(self._entry.otp, PinOtp)
        self.how = OtpFields(tr("Leave it empty to keep the one there is.") if with_pin else "")
        self.how.show_otp(self._entry.otp)
        self.warning = Notice()
        self.more.toggled.connect(self.how.setVisible)
        self.more.toggled.connect(self.warning.setVisible)
        self.how.hide()

    def _lay_out(self) -> None:
        sheet = QWidget()
        sheet.setObjectName("sheet")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(16, 16, 16, 0)
        column.setSpacing(12)
        for part in (self.icon, self.issuer, self.account, self.groups, self.notes):
            column.addWidget(part)
        if self._entry.added_s:
            date = moment(self._entry.added_s)
            column.addWidget(text(tr("Added {date}", date=date), "muted"))
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.warning)
        column.addWidget(self.how)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(sheet)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        save = buttons.button(QDialogButtonBox.StandardButton.Save)
        save.setProperty("role", "primary")
        save.style().polish(save)
        for one in buttons.buttons():
            one.setIcon(QIcon())  # a desktop's style may add its own
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 12, 16, 16)
        foot.addWidget(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addLayout(foot)
        self.setMinimumWidth(288)

    def save(self) -> None:
        """Emit the changes and close, or show at each field what is wrong and stay open."""
        others: tuple[AnyField, ...] = (self.groups, self.notes)
        for field in (*self._fields.values(), *others):
            field.set_error("")
        try:
            changes = self._changes()
        except EnrolmentRefused as refusal:
            for fault in refusal.faults:
                self._fields[fault.field].set_error(wording.remark(fault))
            if any(field.error for field in self.how.fields.values()):
                self.more.setChecked(True)
            return
        except DetailTooLong as long:
            field = self.notes if long.detail is Detail.NOTES else self.groups
            field.set_error(wording.explain(long).cause)
            return
        if changes:
            self.changed.emit(changes)
        self.accept()

    def draft(self) -> dict[str, str]:
        """What was changed, as `restore` takes it; it need not be valid."""
        before = self._words_before
        return {name: words for name, words in self._words().items() if words != before[name]}

    def restore(self, draft: dict[str, str]) -> None:
        """Fill in a draft of `draft`. What it does not name stays as it is in the account now."""
        words = self._words() | draft
        self.issuer.entry.setText(words["issuer"])
        self.account.entry.setText(words["account"])
        self.groups.entry.setText(words["groups"])
        self.notes.entry.setPlainText(words["notes"])
        self.how.fill(words)
        self.more.setChecked(not draft.keys().isdisjoint(self.how.words()))
        if "picture" in draft:
            self.icon.set_picture(b64decode(draft["picture"]))

    def _words(self) -> dict[str, str]:
        return {
            "issuer": self.issuer.entry.text(),
            "account": self.account.entry.text(),
            "groups": self.groups.entry.text(),
            "notes": self.notes.entry.toPlainText(),
            "picture": b64encode(self.icon.picture).decode(),
            **self.how.words(),
        }

    def _changes(self) -> dict[str, Any]:
        entry = self._entry
        wanted: dict[str, Any] = {
            "label": Label(self.issuer.entry.text(), self.account.entry.text()),
            "groups": normalised_groups(self.groups.entry.names()),
            "notes": self.notes.entry.toPlainText().strip(),
            "otp": self.how.otp(),
        }
        check_limit(Detail.NOTES, len(wanted["notes"]))
        before = {
            "label": entry.label,
            "groups": entry.groups,
            "notes": self._notes_before,
            "otp": entry.otp,
        }
        changes = {name: value for name, value in wanted.items() if value != before[name]}
        if self.icon.picture != self._picture_before:
            changes["picture"] = self.icon.picture
        pin = self.how.new_pin(self._entry.otp)
        if pin is not None:
            changes["pin"] = pin
        otp = changes.get("otp")
        # Only if it was typed here: a code may have been used meanwhile.
        if isinstance(otp, Hotp) and otp.counter != getattr(entry.otp, "counter", 0):
            changes["counter"] = otp.counter
        return changes
