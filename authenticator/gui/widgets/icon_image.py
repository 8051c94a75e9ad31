"""The custom icon of an account, as it is drawn."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from authenticator.gui.theme import colors


def pixmap(content: bytes) -> QPixmap:
    """A stored picture with rounded corners; null if it can't be read."""
    image = QImage.fromData(content, "PNG")  # type: ignore[arg-type] # Qt takes no bytes here
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
