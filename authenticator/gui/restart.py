"""A window that was locked goes on in a new process, at the same place: this one has known keys,
and a process can't forget what it knew."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from authenticator import debug_log
from authenticator.gui.startup import restart_process
from authenticator.gui.startup.restart_process import Locked

if TYPE_CHECKING:
    from authenticator.gui.desktop.single_instance import SingleInstance
    from authenticator.gui.window import Window

WAITS_MS = 10_000
"""How long what was begun before the lock may take, such as a write to a keyring that hangs. A
write that is cut off is finished or undone when the vault is opened next."""
PICTURE_MS = 2000
"""How long the picture of the window before stays up, where the new one is not seen."""


class RestartWhenLocked(QObject):
    """Replaces this process by `command` after each lock, or not at all where that is empty."""

    def __init__(self, window: Window, instance: SingleInstance, command: Sequence[str]) -> None:
        super().__init__(window)
        self._window = window
        self._instance = instance
        self._command = command
        self._displays: tuple[int, ...] = ()
        if command:
            overdue = QTimer(self, singleShot=True, interval=WAITS_MS)
            overdue.timeout.connect(self._restart)
            window.session.locked.connect(overdue.start)
            window.session.closed.connect(self._restart)

    def _restart(self) -> None:
        from authenticator.gui.desktop import x11_workspace

        window, session = self._window, self._window.session
        if session.vault_info is None:
            return
        window.repaint()  # what stays up until the other window is there
        QGuiApplication.sync()
        session.services.close()  # the processes that read pictures
        debug_log.write("restarts locked", draft=bool(session.sealed_draft))
        place = window.normalGeometry()
        locked = Locked(
            session.vault_info,
            session.sealed_draft,
            window.enrolment.waiting(),
            bytes(window.saveGeometry().data()),
            (place.x(), place.y(), place.width(), place.height()),
            x11_workspace.of(window.winId()),
            visible=window.isVisible(),
            minimized=window.isMinimized(),
            active=window.isActiveWindow(),
            is_second=window.is_second,
            lock=self._instance.hand_on(),
            displays=tuple(_display_connections()),
        )
        restart_process.replace(self._command, locked)

    # In the new process

    def resume(self, locked: Locked) -> None:
        """Show the window as the one before was."""
        self._displays = locked.displays
        self._window.enrolment.hand_over(locked.words)
        self._put_in_place(locked)
        if not locked.visible:
            self._window.desktop.start_hidden()
            self._drop_picture()
        elif locked.minimized:
            self._window.showMinimized()
            self._drop_picture()
        else:
            self._show(active=locked.active)
        self._window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, False)
        if (made := self._window.windowHandle()) is not None:
            made.setProperty("_q_showWithoutActivating", False)  # where Qt remembers it
        QTimer.singleShot(0, self._window, self._window.painted.emit)

    def _put_in_place(self, locked: Locked) -> None:
        from authenticator.gui.desktop import x11_workspace

        window = self._window
        window.restoreGeometry(locked.geometry)
        whole_screen = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
        if not window.windowState() & whole_screen:
            window.setGeometry(*locked.place)  # Qt makes room for a title bar, needed or not
        # Qt asks for this when it makes the window, which happens here or at its first show.
        window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not locked.active)
        if locked.workspace is not None:
            x11_workspace.put(window.winId(), locked.workspace)

    def _show(self, *, active: bool) -> None:
        """Over the picture of the window before, which then goes."""
        from authenticator.gui.desktop.window_exposure import WindowExposure

        window = self._window
        window.show()
        if active:
            window.activateWindow()
        else:
            window.lower()  # not over what the person is using
        exposure = WindowExposure(window.windowHandle(), self)
        exposure.changed.connect(lambda _: QTimer.singleShot(0, self, self._drop_picture))
        QTimer.singleShot(PICTURE_MS, self, self._drop_picture)

    def _drop_picture(self) -> None:
        displays, self._displays = self._displays, ()
        for connection in displays:
            os.close(connection)


def _display_connections() -> Iterator[int]:
    """The connections of this process to its X11 or Wayland server. While one is open, its windows
    stay up, with what was drawn last."""
    if sys.platform != "linux":
        return
    import socket

    wayland = os.environ.get("WAYLAND_DISPLAY") or "wayland-0"
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers, not paths
        try:
            with socket.socket(fileno=os.dup(int(name))) as connection:
                server = connection.getpeername()
        except OSError:  # no socket, or one without a name
            continue
        place = os.fsdecode(server) if isinstance(server, str | bytes) else ""
        if "/.X11-unix/X" in place or place.endswith(f"/{wayland}"):
            yield int(name)
