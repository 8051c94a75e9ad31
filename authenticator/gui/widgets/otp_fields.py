"""Inputs for how codes are made: type, digits, period, counter, algorithm."""

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from authenticator.gui.widgets.combo_box import ComboBox
from authenticator.gui.widgets.field import AnyField, FormField
from authenticator.language import tr
from authenticator.otp import remark
from authenticator.otp.account import Algorithm, Hotp, Otp, Steam, Totp, Type, otp_of, type_of


class OtpFields(QWidget):
    """Shows only the fields of the selected type."""

    def __init__(self) -> None:
        super().__init__()
        kind = ComboBox()
        kind.addItem(tr("Time (TOTP)"), Type.TOTP)
        kind.addItem(tr("Counter (HOTP)"), Type.HOTP)
        kind.addItem(tr("Steam"), Type.STEAM)
        kind.currentIndexChanged.connect(self._suit_type)
        self.type = FormField(tr("Type"), kind)
        self.digits = FormField(tr("Digits"), QLineEdit("6"))
        self.period = FormField(tr("Period in seconds"), QLineEdit("30"))
        self.counter = FormField(tr("Counter"), QLineEdit("0"))
        hashes = ComboBox()
        for one in Algorithm:
            hashes.addItem(one.value, one)
        self.algorithm = FormField(tr("Algorithm"), hashes)
        self.fields: dict[remark.Field, AnyField] = {
            remark.Field.TYPE: self.type,
            remark.Field.DIGITS: self.digits,
            remark.Field.PERIOD: self.period,
            remark.Field.COUNTER: self.counter,
            remark.Field.ALGORITHM: self.algorithm,
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for field in self.fields.values():
            column.addWidget(field)
        self._suit_type()

    def show_otp(self, otp: Otp) -> None:
        """Fill in these parameters; what the type lacks gets its default."""
        usual = Totp()
        steam = isinstance(otp, Steam)
        self.type.entry.setCurrentIndex(self.type.entry.findData(type_of(otp)))
        self.digits.entry.setText(str(usual.digits if steam else otp.digits))
        self.period.entry.setText(str(otp.period_s if isinstance(otp, Totp) else usual.period_s))
        self.counter.entry.setText(str(otp.counter if isinstance(otp, Hotp) else 0))
        algorithm = usual.algorithm if steam else otp.algorithm
        self.algorithm.entry.setCurrentIndex(self.algorithm.entry.findData(algorithm))
        for field in self.fields.values():
            field.set_error("")

    def words(self) -> dict[str, str]:
        """The content of the fields, as `otp_of` and `account_from_fields` take it."""
        return {
            "type": self.type.entry.currentData(),
            "algorithm": self.algorithm.entry.currentData(),
            "digits": self.digits.entry.text(),
            "period_s": self.period.entry.text(),
            "counter": self.counter.entry.text(),
        }

    def fill(self, words: dict[str, str]) -> None:
        """Fill in what `words` returned."""
        for field, name in ((self.type, "type"), (self.algorithm, "algorithm")):
            field.entry.setCurrentIndex(field.entry.findData(words[name]))
        self.digits.entry.setText(words["digits"])
        self.period.entry.setText(words["period_s"])
        self.counter.entry.setText(words["counter"])

    def otp(self) -> Otp:
        """The parameters in the fields. Raises EnrolmentRefused."""
        return otp_of(**self.words())

    def _suit_type(self) -> None:
        kind = self.type.entry.currentData()
        self.period.setVisible(kind == Type.TOTP)
        self.counter.setVisible(kind == Type.HOTP)
        self.digits.setVisible(kind != Type.STEAM)
        self.algorithm.setVisible(kind != Type.STEAM)
