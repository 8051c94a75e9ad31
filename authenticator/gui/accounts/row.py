"""What a row of the list shows, and what a screen reader says about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from authenticator import wording
from authenticator.language import join_list, tr
from authenticator.otp.account import Hotp

if TYPE_CHECKING:
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry


class RowState(Enum):
    """What a row shows: its code, or something in its place."""

    READING = auto()
    CODE = auto()
    WAITING = auto()  # HOTP: a code is made on request
    DAMAGED = auto()
    UNREAD = auto()  # the key could not be read; a retry may help
    NO_TIME = auto()  # there are no codes at the clock's time


@dataclass(frozen=True, slots=True)
class Row:
    """All that is needed to paint a row. `code` is set if `state` is CODE, even if `hidden`."""

    entry: Entry
    state: RowState
    code: Code | None = None
    error: Exception | None = None
    hidden: bool = False

    @property
    def next_counter(self) -> int | None:
        """The counter that an HOTP account uses next."""
        if not isinstance(self.entry.otp, Hotp):
            return None
        kept = self.entry.otp.counter
        return kept if self.code is None else max(kept, self.code.counter + 1)

    @property
    def is_hotp(self) -> bool:
        return isinstance(self.entry.otp, Hotp)

    @property
    def can_advance(self) -> bool:
        """Whether its next code can be requested."""
        return self.is_hotp and self.state in (RowState.WAITING, RowState.CODE)


def accessible_text(row: Row, now: float, which: str = "") -> str:
    """What a screen reader says when it reaches the row; the countdown is not announced. `which`
    tells it from others of the same name."""
    label = row.entry.label
    parts = [wording.displayable(label.issuer), wording.displayable(label.account), which]
    if row.hidden:
        parts.append(tr("code hidden, press Space to show it"))
    elif row.code is not None:
        parts.append(tr("code {code}").format(code=" ".join(row.code.value)))
        if row.code.valid_until is not None:
            left_s = max(1, math.ceil(row.code.valid_until - now))
            parts.append(tr("{seconds} seconds left").format(seconds=left_s))
    elif row.state is RowState.WAITING:
        parts.append(tr("press Enter for the next code"))
    elif row.state is RowState.DAMAGED:
        parts.append(tr("damaged account"))
    elif row.state is RowState.UNREAD:
        parts.append(tr("its key can't be read"))
    if row.entry.pinned:
        parts.append(tr("pinned"))
    return join_list(part for part in parts if part)
