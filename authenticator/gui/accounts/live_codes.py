"""The keys of accounts whose rows were painted, and the code of each right now.

A row's key is asked for when the row is first painted, so that start-up costs what is
visible, not what is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from authenticator.app.codes import code_now, next_code
from authenticator.errors import DataBad
from authenticator.gui.accounts.row import Face, Row
from authenticator.otp.account import Hotp
from authenticator.otp.code import TimeOutOfRange, code_of_counter
from authenticator.vault.entry import NoSuchAccount

if TYPE_CHECKING:
    from authenticator.clock.clock import Clock
    from authenticator.gui.opening import KeyRead
    from authenticator.otp.account import Account
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry


class LiveCodes(QObject):
    """What is known of each account beside its entry; `changed` tells when that is more or less."""

    keys_wanted = Signal(object)  # tuple[str, ...]: ids of rows that were painted without a key
    changed = Signal(object)  # set[str]: ids of accounts whose rows are to be painted anew

    def __init__(
        self,
        clock: Callable[[], Clock],
        parent: QObject | None = None,
        hides: Callable[[str], bool] = lambda _: False,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._hides = hides
        self._accounts: dict[str, Account] = {}
        self._troubles: dict[str, Exception] = {}
        self._asked: set[str] = set()
        self._to_ask: list[str] = []
        self._codes: dict[str, Code] = {}
        self._following: dict[str, tuple[Code, Code | None]] = {}
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._ask_for_keys)
        self._roll = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._roll.timeout.connect(self.roll)

    # Keys

    def account(self, id: str) -> Account | None:
        """An account with its key, once that was read."""
        return self._accounts.get(id)

    @property
    def waiting(self) -> bool:
        """Whether a painted row still lacks its key."""
        return bool(self._to_ask) or any(
            id not in self._accounts and id not in self._troubles for id in self._asked
        )

    def take_keys(self, read: list[KeyRead]) -> None:
        """What the vault gave for ids of `keys_wanted`."""
        now = self.now()
        for one in read:
            self._asked.add(one.id)
            if one.account is not None:
                self._accounts[one.id] = one.account
                self._troubles.pop(one.id, None)
                if one.code is not None and _counts(one.code, now):
                    self._codes[one.id] = one.code
            elif isinstance(one.error, NoSuchAccount):
                # Removed a moment ago: the list that tells is on its way, or it is back by then.
                self._asked.discard(one.id)
            elif one.error is not None:
                self._troubles[one.id] = one.error
        self.changed.emit({one.id for one in read})

    @property
    def trouble(self) -> Exception | None:
        """Why keys can't be read that are not themselves damaged."""
        return next(
            (error for error in self._troubles.values() if not isinstance(error, DataBad)), None
        )

    def is_damaged(self, entry: Entry) -> bool:
        """Whether what is kept of an account is known to be damaged, or its key."""
        return entry.damaged or isinstance(self._troubles.get(entry.id), DataBad)

    def try_again(self) -> None:
        """Ask anew for the keys that could not be read."""
        unread = set(self._troubles)
        for id in unread:
            self.forget(id)
        self.changed.emit(unread)

    def forget(self, id: str) -> None:
        """An account is gone, or became another."""
        self._accounts.pop(id, None)
        self._troubles.pop(id, None)
        self._codes.pop(id, None)
        self._following.pop(id, None)
        self._asked.discard(id)

    def _ask_for_keys(self) -> None:
        asked, self._to_ask = tuple(dict.fromkeys(self._to_ask)), []
        if asked:
            self.keys_wanted.emit(asked)

    # Codes

    def now(self) -> float:
        """The corrected time, Unix seconds."""
        return self._clock().now()

    def show_counter(self, id: str, counter: int) -> Code | None:
        """Show the code of an HOTP counter that was taken for use; None once the row is gone."""
        account = self._accounts.get(id)
        if account is None:
            return None
        code = self._codes[id] = code_of_counter(account, counter)
        self.changed.emit({id})
        return code

    def roll(self) -> None:
        """Replace what no longer counts; runs on the step, and whenever the clock was changed."""
        now = self.now()
        stale = {id for id, code in self._codes.items() if not _counts(code, now)}
        for id in stale:
            del self._codes[id]
        self._roll.stop()
        if stale:
            self.changed.emit(stale)
        self._arm(now)

    def pause(self) -> None:
        """Stop rolling: nobody sees it."""
        self._roll.stop()

    def _arm(self, now: float) -> None:
        ends = [code.valid_until for code in self._codes.values() if code.valid_until is not None]
        if ends:
            self._roll.start(max(1, math.ceil((min(ends) - now) * 1000)))

    def row(self, entry: Entry) -> Row:
        """What the row of an account shows now. Asks for its key where that is not there."""
        if entry.damaged:
            return Row(entry, Face.DAMAGED)
        if (error := self._troubles.get(entry.id)) is not None:
            return Row(entry, Face.UNREAD, error=error)
        account = self._accounts.get(entry.id)
        if account is None:
            if entry.id not in self._asked:
                self._asked.add(entry.id)
                self._to_ask.append(entry.id)
                self._ask.start()
            return Row(entry, Face.READING)
        hidden = self._hides(entry.id)
        if (code := self._codes.get(entry.id)) is not None:
            if not self._roll.isActive():
                self._arm(self.now())
            return Row(entry, Face.CODE, code, hidden=hidden)
        if isinstance(entry.otp, Hotp):
            return Row(entry, Face.WAITING)
        try:
            now = self.now()
            code = self._codes[entry.id] = code_now(account, now)
        except TimeOutOfRange as error:
            return Row(entry, Face.NO_TIME, error=error)
        left_ms = math.ceil((code.valid_until - now) * 1000) if code.valid_until else 0
        if left_ms and (not self._roll.isActive() or left_ms < self._roll.remainingTime()):
            self._roll.start(max(1, left_ms))
        return Row(entry, Face.CODE, code, hidden=hidden)

    def after(self, entry: Entry) -> Code | None:
        """The code after the one that a row shows, where neither is hidden."""
        row, account = self.row(entry), self._accounts.get(entry.id)
        if row.hidden or row.code is None or account is None:
            return None
        before, after = self._following.get(entry.id, (None, None))
        if before != row.code:
            after = next_code(account, row.code)
            self._following[entry.id] = row.code, after
        return after


def _counts(code: Code, now: float) -> bool:
    """Whether it is the code of this time; of an HOTP code time tells nothing."""
    if code.valid_from is None or code.valid_until is None:
        return True
    return code.valid_from <= now < code.valid_until
