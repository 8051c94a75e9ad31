"""A list of accounts with tick boxes, as tall as its content while there is room."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from authenticator.gui.widgets.check_list_rows import FoundRowDelegate
from authenticator.gui.widgets.row_choices import CHOICE_ROLE, CHOICES_ROLE
from authenticator.language import tr

ROW_GAP, LOWEST = 2, 160
"""Px: the space between rows, and the minimum height of a longer list."""


class FoundList(QListWidget):
    """`set_rows` fills it. With `tallest` (px) it is exactly as tall as its rows, up to that. With
    `more`, a word, each row leads to details by a click on that word or by Enter. A row with
    choices is chosen in by a click, or by Left and Right."""

    details_requested = Signal(int)  # the row

    def __init__(self, name: str, more: str = "") -> None:
        super().__init__()
        self.tallest: int | None = None
        self.setObjectName("found")
        self.setAccessibleName(name)
        self._leads_on = bool(more)
        rows = FoundRowDelegate(self, more)
        rows.details_requested.connect(self.details_requested)
        rows.chosen.connect(self.choose)
        self.itemChanged.connect(self._follow_tick)
        self.setItemDelegate(rows)
        self.setSpacing(ROW_GAP)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._fitted = QSize()
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit)

    def set_rows(self, rows: list[tuple[str, bool]]) -> None:
        """Replace all rows: the text of each, and whether it is ticked."""
        self.blockSignals(True)
        self.clear()
        for words, ticked in rows:
            item = QListWidgetItem(words)
            item.setFlags(
                Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
            )
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.addItem(item)
        self.blockSignals(False)

    def set_choices(self, row: int, words: list[str], chosen: int) -> None:
        """Offer a choice in a row, in these words. The last of them stands for not ticking it."""
        item = self.item(row)
        item.setData(CHOICES_ROLE, words)
        self.choose(row, chosen)

    def choose(self, row: int, chosen: int) -> None:
        """Choose in a row that has a choice."""
        item = self.item(row)
        words: list[str] = item.data(CHOICES_ROLE)
        ticked = chosen < len(words) - 1
        self.blockSignals(True)
        item.setData(CHOICE_ROLE, chosen)
        said = tr("Chosen: {choice}", choice=words[chosen])
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}\n{said}")
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.blockSignals(False)
        self.viewport().update()
        self.itemChanged.emit(item)

    def chosen(self, row: int) -> int:
        """Which choice is made in a row; -1 if it has none."""
        chosen = self.item(row).data(CHOICE_ROLE)
        return -1 if chosen is None else int(chosen)

    def show_first(self) -> None:
        """Go to the first row; fit the height at once, and again once it is laid out."""
        self.setCurrentRow(0)
        self._fit()
        self._fitting.start()

    def checked_rows(self) -> list[int]:
        """The numbers of the ticked rows."""
        return [
            row
            for row in range(self.count())
            if self.item(row).checkState() == Qt.CheckState.Checked
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._step(event.key()):
            return
        if enter and self._leads_on and self.currentRow() >= 0:
            self.details_requested.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def _step(self, key: int) -> bool:
        """Choose the next or the previous in the current row; False if there is no choice."""
        row = self.currentRow()
        if row < 0 or self.chosen(row) < 0:
            return False
        on = (key == Qt.Key.Key_Right) != self.isRightToLeft()
        last = len(self.item(row).data(CHOICES_ROLE)) - 1
        self.choose(row, max(0, min(last, self.chosen(row) + (1 if on else -1))))
        return True

    def _follow_tick(self, item: QListWidgetItem) -> None:
        """A tick box chooses too: the first choice, or the last, which leaves the row alone."""
        row = self.row(item)
        chosen = self.chosen(row)
        if chosen < 0:
            return
        last = len(item.data(CHOICES_ROLE)) - 1
        ticked = item.checkState() == Qt.CheckState.Checked
        if ticked != (chosen < last):
            self.choose(row, 0 if ticked else last)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap differently; but a scroll bar that comes or goes is of our own making."""
        super().resizeEvent(event)
        if self.size() != self._fitted:
            self._fitting.start()

    def _fit(self) -> None:
        if not self.count():
            return
        self._fitted = self.size()
        # If a scroll bar may appear, Qt wraps lines as if it were there.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doItemsLayout()
        last = self.visualItemRect(self.item(self.count() - 1))
        rows = last.bottom() + 1 + self.verticalScrollBar().value() + ROW_GAP
        whole = rows + self.height() - self.viewport().height()
        if self.tallest is not None:
            self.setFixedHeight(min(whole, self.tallest))
        else:
            self.setMinimumHeight(min(whole, LOWEST))
            self.setMaximumHeight(whole)
        if rows > self.viewport().height():
            # Now and with the bar: Qt would lay rows out later, for the width without it.
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
            self.doItemsLayout()
