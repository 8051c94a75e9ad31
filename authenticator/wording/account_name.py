"""How accounts are named in sentences."""

from authenticator import wording
from authenticator.language import tr
from authenticator.vault.entry import Entry


def name_of(entry: Entry) -> str:
    """How an account is named in a sentence."""
    if entry.damaged:
        return tr("the damaged account")
    return wording.displayable(str(entry.label), 120) or tr("the account without a name")
