"""Pictures of accounts: their pixels as a file, and a file as it is drawn."""

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from authenticator.gui.theme import colors
from authenticator.scan.image import ICON_SIDE


def png(pixels: bytes) -> bytes:
    """The pixels of `scan.image.icon` as a file."""
    image = QImage(pixels, ICON_SIDE, ICON_SIDE, QImage.Format.Format_RGBA8888)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # the stub has bytes, PySide has not
    return bytes(buffer.data().data())


def pixmap(content: bytes) -> QPixmap:
    """A kept picture, its corners round; null where it is none."""
    image = QImage.fromData(content, "PNG")  # type: ignore[arg-type] # likewise
    if image.isNull():
        return QPixmap()
    rounded = QPixmap(image.size())
    rounded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(rounded)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    radius = colors.RADIUS * image.width() / 36
    shape.addRoundedRect(QRectF(image.rect()), radius, radius)
    painter.setClipPath(shape)
    painter.drawImage(0, 0, image)
    painter.end()
    return rounded
