"""Where a vault keeps its keys, and who can get at its folder, in a sentence."""

from pathlib import Path

from authenticator.language import tr
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.wording.untrusted_text import displayable


def kept_where(kinds: VaultInfo) -> str:
    """Where the accounts' keys are stored, and what opens them."""
    if kinds.store is StoreKind.KEYRING:
        return tr("Keys are kept in the system's keyring.")
    if kinds.key is KeyKind.PASSPHRASE:
        return tr("Keys are kept in a sealed file that your passphrase opens.")
    return tr("Keys are kept in a sealed file that the system's keyring opens.")


def closed_to_others(home: Path) -> str:
    """That the folder, or a file in it, was open to other users until now."""
    return tr(
        "Other users of this computer could get at files in {folder}. Now only you can.",
        folder=displayable(str(home)),
    )
