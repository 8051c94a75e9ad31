"""An illustration from resources/illustrations, in the theme's colours."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from authenticator import resource
from authenticator.gui.theme import colors


class Illustration(QWidget):
    """An SVG in `currentColor`, painted in the accent colour. Decorative, so it has no name."""

    def __init__(self, name: str, size: QSize) -> None:
        super().__init__()
        self._text = resource.path(f"{name}.svg").read_text(encoding="utf-8")
        self._size = size
        self.setFixedSize(size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        from PySide6.QtSvg import QSvgRenderer

        color = colors.current().accent
        renderer = QSvgRenderer(QByteArray(self._text.replace("currentColor", color).encode()))
        own = renderer.defaultSize().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - own.width()) / 2, (self.height() - own.height()) / 2
        painter = QPainter(self)
        renderer.render(painter, QRectF(left, top, own.width(), own.height()))
        painter.end()
