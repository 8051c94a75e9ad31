"""Our icons: SVG drawn in `currentColor`, rendered in any colour at any size."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from authenticator import resource
from authenticator.gui.theme import colors

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

_MIRRORED = {"back": "forward"}


@lru_cache(maxsize=64)
def _drawing(name: str) -> str:
    return resource.path(f"icons/{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def pixmap(name: str, color: str, size: QSize, scale: float = 1.0) -> QPixmap:
    """One icon in one colour (`#rrggbb`), square at the left of `size` px, on a screen of
    this scale."""
    # QtSvg is a library of its own: it is loaded with the first icon, not with this module.
    from PySide6.QtCore import QByteArray
    from PySide6.QtSvg import QSvgRenderer

    drawn = QPixmap(size * scale)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    text = _drawing(name).replace("currentColor", color)
    side = min(size.width(), size.height()) * scale
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    drawn.setDevicePixelRatio(scale)
    return drawn


def facing(name: str, *, mirrored: bool) -> str:
    """The icon to use in a mirrored layout, where arrows point the other way."""
    return _MIRRORED.get(name, name) if mirrored else name


def app() -> QIcon:
    """The app's icon."""
    from PySide6.QtGui import QIcon

    return QIcon(str(resource.path("icons/authenticator.png")))


def icon(name: str, size: QSize, scale: float = 1.0) -> QIcon:
    """An icon in the theme's text colour, sharp at the screen's scale."""
    from PySide6.QtGui import QIcon

    return QIcon(pixmap(name, colors.current().text, size, scale))
