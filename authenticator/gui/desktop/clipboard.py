"""The one place that puts codes and keys on the clipboard and removes them again."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

WINDOWS = 'application/x-qt-windows-mime;value="{name}"'
"""How Qt names a format of Windows' own (QWindowsMimeConverter)."""

HINTS = {
    # Klipper and similar managers keep nothing that carries this.
    "x-kde-passwordManagerHint": b"secret",
    # "Clipboard Formats", Cloud Clipboard and Clipboard History: a DWORD of 0 forbids.
    WINDOWS.format(name="ExcludeClipboardContentFromMonitorProcessing"): b"\0\0\0\0",
    WINDOWS.format(name="CanIncludeInClipboardHistory"): b"\0\0\0\0",
    WINDOWS.format(name="CanUploadToCloudClipboard"): b"\0\0\0\0",
}
"""What tells clipboard managers that the content is secret, by format."""

CONCEALED = "org.nspasteboard.ConcealedType"
"""The same for managers on macOS (nspasteboard.org)."""


class Clipboard(QObject):
    """Forgets what it copied after `clear_after_s()` seconds, 0 meaning never."""

    def __init__(self, clear_after_s: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clear_after_s = clear_after_s
        self._copied = ""
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self.clear)

    def copy(self, secret: str) -> None:
        """Put a code or a key there, marked as secret."""
        content = QMimeData()
        content.setText(secret)
        for form, mark in HINTS.items():
            content.setData(form, mark)
        QGuiApplication.clipboard().setMimeData(content)
        if sys.platform == "darwin":
            from authenticator.gui.desktop import cocoa

            cocoa.mark_pasteboard(CONCEALED)
        self._copied = secret
        self._due.stop()
        if after_s := self._clear_after_s():
            self._due.start(after_s * 1000)

    def clear(self) -> None:
        """Remove it if it is still there, even where a clipboard manager has taken over the text.
        Whatever else was copied since stays."""
        self._due.stop()
        copied, self._copied = self._copied, ""
        clipboard = QGuiApplication.clipboard()
        if not copied or clipboard.text() != copied:
            return
        if clipboard.ownsClipboard():
            # Wayland may refuse a change to a window without the focus: then nothing is given.
            clipboard.mimeData().clear()
        clipboard.clear()
