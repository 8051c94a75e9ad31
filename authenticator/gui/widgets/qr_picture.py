"""A QR code to be read off the screen."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from authenticator.scan.qr import Modules

LEAST = QSize(120, 120)
USUAL = QSize(264, 264)


class QrPicture(QWidget):
    """Dark on white in every theme, for not every reader takes it the other way round; each
    module as many whole device pixels as there is room for."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._code: QImage | None = None

    def show_code(self, code: Modules | None) -> None:
        """Draw this code, or none."""
        self._code = None
        if code is not None:
            grey = QImage.Format.Format_Grayscale8
            self._code = QImage(code.pixels, code.side, code.side, code.side, grey).copy()
        self.setVisible(code is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return USUAL

    def minimumSizeHint(self) -> QSize:
        return LEAST

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._code is None:
            return
        scale = self.devicePixelRatioF()
        room = min(self.width(), self.height()) * scale
        side = max(1, int(room / self._code.width())) * self._code.width() / scale
        box = QRect(0, 0, round(side), round(side))
        box.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.fillRect(box, QColor("#ffffff"))
        painter.drawImage(box, self._code)
        painter.end()
