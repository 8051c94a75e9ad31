"""Starts the window and stays until it is closed."""

import sys

from PySide6.QtWidgets import QApplication

from authenticator.compose import Parts
from authenticator.gui import style, trace
from authenticator.gui.session import Session
from authenticator.gui.window import Window


def run(parts: Parts) -> int:
    """Show the window; returns the exit code once it is closed."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Authenticator")
    app.setDesktopFileName("authenticator")
    app.setStyle("Fusion")
    session = Session(parts)
    style.wear(app, style.chosen(session.settings.theme))
    window = Window(session)
    window.painted.connect(trace.on_first_paint())
    session.open()
    window.show()
    window.activateWindow()
    code = app.exec()
    window.shut_down()
    session.close()
    return code
