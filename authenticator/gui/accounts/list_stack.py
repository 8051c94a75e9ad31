"""The list, or what stands in its place: nothing that fits a search, or no account yet."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.gui.widgets.focus_order import set_tab_order
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import tr


class ListStack(QStackedLayout):
    """One of the three at a time. Those that are rarely seen are made when they are needed."""

    scan = Signal()
    enter = Signal()
    clear_wanted = Signal()

    def __init__(self, accounts: QWidget) -> None:
        super().__init__()
        self._list = accounts

    @cached_property
    def no_match(self) -> NoMatch:
        """That no account fits."""
        made = NoMatch()
        made.clear.clicked.connect(self.clear_wanted)
        self.addWidget(made)
        set_tab_order(self._list, made.clear)
        return made

    @cached_property
    def empty(self) -> NoAccountYet:
        """The two ways to the first account."""
        made = NoAccountYet()
        made.ways.scan.connect(self.scan)
        made.ways.enter.connect(self.enter)
        self.addWidget(made)
        set_tab_order(self._list, made.ways.scan_button, made.ways.enter_button)
        return made

    @property
    def is_empty(self) -> bool:
        """Whether it shows that there is no account."""
        return "empty" in self.__dict__ and self.currentWidget() is self.empty

    def begin(self) -> None:
        """Take the list in, once this is part of a page: before, it would be a window."""
        self.addWidget(self._list)

    def show_list(self) -> None:
        """Show the accounts."""
        self.setCurrentWidget(self._list)

    def show_no_match(self, words: str, group: str) -> None:
        """Tell that nothing fits these words, in a group where it has a name."""
        told = (
            tr("No account in {group} fits “{words}”.")
            if group
            else tr("No account fits “{words}”.")
        ).format(words=wording.shown(words, 80), group=wording.shown(group, 80))
        if self.no_match.words.text() != told or self.currentWidget() is not self.no_match:
            announce(self.no_match, told)
        self.no_match.words.setText(told)
        self.setCurrentWidget(self.no_match)

    def show_empty(self) -> None:
        """Show how the first account comes."""
        self.setCurrentWidget(self.empty)


class NoMatch(QWidget):
    """Words, and the way back to all accounts."""

    def __init__(self) -> None:
        super().__init__()
        self.words = text()
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.clear = button(tr("Clear the search"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self.words)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)


class NoAccountYet(QWidget):
    """A drawing, and the ways in."""

    def __init__(self) -> None:
        from authenticator.gui.widgets.illustration import Drawing
        from authenticator.gui.widgets.way_buttons import WaysIn

        super().__init__()
        words = text(tr("No account yet. Bring the first one here."))
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        drawing = Drawing("illustrations/first-account", QSize(180, 120))
        self.ways = WaysIn()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(drawing, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words)
        column.addStretch(1)
        column.addWidget(self.ways)
