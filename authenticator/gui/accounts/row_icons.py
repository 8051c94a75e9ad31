"""The icons of rows: an account's custom icon, or that of its brand."""

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
    """Loads both kinds late, since codes come first."""

    changed = Signal()
    """More icons are available."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._brands: BrandIcons | None = None
        self._none = QPixmap()

    @cached_property
    def custom(self) -> CustomIcons:
        """Icons that users chose."""
        from authenticator.gui.accounts.custom_icons import CustomIcons

        pictures = CustomIcons(self._session, self)
        pictures.loaded.connect(self.changed)
        return pictures

    def picture(self, entry: Entry) -> QPixmap:
        """An account's custom icon; null until it has been read."""
        return self.custom.pixmap(entry)

    def brand(self, entry: Entry, color: str, pixels: int) -> QPixmap:
        """An account's brand icon; null if there is none, or not yet."""
        return self._none if self._brands is None else self._brands.pixmap(entry, color, pixels)

    def load_brands(self) -> None:
        """Show brand icons from now on, if they are installed."""
        if (pack := self._session.services.brands()) is not None:
            from authenticator.gui.accounts.brand_icons import BrandIcons

            self._brands = BrandIcons(pack)
            self.changed.emit()
