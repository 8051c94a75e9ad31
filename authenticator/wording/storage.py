"""Where a vault keeps its keys, and what happened to its file, in a sentence or two."""

from authenticator.language import join_sentences, tr, trn
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.manifest import Consistency


def kept_where(kinds: VaultInfo) -> str:
    """Where the accounts' keys are stored, and what opens them."""
    if kinds.store is StoreKind.KEYRING and kinds.key is KeyKind.PASSPHRASE:
        return tr("Keys are kept in the system's keyring, sealed: your passphrase opens them.")
    if kinds.store is StoreKind.KEYRING:
        return tr("Keys are kept in the system's keyring.")
    if kinds.key is KeyKind.PASSPHRASE:
        return tr("Keys are kept in a sealed file that your passphrase opens.")
    return tr("Keys are kept in a sealed file that the system's keyring opens.")


def altered_file(found: Consistency) -> str:
    """What is wrong with a file that is not as this app left it, and what to do."""
    if not found.readable:
        wrong = tr("Codes are shown, but nothing can be written to it.")
    elif found.missing > 0:
        wrong = trn(
            "One account is missing from it.",
            "{count} accounts are missing from it.",
            found.missing,
        )
    else:
        wrong = tr(
            "Something else than this app changed it: accounts or counters may be missing, or "
            "older than they were."
        )
    return join_sentences(
        wrong, tr("Restore it from a backup, or repair it with 'authenticator doctor --repair'.")
    )
