"""A field whose text is hidden while it is typed."""

from PySide6.QtWidgets import QLineEdit

from authenticator.gui.widgets.field import FormField


def passphrase_field(name: str, hint: str = "") -> FormField[QLineEdit]:
    """A named field for a passphrase or a PIN."""
    entry = QLineEdit()
    entry.setEchoMode(QLineEdit.EchoMode.Password)
    return FormField(name, entry, hint)
