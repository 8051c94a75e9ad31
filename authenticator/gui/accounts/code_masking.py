"""Hidden codes: each is shown when it is pressed, and hidden again a little later."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

SHOWN_MS = 10_000


class Veil(QObject):
    """Over all codes while `on()` says so, but for the one that was pressed last."""

    moved = Signal()

    def __init__(self, on: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on = on
        self._lifted = ""
        self._over = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._over.timeout.connect(self.drop)

    def hides(self, id: str) -> bool:
        """Whether the code of this account is hidden now."""
        return self._on() and id != self._lifted

    def lift(self, id: str) -> None:
        """Show the code of this account for ten seconds."""
        self._lifted = id
        self._over.start()
        self.moved.emit()

    def drop(self) -> None:
        """Hide them all again."""
        self._over.stop()
        if self._lifted:
            self._lifted = ""
            self.moved.emit()
