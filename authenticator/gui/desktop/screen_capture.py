"""Pictures of every screen, with this app's window out of the way.

Where the desktop lets programs capture the screen (X11, Windows, macOS), Qt does; under Wayland
only the desktop's portal may. The pictures are kept in memory only.
"""

import ctypes
import os
import sys

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from authenticator.scan.image import NotAnImage
from authenticator.scan.screen_errors import ScreenRefused

AWAY_MS = 350
"""Compositors fade a window out over 150 to 250 ms."""


class ScreenCapture(QObject):
    """Hides the window, takes the pictures, brings the window back. Ends with one of the two
    signals, once the window is back."""

    taken = Signal(object)  # list[QImage | bytes]: one a screen, or one of all of them
    failed = Signal(object)  # Exception

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._geometry = window.geometry()

    def start(self) -> None:
        self._window.hide()
        QTimer.singleShot(AWAY_MS, self, self._capture)

    def _capture(self) -> None:
        if by_portal():
            # Loaded only when needed.
            from authenticator.gui.desktop.screenshot_portal import ScreenshotPortal

            screenshot = ScreenshotPortal(self)
            screenshot.taken.connect(lambda file: self._done([file]))
            screenshot.failed.connect(self._fail)
            screenshot.start()
            return
        try:
            pictures = grab()
        except ScreenRefused as refusal:
            self._fail(refusal)
        else:
            self._done(pictures)

    def _done(self, pictures: list[QImage | bytes]) -> None:
        self._bring_back()
        self.taken.emit(pictures)
        self.deleteLater()

    def _fail(self, error: Exception) -> None:
        self._bring_back()
        self.failed.emit(error)
        self.deleteLater()

    def _bring_back(self) -> None:
        window = self._window
        if not window.isMaximized() and not window.isFullScreen():
            window.setGeometry(self._geometry)  # else window managers choose another place
        window.show()
        window.raise_()
        window.activateWindow()


def by_portal() -> bool:
    """Whether only the desktop's portal can capture the screen: under Wayland, where X programs,
    too, get nothing but black."""
    platform = QGuiApplication.platformName()
    if platform == "xcb":
        return os.environ.get("XDG_SESSION_TYPE") == "wayland"
    return platform.startswith("wayland")


def grab() -> list[QImage | bytes]:
    """A picture of each screen, in its own pixels.

    Raises ScreenRefused.
    """
    if not _allowed():
        raise ScreenRefused
    taken = [screen.grabWindow(0).toImage() for screen in QGuiApplication.screens()]
    pictures: list[QImage | bytes] = [picture for picture in taken if not picture.isNull()]
    if not pictures:
        raise ScreenRefused
    return pictures


def drawn(picture: QImage | bytes) -> QImage:
    """A picture that may still be the bytes of a file, decoded. Raises NotAnImage."""
    image = picture if isinstance(picture, QImage) else QImage.fromData(picture)
    if image.isNull():
        raise NotAnImage("")
    return image


def _allowed() -> bool:
    """Whether macOS lets this app record the screen; if not, only the wallpaper would be seen.
    Asking makes the system explain it to the person, once."""
    if sys.platform != "darwin":
        return True
    graphics = ctypes.CDLL("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics")
    graphics.CGPreflightScreenCaptureAccess.restype = ctypes.c_bool
    graphics.CGRequestScreenCaptureAccess.restype = ctypes.c_bool
    return bool(
        graphics.CGPreflightScreenCaptureAccess() or graphics.CGRequestScreenCaptureAccess()
    )
