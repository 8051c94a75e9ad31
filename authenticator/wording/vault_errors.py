"""Accounts, the file that holds them and the keyring -> messages."""

from authenticator.app.diagnosis import KeyringForgets
from authenticator.app.search import QueryMatchesNone, QueryMatchesSeveral
from authenticator.app.trash import NotInBin
from authenticator.language import later, number, sentence, tr, trn
from authenticator.vault import vault
from authenticator.vault.entry import Detail, DetailTooLong, NoSuchAccount
from authenticator.vault.seal import SealBroken
from authenticator.vault.stores.secret_store import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    SecretMissing,
    SecretTooLong,
)
from authenticator.wording.message import Message, Messages
from authenticator.wording.text import file_name, shown, without_key

_AGAIN = later("Try again.")


def _several(error: QueryMatchesSeveral) -> Message:
    names = "; ".join(f"{entry.id} {shown(str(entry.label), 60)}" for entry in error.entries[:8])
    more = len(error.entries) - 8
    return Message(
        trn(
            "{count} account fits '{words}'",
            "{count} accounts fit '{words}'",
            len(error.entries),
            words=shown(without_key(error.query), 60),
        ),
        sentence(
            tr("{names}; and {more} more", names=names, more=number(more)) if more > 0 else names
        ),
        tr("Use more words, or the id."),
    )


def _none(error: QueryMatchesNone) -> Message:
    if not error.among:
        return Message(
            tr("There is no account yet"), "", tr("Scan a QR code or enter a key first.")
        )
    return Message(
        tr("No account fits '{words}'", words=shown(without_key(error.query), 60)),
        "",
        tr("Use other words."),
        terminal_step=tr("'authenticator list' shows all accounts."),
    )


def _not_in_bin(error: NotInBin) -> Message:
    if not error.among:
        return Message(
            tr("The bin is empty"),
            tr("Removed accounts stay in it for 30 days."),
            tr("Enrol the account once more in the panel."),
        )
    return Message(
        tr("Nothing in the bin fits '{words}'", words=shown(without_key(error.query), 60)),
        "",
        tr("Use other words."),
        terminal_step=tr("'authenticator list --bin' shows what is in it."),
    )


_DETAILS = {
    Detail.GROUP: (
        later("The name of a group is too long"),
        later("{given} characters; {limit} are the most."),
        later("Shorten it."),
    ),
    Detail.GROUPS: (
        later("The account is in too many groups"),
        later("{given} groups; {limit} are the most."),
        later("Leave some out."),
    ),
    Detail.NOTES: (
        later("The notes are too long"),
        later("{given} characters; {limit} are the most."),
        later("Shorten them."),
    ),
    Detail.ICON: (
        later("The name of the icon is too long"),
        later("{given} characters; {limit} are the most."),
        later("Choose another icon."),
    ),
    Detail.PICTURE: (
        later("The picture is too large for an icon"),
        later("{given} bytes; {limit} are the most."),
        later("Use a smaller one."),
    ),
}


def _detail(error: DetailTooLong) -> Message:
    title, amount, step = _DETAILS[error.detail]
    told = tr(amount, given=number(error.given), limit=number(error.limit))
    return Message(tr(title), told, tr(step))


