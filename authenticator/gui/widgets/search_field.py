"""The search field; pasting an enrolment into it means the enrolment, not words."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

from authenticator.language import tr


class SearchField(QLineEdit):
    """Escape empties it, Down leaves it for the list."""

    left = Signal()
    enrolment_pasted = Signal()

    def __init__(self, name: str = "") -> None:
        super().__init__()
        name = name or tr("Search")
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        # Its icon takes 4 ms to load, and an empty field has nothing to clear.
        self.textChanged.connect(self._offer_clearing)

    def _offer_clearing(self) -> None:
        if not self.isClearButtonEnabled():
            self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        elif event.matches(QKeySequence.StandardKey.Paste) and _clipboard_is_ours():
            self.enrolment_pasted.emit()
        else:
            super().keyPressEvent(event)


def _clipboard_is_ours() -> bool:
    from authenticator.gui import intake

    return intake.is_ours(QGuiApplication.clipboard().mimeData())
