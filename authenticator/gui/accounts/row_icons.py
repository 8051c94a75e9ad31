"""What rows show beside their names: an account's own picture, or its brand's drawing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

if TYPE_CHECKING:
    from authenticator.gui.accounts.brand_icons import BrandIcons
    from authenticator.gui.accounts.custom_icons import CustomIcons
    from authenticator.gui.session import Session
    from authenticator.vault.entry import Entry


class RowIcons(QObject):
    """Both are loaded late: codes come first."""

    changed = Signal()
    """More of them are there."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._brands: BrandIcons | None = None
        self._none = QPixmap()

    @cached_property
    def custom(self) -> CustomIcons:
        """The accounts' own pictures."""
        from authenticator.gui.accounts.custom_icons import CustomIcons

        pictures = CustomIcons(self._session, self)
        pictures.came.connect(self.changed)
        return pictures

    def picture(self, entry: Entry) -> QPixmap:
        """An account's own picture; null as long as it is not there."""
        return self.custom.of(entry)

    def brand(self, entry: Entry, color: str, pixels: int) -> QPixmap:
        """The drawing of an account's brand; null where there is none, or none yet."""
        return self._none if self._brands is None else self._brands.of(entry, color, pixels)

    def load_brands(self) -> None:
        """Have brands drawn from now on, where their drawings are installed."""
        if (pack := self._session.parts.brands()) is not None:
            from authenticator.gui.accounts.brand_icons import BrandIcons

            self._brands = BrandIcons(pack)
            self.changed.emit()
