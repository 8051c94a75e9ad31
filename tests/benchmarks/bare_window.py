"""The least that a PySide6 window does: shown, painted once, gone."""

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget


class Window(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        print("painted", flush=True)
        QApplication.quit()


app = QApplication([])
window = Window()
window.resize(400, 640)
window.show()
app.exec()
