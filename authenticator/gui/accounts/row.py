"""What a row of the list shows, and what it says to somebody who does not see it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from authenticator import wording
from authenticator.language import listed, tr
from authenticator.otp.account import Hotp

if TYPE_CHECKING:
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry


class RowState(Enum):
    """What a row has to show in place of its code."""

    READING = auto()
    CODE = auto()
    WAITING = auto()  # HOTP: a code is made when asked for
    DAMAGED = auto()
    UNREAD = auto()  # the key could not be read; trying again may help
    NO_TIME = auto()  # the clock stands where there are no codes


@dataclass(frozen=True, slots=True)
class Row:
    """All that a row's painter needs. `code` is there where `face` is CODE, `hidden` or not."""

    entry: Entry
    state: RowState
    code: Code | None = None
    error: Exception | None = None
    hidden: bool = False

    @property
    def next_counter(self) -> int | None:
        """The counter of an HOTP account that is used next."""
        if not isinstance(self.entry.otp, Hotp):
            return None
        kept = self.entry.otp.counter
        return kept if self.code is None else max(kept, self.code.counter + 1)

    @property
    def is_hotp(self) -> bool:
        return isinstance(self.entry.otp, Hotp)

    @property
    def can_advance(self) -> bool:
        """Whether its next code can be asked for."""
        return self.is_hotp and self.state in (RowState.WAITING, RowState.CODE)


def spoken(row: Row, now: float) -> str:
    """Asked for when somebody comes to the row: what counts down is not said by itself."""
    label = row.entry.label
    parts = [wording.shown(label.issuer), wording.shown(label.account)]
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
    return listed(part for part in parts if part)
