"""Which of the accounts that were found are to be added."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem

from authenticator import wording
from authenticator.app.enrolment import Harvest
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.text import button, text
from authenticator.otp.uri import Enrolment
from authenticator.vault.vault import Entry

TOLD = 5


class PickPage(Page):
    """A list with tick boxes; what is there already starts unticked."""

    picked = Signal(object)  # tuple[Enrolment, ...]

    def __init__(self) -> None:
        super().__init__(self.tr("Choose accounts"))
        self._found: tuple[Enrolment, ...] = ()
        self._words = text("", "muted")
        self.list = QListWidget()
        self.list.setObjectName("found")
        self.list.setWordWrap(True)
        self.list.setSpacing(4)
        self.list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Accounts found"))
        self.list.setMinimumHeight(160)
        self.list.itemChanged.connect(self._count)
        self.notice = Notice()
        self.add = button(self.tr("Add"), "primary")
        self.add.clicked.connect(self._pick)
        cancel = button(self.tr("Cancel"))
        cancel.clicked.connect(self.back)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(cancel)
        row.addWidget(self.add, 1)
        self.body.addWidget(self._words)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.notice)
        self.add_foot(row)

    def offer(self, crop: Harvest, twins: list[Entry | None], unread: tuple[str, ...] = ()) -> None:
        """Show what was found; `twins` tells for each whether it is kept already, `unread`
        are lines about sources that gave nothing."""
        self._found = crop.found
        self.list.blockSignals(True)
        self.list.clear()
        for enrolment, twin in zip(crop.found, twins, strict=True):
            label = enrolment.account.label
            lines = [wording.shown(str(label)) or self.tr("No name")]
            if twin is not None:
                lines.append(self.tr("Here already, with the same key. One is enough."))
            lines += [wording.remark(notice) for notice in enrolment.notices]
            item = QListWidgetItem("\n".join(lines))
            item.setFlags(
                Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
            )
            item.setCheckState(
                Qt.CheckState.Unchecked if twin is not None else Qt.CheckState.Checked
            )
            self.list.addItem(item)
        self.list.blockSignals(False)
        if all(twin is not None for twin in twins):
            one = len(crop.found) == 1
            self._words.setText(
                self.tr("This account is here already.")
                if one
                else self.tr("All of these accounts are here already.")
            )
        else:
            self._words.setText(self.tr("Tick what is to be added."))
        self._tell_rest(crop, unread)
        self.list.setCurrentRow(0)
        self._count()

    def take_focus(self) -> None:
        self.list.setFocus()

    def _tell_rest(self, crop: Harvest, unread: tuple[str, ...]) -> None:
        words = [
            wording.remark(fault) for refusal in crop.refused[:TOLD] for fault in refusal.faults
        ]
        words += [
            self.tr("No enrolment: {text}").format(text=wording.shown(other))
            for other in crop.others[:TOLD]
        ]
        words += unread[:TOLD]
        count = len(crop.refused) + len(crop.others) + len(unread)
        if not count:
            self.notice.hide()
            return
        title = (
            self.tr("One of them can't be added")
            if count == 1
            else self.tr("{count} of them can't be added").format(count=count)
        )
        self.notice.say(Tone.WARN, title, "\n".join(dict.fromkeys(words)))

    def _ticked(self) -> tuple[Enrolment, ...]:
        return tuple(
            enrolment
            for row, enrolment in enumerate(self._found)
            if self.list.item(row).checkState() == Qt.CheckState.Checked
        )

    def _count(self) -> None:
        count = len(self._ticked())
        self.add.setEnabled(count > 0)
        self.add.setText(
            self.tr("Add one account")
            if count == 1
            else self.tr("Add {count} accounts").format(count=count)
        )
        self.add.setAccessibleName(self.add.text())

    def _pick(self) -> None:
        self.picked.emit(self._ticked())
