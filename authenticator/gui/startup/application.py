"""Qt's application."""

from typing import cast

from PySide6.QtWidgets import QApplication


def running() -> QApplication:
    """The application of this process, for code that runs only after it was made."""
    return cast("QApplication", QApplication.instance())
