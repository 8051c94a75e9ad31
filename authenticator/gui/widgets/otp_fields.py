"""Inputs for how codes are made: type, digits, period, counter, algorithm, PIN."""

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from authenticator.gui.widgets.combo_box import ComboBox
from authenticator.gui.widgets.field import AnyField, FormField
from authenticator.gui.widgets.passphrase_field import passphrase_field
from authenticator.language import tr
from authenticator.otp import remark
from authenticator.otp.account import (
    Algorithm,
    FixedOtp,
    Hotp,
    Otp,
    PinOtp,
    Totp,
    Type,
    Yandex,
    otp_of,
    type_of,
)
from authenticator.otp.pin import pin_faults


class OtpFields(QWidget):
    """Shows only the fields of the selected type."""

    def __init__(self, pin_hint: str = "") -> None:
        """`pin_hint` says what an empty PIN means."""
        super().__init__()
        kind = ComboBox()
        kind.addItem(tr("Time (TOTP)"), Type.TOTP)
        kind.addItem(tr("Counter (HOTP)"), Type.HOTP)
        kind.addItem(tr("Steam"), Type.STEAM)
        kind.addItem(tr("Mobile-OTP"), Type.MOTP)
        kind.addItem(tr("Yandex"), Type.YANDEX)
        kind.currentIndexChanged.connect(self._suit_type)
        self.type = FormField(tr("Type"), kind)
        self.digits = FormField(tr("Digits"), QLineEdit("6"))
        self.period = FormField(tr("Period in seconds"), QLineEdit("30"))
        self.counter = FormField(tr("Counter"), QLineEdit("0"))
        hashes = ComboBox()
        for one in Algorithm:
            hashes.addItem(one.value, one)
        self.algorithm = FormField(tr("Algorithm"), hashes)
        self.pin = passphrase_field(tr("PIN"), pin_hint)
        self.fields: dict[remark.Field, AnyField] = {
            remark.Field.TYPE: self.type,
            remark.Field.DIGITS: self.digits,
            remark.Field.PERIOD: self.period,
            remark.Field.COUNTER: self.counter,
            remark.Field.ALGORITHM: self.algorithm,
            remark.Field.PIN: self.pin,
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
        fixed = isinstance(otp, FixedOtp)
        self.type.entry.setCurrentIndex(self.type.entry.findData(type_of(otp)))
        self.digits.entry.setText(str(usual.digits if fixed else otp.digits))
        self.period.entry.setText(str(otp.period_s if isinstance(otp, Totp) else usual.period_s))
        self.counter.entry.setText(str(otp.counter if isinstance(otp, Hotp) else 0))
        algorithm = usual.algorithm if fixed else otp.algorithm
        self.algorithm.entry.setCurrentIndex(self.algorithm.entry.findData(algorithm))
        self.pin.entry.clear()
        for field in self.fields.values():
            field.set_error("")

    def words(self) -> dict[str, str]:
        """The content of the fields, as `account_from_fields` takes it."""
        return {
            "type": self.type.entry.currentData(),
            "algorithm": self.algorithm.entry.currentData(),
            "digits": self.digits.entry.text(),
            "period_s": self.period.entry.text(),
            "counter": self.counter.entry.text(),
            "pin": self.pin.entry.text(),
        }

    def fill(self, words: dict[str, str]) -> None:
        """Fill in what `words` returned."""
        for field, name in ((self.type, "type"), (self.algorithm, "algorithm")):
            field.entry.setCurrentIndex(field.entry.findData(words[name]))
        self.digits.entry.setText(words["digits"])
        self.period.entry.setText(words["period_s"])
        self.counter.entry.setText(words["counter"])
        self.pin.entry.setText(words.get("pin", ""))  # drafts of earlier versions have none

    def otp(self) -> Otp:
        """The parameters in the fields. Raises EnrolmentRefused."""
        words = self.words()
        del words["pin"]
        return otp_of(**words)

    def new_pin(self, before: Otp) -> str | None:
        """The PIN in its field; None if the type needs none, or the field is empty and an account
        of the type `before` has a PIN already. Raises EnrolmentRefused."""
        otp, pin = self.otp(), self.pin.entry.text().strip()
        if not isinstance(otp, PinOtp) or (not pin and isinstance(before, PinOtp)):
            return None
        faults = pin_faults(pin, digits_only=isinstance(otp, Yandex))
        if faults:
            raise remark.EnrolmentRefused(faults)
        return pin

    def _suit_type(self) -> None:
        kind = self.type.entry.currentData()
        self.period.setVisible(kind == Type.TOTP)
        self.counter.setVisible(kind == Type.HOTP)
        chosen = kind in (Type.TOTP, Type.HOTP)
        self.digits.setVisible(chosen)
        self.algorithm.setVisible(chosen)
        self.pin.setVisible(kind in (Type.MOTP, Type.YANDEX))