MESSAGES: Messages = {
    QueryMatchesNone: _none,
    QueryMatchesSeveral: _several,
    NotInBin: _not_in_bin,
    KeyringAbsent: lambda _: Message(
        tr("No keyring answers on this computer"),
        tr("The app keeps your keys in the system's keyring, and there is none in this session."),
        tr(
            "Start one (GNOME Keyring, KWallet) and try again, or keep your keys in a sealed file "
            "with a passphrase."
        ),
        terminal_step=tr(
            "Start one (GNOME Keyring, KWallet), or keep the keys in a sealed file: "
            "say --passphrase-file FILE, with a passphrase of your choice in FILE."
        ),
    ),
    KeyringLocked: lambda _: Message(
        tr("The keyring is locked"), tr("Your keys are safe in it."), tr("Unlock it and try again.")
    ),
    KeyringDismissed: lambda _: Message(
        tr("The keyring was not unlocked"),
        tr("It asked for its password and was sent away."),
        tr("Try again and type the keyring's password."),
    ),
    KeyringFailed: lambda e: Message(
        tr("The keyring broke off"),
        tr("It answered with {detail}.", detail=shown(e.detail, 60)),
        tr(_AGAIN),
    ),
    KeyringForgets: lambda _: Message(
        tr("The keyring gave back something else than it was given"),
        "",
        tr("Keep your keys in a sealed file with a passphrase until it is mended."),
    ),
    SecretMissing: lambda _: Message(
        tr("The key of this account is not in the keyring"),
        tr("It was removed there, or the keyring is another one."),
        tr("Restore the keyring, or enrol this account once more in the panel."),
    ),
    SecretTooLong: lambda e: Message(
        tr("This account is too long for the keyring"),
        tr(
            "It takes {units} units, where {limit} are the most.",
            units=number(e.units),
            limit=number(e.limit),
        ),
        tr("Shorten the issuer and the account name."),
    ),
    DetailTooLong: _detail,
    SealBroken: lambda _: Message(
        tr("Something sealed can't be opened"),
        tr("It is damaged, or was put in another's place."),
        tr("Restore the file from a backup."),
    ),
    vault.IndexUnreadable: lambda e: Message(
        tr("The file with your accounts can't be read"),
        tr(
            "{file} is damaged, or is no file of this app. It was not touched.",
            file=file_name(e.path),
        ),
        tr("Restore it from a backup, or set it aside and start anew."),
        terminal_step=tr(
            "Restore it from a backup, or say 'authenticator doctor --set-aside' to "
            "keep it under another name and start anew."
        ),
    ),
    vault.IndexTooNew: lambda e: Message(
        tr("Your accounts were kept by a newer version of this app"),
        tr(
            "{file} has format {version}, this version knows up to {known}. It was not touched.",
            file=file_name(e.path),
            version=e.version,
            known=e.known,
        ),
        tr("Update this app."),
    ),
    vault.IndexBusy: lambda _: Message(
        tr("Another copy of the app is writing"), tr("It has been at it for long."), tr(_AGAIN)
    ),
    vault.PassphraseNeeded: lambda _: Message(
        tr("A passphrase is needed"),
        "",
        tr("Type the passphrase of your sealed file."),
        terminal_step=tr("Run this on a terminal to type it, or say --passphrase-file FILE."),
    ),
    vault.WrongPassphrase: lambda _: Message(
        tr("That is not the passphrase"),
        "",
        tr("Check capital letters and the keyboard's language."),
    ),
    vault.VaultKeyMissing: lambda _: Message(
        tr("The key to your accounts is not in the keyring"),
        tr("It was removed there, or the keyring is another one. Nothing was changed."),
        tr("Log in as the same user as before, or restore the keyring from a backup."),
        terminal_step=tr(
            "Log in as the same user as before, or restore the keyring from a backup. "
            "Where it is lost for good, 'authenticator doctor --set-aside' lets you start anew."
        ),
    ),
    vault.NoVault: lambda _: Message(
        tr("There is no account yet"),
        "",
        tr("Scan a QR code or enter a key first."),
        terminal_step=tr("'authenticator scan PICTURE --add' stores the first."),
    ),
    vault.VaultExists: lambda _: Message(
        tr("Accounts are kept here already"), "", tr("Open them instead of starting anew.")
    ),
    NoSuchAccount: lambda _: Message(
        tr("This account is not there any more"), tr("Another copy of the app removed it.")
    ),
    vault.SecretUnreadable: lambda _: Message(
        tr("This account is damaged"),
        tr("What is kept for it can't be read. All other accounts work."),
        tr("Enrol it once more in the panel, then remove this one."),
    ),
}
