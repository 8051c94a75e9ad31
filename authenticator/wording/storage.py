"""Where a vault keeps its keys, who can get at its folder, and what happened to its file."""

from pathlib import Path
from typing import Final

from authenticator.language import tr, trn
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.manifest import Consistency
from authenticator.wording.untrusted_text import displayable

MANY: Final = 200
"""So many accounts are added to any keyring within seconds; gnome-keyring takes 482 s for 3,000."""


def kept_where(kinds: VaultInfo) -> str:
    """Where the accounts' keys are stored, and what opens them."""
    if kinds.store is StoreKind.KEYRING and kinds.key is KeyKind.PASSPHRASE:
        return tr("Keys are kept in the system's keyring, sealed: your passphrase opens them.")
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


def slow_to_add(count: int, kinds: VaultInfo | None) -> str:
    """That adding so many accounts takes a while; empty if it does not. `kinds`: of the vault,
    None if it is yet to be made."""
    if count <= MANY or (kinds is not None and kinds.store is not StoreKind.KEYRING):
        return ""
    return trn(
        "Adding {count} account may take minutes: most keyrings write all they hold anew for each. "
        "A sealed file takes seconds; 'authenticator move-store sealed' moves your keys into one.",
        "Adding {count} accounts may take minutes: most keyrings write all they hold anew for "
        "each. A sealed file takes seconds; 'authenticator move-store sealed' moves your keys into "
        "one.",
        count,
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
