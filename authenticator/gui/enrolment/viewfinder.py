"""What the camera sees, mirrored or not, with the codes outlined."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from authenticator.gui.theme import colors, icons, stylesheet
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import join_sentences, sentence, tr
from authenticator.scan.decoders import Corners

LOWEST, HIGHEST = 9 / 16, 3 / 4
"""Height by width. What does not fit is cut at its edges."""
ICON, GAP, MARGIN = 32, 8, 16
CENTRED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class Viewfinder(QWidget):
    """As wide as the page, in the shape of the camera's first picture.

    Mirrored unless set otherwise: a code then moves on the screen as the hand moves it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mirrored = True
        self._image: QImage | None = None
        self._outlines: tuple[Corners, ...] = ()
        self._shape = LOWEST
        self._title = ""
        self._words = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(120)
        self.setAccessibleName(tr("Camera picture"))

    def show_message(self, words: str, title: str = "") -> None:
        """Words in place of a picture."""
        self._image = None
        self._outlines = ()
        self._title = title
        self._words = words
        spoken = join_sentences(sentence(title), words) if title else words
        if spoken != self.accessibleDescription():
            self.setAccessibleDescription(spoken)
            announce(self, spoken)
        self.updateGeometry()
        self.update()

    def set_mirrored(self, mirrored: bool) -> None:
        self.mirrored = mirrored
        self.update()

    def set_image(self, image: QImage) -> None:
        if self._image is None:
            self._shape = min(max(image.height() / image.width(), LOWEST), HIGHEST)
            self.updateGeometry()
        self._image = image
        self.update()

    def set_outlines(self, outlines: tuple[Corners, ...]) -> None:
        """Where codes stand, in the picture's pixels; they stay until the next ones are known."""
        self._outlines = outlines
        self.update()

    @property
    def has_picture(self) -> bool:
        return self._image is not None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._image is not None:
            return round(width * self._shape)
        return max(round(width * 0.45), sum(self._heights(width)) + 2 * MARGIN)

    def _heights(self, width: int) -> tuple[int, int, int]:
        """Of the icon, the title and the words, each with the gap below it."""
        room = QRect(0, 0, width - 2 * MARGIN, 10_000)
        title, words = (
            QFontMetrics(font).boundingRect(room, CENTRED, text).height() if text else 0
            for font, text in ((self._title_font(), self._title), (self.font(), self._words))
        )
        return ICON + GAP, title + (4 if title else 0), words

    def _title_font(self) -> QFont:
        return stylesheet.font(self.font(), stylesheet.BODY_PX, semibold=True)

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(box, colors.RADIUS, colors.RADIUS)
        painter.setClipPath(clip)
        painter.fillRect(box, QColor(tokens.raised))
        if self._image is None:
            self._icon_and_words(painter, tokens)
        else:
            self._picture(painter, box, self._image, QColor(tokens.accent))
        painter.end()

    def _icon_and_words(self, painter: QPainter, tokens: colors.Tokens) -> None:
        icon, title, words = self._heights(self.width())
        top = (self.height() - icon - title - words) // 2
        painter.drawPixmap(
            (self.width() - ICON) // 2,
            top,
            icons.pixmap("camera", tokens.muted, QSize(ICON, ICON), self.devicePixelRatioF()),
        )
        room = QRect(MARGIN, top + icon, self.width() - 2 * MARGIN, title + words)
        if self._title:
            painter.setFont(self._title_font())
            painter.setPen(QColor(tokens.text))
            painter.drawText(room, CENTRED, self._title)
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.muted))
        painter.drawText(room.adjusted(0, title, 0, 0), CENTRED, self._words)

    def _picture(self, painter: QPainter, box: QRectF, image: QImage, outline: QColor) -> None:
        scale = max(box.width() / image.width(), box.height() / image.height())
        painter.translate(box.center())
        painter.scale(-scale if self.mirrored else scale, scale)
        painter.translate(-image.width() / 2, -image.height() / 2)
        painter.drawImage(0, 0, image)
        painter.setPen(QPen(outline, 3 / scale))
        for corners in self._outlines:
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
