"""Shows uncaught errors of any thread, and Qt's own messages, in one dialog, and logs them. What
a start does not need is imported only after an error."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget

from authenticator import debug_log, exit_codes

if TYPE_CHECKING:
    from authenticator.app.crash_report import CrashReport
    from authenticator.gui.widgets.crash_dialog import CrashDialog


class UnexpectedErrors(QObject):
    """Takes over Python's hooks and Qt's until `release`. Errors on other threads come to the
    GUI thread through a signal."""

    _reported = Signal(object)  # CrashReport

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: QWidget | None = None
        self._quit: Callable[[], object] = QApplication.quit
        self.dialog: CrashDialog | None = None
        self._reported.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._former = sys.excepthook, threading.excepthook
        sys.excepthook = self._of_python
        threading.excepthook = self._of_thread
        self._former_of_qt = qInstallMessageHandler(self._of_qt)

    def attach(self, window: QWidget, quit: Callable[[], object]) -> None:
        """The dialog belongs to this window from now on; `quit` ends the app."""
        self._window = window
        self._quit = quit

    def release(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._former
        qInstallMessageHandler(self._former_of_qt)

    def _of_python(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, Exception):  # Ctrl+C, and an orderly end
            self._former[0](kind, error, trace)
            return
        self._reported.emit(_report(kind, error, trace))

    def show_fatal(self, error: Exception) -> int:
        """Show an error after which the app can't go on, and wait until it was read; returns the
        exit code. Works without a window, and before the event loop runs."""
        report = _report(type(error), error, error.__traceback__)
        # The app must end with its exit code, even if the dialog is what does not work.
        with contextlib.suppress(Exception):
            from authenticator.gui.widgets.crash_dialog import CrashDialog

            if self.dialog is not None:  # the same again, maybe
                self.dialog.close()
            CrashDialog(None, report, can_continue=False).exec()
        return exit_codes.OUR_BUG

    def _of_thread(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None:
            self._of_python(told.exc_type, told.exc_value, told.exc_traceback)

    def _of_qt(self, kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        debug_log.write_text(f"Qt {kind.name}", message)
        words = debug_log.redacted(message)
        if kind is not QtMsgType.QtDebugMsg:
            _to_stderr(words)
        if kind is QtMsgType.QtCriticalMsg:
            from authenticator.app.crash_report import CrashReport

            self._reported.emit(CrashReport(words, f"Qt: {words}"))

    def _show(self, report: CrashReport) -> None:
        if self.dialog is not None:
            self.dialog.add(report)
            return
        from authenticator.gui.widgets.crash_dialog import CrashDialog

        window = self._window if self._window is not None and self._window.isVisible() else None
        self.dialog = CrashDialog(window, report)
        self.dialog.finished.connect(self._closed)
        self.dialog.quit_requested.connect(self._quit)
        self.dialog.open()

    def _closed(self) -> None:
        self.dialog = None


def _report(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> CrashReport:
    """The report, which is in the log and on stderr already."""
    from authenticator.app.crash_report import crash_report

    report = crash_report(kind, error, trace, {"PySide6": pyside_version})
    debug_log.write_text("unexpected error", report.text)
    _to_stderr(report.text)
    return report


def _to_stderr(text: str) -> None:
    # On Windows a program with a window alone has none.
    with contextlib.suppress(OSError, AttributeError):
        sys.stderr.write(f"{text}\n")
