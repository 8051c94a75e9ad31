"""Whether a window can be seen at all, as far as the system reports it.

Qt hides a window's widgets when it is closed or minimized; a window that is taken off the screen
in another way stays visible to them, and would go on drawing.
"""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QWindow


class WindowExposure(QObject):
    """Emits `changed` with whether any of the window is on a screen."""

    changed = Signal(bool)

    def __init__(self, window: QWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._exposed = window.isExposed()
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Expose and self._window.isExposed() != self._exposed:
            self._exposed = not self._exposed
            self.changed.emit(self._exposed)
        return False
