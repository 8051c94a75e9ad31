"""An account's key and its QR code, for another device; hidden again after a minute."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent

from authenticator import wording
from authenticator.app.digit_grouping import key_groups
from authenticator.gui.desktop.clipboard import Clipboard
from authenticator.gui.theme import stylesheet
from authenticator.gui.widgets.flow_layout import FlowLayout, Spare
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.qr_code import QrPicture
from authenticator.language import tr, trn
from authenticator.otp.account import Account, Hotp, MobileOtp, PinOtp
from authenticator.otp.mobile_otp import written_key
from authenticator.otp.uri import write_uri
from authenticator.scan.qr_encoder import qr_code

SHOWN_MIN = 1


class KeyPage(Page):
    """Shows the key while it is the current page, for SHOWN_MIN at most, and then forgets it."""

    copied = Signal(str)

    def __init__(self, clipboard: Clipboard) -> None:
        super().__init__(tr("QR code and key"))
        self._clipboard = clipboard
        self._account: Account | None = None
        self.name = text("", "heading")
        self.picture = QrPicture(tr("QR code of the account"))
        self.key = text("", selectable=True)
        self.key.setAccessibleName(tr("Key"))
        for label in (self.name, self.key):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.notice = Notice()
        goes = text(
            trn("Hidden again after a minute.", "Hidden again after {count} minutes.", SHOWN_MIN),
            "status",
        )
        goes.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.copy = button(tr("Copy the key"))
        self.copy.clicked.connect(self._copy)
        self.finish = button(tr("Hide"), "primary")
        self.finish.clicked.connect(self.back)
        row = FlowLayout(Spare.WITHIN)
        row.addWidget(self.copy)
        row.addWidget(self.finish)
        for part in (self.name, self.picture, self.key, goes, self.notice):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.add_foot(row)
        self._over = QTimer(self, singleShot=True, interval=SHOWN_MIN * 60_000)
        self._over.timeout.connect(self.back)

    def show_account(self, account: Account) -> None:
        """Show this account's key."""
        self._account = account
        self.name.setText(wording.displayable(str(account.label), 120))
        code = qr_code(write_uri(account))
        self.picture.show_code(code)
        self.key.setFont(stylesheet.font(self.font(), stylesheet.ISSUER_PX, tabular=True))
        self.key.setText(key_groups(_written_key(account)))
        if code is None:
            self.notice.show_message(
                Tone.NOTE,
                tr("Too long for a QR code"),
                tr("Copy the key and enter it on the other device."),
            )
        elif isinstance(account.otp, Hotp):
            self.notice.show_message(
                Tone.NOTE,
                tr("This account uses a counter"),
                tr("Used on two devices, one of them falls behind and its codes are refused."),
            )
        elif isinstance(account.otp, PinOtp):
            self.notice.show_message(
                Tone.NOTE,
                tr("This account has a PIN"),
                tr("The QR code holds it, the key does not. The other app may ask for it."),
            )
        else:
            self.notice.hide()
        self._over.start()

    def set_initial_focus(self) -> None:
        self.finish.setFocus()

    def _copy(self) -> None:
        if self._account is not None:
            self._clipboard.copy(_written_key(self._account))
            self.copied.emit(tr("Key copied"))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._over.stop()
        self._account = None
        self.picture.show_code(None)
        self.key.clear()
        self.name.clear()
        parent = self.parentWidget()
        if parent is not None and self.isVisibleTo(
            parent
        ):  # the window is hidden, not only this page
            self.back.emit()


def _written_key(account: Account) -> str:
    """The key as other apps for this type take it."""
    if isinstance(account.otp, MobileOtp):
        return written_key(account.secret)
    return account.secret.base32()
