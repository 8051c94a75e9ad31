"""What can be done with the listed accounts: copy a code, edit, move, remove."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from authenticator import wording
from authenticator.app.codes import code_now, next_code
from authenticator.errors import InputRefused
from authenticator.gui.accounts.row import RowState
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import tr, trn
from authenticator.otp.account import Hotp
from authenticator.wording.account_name import name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from authenticator.app.sorting import Order
    from authenticator.gui.accounts.code_masking import CodeMask
    from authenticator.gui.accounts.edit_dialog import EditDialog
    from authenticator.gui.accounts.list_view import CodeList
    from authenticator.gui.accounts.model import AccountsModel
    from authenticator.gui.accounts.row import Row
    from authenticator.gui.desktop.clipboard import Clipboard
    from authenticator.gui.session import Session
    from authenticator.otp.account import Account
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry

EXPIRES_SOON_S = 3
"""A code with less time left may expire before it is typed, so the next one is offered."""


class AccountActions(QObject):
    """One method per action. The outcome is announced, with a way to undo it where there is one."""

    toast_requested = Signal(str)
    undo_offered = Signal(str, object)  # what was done, and a callable that undoes it
    action_offered = Signal(str, str, object)  # text, button label, callable
    key_requested = Signal(object)  # Entry whose key is to be shown

    def __init__(
        self,
        session: Session,
        clipboard: Clipboard,
        view: CodeList,
        mask: CodeMask,
        tell: Callable[[Exception], None],
        page: QWidget,
    ) -> None:
        """`tell` shows an error on the page."""
        super().__init__(page)
        self._session = session
        self._clipboard = clipboard
        self._view = view
        self._model: AccountsModel = view.accounts
        self._mask = mask
        self._show_error = tell
        self._page = page
        self._editing: EditDialog | None = None
        self._pending_edit: dict[str, str] = {}
        view.copy_requested.connect(self.copy)
        view.copy_next_requested.connect(self.copy_next)
        view.reveal_requested.connect(self.reveal)
        view.advance_requested.connect(self.advance_counter)
        view.edit_requested.connect(self.edit)
        view.remove_requested.connect(self.remove)
        self._model.moved.connect(self.move)

    def copy(self, row: Row) -> None:
        """Copy the current code; for an HOTP account that shows none, its next one."""
        if row.state is RowState.WAITING:
            self.advance_counter(row, copied=True)
            return
        code = row.code
        account = self._model.codes.account(row.entry.id)
        if account is None or row.state is not RowState.CODE or code is None:
            return
        if not isinstance(account.otp, Hotp):
            try:
                code = code_now(account, self._model.codes.now())
            except InputRefused as error:
                self._show_error(error)
                return
        self._clipboard.copy(code.value)
        self._session.usage.note(row.entry.id)
        left_s = (
            math.inf if code.valid_until is None else code.valid_until - self._model.codes.now()
        )
        if left_s < EXPIRES_SOON_S and (after := next_code(account, code)) is not None:
            self.action_offered.emit(
                tr("Copied, but it expires in {left} s").format(left=max(1, math.ceil(left_s))),
                tr("Copy next code"),
                lambda: self._copy_upcoming(row.entry, account, after),
            )
        else:
            self.toast_requested.emit(tr("Code of {name} copied").format(name=name_of(row.entry)))

    def copy_next(self, row: Row) -> None:
        """Copy the code after the current one; HOTP uses its next counter."""
        if row.can_advance:
            self.advance_counter(row, copied=True)
            return
        account = self._model.codes.account(row.entry.id)
        if account is None or row.state is not RowState.CODE:
            return
        try:
            after = next_code(account, code_now(account, self._model.codes.now()))
        except InputRefused as error:
            self._show_error(error)
            return
        if after is not None:
            self._copy_upcoming(row.entry, account, after)

    def _copy_upcoming(self, entry: Entry, account: Account, code: Code) -> None:
        """Copy an upcoming code, or the current one if that has passed meanwhile."""
        try:
            now = code_now(account, self._model.codes.now())
        except InputRefused as error:
            self._show_error(error)
            return
        self._clipboard.copy(max(code, now, key=lambda one: one.counter).value)
        self._session.usage.note(entry.id)
        if now.valid_until is not None and code.counter > now.counter:
            left_s = max(1, math.ceil(now.valid_until - self._model.codes.now()))
            self.toast_requested.emit(
                tr("Next code of {name} copied. It becomes valid in {left} s").format(
                    name=wording.displayable(name_of(entry), 40), left=left_s
                )
            )
        else:
            self.toast_requested.emit(tr("Code of {name} copied").format(name=name_of(entry)))

    def advance_counter(self, row: Row, *, copied: bool = False) -> None:
        """Get an HOTP account's next code. Its counter is saved as used before the code is shown or
        copied."""
        id = row.entry.id

        def taken(counter: int) -> None:
            code = self._model.codes.show_counter(id, counter)
            if copied and code is not None:
                self._clipboard.copy(code.value)
                self._session.usage.note(id)
                self.toast_requested.emit(
                    tr("Code of {name} copied").format(name=name_of(row.entry))
                )
            else:
                self._announce_row(id)

        self._session.accounts.advance_counter(id, taken, self._show_error)

    def reveal(self, row: Row) -> None:
        """Show a hidden code for a while."""
        self._mask.reveal(row.entry.id)
        self._announce_row(row.entry.id)

    def _announce_row(self, id: str) -> None:
        """Have a screen reader read a row as it is now."""
        place = self._model.row_of(id)
        if place is not None:
            role = Qt.ItemDataRole.AccessibleTextRole
            announce(self._view, self._model.index(place).data(role))

    def edit(self, row: Row) -> None:
        """Edit an account's names, groups, notes and picture."""
        self._edit(row.entry, {})

    def edit_draft(self) -> dict[str, str]:
        """The unsaved changes of an open edit dialog, with the account's `id`; empty if there are
        none."""
        if self._editing is None:
            return self._pending_edit
        typed = self._editing.draft()
        return typed and {"id": self._editing.id, **typed}

    def restore_edit(self, draft: dict[str, str]) -> None:
        """Reopen the edit dialog with a draft of `edit_draft`."""
        from authenticator.vault.errors import NoSuchAccount

        entry = self._model.entry(draft["id"])
        if entry is None:
            self._show_error(NoSuchAccount(draft["id"]))
        else:
            self._pending_edit = draft
            self._edit(entry, draft)

    def _edit(self, entry: Entry, draft: dict[str, str]) -> None:
        if entry.damaged:
            return
        from authenticator.gui.accounts.edit_dialog import EditDialog
        from authenticator.gui.accounts.icon_field import IconField

        def ask(notes: str, picture: bytes | None) -> None:
            icon = IconField(
                entry.label.issuer or entry.label.account,
                picture or b"",
                self._session.icons.from_file,
            )
            dialog = EditDialog(entry, notes, self._model.groups, icon, self._page)
            if draft:
                dialog.restore(draft)
            dialog.changed.connect(lambda changes: self._change(entry, changes, tr("Saved")))
            dialog.finished.connect(self._edited)
            self._editing, self._pending_edit = dialog, {}
            dialog.open()

        def look_for_picture(notes: str) -> None:
            if entry.picture:
                self._session.icons.read(entry.id, lambda own: ask(notes, own), self._show_error)
            else:
                ask(notes, None)

        if entry.has_notes:
            self._session.accounts.read_notes(entry.id, look_for_picture, self._show_error)
        else:
            look_for_picture("")

    def _edited(self) -> None:
        self._editing = None

    def _change(self, entry: Entry, changes: dict[str, object], words: str) -> None:
        self._session.accounts.edit(
            entry.id, changes, lambda _: self.toast_requested.emit(words), self._show_error
        )

    def move(self, id: str, before: str | None) -> None:
        """Save an account's place in the custom order: before another account, or last."""
        self._session.accounts.move(id, before, self._show_error)

    def pin(self, row: Row) -> None:
        """Pin an account on top, or unpin it."""
        pinned = not row.entry.pinned
        words = tr("Pinned on top") if pinned else tr("No longer pinned")
        self._change(row.entry, {"pinned": pinned}, words)

    def remove(self, rows: list[Row]) -> None:
        """Move accounts to the bin without asking: it can be undone."""
        ids = [row.entry.id for row in rows]
        words = (
            tr("{name} is in the bin").format(name=name_of(rows[0].entry))
            if len(rows) == 1
            else trn("{count} account is in the bin", "{count} accounts are in the bin", len(rows))
        )

        def back() -> None:
            self._session.trash.restore(
                ids, lambda _: self.toast_requested.emit(tr("Put back")), self._show_error
            )

        self._session.trash.remove(
            ids, lambda _: self.undo_offered.emit(words, back), self._show_error
        )

    def show_key(self, row: Row) -> None:
        """Show an account's key after a confirmation."""
        from authenticator.gui.accounts.show_key_confirmation import ask_to_show_key

        ask_to_show_key(self._page, name_of(row.entry), lambda: self.key_requested.emit(row.entry))

    def save_raw(self, row: Row) -> None:
        """Save what is left of a damaged account to a file of the user's choice."""
        from PySide6.QtWidgets import QFileDialog

        name, _ = QFileDialog.getSaveFileName(
            self._page, tr("Save what is left"), f"account-{row.entry.id}.txt"
        )
        if name:
            self._session.accounts.export_raw(
                row.entry.id,
                Path(name),
                lambda _: self.toast_requested.emit(tr("Saved")),
                self._show_error,
            )

    def sort_by(self, order: Order) -> None:
        """Sort the accounts, and remember the order."""

        def refused(error: Exception) -> None:
            self._model.set_order(self._session.settings.order)
            self._show_error(error)

        self._model.set_order(order)
        self._session.change_settings({"order": order}, lambda _: None, refused)
