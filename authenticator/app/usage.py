"""Which accounts are used, and how often: noted at once, saved later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authenticator.vault.entry import Use

if TYPE_CHECKING:
    from authenticator.vault.vault import Vault


class UsageLog:
    """Uses that are not saved yet. `record` is called on copying and does not access the disk;
    `save` is called later: when idle, when the window is hidden, at exit. Uses noted during a save
    are kept.
    """

    def __init__(self) -> None:
        self._noted: dict[str, Use] = {}

    def record(self, id: str, now_s: float) -> None:
        """A code of this account was used at this Unix time."""
        before = self._noted.get(id)
        self._noted[id] = Use(1 + (before.times if before else 0), int(now_s))

    @property
    def pending(self) -> bool:
        """Whether there is anything to save."""
        return bool(self._noted)

    def save(self, vault: Vault) -> None:
        """Save all of them in one write; they are kept for another attempt if that fails.

        Raises what `Vault.record_uses` raises.
        """
        taken, self._noted = self._noted, {}
        if not taken:
            return
        try:
            vault.record_uses(taken)
        except Exception:
            for id, use in taken.items():
                later = self._noted.get(id, Use(0, use.last_s))
                self._noted[id] = Use(use.times + later.times, later.last_s)
            raise
