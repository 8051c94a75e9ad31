"""Settings: correct time, time servers, codes, appearance, storage."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout

from authenticator import wording
from authenticator.app.settings import CLEAR_AFTER_S, Theme
from authenticator.app.time_servers import DEFAULT_SERVERS, ServerNameBad, parse_server
from authenticator.clock.select import NEEDED
from authenticator.gui import capture
from authenticator.gui.session import Session
from authenticator.gui.widgets.choice import Choice
from authenticator.gui.widgets.desktop_section import DesktopSection
from authenticator.gui.widgets.field import Field
from authenticator.gui.widgets.lock_section import LockSection
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.switch import Switch
from authenticator.gui.widgets.text import button, hairline, text
from authenticator.gui.widgets.time_section import TimeSection
from authenticator.vault.vault import KeyKind, StoreKind

MOST_NEEDED = 5


class SettingsPage(Page):
    """Each section keeps its own changes as soon as they are made."""

    say = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(self.tr("Settings"))
        self._session = session
        self.time = TimeSection(session)
        self.notice = Notice()
        self.body.addWidget(self.notice)
        self.body.addWidget(self.time)
        self.body.addWidget(hairline())
        self._add_servers()
        self.body.addWidget(hairline())
        self._add_codes()
        self.body.addWidget(hairline())
        self._add_appearance()
        self.body.addWidget(hairline())
        self.lock = LockSection(session)
        self.lock.say.connect(self.say)
        self.body.addWidget(self.lock)
        self.body.addWidget(hairline())
        self.desktop = DesktopSection(session)
        self.desktop.say.connect(self.say)
        self.body.addWidget(self.desktop)
        self.body.addWidget(hairline())
        self._add_storage()
        self.body.addStretch(1)
        session.settings_changed.connect(self._show)
        self._show()

    def _add_servers(self) -> None:
        edit = QPlainTextEdit()
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(128)
        edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.servers = Field(
            self.tr("One a line, as host or host:port"),
            edit,
            self.tr(
                "nts:// before it: it proves who it is. https://: a web server, asked only where "
                "no other answers."
            ),
        )
        needed = Choice()
        for count in range(1, MOST_NEEDED + 1):
            needed.addItem(
                self.tr("{count}, as usual").format(count=count) if count == NEEDED else str(count),
                count,
            )
        self.needed = Field(
            self.tr("How many must agree"),
            needed,
            self.tr("Fewer only with servers of your own: one alone is believed whatever it says."),
        )
        self.save_servers = button(self.tr("Save servers"))
        self.save_servers.clicked.connect(self._save_servers)
        usual = button(self.tr("Use the usual ones"), "quiet")
        usual.clicked.connect(self._show_usual_servers)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.save_servers)
        row.addWidget(usual)
        row.addStretch(1)
        self.body.addWidget(text(self.tr("Time servers"), "heading"))
        self.body.addWidget(self.servers)
        self.body.addWidget(self.needed)
        self.body.addLayout(row)

    def _add_codes(self) -> None:
        choice = Choice()
        for seconds in CLEAR_AFTER_S:
            choice.addItem(
                self.tr("After {count} seconds").format(count=seconds)
                if seconds
                else self.tr("Never"),
                seconds,
            )
        choice.activated.connect(lambda row: self._change({"clear_after_s": choice.itemData(row)}))
        self.clear_after = Field(
            self.tr("Clear a copied code from the clipboard"),
            choice,
            self.tr("Also when the app quits. What you copied since stays."),
        )
        self.hide_codes = Switch(self.tr("Hide codes until pressed"))
        self.hide_codes.clicked.connect(lambda on: self._change({"hide_codes": on}))
        self.hide_window = Switch(self.tr("Keep out of pictures of the screen"))
        self.hide_window.clicked.connect(lambda on: self._change({"hide_window": on}))
        self.body.addWidget(text(self.tr("Codes"), "heading"))
        self.body.addWidget(self.clear_after)
        self._add_switch(
            self.hide_codes,
            self.tr("A code is hidden again after 10 seconds. Copying works without showing it."),
        )
        if capture.can_exclude():
            self._add_switch(
                self.hide_window,
                self.tr(
                    "Screenshots, recordings and shared screens then show nothing here, and "
                    "neither does a remote desktop: over one you would see an empty window."
                ),
            )

    def _add_switch(self, switch: Switch, hint: str) -> None:
        switch.setAccessibleDescription(hint)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(switch)
        column.addWidget(text(hint, "status"))
        self.body.addLayout(column)

    def _add_appearance(self) -> None:
        choice = Choice()
        for words, theme in (
            (self.tr("As the system"), Theme.SYSTEM),
            (self.tr("Light"), Theme.LIGHT),
            (self.tr("Dark"), Theme.DARK),
        ):
            choice.addItem(words, theme)
        choice.activated.connect(lambda row: self._change({"theme": Theme(choice.itemData(row))}))
        # Qt hands a StrEnum back as a plain str: hence Theme(...).
        self.theme = Field(self.tr("Colours"), choice)
        self.body.addWidget(text(self.tr("Appearance"), "heading"))
        self.body.addWidget(self.theme)

    def _add_storage(self) -> None:
        self.where = text("", selectable=True)
        choice = Choice()
        choice.addItem(self.tr("System keyring"), StoreKind.KEYRING)
        choice.addItem(self.tr("Sealed file"), StoreKind.SEALED)
        choice.activated.connect(
            lambda row: self._change({"store": StoreKind(choice.itemData(row))})
        )
        self.store = Field(
            self.tr("For a new set of accounts"),
            choice,
            self.tr("Accounts that are here already stay where they are."),
        )
        self.body.addWidget(text(self.tr("Storage"), "heading"))
        self.body.addWidget(self.where)
        self.body.addWidget(self.store)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)
        settings = self._session.settings
        self._fill_servers(settings.servers, settings.servers_needed)
        self.notice.hide()
        self._show()

    def take_focus(self) -> None:
        self.time.synchronize.setFocus()

    def hideEvent(self, event: object) -> None:
        super().hideEvent(event)
        self.time.give_up()

    def _show(self) -> None:
        settings = self._session.settings
        self.theme.entry.setCurrentIndex(self.theme.entry.findData(settings.theme))
        self.store.entry.setCurrentIndex(self.store.entry.findData(settings.store))
        after = self.clear_after.entry
        after.setCurrentIndex(after.findData(settings.clear_after_s))
        self.hide_codes.setChecked(settings.hide_codes)
        self.hide_window.setChecked(settings.hide_window)
        peek = self._session.peek
        if peek is None:
            self.where.setText(self.tr("There are no accounts yet."))
        elif peek.store is StoreKind.KEYRING:
            self.where.setText(self.tr("Keys are kept in the system's keyring."))
        elif peek.key is KeyKind.PASSPHRASE:
            self.where.setText(
                self.tr("Keys are kept in a sealed file, which your passphrase opens.")
            )
        else:
            self.where.setText(
                self.tr("Keys are kept in a sealed file, which the system's keyring opens.")
            )

    def _fill_servers(self, names: Sequence[str], needed: int) -> None:
        self.servers.entry.setPlainText("\n".join(names))
        self.servers.blame("")
        self.needed.entry.setCurrentIndex(self.needed.entry.findData(min(needed, MOST_NEEDED)))

    def _show_usual_servers(self) -> None:
        self._fill_servers(DEFAULT_SERVERS, NEEDED)

    def _save_servers(self) -> None:
        names = [line.strip() for line in self.servers.entry.toPlainText().splitlines()]
        names = list(dict.fromkeys(name for name in names if name))
        if not names:
            self.servers.blame(self.tr("Name at least one server."))
            return
        try:
            for name in names:
                parse_server(name)
        except ServerNameBad as error:
            message = wording.explain(error)
            self.servers.blame(f"{message.title}. {message.cause} {message.next_step}")
            return
        needed = self.needed.entry.currentData()
        if needed > len(names):
            self.servers.blame(
                self.tr(
                    "{needed} must agree: name so many, or choose below that fewer will do."
                ).format(needed=needed)
            )
            return
        self.servers.blame("")
        self._change({"servers": tuple(names), "servers_needed": needed})

    def _change(self, fields: dict[str, object]) -> None:
        def failed(error: Exception) -> None:
            self.notice.explain(error)
            self.scroll.ensureWidgetVisible(self.notice)
            self._show()

        self._session.change_settings(fields, lambda _: self.say.emit(self.tr("Saved")), failed)
