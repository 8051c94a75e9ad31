"""The keys of accounts whose rows have been painted, and their current codes.

A row's key is requested when the row is first painted, so that start-up time depends on what is
visible, not on how many accounts there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from authenticator.app.codes import code_now, next_code
from authenticator.errors import DataBad
from authenticator.gui.accounts.row import Row, RowState
from authenticator.otp.account import Hotp
from authenticator.otp.code import TimeOutOfRange, code_of_counter
from authenticator.vault.errors import NoSuchAccount

if TYPE_CHECKING:
    from authenticator.app.vault_opening import KeyRead
    from authenticator.clock.clock import Clock
    from authenticator.otp.account import Account
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry


class LiveCodes(QObject):
    """Keys, errors and codes by account; `changed` names the accounts whose rows look different."""

    keys_requested = Signal(object)  # tuple[str, ...]: ids of rows that were painted without a key
    changed = Signal(object)  # set[str]: ids of accounts whose rows need repainting

    def __init__(
        self,
        clock: Callable[[], Clock],
        parent: QObject | None = None,
        hides: Callable[[str], bool] = lambda _: False,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._is_hidden = hides
        self._accounts: dict[str, Account] = {}
        self._errors: dict[str, Exception] = {}
        self._requested: set[str] = set()
        self._pending: list[str] = []
        self._codes: dict[str, Code] = {}
        self._next_codes: dict[str, tuple[Code, Code | None]] = {}
        self._request_timer = QTimer(self, singleShot=True, interval=0)
        self._request_timer.timeout.connect(self._request_keys)
        self._refresh_timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._refresh_timer.timeout.connect(self.refresh_codes)

    # Keys

    def account(self, id: str) -> Account | None:
        """An account with its key, once the key has been read."""
        return self._accounts.get(id)

    @property
    def has_pending_keys(self) -> bool:
        """Whether a painted row still lacks its key."""
        return bool(self._pending) or any(
            id not in self._accounts and id not in self._errors for id in self._requested
        )

    def set_keys(self, read: list[KeyRead]) -> None:
        """Take the keys that the vault returned for `keys_requested`."""
        now = self.now()
        for one in read:
            self._requested.add(one.id)
            if one.account is not None:
                self._accounts[one.id] = one.account
                self._errors.pop(one.id, None)
                if one.code is not None and _is_current(one.code, now):
                    self._codes[one.id] = one.code
            elif isinstance(one.error, NoSuchAccount):
                # Just removed: the new list is on its way, and the account may be restored by then.
                self._requested.discard(one.id)
            elif one.error is not None:
                self._errors[one.id] = one.error
        self.changed.emit({one.id for one in read})

    @property
    def read_error(self) -> Exception | None:
        """Why undamaged keys can't be read; None if they can."""
        return next(
            (error for error in self._errors.values() if not isinstance(error, DataBad)), None
        )

    def is_damaged(self, entry: Entry) -> bool:
        """Whether an account's record or key is known to be damaged."""
        return entry.damaged or isinstance(self._errors.get(entry.id), DataBad)

    def retry(self) -> None:
        """Request the keys again that could not be read."""
        unread = set(self._errors)
        for id in unread:
            self.forget(id)
        self.changed.emit(unread)

    def forget(self, id: str) -> None:
        """Drop what is known of an account that was removed or replaced."""
        self._accounts.pop(id, None)
        self._errors.pop(id, None)
        self._codes.pop(id, None)
        self._next_codes.pop(id, None)
        self._requested.discard(id)

    def _request_keys(self) -> None:
        asked, self._pending = tuple(dict.fromkeys(self._pending)), []
        if asked:
            self.keys_requested.emit(asked)

    # Codes

    def now(self) -> float:
        """The corrected time, Unix seconds."""
        return self._clock().now()

    def show_counter(self, id: str, counter: int) -> Code | None:
        """Show an HOTP account's code for a used counter; None if the account is gone."""
        account = self._accounts.get(id)
        if account is None:
            return None
        code = self._codes[id] = code_of_counter(account, counter)
        self.changed.emit({id})
        return code

    def refresh_codes(self) -> None:
        """Drop expired codes; called at each time step and whenever the clock was changed."""
        now = self.now()
        stale = {id for id, code in self._codes.items() if not _is_current(code, now)}
        for id in stale:
            del self._codes[id]
        self._refresh_timer.stop()
        if stale:
            self.changed.emit(stale)
        self._schedule_refresh(now)

    def stop_refreshing(self) -> None:
        """Stop refreshing while nobody sees the codes."""
        self._refresh_timer.stop()

    def _schedule_refresh(self, now: float) -> None:
        ends = [code.valid_until for code in self._codes.values() if code.valid_until is not None]
        if ends:
            self._refresh_timer.start(max(1, math.ceil((min(ends) - now) * 1000)))

    def row(self, entry: Entry) -> Row:  # noqa: PLR0911 - one per RowState
        """What an account's row shows now. Requests its key if it has not been read."""
        if entry.damaged:
            return Row(entry, RowState.DAMAGED)
        if (error := self._errors.get(entry.id)) is not None:
            return Row(entry, RowState.UNREAD, error=error)
        account = self._accounts.get(entry.id)
        if account is None:
            if entry.id not in self._requested:
                self._requested.add(entry.id)
                self._pending.append(entry.id)
                self._request_timer.start()
            return Row(entry, RowState.READING)
        hidden = self._is_hidden(entry.id)
        if (code := self._codes.get(entry.id)) is not None:
            if not self._refresh_timer.isActive():
                self._schedule_refresh(self.now())
            return Row(entry, RowState.CODE, code, hidden=hidden)
        if isinstance(entry.otp, Hotp):
            return Row(entry, RowState.WAITING)
        try:
            now = self.now()
            code = self._codes[entry.id] = code_now(account, now)
        except TimeOutOfRange as error:
            return Row(entry, RowState.NO_TIME, error=error)
        left_ms = math.ceil((code.valid_until - now) * 1000) if code.valid_until else 0
        if left_ms and (
            not self._refresh_timer.isActive() or left_ms < self._refresh_timer.remainingTime()
        ):
            self._refresh_timer.start(max(1, left_ms))
        return Row(entry, RowState.CODE, code, hidden=hidden)

    def next_code(self, entry: Entry) -> Code | None:
        """The code after the one that a row shows; None if that is hidden or there is none."""
        row, account = self.row(entry), self._accounts.get(entry.id)
        if row.hidden or row.code is None or account is None:
            return None
        before, after = self._next_codes.get(entry.id, (None, None))
        if before != row.code:
            after = next_code(account, row.code)
            self._next_codes[entry.id] = row.code, after
        return after


def _is_current(code: Code, now: float) -> bool:
    """Whether a code is valid at this time; always, for HOTP."""
    if code.valid_from is None or code.valid_until is None:
        return True
    return code.valid_from <= now < code.valid_until
