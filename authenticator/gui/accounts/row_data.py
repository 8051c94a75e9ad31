"""What the model answers for an account, role by role."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from authenticator import wording
from authenticator.gui.accounts.row import accessible_text
from authenticator.wording.lookalikes import lookalikes
from authenticator.wording.moments import added

if TYPE_CHECKING:
    from authenticator.gui.accounts.live_codes import LiveCodes
    from authenticator.vault.entry import Entry

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
NEXT_ROLE = Qt.ItemDataRole.UserRole + 2
"""The code after the one that a row shows, where there is one and neither is hidden."""
WHICH_ROLE = Qt.ItemDataRole.UserRole + 3
"""str: which of several accounts of the same name it is; empty for all others."""


class RowData:
    """Answers for the accounts of a list."""

    def __init__(self, codes: LiveCodes) -> None:
        self._codes = codes
        self._entries: list[Entry] = []
        self._lookalikes: dict[str, str] | None = None
        self._answers: dict[int, Callable[[Entry], object]] = {
            ROW_ROLE: codes.row,
            NEXT_ROLE: codes.next_code,
            WHICH_ROLE: self.which,
            Qt.ItemDataRole.ToolTipRole: lambda entry: added(entry) if self.which(entry) else None,
            Qt.ItemDataRole.DisplayRole: lambda entry: wording.displayable(str(entry.label)),
            Qt.ItemDataRole.AccessibleTextRole: self._accessible_text,
        }

    def set_entries(self, entries: list[Entry]) -> None:
        """From now on these accounts are in the list."""
        self._entries = entries
        self._lookalikes = None

    def value(self, entry: Entry, role: int) -> object:
        """What an account has for a role; None for a role that nobody here knows."""
        answer = self._answers.get(role)
        return None if answer is None else answer(entry)

    def which(self, entry: Entry) -> str:
        """Found out when a row is first painted: the start need not wait for it."""
        if self._lookalikes is None:
            self._lookalikes = lookalikes(self._entries, with_time=False)
        return self._lookalikes.get(entry.id, "")

    def _accessible_text(self, entry: Entry) -> str:
        return accessible_text(self._codes.row(entry), self._codes.now(), self.which(entry))
