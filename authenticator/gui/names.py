"""How accounts are named in sentences."""

from PySide6.QtCore import QCoreApplication

from authenticator import wording
from authenticator.vault.vault import Entry


def name_of(entry: Entry) -> str:
    """How an account is named in a sentence."""
    if entry.damaged:
        return QCoreApplication.translate("names", "the damaged account")
    return wording.shown(str(entry.label), 120) or QCoreApplication.translate(
        "names", "the account without a name"
    )
