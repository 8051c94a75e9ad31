"""The list, or what is shown in its place: that nothing matches a search, or that there are no
accounts yet."""

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
    """Shows one of the three at a time. The two rare ones are made when they are needed."""

    scan_requested = Signal()
    enter_key_requested = Signal()
    clear_requested = Signal()

    def __init__(self, accounts: QWidget) -> None:
        super().__init__()
        self._list = accounts

    @cached_property
    def no_match(self) -> NoMatch:
        """Shown when no account matches."""
        made = NoMatch()
        made.clear.clicked.connect(self.clear_requested)
        self.addWidget(made)
        set_tab_order(self._list, made.clear)
        return made

    @cached_property
    def empty(self) -> NoAccountYet:
        """Shown when there are no accounts: the two ways to add the first one."""
        made = NoAccountYet()
        made.buttons.scan_requested.connect(self.scan_requested)
        made.buttons.enter_key_requested.connect(self.enter_key_requested)
        self.addWidget(made)
        set_tab_order(self._list, made.buttons.scan_button, made.buttons.enter_button)
        return made

    @property
    def is_empty(self) -> bool:
        """Whether it shows that there are no accounts."""
        return "empty" in self.__dict__ and self.currentWidget() is self.empty

    def begin(self) -> None:
        """Add the list, once this is part of a page: before, the list would be a window."""
        self.addWidget(self._list)

    def show_list(self) -> None:
        """Show the accounts."""
        self.setCurrentWidget(self._list)

    def show_no_match(self, words: str, group: str) -> None:
        """Show that nothing matches these words, in a group unless `group` is empty."""
        told = (
            tr("No account in {group} matches “{words}”.")
            if group
            else tr("No account matches “{words}”.")
        ).format(words=wording.displayable(words, 80), group=wording.displayable(group, 80))
        if self.no_match.words.text() != told or self.currentWidget() is not self.no_match:
            announce(self.no_match, told)
        self.no_match.words.setText(told)
        self.setCurrentWidget(self.no_match)

    def show_empty(self) -> None:
        """Show how to add the first account."""
        self.setCurrentWidget(self.empty)


class NoMatch(QWidget):
    """A sentence, and a button that clears the search."""

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
    """An illustration, and the ways to add an account."""

    def __init__(self) -> None:
        from authenticator.gui.widgets.add_account_buttons import AddAccountButtons
        from authenticator.gui.widgets.illustration import Illustration

        super().__init__()
        words = text(tr("No accounts yet. Add your first one."))
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        drawing = Illustration("illustrations/first-account", QSize(180, 120))
        self.buttons = AddAccountButtons()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(drawing, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words)
        column.addStretch(1)
        column.addWidget(self.buttons)
