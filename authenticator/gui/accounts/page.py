"""The main page: search, the codes, one status line."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from authenticator.gui.accounts.actions import AccountActions
from authenticator.gui.accounts.code_masking import CodeMask
from authenticator.gui.accounts.list_stack import ListStack
from authenticator.gui.accounts.list_view import CodeList
from authenticator.gui.accounts.model import AccountsModel
from authenticator.gui.accounts.notices import AccountNotices
from authenticator.gui.accounts.row_icons import RowIcons
from authenticator.gui.accounts.search import ListSearch
from authenticator.gui.desktop.clipboard import Clipboard
from authenticator.gui.session import Session
from authenticator.gui.widgets import focus_order
from authenticator.gui.widgets.icon_button import IconButton
from authenticator.gui.widgets.key_events import is_writing
from authenticator.gui.widgets.labels import hairline
from authenticator.language import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent

    from authenticator.app.vault_opening import KeyRead
    from authenticator.gui.accounts.group_bar import GroupBar
    from authenticator.gui.accounts.row import Row
    from authenticator.vault.entry import Entry

ICONS_MS = 300
"""After which icons no longer wait for codes."""
BRANDS_MS = 300
"""After the codes are there the drawings of brands are loaded, which takes 10 ms."""


class CodesPage(QWidget):
    """Shows and uses codes; whatever leaves the page goes out as a signal."""

    add = Signal()
    scan = Signal()
    enter = Signal()
    key_wanted = Signal(object)  # Entry, whose key is to be shown
    settings = Signal()
    time = Signal()  # its part of the settings
    bin = Signal()
    shortcuts = Signal()
    lock_wanted = Signal()
    quit_wanted = Signal()
    pasted = Signal()
    say = Signal(str)
    take_back = Signal(str, object)  # what was done, and a callable that undoes it
    offer = Signal(str, str, object)  # words, a button's name, what it does
    painted = Signal()

    def __init__(self, session: Session, clipboard: Clipboard) -> None:
        super().__init__()
        self.setAccessibleName(tr("Codes"))
        self._session = session
        self.code_mask = CodeMask(lambda: session.settings.hide_codes, self)
        self.model = AccountsModel(lambda: session.clock, self, self.code_mask.hides)
        self.model.codes.keys_wanted.connect(session.accounts.read_keys)
        self.model.set_order(session.settings.order)
        self.icons = RowIcons(session, self)
        self.list = CodeList(self.model, self.icons.picture, self.icons.brand)
        self._apply_list_settings()
        self.list.menu_requested.connect(self._open_menu)
        self.list.painted.connect(self.painted)
        self.code_mask.changed.connect(self.list.viewport().update)
        self.icons.changed.connect(self.list.viewport().update)
        self.account_actions = AccountActions(
            session, clipboard, self.list, self.code_mask, self.tell, self
        )
        self.account_actions.say.connect(self.say)
        self.account_actions.take_back.connect(self.take_back)
        self.account_actions.offer.connect(self.offer)
        self.account_actions.key_wanted.connect(self.key_wanted)
        self.searching = ListSearch(session, self.model, self.list, self.account_actions, self)
        self.searching.narrowed.connect(self._show_content)
        self.search = self.searching.field
        self.search.enrolment_pasted.connect(self.pasted)
        self.stack = ListStack(self.list)
        self.stack.scan.connect(self.scan)
        self.stack.enter.connect(self.enter)
        self.stack.clear_wanted.connect(self._clear_search)
        self._lay_out()
        self.notices = AccountNotices(session, self._column, self._first_below_notices, self)
        self.notices.time_wanted.connect(self.time)
        session.accounts.keys_read.connect(self._keys_read)
        session.settings_changed.connect(self._settings_changed)
        session.motion_changed.connect(self._apply_list_settings)
        session.time_changed.connect(self.notices.show_time)
        self.notices.show_time()
        self._icons_due = QTimer(self, singleShot=True, interval=ICONS_MS)
        self._icons_due.timeout.connect(self._draw_icons)
        self._icons_due.start()
        self.list.painted.connect(self._draw_icons)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._head())
        self._column.addWidget(hairline())
        self._column.addLayout(self.stack, 1)
        self.stack.begin()

    def _head(self) -> QHBoxLayout:
        self.add_button = IconButton("add", tr("Add an account"), late=True)
        self.add_button.setShortcut(QKeySequence.StandardKey.New)
        self.add_button.clicked.connect(self.add)
        find = QShortcut(QKeySequence("Ctrl+F"), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.searching.find)
        self.menu_button = IconButton("menu", tr("Menu"), late=True)
        self.menu_button.clicked.connect(self._open_main_menu)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.setSpacing(4)
        head.addWidget(self.search, 1)
        head.addWidget(self.add_button)
        head.addWidget(self.menu_button)
        return head

    def _draw_icons(self) -> None:
        self._icons_due.stop()
        self.list.painted.disconnect(self._draw_icons)
        self.add_button.draw()
        self.menu_button.draw()
        QTimer.singleShot(BRANDS_MS, self, self.icons.load_brands)

    @cached_property
    def group_bar(self) -> GroupBar:
        """Made once there is a group."""
        from authenticator.gui.accounts.group_bar import GroupBar

        bar = GroupBar()
        bar.chosen.connect(self.searching.narrow)
        self._column.insertWidget(self._column.indexOf(self.stack), bar)
        return bar

    @property
    def _has_group_bar(self) -> bool:
        """Whether their row was made, without making it."""
        return "group_bar" in self.__dict__

    def _first_below_notices(self) -> QWidget:
        if self._has_group_bar and (chips := self.group_bar.chips):
            return chips[0]
        return self.list

    # Menus

    def _open_main_menu(self) -> None:
        from authenticator.gui.accounts.menus import MainMenu

        menu = MainMenu(self._session.settings.order, self)
        menu.scan.connect(self.scan)
        menu.enter.connect(self.enter)
        menu.order_selected.connect(self.account_actions.sort_by)
        menu.bin.connect(self.bin)
        menu.settings.connect(self.settings)
        menu.shortcuts.connect(self.shortcuts)
        menu.lock_wanted.connect(self.lock_wanted)
        menu.quit_wanted.connect(self.quit_wanted)
        spot = QPoint(self.menu_button.width() - menu.sizeHint().width(), self.menu_button.height())
        menu.popup(self.menu_button.mapToGlobal(spot))

    def _open_menu(self, row: Row, spot: QPoint) -> None:
        from authenticator.gui.accounts.menus import RowMenu

        RowMenu(row, self.account_actions, self.list, self._retry_keys, self).popup(spot)

    # What is shown

    def set_entries(self, entries: list[Entry]) -> None:
        """Show these accounts."""
        self.model.set_entries(entries)
        if groups := self.model.groups:
            self.group_bar.offer(groups)
            self.group_bar.show()
            focus_order.set_tab_order(focus_order.before(self.list), *self.group_bar.chips)
        elif self._has_group_bar:
            self.group_bar.offer([])
            self.group_bar.hide()
        self._show_content()
        self.searching.prepare_soon()
        self.notices.show_damage(self.model.damaged)

    def _show_content(self) -> None:
        if self.model.rowCount():
            self.stack.show_list()
        elif self.model.total:
            group = self.group_bar.current if self._has_group_bar else ""
            self.stack.show_no_match(self.search.text(), group)
        else:
            self.stack.show_empty()
            self.painted.emit()

    def _settings_changed(self) -> None:
        self.notices.show_time()
        self.model.set_order(self._session.settings.order)
        self.model.codes.refresh_codes()
        self._apply_list_settings()

    def _apply_list_settings(self) -> None:
        self.list.apply_settings(self._session.settings, still=self._session.still)

    def _keys_read(self, read: list[KeyRead]) -> None:
        self.model.codes.set_keys(read)
        self.searching.copy_awaited()
        if (error := self.model.codes.read_error) is not None:
            self.notices.show_unread(error, self._retry_keys)
        self.notices.show_damage(self.model.damaged)

    def _retry_keys(self) -> None:
        self.notices.dismiss()
        self.model.codes.retry()

    def tell(self, error: Exception) -> None:
        """Say on this page what went wrong."""
        self.notices.tell(error)

    def note(self, title: str, words: str) -> None:
        """Something to know, which is put away once read."""
        self.notices.note(title, words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.notices.fit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.searching.forget_awaited()
        self.code_mask.hide_all()

    # Keys, and what is being edited

    def take_focus(self) -> None:
        """The list has the focus, for arrows and Enter; letters go to the search anyway."""
        if self.model.rowCount():
            self.list.setFocus()
        elif self.stack.is_empty:
            self.stack.empty.ways.scan_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no control on the page wanted: words to search for, or their end."""
        if is_writing(event) and self.model.total:
            self.searching.type(event.text())
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def _clear_search(self) -> None:
        self.search.clear()
        if self._has_group_bar:
            self.group_bar.choose_all()
        self.search.setFocus()

    def edit_draft(self) -> dict[str, str]:
        """The account being edited (`id`) and what was typed there; nothing where nothing was."""
        return self.account_actions.edit_draft()

    def edit_again(self, draft: dict[str, str]) -> None:
        """Take up what `edit_draft` told."""
        self.account_actions.edit_again(draft)
