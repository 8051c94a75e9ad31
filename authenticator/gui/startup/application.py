"""Qt's application, which on macOS hears of links and files that are opened with this app."""

from typing import cast

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """Elsewhere the desktop names links and files on the command line."""

    opened = Signal(str)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            self.opened.emit(event.url().toString(QUrl.ComponentFormattingOption.FullyEncoded))
            return True
        return super().event(event)


def running() -> QApplication:
    """The application of this process, for code that runs only after it was made."""
    return cast("QApplication", QApplication.instance())
