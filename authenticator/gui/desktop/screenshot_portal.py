"""A picture of the screen from the desktop's portal (org.freedesktop.portal.Screenshot)."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal

from authenticator.errors import AuthenticatorError
from authenticator.gui.desktop.portal_request import CANCELLED, DONE, PortalConnection, Variants
from authenticator.scan.image import FILE_LIMIT
from authenticator.scan.input_file import read_bytes
from authenticator.scan.screen_errors import ScreenDismissed, ScreenPortalAbsent, ScreenRefused

INTERFACE = "org.freedesktop.portal.Screenshot"
ANSWER_MS = 60_000
"""The desktop may ask the person first; the window is hidden meanwhile, so it must end."""


class ScreenshotPortal(QObject):
    """One screenshot. Ends with one of the two signals; the portal's file is gone by then."""

    taken = Signal(object)  # bytes: the file
    failed = Signal(object)  # Exception

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._portal = PortalConnection(self)
        self._portal.lost.connect(self._portal_absent)
        self._request = ""
        self._deadline = QTimer(self, singleShot=True, interval=ANSWER_MS)
        self._deadline.timeout.connect(self._give_up)

    def start(self) -> None:
        if not self._portal.open():
            self._portal_absent()
            return
        self._deadline.start()
        self._request = self._portal.request(
            INTERFACE,
            "Screenshot",
            "sa{sv}",
            ("",),
            {"interactive": ("b", False), "modal": ("b", False)},
            self._answered,
            self._portal_absent,
        )

    def _answered(self, answer: int, results: Variants) -> None:
        if answer != DONE:
            self._end(ScreenDismissed() if answer == CANCELLED else ScreenRefused())
            return
        url = QUrl(str(results.get("uri", ("s", ""))[1]))
        if not url.isLocalFile():
            self._end(ScreenRefused())
            return
        path = Path(url.toLocalFile())
        try:
            self._end(read_bytes(path, FILE_LIMIT))
        except AuthenticatorError as error:
            self._end(error)
        finally:
            path.unlink(missing_ok=True)

    def _give_up(self) -> None:
        self._portal.cancel(self._request)
        self._portal_absent()

    def _portal_absent(self) -> None:
        self._end(ScreenPortalAbsent())

    def _end(self, outcome: bytes | Exception) -> None:
        self._deadline.stop()
        self._portal.close()
        if isinstance(outcome, bytes):
            self.taken.emit(outcome)
        else:
            self.failed.emit(outcome)
