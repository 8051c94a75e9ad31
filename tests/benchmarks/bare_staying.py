"""A PySide6 window with nothing in it that stays."""

from PySide6.QtWidgets import QApplication, QWidget

app = QApplication([])
window = QWidget()
window.resize(400, 640)
window.show()
app.exec()
