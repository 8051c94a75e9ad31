"""The desktop's portal for screenshots (org.freedesktop.portal.Screenshot), over D-Bus."""

import secrets
from pathlib import Path

from PySide6.QtCore import SLOT, QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher

from authenticator.errors import AuthenticatorError
from authenticator.gui.desktop import dbus
from authenticator.scan.image import FILE_LIMIT
from authenticator.scan.input_file import read_bytes
from authenticator.scan.screen_errors import ScreenDismissed, ScreenPortalAbsent, ScreenRefused

SERVICE = "org.freedesktop.portal.Desktop"
OBJECT = "/org/freedesktop/portal/desktop"
PATIENCE_MS = 60_000
"""The desktop may ask the person first; the window is hidden meanwhile, so it must end."""
DONE, CANCELLED = 0, 1


class Portal(QObject):
    """One screenshot. Ends with one of the two signals; the portal's file is gone by then."""

    taken = Signal(object)  # bytes: the file
    failed = Signal(object)  # Exception

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = dbus.session_bus()
        self._call: QDBusPendingCallWatcher | None = None
        self._request = ""
        self._over = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._give_up)

    def start(self) -> None:
        if not self._bus.isConnected():
            self._end(ScreenPortalAbsent())
            return
        self._patience.start()
        # The answer may come before the call returns: its path is known, so listen first.
        token = f"authenticator_{secrets.token_hex(8)}"
        sender = self._bus.baseService().removeprefix(":").replace(".", "_")
        self._listen(f"{OBJECT}/request/{sender}/{token}")
        call = QDBusMessage.createMethodCall(
            SERVICE, OBJECT, "org.freedesktop.portal.Screenshot", "Screenshot"
        )
        call.setArguments(["", {"handle_token": token, "interactive": False, "modal": False}])
        self._call = QDBusPendingCallWatcher(self._bus.asyncCall(call), self)
        self._call.finished.connect(self._called)

    def _listen(self, path: str) -> None:
        self._request = path
        self._bus.connect(
            SERVICE,
            path,
            "org.freedesktop.portal.Request",
            "Response",
            self,
            SLOT("respond(uint,QVariantMap)"),
        )

    def _called(self) -> None:
        if self._over or self._call is None:
            return
        if self._call.isError():
            self._end(ScreenPortalAbsent())

    @Slot("uint", "QVariantMap")
    def respond(self, answer: int, results: dict[str, object]) -> None:
        """The portal's Response; called by D-Bus."""
        if self._over:
            return
        if answer != DONE:
            self._end(ScreenDismissed() if answer == CANCELLED else ScreenRefused())
            return
        url = QUrl(str(results.get("uri", "")))
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
        close = QDBusMessage.createMethodCall(
            SERVICE, self._request, "org.freedesktop.portal.Request", "Close"
        )
        self._bus.send(close)
        self._end(ScreenPortalAbsent())

    def _end(self, came: bytes | Exception) -> None:
        self._over = True
        self._patience.stop()
        dbus.leave(self._bus)
        if isinstance(came, bytes):
            self.taken.emit(came)
        else:
            self.failed.emit(came)
