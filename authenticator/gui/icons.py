"""Our icons: SVG drawn in `currentColor`, rendered in any colour at any size."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap

from authenticator import resource


@lru_cache(maxsize=64)
def _drawing(name: str) -> str:
    return resource.path(f"icons/{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def pixmap(name: str, color: str, size: int, scale: float = 1.0) -> QPixmap:
    """One icon in one colour (`#rrggbb`), `size` px square on a screen of this scale."""
    # QtSvg is a library of its own: it is loaded with the first icon, not with this module.
    from PySide6.QtSvg import QSvgRenderer

    drawn = QPixmap(round(size * scale), round(size * scale))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    text = _drawing(name).replace("currentColor", color)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(scale)
    return drawn


@lru_cache(maxsize=256)
def _icon(name: str, color: str, size: int, scales: tuple[float, ...]) -> QIcon:
    made = QIcon()
    for scale in scales:
        made.addPixmap(pixmap(name, color, size, scale))
    return made


def icon(name: str, palette: QPalette, size: int = 20, scale: float = 1.0) -> QIcon:
    """An icon in the text colour of a palette, sharp at the screen's scale."""
    return _icon(name, palette.color(QPalette.ColorRole.ButtonText).name(), size, (scale,))
