"""Settings: when the window locks automatically."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from authenticator.app.settings import choices
from authenticator.gui.session import Session
from authenticator.gui.widgets.combo_box import ComboBox
from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.labels import text
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.switch import Switch
from authenticator.language import tr, trn


class LockSection(QWidget):
    """When idle, and with the screen. Saves each change at once."""

    toast_requested = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        from authenticator.gui.desktop import session_lock

        self._session = session
        choice = ComboBox()
        for minutes in choices("lock_after_min"):
            choice.addItem(self._words(minutes), minutes)
        choice.activated.connect(lambda row: self._change({"lock_after_min": choice.itemData(row)}))
        self.after = FormField(
            tr("Lock when not in use"),
            choice,
            tr("Ctrl+L locks at once. Accounts found but not added yet are kept, encrypted."),
        )
        self.with_session = Switch(tr("Lock with the screen"), wide=True)
        self.with_session.clicked.connect(lambda on: self._change({"lock_with_session": on}))
        can = session_lock.is_supported()
        hint = (
            tr("Also when the computer goes to sleep.")
            if can
            else tr("This system does not tell apps when it locks the screen or goes to sleep.")
        )
        self.with_session.setEnabled(can)
        self.with_session.setAccessibleDescription(hint)
        self.notice = Notice()
        switch = QVBoxLayout()
        switch.setSpacing(0)
        switch.addWidget(self.with_session)
        switch.addWidget(text(hint, "status"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.after)
        column.addLayout(switch)
        column.addWidget(self.notice)
        session.settings_changed.connect(self._show)
        self._show()

    def _words(self, minutes: int) -> str:
        if not minutes:
            return tr("Never")
        if minutes == 60:
            return tr("After an hour")
        return trn("After one minute", "After {count} minutes", minutes)

    def _show(self) -> None:
        settings = self._session.settings
        after = self.after.entry
        after.setCurrentIndex(after.findData(settings.lock_after_min))
        self.with_session.setChecked(settings.lock_with_session)

    def _change(self, fields: dict[str, object]) -> None:
        def kept(_: object) -> None:
            self.notice.hide()
            self.toast_requested.emit(tr("Saved"))

        def failed(error: Exception) -> None:
            self.notice.show_error(error)
            self._show()

        self._session.change_settings(fields, kept, failed)
