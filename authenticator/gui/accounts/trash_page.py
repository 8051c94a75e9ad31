"""The bin: what was removed, for how long it stays, and the way back."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from authenticator.gui.session import Session
from authenticator.gui.widgets.check_list import FoundList
from authenticator.gui.widgets.flow_layout import Flow, Spare
from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.page import Page
from authenticator.language import tr, trn
from authenticator.vault.entry import Entry
from authenticator.vault.trash import DAY_S, Trashed
from authenticator.wording.account_name import name_of


class BinPage(Page):
    """A list with tick boxes; what is ticked is put back, or deleted for good after a yes."""

    say = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Bin"))
        self._session = session
        self._entries: list[Entry] = []
        self._words = text(
            tr("Removed accounts stay here for 30 days. Tick what is to come back."), "muted"
        )
        self._words.hide()
        self.list = FoundList(tr("Removed accounts"))
        self.list.itemChanged.connect(self._count)
        self.list.hide()
        self._empty = QWidget()
        self._empty.hide()
        mark = IconLabel("remove", "muted", 48)
        nothing = text(tr("The bin is empty. What you remove stays here for 30 days."))
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
        row = Flow(Spare.WITHIN)
        row.addWidget(self.delete)
        row.addWidget(self.restore)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._words)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._empty, 1)
        self.body.addStretch(0)
        self.add_foot(row)
        self._count()
        session.accounts.entries_changed.connect(self._look_again)

    def take_focus(self) -> None:
        self._session.trash.entries(self._show, self._tell)

    def _look_again(self) -> None:
        if self.isVisible():
            self._session.trash.entries(self._show, self._tell)

    def _show(self, binned: list[Trashed]) -> None:
        ticked = {entry.id for entry in self._ticked()}
        self._entries = [one.entry for one in binned]
        self.list.put(
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

    def _stays(self, one: Trashed) -> str:
        if one.left_s is None:
            return tr("Stays until you delete it")
        days = math.ceil(one.left_s / DAY_S)
        if days <= 1:
            return tr("Goes for good within a day")
        return trn("Goes for good in {count} day", "Goes for good in {count} days", days)

    def _ticked(self) -> list[Entry]:
        return [self._entries[row] for row in self.list.ticked()]

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
        self._session.trash.put_back(ids, lambda _: self.say.emit(words), self._tell)

    def _ask(self) -> None:
        from authenticator.gui.accounts.delete import ask_to_delete

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
            lambda: self._session.trash.delete(ids, lambda _: self.say.emit(words), self._tell),
        )

    def _tell(self, error: Exception) -> None:
        self.notice.explain(error, (tr("Dismiss"), self.notice.hide))
