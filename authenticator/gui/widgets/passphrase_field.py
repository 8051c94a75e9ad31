"""A field whose text is hidden while it is typed."""

from PySide6.QtWidgets import QLineEdit

from authenticator.gui.widgets.field import FormField


def passphrase_field(name: str) -> FormField[QLineEdit]:
    """A named field for a passphrase."""
    entry = QLineEdit()
    entry.setEchoMode(QLineEdit.EchoMode.Password)
    return FormField(name, entry)
