"""Pictures that users chose for their accounts: read for visible rows, cached while the vault is
open."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from authenticator.gui.session import Session
from authenticator.gui.widgets.icon_image import pixmap
from authenticator.vault.entry import Entry


class CustomIcons(QObject):
    """Requests each picture once, when a row with it is first painted."""

    loaded = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._loaded: dict[str, QPixmap] = {}
        self._requested: list[Entry] = []
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._read)
        session.icons.icons_read.connect(self._set_pictures)

    def pixmap(self, entry: Entry) -> QPixmap:
        """An account's picture; null until it has been read."""
        if entry.picture not in self._loaded:
            self._loaded[entry.picture] = QPixmap()
            self._requested.append(entry)
            self._ask.start()
        return self._loaded[entry.picture]

    def _read(self) -> None:
        wanted, self._requested = self._requested, []
        self._session.icons.read_many(wanted)

    def _set_pictures(self, read: list[tuple[str, bytes]]) -> None:
        for name, content in read:
            self._loaded[name] = pixmap(content)
        self.loaded.emit()
