"""The main page: search, codes and status line."""

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
"""After this, icons no longer wait for the codes."""
BRANDS_MS = 300
"""Brand icons are loaded this long after the codes are shown; loading takes 10 ms."""


class CodesPage(QWidget):
    """Puts the parts of the page together; what leads away from it is a signal."""

    add_requested = Signal()
    scan_requested = Signal()
    enter_key_requested = Signal()
    key_requested = Signal(object)  # Entry whose key is to be shown
    settings_requested = Signal()
    passphrase_check_requested = Signal()  # whether the passphrase is still known
    time_requested = Signal()  # the time section of the settings
    trash_requested = Signal()
    shortcuts_requested = Signal()
    lock_requested = Signal()
    quit_requested = Signal()
    pasted = Signal()
    toast_requested = Signal(str)
    undo_offered = Signal(str, object)  # what was done, and a callable that undoes it
    action_offered = Signal(str, str, object)  # text, button label, callable
    painted = Signal()

    def __init__(self, session: Session, clipboard: Clipboard) -> None:
        super().__init__()
        self.setAccessibleName(tr("Codes"))
        self._session = session
        self.code_mask = CodeMask(lambda: session.settings.hide_codes, self)
        self.model = AccountsModel(lambda: session.clock, self, self.code_mask.is_hidden)
        self.model.codes.keys_requested.connect(session.accounts.read_keys)
        self.model.set_order(session.settings.order)
        self.icons = RowIcons(session, self)
        self.list = CodeList(self.model, self.icons.picture, self.icons.brand)
        self._apply_list_settings()
        self.list.menu_requested.connect(self._open_menu)
        self.list.painted.connect(self.painted)
        self.code_mask.changed.connect(self.list.viewport().update)
        self.icons.changed.connect(self.list.viewport().update)
        self.account_actions = AccountActions(
            session, clipboard, self.list, self.code_mask, self.show_error, self
        )
        self.account_actions.toast_requested.connect(self.toast_requested)
        self.account_actions.undo_offered.connect(self.undo_offered)
        self.account_actions.action_offered.connect(self.action_offered)
        self.account_actions.key_requested.connect(self.key_requested)
        self.searching = ListSearch(session, self.model, self.list, self.account_actions, self)
        self.searching.narrowed.connect(self._show_content)
        self.search = self.searching.field
        self.search.enrolment_pasted.connect(self.pasted)
        self.stack = ListStack(self.list)
        self.stack.scan_requested.connect(self.scan_requested)
        self.stack.enter_key_requested.connect(self.enter_key_requested)
        self.stack.clear_requested.connect(self._clear_search)
        self._lay_out()
        self.notices = AccountNotices(session, self._column, self._first_below_notices, self)
        self.notices.time_requested.connect(self.time_requested)
        self.notices.passphrase_check_requested.connect(self.passphrase_check_requested)
        self._follow(session)
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

    def _follow(self, session: Session) -> None:
        session.accounts.keys_read.connect(self._keys_read)
        session.settings_changed.connect(self._settings_changed)
        session.motion_changed.connect(self._apply_list_settings)
        session.time_changed.connect(self.notices.show_time)
        session.reminder.due_changed.connect(self.notices.show_reminder)
        session.ready.connect(self.notices.show_reminder)

    def _head(self) -> QHBoxLayout:
        self.add_button = IconButton("add", tr("Add an account"), late=True)
        self.add_button.setShortcut(QKeySequence.StandardKey.New)
        self.add_button.clicked.connect(self.add_requested)
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
        """Created once there is a group."""
        from authenticator.gui.accounts.group_bar import GroupBar

        bar = GroupBar()
        bar.chosen.connect(self.searching.narrow)
        self._column.insertWidget(self._column.indexOf(self.stack), bar)
        return bar

    @property
    def _has_group_bar(self) -> bool:
        """Whether the bar has been created, without creating it."""
        return "group_bar" in self.__dict__

    def _first_below_notices(self) -> QWidget:
        if self._has_group_bar and (chips := self.group_bar.chips):
            return chips[0]
        return self.list

    # Menus

    def _open_main_menu(self) -> None:
        from authenticator.gui.accounts.menus import MainMenu

        menu = MainMenu(self._session.settings.order, self)
        menu.scan_requested.connect(self.scan_requested)
        menu.enter_key_requested.connect(self.enter_key_requested)
        menu.order_selected.connect(self.account_actions.sort_by)
        menu.trash_requested.connect(self.trash_requested)
        menu.settings_requested.connect(self.settings_requested)
        menu.shortcuts_requested.connect(self.shortcuts_requested)
        menu.lock_requested.connect(self.lock_requested)
        menu.quit_requested.connect(self.quit_requested)
        spot = QPoint(self.menu_button.width() - menu.sizeHint().width(), self.menu_button.height())
        menu.popup(self.menu_button.mapToGlobal(spot))

    def _open_menu(self, row: Row, spot: QPoint) -> None:
        from authenticator.gui.accounts.menus import RowMenu

        RowMenu(row, self.account_actions, self.list, self._retry_keys, self).popup(spot)

    # Content

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
        self.list.apply_settings(self._session.settings, still=self._session.reduced_motion)

    def _keys_read(self, read: list[KeyRead]) -> None:
        self.model.codes.set_keys(read)
        self.searching.copy_pending()
        if (error := self.model.codes.read_error) is not None:
            self.notices.show_unread(error, self._retry_keys)
        self.notices.show_damage(self.model.damaged)

    def _retry_keys(self) -> None:
        self.notices.dismiss()
        self.model.codes.retry()

    def show_error(self, error: Exception) -> None:
        """Show an error on this page."""
        self.notices.show_error(error)

    def show_note(self, title: str, words: str) -> None:
        """Show something worth knowing, which can be dismissed."""
        self.notices.show_note(title, words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.notices.fit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.searching.cancel_pending_copy()
        self.code_mask.hide_all()

    # Focus, keys and drafts

    def set_initial_focus(self) -> None:
        """Focus the list, for arrow keys and Enter; letters go to the search anyway."""
        if self.model.rowCount():
            self.list.setFocus()
        elif self.stack.is_empty:
            self.stack.empty.buttons.scan_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no control handled: letters start a search, Escape ends it."""
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
        """The unsaved changes of an open edit dialog, with the account's `id`; empty if none."""
        return self.account_actions.edit_draft()

    def restore_edit(self, draft: dict[str, str]) -> None:
        """Reopen the edit dialog with a draft of `edit_draft`."""
        self.account_actions.restore_edit(draft)
