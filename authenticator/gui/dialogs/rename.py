"""Another name for an account."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.gui.widgets.field import Field
from authenticator.otp import remark
from authenticator.otp.account import Label
from authenticator.otp.remark import EnrolmentRefused


class RenameDialog(QDialog):
    """Emits one Label."""

    named = Signal(object)  # Label

    def __init__(self, label: Label, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Rename account"))
        self.issuer = Field(self.tr("Issuer"), QLineEdit(label.issuer))
        self.account = Field(self.tr("Account name"), QLineEdit(label.account))
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        save = self._buttons.button(QDialogButtonBox.StandardButton.Save)
        save.setText(self.tr("Rename"))
        save.setProperty("role", "primary")
        save.style().polish(save)
        for button in self._buttons.buttons():
            button.setIcon(QIcon())  # a style of the desktop may put its own there
        self._buttons.accepted.connect(self._save)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.issuer)
        column.addWidget(self.account)
        column.addWidget(self._buttons)
        self.setMinimumWidth(288)
        self.issuer.entry.selectAll()
        self.issuer.entry.setFocus()

    def _save(self) -> None:
        self.issuer.blame("")
        self.account.blame("")
        try:
            label = Label(self.issuer.entry.text(), self.account.entry.text())
        except EnrolmentRefused as refusal:
            for fault in refusal.faults:
                field = self.issuer if fault.field is remark.Field.ISSUER else self.account
                field.blame(wording.remark(fault))
            return
        self.named.emit(label)
        self.accept()
