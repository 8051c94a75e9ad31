"""The confirmation before a key is shown, since anyone who sees it can make the codes."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from authenticator.gui.widgets.labels import in_lines
from authenticator.language import tr


def ask_to_show_key(parent: QWidget, name: str, go: Callable[[], None]) -> QMessageBox:
    """Ask, and call `go` only on Show. Enter and Escape keep it hidden."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(tr("Show QR code and key"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(tr("Show the key of {name}?").format(name=in_lines(name)))
    box.setInformativeText(
        tr(
            "Anyone who sees it, or films your screen, can make your codes from then on. Look "
            "around first."
        )
    )
    show = box.addButton(tr("Show"), QMessageBox.ButtonRole.AcceptRole)
    hide = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(hide)
    box.setEscapeButton(hide)
    show.clicked.connect(go)
    box.open()
    return box
