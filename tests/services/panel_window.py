"""Another program with a panel's page: `python -m tests.services.panel_window LINK...` covers
the screen with a window, shows each link as a QR code side by side, and prints `shown`."""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tests.services.pictures import encoded, qr_pixels


def main() -> None:
    """Show the page until killed."""
    app = QApplication([])
    page = QWidget()
    page.setStyleSheet("background: white; color: black")
    column = QVBoxLayout(page)
    column.addWidget(QLabel("Two-step verification: scan this code"))
    row = QHBoxLayout()
    column.addLayout(row)
    for link in sys.argv[1:]:
        label = QLabel()
        image = QImage.fromData(encoded(qr_pixels(link, module_px=4)))
        label.setPixmap(QPixmap.fromImage(image))
        row.addWidget(label)
    column.addStretch(1)
    page.setGeometry(app.primaryScreen().geometry())
    page.show()
    page.lower()

    def tell() -> None:
        sys.stdout.write("shown\n")
        sys.stdout.flush()

    QTimer.singleShot(500, tell)
    app.exec()


if __name__ == "__main__":
    main()
