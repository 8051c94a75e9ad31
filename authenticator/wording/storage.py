"""Where a vault keeps its keys, in a sentence."""

from authenticator.language import tr
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo


def kept_where(kinds: VaultInfo) -> str:
    """Where the accounts' keys are stored, and what opens them."""
    if kinds.store is StoreKind.KEYRING:
        return tr("Keys are kept in the system's keyring.")
    if kinds.key is KeyKind.PASSPHRASE:
        return tr("Keys are kept in a sealed file that your passphrase opens.")
    return tr("Keys are kept in a sealed file that the system's keyring opens.")
