"""Whether a vault is whole, and what a repair did, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authenticator.language import join_sentences, tr, trn
from authenticator.wording.untrusted_text import file_name

if TYPE_CHECKING:
    from authenticator.app.vault_check import Sound
    from authenticator.vault.errors import VaultUnsound
    from authenticator.vault.repair import Repaired


def sound_vault(found: Sound) -> str:
    """How many accounts a vault has that is whole, and what else its store holds."""
    told = trn("{count} account is whole.", "{count} accounts are whole.", found.accounts)
    if not found.unlisted:
        return told
    return join_sentences(
        told,
        trn(
            "{count} key is in the keyring and in no list; 'authenticator doctor --take-back' "
            "lists its account again.",
            "{count} keys are in the keyring and in no list; 'authenticator doctor --take-back' "
            "lists their accounts again.",
            found.unlisted,
        ),
    )


def unsound_vault(error: VaultUnsound) -> str:
    """What is wrong with a vault that opens, each kind of fault in a sentence."""
    told = []
    if error.altered:
        told.append(tr("Something else than this app changed the file."))
    if error.missing:
        told.append(
            trn("{count} account is missing.", "{count} accounts are missing.", error.missing)
        )
    if error.damaged:
        told.append(
            trn("{count} account is damaged.", "{count} accounts are damaged.", error.damaged)
        )
    if error.without_secret:
        told.append(
            trn(
                "The keyring lacks the key of {count} account.",
                "The keyring lacks the keys of {count} accounts.",
                error.without_secret,
            )
        )
    if error.swapped:
        told.append(
            trn(
                "The keyring has another key for {count} account.",
                "The keyring has other keys for {count} accounts.",
                error.swapped,
            )
        )
    return join_sentences(*told)


def repaired(done: Repaired) -> str:
    """What a repair brought back, what it did not, and where the old file is."""
    told = [trn("{count} account was rescued.", "{count} accounts were rescued.", done.rescued)]
    if done.made_anew:
        told.append(
            trn(
                "{count} of them was made anew from its key, without groups and icon.",
                "{count} of them were made anew from their keys, without groups and icons.",
                done.made_anew,
            )
        )
    if done.damaged:
        told.append(
            trn("{count} account stays damaged.", "{count} accounts stay damaged.", done.damaged)
        )
    if done.missing:
        told.append(
            trn("{count} account was not found.", "{count} accounts were not found.", done.missing)
        )
    elif done.missing is None:
        told.append(tr("Whether accounts are missing can't be told: see whether yours are there."))
    elif not done.confirmed:
        told.append(tr("Something may be older than it was, such as the counter of a code."))
    told.append(tr("The old file is kept as {name}.", name=file_name(done.kept)))
    return join_sentences(*told)
