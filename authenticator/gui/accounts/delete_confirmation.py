"""The confirmation before accounts are deleted for good."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from authenticator.gui.widgets.labels import in_lines
from authenticator.language import tr, trn


def ask_to_delete(parent: QWidget, names: list[str], go: Callable[[], None]) -> QMessageBox:
    """Ask, and call `go` only on Delete. Enter and Escape keep the accounts."""
    one = len(names) == 1
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(tr("Delete for good"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(
        tr("Delete {name} for good?").format(name=in_lines(names[0]))
        if one
        else trn(
            "Delete {count} account for good?", "Delete {count} accounts for good?", len(names)
        )
    )
    box.setInformativeText(
        tr(
            "Its key is deleted with it and can't be recovered. Switch off two-step sign-in "
            "at the site first, or you may lock yourself out."
        )
        if one
        else tr(
            "Their keys are deleted with them and can't be recovered. Switch off two-step "
            "sign-in at the sites first, or you may lock yourself out."
        )
    )
    delete = box.addButton(tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
    delete.setProperty("role", "danger")
    delete.style().polish(delete)
    keep = box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    delete.clicked.connect(go)
    box.open()
    return box
