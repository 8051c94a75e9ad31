"""What the camera sees, mirrored as one expects of oneself, with the codes outlined."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from authenticator.gui import icons, theme
from authenticator.gui.feed import Seen


class LivePicture(QWidget):
    """Four to three, as wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: Seen | None = None
        self._words = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(120)
        self.setAccessibleName(self.tr("Camera picture"))

    def say(self, words: str) -> None:
        """Words in place of a picture."""
        self._seen = None
        self._words = words
        self.setAccessibleDescription(words)
        self.update()

    def see(self, seen: Seen) -> None:
        self._seen = seen
        self.update()

    @property
    def has_picture(self) -> bool:
        return self._seen is not None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * 3 / 4) if self._seen is not None else round(width * 0.45)

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(box, theme.RADIUS, theme.RADIUS)
        painter.setClipPath(clip)
        painter.fillRect(box, QColor(tokens.raised))
        if self._seen is None:
            side = 32
            painter.drawPixmap(
                round((box.width() - side) / 2),
                round(box.height() / 2 - side - 4),
                icons.pixmap("camera", tokens.muted, QSize(side, side), self.devicePixelRatioF()),
            )
            painter.setPen(QColor(tokens.muted))
            painter.drawText(
                box.adjusted(16, box.height() / 2 + 4, -16, -8),
                Qt.AlignmentFlag.AlignHCenter
                | Qt.AlignmentFlag.AlignTop
                | Qt.TextFlag.TextWordWrap,
                self._words,
            )
        else:
            self._picture(painter, box, self._seen, QColor(tokens.accent))
        painter.end()

    def _picture(self, painter: QPainter, box: QRectF, seen: Seen, outline: QColor) -> None:
        image = seen.image
        scale = max(box.width() / image.width(), box.height() / image.height())
        painter.translate(box.center())
        painter.scale(-scale, scale)
        painter.translate(-image.width() / 2, -image.height() / 2)
        painter.drawImage(0, 0, image)
        painter.setPen(QPen(outline, 3 / scale))
        for corners in seen.outlines:
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
