"""Another program at the clipboard: prints its text, or puts a picture on it and stays."""

import sys

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

app = QApplication([])
if len(sys.argv) > 1:
    app.clipboard().setImage(QImage(sys.argv[1]))
    app.processEvents()
    sys.stdout.write("copied\n")
    sys.stdout.flush()
    app.exec()
else:
    sys.stdout.write(app.clipboard().text())
