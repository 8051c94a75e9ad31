"""The pictures that people give their accounts: read for the rows that are seen, kept while the
vault is open."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from authenticator.gui.session import Session
from authenticator.gui.widgets.icon_image import pixmap
from authenticator.vault.entry import Entry


class CustomIcons(QObject):
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
