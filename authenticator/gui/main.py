"""Starts the window and stays until it is closed."""

import gc
import sys

from authenticator.compose import Parts
from authenticator.gui.opening import Ahead


def run(parts: Parts) -> int:
    """Show the window; returns the exit code once it is closed."""
    ahead = Ahead(parts)
    # All that the start makes stays: looking for garbage among it only takes time.
    gc.disable()
    from PySide6.QtWidgets import QApplication

    from authenticator.gui import style, trace
    from authenticator.gui.session import Session
    from authenticator.gui.window import Window

    app = QApplication(sys.argv[:1])
    app.setApplicationName("Authenticator")
    app.setDesktopFileName("authenticator")
    app.setStyle("Fusion")
    session = Session(parts)
    style.wear(app, style.chosen(session.settings.theme))
    window = Window(session)
    window.painted.connect(trace.on_first_paint())
    window.painted.connect(gc.enable)
    session.open(ahead=ahead)
    window.show()
    window.activateWindow()
    code = app.exec()
    window.shut_down()
    session.close()
    parts.close()
    return code
