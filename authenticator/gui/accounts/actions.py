"""What is done with accounts of the list: copied, edited, moved, removed."""

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
    from authenticator.gui.accounts.edit import EditDialog
    from authenticator.gui.accounts.list_view import CodeList
    from authenticator.gui.accounts.model import AccountsModel
    from authenticator.gui.accounts.row import Row
    from authenticator.gui.desktop.clipboard import Clipboard
    from authenticator.gui.session import Session
    from authenticator.otp.account import Account
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry

EXPIRES_SOON_S = 3
"""A code with less time left may end before it is typed: the next one is offered."""


class AccountActions(QObject):
    """One method an action. What it came to is said, and can be taken back where it can."""

    say = Signal(str)
    take_back = Signal(str, object)  # what was done, and a callable that undoes it
    offer = Signal(str, str, object)  # words, a button's name, what it does
    key_wanted = Signal(object)  # Entry, whose key is to be shown

    def __init__(
        self,
        session: Session,
        clipboard: Clipboard,
        view: CodeList,
        mask: CodeMask,
        tell: Callable[[Exception], None],
        page: QWidget,
    ) -> None:
        """`tell` says on the page what went wrong."""
        super().__init__(page)
        self._session = session
        self._clipboard = clipboard
        self._view = view
        self._model: AccountsModel = view.accounts
        self._mask = mask
        self._tell = tell
        self._page = page
        self._editing: EditDialog | None = None
        self._edit_to_come: dict[str, str] = {}
        view.copy_requested.connect(self.copy)
        view.copy_next_requested.connect(self.copy_next)
        view.reveal_requested.connect(self.reveal)
        view.advance_requested.connect(self.advance)
        view.edit_wanted.connect(self.edit)
        view.remove_requested.connect(self.remove)
        self._model.moved.connect(self.move)

    def copy(self, row: Row) -> None:
        """The code of now onto the clipboard; of an HOTP account that shows none, its next."""
        if row.state is RowState.WAITING:
            self.advance(row, copied=True)
            return
        code = row.code
        account = self._model.codes.account(row.entry.id)
        if account is None or row.state is not RowState.CODE or code is None:
            return
        if not isinstance(account.otp, Hotp):
            try:
                code = code_now(account, self._model.codes.now())
            except InputRefused as error:
                self._tell(error)
                return
        self._clipboard.copy(code.value)
        self._session.usage.note(row.entry.id)
        left_s = (
            math.inf if code.valid_until is None else code.valid_until - self._model.codes.now()
        )
        if left_s < EXPIRES_SOON_S and (after := next_code(account, code)) is not None:
            self.offer.emit(
                tr("Copied, but it ends in {left} s").format(left=max(1, math.ceil(left_s))),
                tr("Copy the next one"),
                lambda: self._copy_upcoming(row.entry, account, after),
            )
        else:
            self.say.emit(tr("Code of {name} copied").format(name=name_of(row.entry)))

    def copy_next(self, row: Row) -> None:
        """The code after the one of now onto the clipboard; HOTP takes its next counter."""
        if row.can_advance:
            self.advance(row, copied=True)
            return
        account = self._model.codes.account(row.entry.id)
        if account is None or row.state is not RowState.CODE:
            return
        try:
            after = next_code(account, code_now(account, self._model.codes.now()))
        except InputRefused as error:
            self._tell(error)
            return
        if after is not None:
            self._copy_upcoming(row.entry, account, after)

    def _copy_upcoming(self, entry: Entry, account: Account, code: Code) -> None:
        """A code that is to come; should it have passed meanwhile, the one of now."""
        try:
            now = code_now(account, self._model.codes.now())
        except InputRefused as error:
            self._tell(error)
            return
        self._clipboard.copy(max(code, now, key=lambda one: one.counter).value)
        self._session.usage.note(entry.id)
        if now.valid_until is not None and code.counter > now.counter:
            left_s = max(1, math.ceil(now.valid_until - self._model.codes.now()))
            self.say.emit(
                tr("Next code of {name} copied. It counts in {left} s").format(
                    name=wording.shown(name_of(entry), 40), left=left_s
                )
            )
        else:
            self.say.emit(tr("Code of {name} copied").format(name=name_of(entry)))

    def advance(self, row: Row, *, copied: bool = False) -> None:
        """The next code of an HOTP account: saved as used before it is shown, or copied."""
        id = row.entry.id

        def taken(counter: int) -> None:
            code = self._model.codes.show_counter(id, counter)
            if copied and code is not None:
                self._clipboard.copy(code.value)
                self._session.usage.note(id)
                self.say.emit(tr("Code of {name} copied").format(name=name_of(row.entry)))
            else:
                self._speak(id)

        self._session.accounts.advance(id, taken, self._tell)

    def reveal(self, row: Row) -> None:
        """Show a hidden code for a while."""
        self._mask.reveal(row.entry.id)
        self._speak(row.entry.id)

    def _speak(self, id: str) -> None:
        """What a row has to say now, to somebody who does not see it."""
        place = self._model.row_of(id)
        if place is not None:
            role = Qt.ItemDataRole.AccessibleTextRole
            announce(self._view, self._model.index(place).data(role))

    def edit(self, row: Row) -> None:
        """Ask for its names, groups, notes and picture."""
        self._edit(row.entry, {})

    def edit_draft(self) -> dict[str, str]:
        """The account being edited (`id`) and what was typed there; nothing where nothing was."""
        if self._editing is None:
            return self._edit_to_come
        typed = self._editing.draft()
        return typed and {"id": self._editing.id, **typed}

    def edit_again(self, draft: dict[str, str]) -> None:
        """Take up what `edit_draft` told."""
        from authenticator.vault.errors import NoSuchAccount

        entry = self._model.entry(draft["id"])
        if entry is None:
            self._tell(NoSuchAccount(draft["id"]))
        else:
            self._edit_to_come = draft
            self._edit(entry, draft)

    def _edit(self, entry: Entry, draft: dict[str, str]) -> None:
        if entry.damaged:
            return
        from authenticator.gui.accounts.edit import EditDialog
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
            self._editing, self._edit_to_come = dialog, {}
            dialog.open()

        def look_for_picture(notes: str) -> None:
            if entry.picture:
                self._session.icons.read(entry.id, lambda own: ask(notes, own), self._tell)
            else:
                ask(notes, None)

        if entry.has_notes:
            self._session.accounts.read_notes(entry.id, look_for_picture, self._tell)
        else:
            look_for_picture("")

    def _edited(self) -> None:
        self._editing = None

    def _change(self, entry: Entry, changes: dict[str, object], words: str) -> None:
        self._session.accounts.edit(entry.id, changes, lambda _: self.say.emit(words), self._tell)

    def move(self, id: str, before: str | None) -> None:
        """Keep an account in its place of the own order: before another, or last."""
        self._session.accounts.move(id, before, self._tell)

    def pin(self, row: Row) -> None:
        """Keep it on top, or no longer."""
        pinned = not row.entry.pinned
        words = tr("Pinned on top") if pinned else tr("No longer pinned")
        self._change(row.entry, {"pinned": pinned}, words)

    def remove(self, rows: list[Row]) -> None:
        """Into the bin without a question: it can be taken back."""
        ids = [row.entry.id for row in rows]
        words = (
            tr("{name} is in the bin").format(name=name_of(rows[0].entry))
            if len(rows) == 1
            else trn("{count} account is in the bin", "{count} accounts are in the bin", len(rows))
        )

        def back() -> None:
            self._session.trash.put_back(ids, lambda _: self.say.emit(tr("Put back")), self._tell)

        self._session.trash.remove(ids, lambda _: self.take_back.emit(words, back), self._tell)

    def show_key(self, row: Row) -> None:
        """Ask whether the key is to be seen."""
        from authenticator.gui.accounts.show_key import ask_to_show_key

        ask_to_show_key(self._page, name_of(row.entry), lambda: self.key_wanted.emit(row.entry))

    def save_raw(self, row: Row) -> None:
        """What is left of a damaged account into a file of the person's choice."""
        from PySide6.QtWidgets import QFileDialog

        name, _ = QFileDialog.getSaveFileName(
            self._page, tr("Save what is left"), f"account-{row.entry.id}.txt"
        )
        if name:
            self._session.accounts.export_raw(
                row.entry.id,
                Path(name),
                lambda _: self.say.emit(tr("Saved")),
                self._tell,
            )

    def sort_by(self, order: Order) -> None:
        """Show the accounts in this order, and keep that."""

        def refused(error: Exception) -> None:
            self._model.set_order(self._session.settings.order)
            self._tell(error)

        self._model.set_order(order)
        self._session.change_settings({"order": order}, lambda _: None, refused)
