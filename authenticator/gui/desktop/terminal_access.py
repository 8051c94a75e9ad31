"""Screens, clipboard and the open window for the terminal's commands, which have no window."""

import signal
from typing import TYPE_CHECKING

from authenticator import resource
from authenticator.app.desktop import IconBroken, WindowAbsent, WindowOrder
from authenticator.scan.screen_errors import ClipboardHidden, NoDisplay

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QGuiApplication, QImage

    from authenticator.app.reading import Source

AWAKE_MS = 200
"""How often Python can notice Ctrl+C while Qt waits."""


class QtDesktop:
    """Loads Qt when it is first needed."""

    _app: "QGuiApplication | None" = None

    def _started(self) -> "QGuiApplication":
        from authenticator.gui.startup.display import reachable

        if not reachable():
            raise NoDisplay
        from PySide6.QtGui import QGuiApplication

        if self._app is None:
            running = QGuiApplication.instance()
            if not isinstance(running, QGuiApplication):
                running = QGuiApplication(["authenticator"])
            self._app = running
        return self._app

    def screens(self) -> "list[NDArray[np.uint8]]":
        self._started()
        from authenticator.gui.desktop import dropped_sources, screen_capture

        pictures = self._by_portal() if screen_capture.by_portal() else screen_capture.grab()
        return [dropped_sources.pixels(screen_capture.drawn(picture)) for picture in pictures]

    def _by_portal(self) -> "list[QImage | bytes]":
        from PySide6.QtCore import QEventLoop, QTimer

        from authenticator.gui.desktop.screenshot_portal import ScreenshotPortal

        came: list[bytes | Exception] = []
        loop = QEventLoop()
        portal = ScreenshotPortal()
        for told in (portal.taken, portal.failed):
            told.connect(came.append)
            told.connect(loop.quit)
        interrupted: list[int] = []
        awake = QTimer(interval=AWAKE_MS)
        # Not by the signal: a loop that does not run yet is not ended by `quit`.
        awake.timeout.connect(lambda: loop.quit() if interrupted else None)
        awake.start()
        # An exception inside a slot is only printed, so Ctrl+C may not become one there.
        before = signal.signal(signal.SIGINT, lambda number, _: interrupted.append(number))
        try:
            portal.start()
            if not came:
                loop.exec()
        finally:
            signal.signal(signal.SIGINT, before)
        if not came:
            raise KeyboardInterrupt
        if isinstance(came[0], Exception):
            raise came[0]
        return [came[0]]

    def clipboard(self) -> "list[Source]":
        app = self._started()
        if app.platformName().startswith("wayland"):
            raise ClipboardHidden
        from authenticator.app.reading import Source
        from authenticator.gui.desktop import dropped_sources

        return [
            Source(source.name, None if source.picture is None else source.content(), source.text)
            for source in dropped_sources.sources(app.clipboard().mimeData())
        ]

    def icons(self) -> int:
        from PySide6.QtCore import QSize
        from PySide6.QtGui import QImage, QPainter
        from PySide6.QtSvg import QSvgRenderer

        drawings = sorted(resource.path("icons").glob("*.svg"))
        for file in drawings:
            # No application is needed for this, nor a display.
            canvas = QImage(QSize(24, 24), QImage.Format.Format_ARGB32_Premultiplied)
            canvas.fill(0)
            renderer = QSvgRenderer(str(file))
            painter = QPainter(canvas)
            renderer.render(painter)
            painter.end()
            if not renderer.isValid() or not any(canvas.constBits()):
                raise IconBroken(file.stem)
        return len(drawings)

    def order_window(self, home: "Path", order: WindowOrder) -> bool:
        from authenticator.gui.desktop.single_instance import SingleInstance

        instance = SingleInstance(home)
        if instance.claim():  # asked without Qt, where there is no window
            instance.release()
            raise WindowAbsent
        from authenticator.gui.desktop import instance_messages

        return instance_messages.send_order(instance, order)
