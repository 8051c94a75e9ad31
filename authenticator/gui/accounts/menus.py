"""The main menu, and the context menu of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from authenticator.app.sorting import Order
from authenticator.gui.accounts.row import RowState
from authenticator.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from authenticator.gui.accounts.actions import AccountActions
    from authenticator.gui.accounts.list_view import CodeList
    from authenticator.gui.accounts.row import Row


class MainMenu(QMenu):
    """Leads to the other pages; deleted once it is closed."""

    scan_requested = Signal()
    enter_key_requested = Signal()
    order_selected = Signal(object)  # Order
    trash_requested = Signal()
    settings_requested = Signal()
    shortcuts_requested = Signal()
    lock_requested = Signal()
    quit_requested = Signal()

    def __init__(self, order: Order, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.addAction(tr("Scan QR code"), self.scan_requested.emit)
        self.addAction(tr("Enter the key"), self.enter_key_requested.emit)
        self.addSeparator()
        self._add_orders(self.addMenu(tr("Sort by")), order)
        self.addAction(tr("Bin"), self.trash_requested.emit)
        self.addSeparator()
        self.addAction(tr("Settings\tCtrl+,"), self.settings_requested.emit)
        self.addAction(tr("Shortcuts\tF1"), self.shortcuts_requested.emit)
        self.addSeparator()
        self.addAction(tr("Lock\tCtrl+L"), self.lock_requested.emit)
        self.addAction(tr("Quit"), self.quit_requested.emit)

    def _add_orders(self, menu: QMenu, now: Order) -> None:
        orders = QActionGroup(menu)
        for order, words in (
            (Order.OWN, tr("Own order")),
            (Order.NAME, tr("Account name")),
            (Order.ISSUER, tr("Issuer")),
            (Order.LAST_USED, tr("Last used")),
            (Order.MOST_USED, tr("Most used")),
        ):
            action = orders.addAction(words)
            action.setCheckable(True)
            action.setChecked(order is now)
            action.triggered.connect(lambda _checked, order=order: self.order_selected.emit(order))
            menu.addAction(action)


class RowMenu(QMenu):
    """What can be done with a row, or with all selected rows."""

    def __init__(
        self,
        row: Row,
        actions: AccountActions,
        view: CodeList,
        retry: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = view.selected_rows()
        if len(chosen) > 1:
            words = trn("Remove {count} account\tDel", "Remove {count} accounts\tDel", len(chosen))
            self.addAction(words, lambda: actions.remove(chosen))
        else:
            self._offer(row, actions, view, retry)

    def _offer(
        self, row: Row, actions: AccountActions, view: CodeList, retry: Callable[[], None]
    ) -> None:
        if row.state is RowState.CODE:
            self.addAction(tr("Copy\tEnter"), lambda: actions.copy(row))
            if row.hidden:
                self.addAction(tr("Show code\tSpace"), lambda: actions.reveal(row))
            if not row.is_hotp:
                self.addAction(tr("Copy next code\tCtrl+Shift+C"), lambda: actions.copy_next(row))
        if row.can_advance:
            self.addAction(tr("Next code\tF5"), lambda: actions.advance_counter(row))
        if row.state is RowState.UNREAD:
            self.addAction(tr("Try again"), retry)
        if row.state in (RowState.DAMAGED, RowState.UNREAD):
            self.addAction(tr("Save what is left…"), lambda: actions.save_raw(row))
        if row.state is not RowState.DAMAGED:
            self.addAction(tr("Edit…\tF2"), lambda: actions.edit(row))
            pin = tr("Unpin") if row.entry.pinned else tr("Pin on top")
            self.addAction(pin, lambda: actions.pin(row))
        if row.state in (RowState.CODE, RowState.WAITING, RowState.NO_TIME):
            self.addAction(tr("Show QR code and key…"), lambda: actions.show_key(row))
        if view.accounts.can_move:
            self.addAction(tr("Move up\tAlt+Up"), lambda: view.move_current(down=False))
            self.addAction(tr("Move down\tAlt+Down"), lambda: view.move_current(down=True))
        self.addSeparator()
        self.addAction(tr("Remove\tDel"), lambda: actions.remove([row]))
