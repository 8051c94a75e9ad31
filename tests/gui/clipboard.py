"""Another program that uses the clipboard: prints its text, or puts a picture on it and stays,
or, like a careless clipboard manager, copies every text as its own and stays."""

import sys

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

KEEP = "--keep"


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def keep() -> None:
    """Copy what another program put there, so that it outlives that program."""
    clipboard = app.clipboard()
    if not clipboard.ownsClipboard() and (text := clipboard.text()):
        clipboard.setText(text)
        app.processEvents()
        say("kept")


app = QApplication([])
if sys.argv[1:] == [KEEP]:
    app.clipboard().dataChanged.connect(keep)
    app.processEvents()
    say("ready")
    app.exec()
elif len(sys.argv) > 1:
    app.clipboard().setImage(QImage(sys.argv[1]))
    app.processEvents()
    say("copied")
    app.exec()
else:
    sys.stdout.write(app.clipboard().text())
