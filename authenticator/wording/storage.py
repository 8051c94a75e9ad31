"""Where a vault keeps its keys, who can get at its folder, and what happened to its file."""

from pathlib import Path

from authenticator.language import tr, trn
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.manifest import Consistency
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


def altered_file(found: Consistency) -> str:
    """What is wrong with a file that is not as this app left it."""
    if not found.readable:
        return tr("Codes are shown, but nothing can be written to it.")
    if found.missing > 0:
        return trn(
            "One account is missing from it.",
            "{count} accounts are missing from it.",
            found.missing,
        )
    return tr(
        "Something else than this app changed it: accounts or counters may be missing, or older "
        "than they were."
    )
