"""The bin: removed accounts, how long they are kept, and the way back."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from authenticator.gui.session import Session
from authenticator.gui.widgets.check_list import FoundList
from authenticator.gui.widgets.flow_layout import FlowLayout, Spare
from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.page import Page
from authenticator.language import tr, trn
from authenticator.vault.entry import Entry
from authenticator.vault.trash import DAY_S, RETENTION_DAYS, TrashedAccount
from authenticator.wording.account_name import name_of


class TrashPage(Page):
    """A list with tick boxes. Ticked accounts are put back, or deleted for good after a
    confirmation."""

    toast_requested = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Bin"))
        self._session = session
        self._entries: list[Entry] = []
        self._words = text(
            trn(
                "Removed accounts stay here for {count} day. Tick what is to come back.",
                "Removed accounts stay here for {count} days. Tick what is to come back.",
                RETENTION_DAYS,
            ),
            "muted",
        )
        self._words.hide()
        self.list = FoundList(tr("Removed accounts"))
        self.list.itemChanged.connect(self._count)
        self.list.hide()
        self._empty = QWidget()
        self._empty.hide()
        mark = IconLabel("remove", "muted", 48)
        nothing = text(
            trn(
                "The bin is empty. What you remove stays here for {count} day.",
                "The bin is empty. What you remove stays here for {count} days.",
                RETENTION_DAYS,
            )
        )
        nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self._empty)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(nothing)
        column.addStretch(3)
        self.notice = Notice()
        self.restore = button(tr("Put back"), "primary")
        self.restore.clicked.connect(self._put_back)
        self.delete = button(tr("Delete for good…"), "danger")
        self.delete.clicked.connect(self._ask)
        row = FlowLayout(Spare.WITHIN)
        row.addWidget(self.delete)
        row.addWidget(self.restore)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._words)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._empty, 1)
        self.body.addStretch(0)
        self.add_foot(row)
        self._count()
        session.accounts.entries_changed.connect(self._reload)

    def set_initial_focus(self) -> None:
        self._session.trash.entries(self._show, self._show_error)

    def _reload(self) -> None:
        if self.isVisible():
            self._session.trash.entries(self._show, self._show_error)

    def _show(self, binned: list[TrashedAccount]) -> None:
        ticked = {entry.id for entry in self._ticked()}
        self._entries = [one.entry for one in binned]
        self.list.set_rows(
            [
                (f"{name_of(one.entry)}\n{self._stays(one)}", one.entry.id in ticked)
                for one in binned
            ]
        )
        for part in (self._words, self.list, self.restore, self.delete):
            part.setVisible(bool(binned))
        self._empty.setVisible(not binned)
        self._count()
        if binned:
            self.list.show_first()
            self.list.setFocus()
        else:
            self.back_button.setFocus()

    def _stays(self, one: TrashedAccount) -> str:
        if one.left_s is None:
            return tr("Stays until you delete it")
        days = math.ceil(one.left_s / DAY_S)
        if days <= 1:
            return tr("Deleted for good within a day")
        return trn("Deleted for good in {count} day", "Deleted for good in {count} days", days)

    def _ticked(self) -> list[Entry]:
        return [self._entries[row] for row in self.list.checked_rows()]

    def _count(self) -> None:
        count = len(self._ticked())
        self.restore.setEnabled(count > 0)
        self.delete.setEnabled(count > 0)
        self.restore.setText(
            trn("Put {count} back", "Put {count} back", count) if count > 1 else tr("Put back")
        )
        self.restore.setAccessibleName(self.restore.text())

    def _put_back(self) -> None:
        entries = self._ticked()
        words = (
            tr("{name} is back").format(name=name_of(entries[0]))
            if len(entries) == 1
            else trn("{count} account is back", "{count} accounts are back", len(entries))
        )
        ids = [entry.id for entry in entries]
        self._session.trash.restore(
            ids, lambda _: self.toast_requested.emit(words), self._show_error
        )

    def _ask(self) -> None:
        from authenticator.gui.accounts.delete_confirmation import ask_to_delete

        entries = self._ticked()
        words = (
            tr("{name} is deleted").format(name=name_of(entries[0]))
            if len(entries) == 1
            else trn("{count} account is deleted", "{count} accounts are deleted", len(entries))
        )
        ids = [entry.id for entry in entries]
        ask_to_delete(
            self,
            [name_of(entry) for entry in entries],
            lambda: self._session.trash.delete(
                ids, lambda _: self.toast_requested.emit(words), self._show_error
            ),
        )

    def _show_error(self, error: Exception) -> None:
        self.notice.show_error(error, (tr("Dismiss"), self.notice.hide))
