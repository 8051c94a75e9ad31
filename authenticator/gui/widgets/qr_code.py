"""A QR code to be scanned off the screen."""

import math

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from authenticator.scan.qr_encoder import Modules

MOST = 264
"""Px: larger is no easier to scan, and the key below it should be visible without scrolling."""
LEAST = 120


class QrPicture(QWidget):
    """Dark on white in every theme, since not every scanner reads inverted codes. Each module is as
    many whole device pixels as fit."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(LEAST)
        self._code: QImage | None = None

    def show_code(self, code: Modules | None) -> None:
        """Show this code, or none."""
        self._code = None
        if code is not None:
            grey = QImage.Format.Format_Grayscale8
            self._code = QImage(code.pixels, code.side, code.side, code.side, grey).copy()
            self.setFixedHeight(math.ceil(self._side(self._code)))
        self.setVisible(code is not None)
        self.update()

    def _side(self, code: QImage) -> float:
        """Side of the painted code in px."""
        scale = self.devicePixelRatioF()
        modules = code.width()
        room = max(LEAST, min(self.width(), MOST)) * scale
        return max(1, int(room / modules)) * modules / scale

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        # On a screen with another scale, whole pixels add up to another side.
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
