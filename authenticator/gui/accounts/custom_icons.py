"""The pictures that people give their accounts: read for the rows that are seen, kept while the
vault is open."""

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from authenticator.gui.session import Session
from authenticator.gui.theme import colors
from authenticator.vault.entry import Entry


def pixmap(content: bytes) -> QPixmap:
    """A kept picture, its corners round; null where it is none."""
    image = QImage.fromData(content, "PNG")
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


class OwnPictures(QObject):
    """Asks for each picture once, when a row with it is first painted."""

    came = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._known: dict[str, QPixmap] = {}
        self._wanted: list[Entry] = []
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._read)
        session.icons.icons_read.connect(self._take)

    def of(self, entry: Entry) -> QPixmap:
        """The picture of an account; null as long as it is not there."""
        if entry.picture not in self._known:
            self._known[entry.picture] = QPixmap()
            self._wanted.append(entry)
            self._ask.start()
        return self._known[entry.picture]

    def _read(self) -> None:
        wanted, self._wanted = self._wanted, []
        self._session.icons.read_many(wanted)

    def _take(self, read: list[tuple[str, bytes]]) -> None:
        for name, content in read:
            self._known[name] = pixmap(content)
        self.came.emit()
