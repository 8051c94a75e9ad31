"""Hidden codes: each is shown when it is pressed, and hidden again a little later."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from authenticator.app.settings import REVEALED_S

SHOWN_MS = 1000 * REVEALED_S


class CodeMask(QObject):
    """Hides all codes while `is_on()` returns true, except the one that was revealed last."""

    changed = Signal()

    def __init__(self, is_on: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_on = is_on
        self._revealed = ""
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide_all)

    def is_hidden(self, id: str) -> bool:
        """Whether this account's code is hidden now."""
        return self._is_on() and id != self._revealed

    def reveal(self, id: str) -> None:
        """Show the code of this account for SHOWN_MS."""
        self._revealed = id
        self._timer.start()
        self.changed.emit()

    def hide_all(self) -> None:
        """Hide all codes again."""
        self._timer.stop()
        if self._revealed:
            self._revealed = ""
            self.changed.emit()
