"""Settings: who can open the accounts, and when the window locks automatically."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from authenticator.app.settings import choices
from authenticator.gui.session import Session
from authenticator.gui.settings.move_progress import MoveProgress
from authenticator.gui.settings.passphrase_page import Task
from authenticator.gui.widgets.combo_box import ComboBox
from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.radio import Radio
from authenticator.gui.widgets.switch import Switch
from authenticator.language import tr, trn
from authenticator.vault.kinds import KeyKind

USUAL_MIN = 5
"""What 'after some minutes' begins with."""


class LockSection(QWidget):
    """Three choices, of which two need a passphrase. Saves each change at once."""

    toast_requested = Signal(str)
    passphrase_requested = Signal(object)  # Task: its page

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._after_passphrase: int | None = None
        """The setting of `after` that holds once a passphrase is set."""
        self.with_my_session = Radio(tr("Open with my session"))
        self.at_start = Radio(tr("Ask for a passphrase when the app starts and after locking"))
        self.when_unused = Radio(self._ask_after(USUAL_MIN))
        self._choices = (self.with_my_session, self.at_start, self.when_unused)
        for choice in self._choices:
            # Else an arrow key would choose on its way, and each choice leads somewhere.
            choice.setAutoExclusive(False)
            choice.clicked.connect(lambda _=False, choice=choice: self._choose(choice))
        self.change = button(tr("Change the passphrase…"))
        self.change.clicked.connect(lambda: self.passphrase_requested.emit(Task.CHANGE))
        self.move_progress = MoveProgress(session.slots)
        self.notice = Notice()
        self._make_after()
        self._make_with_screen()
        self._lay_out()
        session.settings_changed.connect(self._show)
        session.info_changed.connect(self._info_changed)
        session.slots.finished.connect(self._show)
        self._show()

    def _make_after(self) -> None:
        choice = ComboBox()
        for minutes in choices("lock_after_min"):
            choice.addItem(self._words(minutes), minutes)
        choice.activated.connect(lambda row: self._change({"lock_after_min": choice.itemData(row)}))
        self.after = FormField(
            tr("Lock when not in use"),
            choice,
            tr("Ctrl+L locks at once. Accounts found but not added yet are kept, encrypted."),
        )

    def _make_with_screen(self) -> None:
        from authenticator.gui.desktop import session_lock

        self.with_session = Switch(tr("Lock with the screen"), wide=True)
        self.with_session.clicked.connect(lambda on: self._change({"lock_with_session": on}))
        can = session_lock.is_supported()
        self._screen_hint = (
            tr("Also when the computer goes to sleep.")
            if can
            else tr("This system does not tell apps when it locks the screen or goes to sleep.")
        )
        self.with_session.setEnabled(can)
        self.with_session.setAccessibleDescription(self._screen_hint)

    def _lay_out(self) -> None:
        hint = tr("Whoever sits at your unlocked desk can open them, after locking too.")
        self.with_my_session.setAccessibleDescription(hint)
        who = QVBoxLayout()
        who.setSpacing(0)
        who.addWidget(text(tr("Who can open your accounts")))
        who.addWidget(self.with_my_session)
        under = QHBoxLayout()
        under.setContentsMargins(33, 0, 0, 4)
        under.addWidget(text(hint, "status"))
        who.addLayout(under)
        who.addWidget(self.at_start)
        who.addWidget(self.when_unused)
        switch = QVBoxLayout()
        switch.setSpacing(0)
        switch.addWidget(self.with_session)
        switch.addWidget(text(self._screen_hint, "status"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(who)
        column.addWidget(self.move_progress)
        column.addWidget(self.change)
        column.addWidget(self.after)
        column.addLayout(switch)
        column.addWidget(self.notice)

    def _words(self, minutes: int) -> str:
        if not minutes:
            return tr("Never")
        if minutes == 60:
            return tr("After an hour")
        return trn("After one minute", "After {count} minutes", minutes)

    def _ask_after(self, minutes: int) -> str:
        return trn(
            "Ask for it also after {count} minute without use",
            "Ask for it also after {count} minutes without use",
            minutes,
        )

    @property
    def _asks(self) -> bool:
        info = self._session.vault_info
        return info is not None and info.key is KeyKind.PASSPHRASE

    def _show(self) -> None:
        settings = self._session.settings
        after = self.after.entry
        after.setCurrentIndex(after.findData(settings.lock_after_min))
        self.with_session.setChecked(settings.lock_with_session)
        for choice in self._choices:
            choice.setChecked(choice is self._chosen)
        self.when_unused.setText(self._ask_after(settings.lock_after_min or USUAL_MIN))
        self.change.setVisible(self._asks)

    def focus_choice(self) -> None:
        """Focus what is chosen."""
        self._chosen.setFocus()

    @property
    def _chosen(self) -> Radio:
        """The choice that holds now."""
        if not self._asks:
            return self.with_my_session
        return self.when_unused if self._session.settings.lock_after_min else self.at_start

    def _choose(self, choice: Radio) -> None:
        """Change what a choice takes; a passphrase is chosen or removed on a page of its own."""
        wanted = USUAL_MIN if choice is self.when_unused else 0
        if choice is self.with_my_session:
            task = Task.REMOVE if self._asks else None
        elif self._asks:
            task = None
            if bool(self._session.settings.lock_after_min) is not bool(wanted):
                self._change({"lock_after_min": wanted})
        else:
            task = Task.SET
            self._after_passphrase = wanted
        if task is not None:
            self.passphrase_requested.emit(task)
        self._show()  # until it is done

    def _info_changed(self) -> None:
        wanted, self._after_passphrase = self._after_passphrase, None
        if wanted is not None and self._asks:
            self._change({"lock_after_min": wanted})
        self._show()

    def _change(self, fields: dict[str, object]) -> None:
        def kept(_: object) -> None:
            self.notice.hide()
            self.toast_requested.emit(tr("Saved"))

        def failed(error: Exception) -> None:
            self.notice.show_error(error)
            self._show()

        self._session.change_settings(fields, kept, failed)
