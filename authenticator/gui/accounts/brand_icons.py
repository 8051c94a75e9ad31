"""Brand icons in a row's colour, cached as long as the page exists."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from authenticator.app.brand import Pack, slug_of
from authenticator.vault.entry import Entry


class BrandIcons:
    """The icon of the brand that an account names, else of its issuer."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._slugs: dict[str, str] = {}
        self._drawn: dict[tuple[str, str, int], QPixmap] = {}

    def pixmap(self, entry: Entry, color: str, pixels: int) -> QPixmap:
        """A square icon in this colour (`#rrggbb`); null if there is no such brand."""
        key = (entry.icon or self._slug(entry.label.issuer), color, pixels)
        if key not in self._drawn:
            self._drawn[key] = self._draw(*key)
        return self._drawn[key]

    def _slug(self, issuer: str) -> str:
        if issuer not in self._slugs:
            self._slugs[issuer] = slug_of(issuer)
        return self._slugs[issuer]

    def _draw(self, slug: str, color: str, pixels: int) -> QPixmap:
        svg = self._pack.svg(slug) if slug else None
        if svg is None:
            return QPixmap()
        from PySide6.QtSvg import QSvgRenderer

        drawn = QPixmap(pixels, pixels)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = svg.replace("currentColor", color)
        QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, pixels, pixels))
        painter.end()
        return drawn
