"""Connects the window to the desktop: tray, global shortcut, automatic locking, reduced motion,
capture protection, and later starts of the app."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from authenticator import debug_log
from authenticator.app.desktop import WindowOrder
from authenticator.language import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from authenticator.gui.desktop.clipboard import Clipboard
    from authenticator.gui.desktop.global_shortcut import GlobalShortcut
    from authenticator.gui.desktop.idle_timer import IdleTimer
    from authenticator.gui.desktop.instance_messages import Call, InstanceServer
    from authenticator.gui.desktop.reduced_motion import ReducedMotion
    from authenticator.gui.desktop.session_lock import SessionLockWatcher
    from authenticator.gui.desktop.single_instance import SingleInstance
    from authenticator.gui.desktop.tray import Tray
    from authenticator.gui.desktop.window_exposure import WindowExposure
    from authenticator.gui.session import Session

BIND_MS = 500
"""How long the desktop waits: codes come first."""
TRAY_AGAIN_MS = 1000
TRAY_TRIES = 30
"""The panel of a desktop may come up later than what starts with the session."""


class DesktopIntegration(QObject):
    """Follows the settings. Each part is made when it is first needed."""

    lock_requested = Signal()
    show_requested = Signal(str)  # the token with which a Wayland desktop allows it, or ""
    quit_requested = Signal()
    toast_requested = Signal(str)
    called = Signal(object)  # Call of a later start
    call_refused = Signal()  # what came was no call
    exposed = Signal(bool)  # whether any of the window is on a screen
    shortcut_changed = Signal()

    def __init__(self, window: QWidget, session: Session, clipboard: Clipboard) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._clipboard = clipboard
        self.idle: IdleTimer | None = None
        self.session_lock: SessionLockWatcher | None = None
        self.tray: Tray | None = None
        self.shortcut: GlobalShortcut | None = None
        self.exposure: WindowExposure | None = None
        self.motion: ReducedMotion | None = None
        self.server: InstanceServer | None = None
        self._hidden = False
        """Whether the app was started into the tray alone."""
        self._excluded = False
        self._tray_tries = TRAY_TRIES
        self._tray_again = QTimer(self, singleShot=True, interval=TRAY_AGAIN_MS)
        self._tray_again.timeout.connect(self._set_tray)
        self._bind = QTimer(self, singleShot=True, interval=BIND_MS)
        for part in (
            self._set_locks,
            self._set_tray,
            self._set_shortcut,
            self._watch_exposure,
            self._watch_motion,
            self._set_icon,
        ):
            self._bind.timeout.connect(part)
        session.settings_changed.connect(self.exclude_from_captures)
        session.settings_changed.connect(self.bind_soon)
        session.ready.connect(self.bind_soon)
        session.locked.connect(self._stop_idle_timer)

    def bind_soon(self) -> None:
        """Bring all parts in line with the settings, a moment from now."""
        self._bind.start()

    def window_shown_or_hidden(self) -> None:
        """The window was shown or hidden."""
        self.exclude_from_captures()
        self.update_tray()

    # Locks

    def _set_locks(self) -> None:
        """Lock when idle and with the session, as chosen in the settings."""
        settings = self._session.settings
        if settings.lock_after_min or self.idle is not None:
            self._idle_timer().limit(60 * settings.lock_after_min if self._session.is_open else 0)
        if settings.lock_with_session is (self.session_lock is not None):
            return
        if self.session_lock is not None:
            self.session_lock.end()
            self.session_lock.deleteLater()
            self.session_lock = None
            return
        from authenticator.gui.desktop import session_lock

        if session_lock.is_supported():
            self.session_lock = session_lock.SessionLockWatcher(self)
            self.session_lock.session_locked.connect(self.lock_requested)

    def _idle_timer(self) -> IdleTimer:
        if self.idle is None:
            from authenticator.clock.boot_clock import this_boot
            from authenticator.gui.desktop.idle_timer import IdleTimer

            self.idle = IdleTimer(this_boot().read, self)
            self.idle.timed_out.connect(self.lock_requested)
        return self.idle

    def note_use(self) -> None:
        """The app is in use, though not through its window."""
        if self.idle is not None:
            self.idle.note_use()

    def _stop_idle_timer(self) -> None:
        if self.idle is not None:
            self.idle.limit(0)

    # The tray

    def start_hidden(self) -> None:
        """Start in the tray only; as a minimized window if there turns out to be no tray."""
        self._hidden = True
        self._set_tray()

    @property
    def closes_to_tray(self) -> bool:
        """Whether a window that is closed stays in the tray."""
        return self.tray is not None and self._session.settings.close_to_tray

    def update_tray(self) -> None:
        """Rebuild the tray's menu."""
        if self.tray is not None:
            self.tray.update_menu()

    def _set_tray(self) -> None:
        wanted = self._hidden or self._session.settings.tray
        if wanted is (self.tray is not None):
            return
        if self.tray is not None:
            self.tray.remove()
            self.tray = None
            self._window.show()  # else it could not be found again
            return
        from authenticator.gui.desktop import tray

        if tray.available():
            self.tray = tray.Tray(self._window, self._session, self._clipboard)
            self.tray.show_requested.connect(lambda: self.show_requested.emit(""))
            self.tray.lock_requested.connect(self.lock_requested)
            self.tray.quit_requested.connect(self.quit_requested)
            self.tray.toast_requested.connect(self.toast_requested)
            self.tray.used.connect(self.note_use)
        elif self._tray_tries:
            self._tray_tries -= 1
            self._tray_again.start()
        elif self._hidden:
            self._hidden = False
            self._window.showMinimized()

    # The global shortcut

    def _set_shortcut(self) -> None:
        if self._session.settings.global_shortcut is (self.shortcut is not None):
            return
        if self.shortcut is not None:
            self.shortcut.end()
            self.shortcut.deleteLater()
            self.shortcut = None
            self.shortcut_changed.emit()
            return
        from authenticator.gui.desktop.global_shortcut import GlobalShortcut

        self.shortcut = GlobalShortcut(self)
        self.shortcut.changed.connect(self.shortcut_changed)
        self.shortcut.pressed.connect(self.show_requested)
        self.shortcut.start(tr("Show the codes"))

    # The window as the desktop sees it

    def _watch_exposure(self) -> None:
        if self.exposure is None and self._window.windowHandle() is not None:
            from authenticator.gui.desktop.window_exposure import WindowExposure

            self.exposure = WindowExposure(self._window.windowHandle(), self)
            self.exposure.changed.connect(self.exposed)

    def _watch_motion(self) -> None:
        if self.motion is None:
            from authenticator.gui.desktop.reduced_motion import ReducedMotion

            self.motion = ReducedMotion(self)
            self.motion.changed.connect(self._session.set_reduced_motion)
            self.motion.start()

    def _set_icon(self) -> None:
        """For title and taskbar, where no desktop file names it. On macOS it would replace the
        bundle's icon in the Dock."""
        if sys.platform != "darwin" and QGuiApplication.windowIcon().isNull():
            from authenticator.gui.theme import icons

            QGuiApplication.setWindowIcon(icons.app())

    def exclude_from_captures(self) -> None:
        """Keep the window out of screen captures, as chosen in the settings."""
        hide = self._session.settings.hide_window
        if hide == self._excluded or not self._window.isVisible():
            return
        from authenticator.gui.desktop import capture_protection

        self._excluded = hide
        capture_protection.exclude(self._window, hide)

    # Later starts

    def listen(self, instance: SingleInstance, after_ms: int) -> None:
        """Receive what later starts forward. If that fails, they open windows of their own."""

        def begin() -> None:
            from authenticator.gui.desktop.instance_messages import InstanceServer

            self.server = InstanceServer(instance.address, self, lambda: self._session.is_open)
            self.server.called.connect(self._called)
            self.server.refused.connect(self.call_refused)
            debug_log.write("listens for later starts", open=self.server.is_open)
            if not self.server.is_open:
                instance.release()

        if instance.address:
            QTimer.singleShot(after_ms, self, begin)

    def _called(self, call: Call) -> None:
        if call.order is WindowOrder.LOCK:
            self.lock_requested.emit()
        else:
            self.called.emit(call)

    def shut_down(self) -> None:
        """Stop listening, and release everything."""
        if self.server is not None:
            self.server.close()
        if self.session_lock is not None:
            self.session_lock.end()
        if self.motion is not None:
            self.motion.end()
        if self.tray is not None:
            self.tray.remove()
            self.tray = None
        if self.shortcut is not None:
            self.shortcut.end()
