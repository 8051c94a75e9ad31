"""Removing asks first, and names the account."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_to_remove(parent: QWidget, name: str, go: Callable[[], None]) -> QMessageBox:
    """Ask; call `go` only on Remove. Enter and Escape keep the account."""

    def tr(words: str) -> str:
        return QCoreApplication.translate("remove", words)

    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(tr("Remove account"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(tr("Remove {name}?").format(name=name))
    box.setInformativeText(
        tr(
            "It stays in the bin for 30 days, then its key is deleted. Switch off "
            "two-step sign-in at the site first, or you may lock yourself out."
        )
    )
    remove = box.addButton(tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
    remove.setProperty("role", "danger")
    remove.style().polish(remove)
    keep = box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    remove.clicked.connect(go)
    box.open()
    return box
