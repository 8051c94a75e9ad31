"""A QR code to be read off the screen."""

import math

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from authenticator.scan.qr_encoder import Modules

MOST = 264
"""Px: larger is no easier to read, and the key is to stand below without scrolling."""
LEAST = 120


class QrPicture(QWidget):
    """Dark on white in every theme, for not every reader takes it the other way round; each
    module as many whole device pixels as there is room for."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(LEAST)
        self._code: QImage | None = None

    def show_code(self, code: Modules | None) -> None:
        """Draw this code, or none."""
        self._code = None
        if code is not None:
            grey = QImage.Format.Format_Grayscale8
            self._code = QImage(code.pixels, code.side, code.side, code.side, grey).copy()
            self.setFixedHeight(math.ceil(self._side(self._code)))
        self.setVisible(code is not None)
        self.update()

    def _side(self, code: QImage) -> float:
        """Px of the code as it is drawn."""
        scale = self.devicePixelRatioF()
        modules = code.width()
        room = max(LEAST, min(self.width(), MOST)) * scale
        return max(1, int(room / modules)) * modules / scale

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        # Another screen may have another scale, on which whole pixels come to another side.
        if event.type() in (QEvent.Type.Resize, QEvent.Type.DevicePixelRatioChange) and self._code:
            self.setFixedHeight(math.ceil(self._side(self._code)))
        return done

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._code is None:
            return
        side = self._side(self._code)
        box = QRectF((self.width() - side) // 2, 0, side, side)
        painter = QPainter(self)
        painter.drawImage(box, self._code)
        painter.end()
