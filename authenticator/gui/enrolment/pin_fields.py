"""Fields for the PINs that accounts need and their QR codes leave out."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.labels import text
from authenticator.gui.widgets.passphrase_field import passphrase_field
from authenticator.language import tr
from authenticator.otp.account import Account
from authenticator.otp.remark import EnrolmentRefused


class PinFields(QWidget):
    """A field for each account that lacks its PIN, by the account's row."""

    entered = Signal()
    """Enter was pressed in a field."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[int, FormField[QLineEdit]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(
            text(tr("The QR code does not hold the PIN that you chose. Type it here."), "muted")
        )
        self.hide()

    def ask_for(self, accounts: Mapping[int, Account]) -> None:
        """Have an empty field for each of these that lacks its PIN."""
        for field in self.fields.values():
            field.hide()
            field.deleteLater()
        self.fields = {}
        for row, account in accounts.items():
            if not account.lacks_pin:
                continue
            name = wording.displayable(str(account.label), 60)
            field = passphrase_field(tr("PIN of {name}", name=name) if name else tr("PIN"))
            field.entry.returnPressed.connect(self.entered)
            self._column.addWidget(field)
            self.fields[row] = field

    def show_for(self, rows: Iterable[int]) -> None:
        """Show the fields of these rows only."""
        wanted = set(rows)
        for row, field in self.fields.items():
            field.setVisible(row in wanted)
        self.setVisible(not wanted.isdisjoint(self.fields))

    def completed(self, row: int, account: Account) -> Account | None:
        """The account of this row with the PIN from its field; None, and the fault at the field, if
        that can't be its PIN."""
        field = self.fields.get(row)
        if field is None:
            return account
        field.set_error("")
        try:
            return account.with_pin(field.entry.text())
        except EnrolmentRefused as refusal:
            field.set_error(" ".join(wording.remark(fault) for fault in refusal.faults))
            return None

    def focus(self, *, wrong: bool = False) -> bool:
        """Go to the first field that is shown (and `wrong`). Returns whether there is one."""
        for field in self.fields.values():
            if not field.isHidden() and (field.error or not wrong):
                field.entry.setFocus()
                return True
        return False
