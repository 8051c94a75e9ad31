"""Messages for accounts, the file that holds them and the keyring."""

from authenticator.app.diagnosis import KeyringForgets
from authenticator.app.search import QueryMatchesNone, QueryMatchesSeveral
from authenticator.app.trash_search import NotInTrash
from authenticator.language import gettext_noop, number, sentence, tr, trn
from authenticator.vault import errors as vault
from authenticator.vault.entry import Entry
from authenticator.vault.errors import (
    DetailTooLong,
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    KeyringRefused,
    KeyringSilent,
    NoSuchAccount,
    SealBroken,
    SecretMissing,
    SecretTooLong,
)
from authenticator.vault.kinds import Detail
from authenticator.vault.trash import RETENTION_DAYS
from authenticator.wording.lookalikes import lookalikes
from authenticator.wording.message import Message, Messages
from authenticator.wording.untrusted_text import displayable, file_name, without_key

_AGAIN = gettext_noop("Try again.")


def _several(error: QueryMatchesSeveral) -> Message:
    alike = lookalikes(error.entries)
    names = "; ".join(_told_apart(entry, alike) for entry in error.entries[:8])
    more = len(error.entries) - 8
    return Message(
        trn(
            "{count} account matches '{words}'",
            "{count} accounts match '{words}'",
            len(error.entries),
            words=displayable(without_key(error.query), 60),
        ),
        sentence(
            tr("{names}; and {more} more", names=names, more=number(more)) if more > 0 else names
        ),
        tr("Use the id.") if len(alike) == len(error.entries) else tr("Use more words, or the id."),
    )


def _told_apart(entry: Entry, alike: dict[str, str]) -> str:
    """`1f2e3d Panel: kim`, and for one of several of that name which it is."""
    name = f"{entry.id} {displayable(str(entry.label), 60)}"
    return f"{name} ({alike[entry.id]})" if alike.get(entry.id) else name


def _none(error: QueryMatchesNone) -> Message:
    if not error.among:
        return Message(
            tr("There are no accounts yet"), "", tr("Scan a QR code or enter a key first.")
        )
    return Message(
        tr("No account matches '{words}'", words=displayable(without_key(error.query), 60)),
        "",
        tr("Use other words."),
        terminal_step=tr("'authenticator list' shows all accounts."),
    )


def _not_in_bin(error: NotInTrash) -> Message:
    if not error.among:
        return Message(
            tr("The bin is empty"),
            trn(
                "Removed accounts stay in it for {count} day.",
                "Removed accounts stay in it for {count} days.",
                RETENTION_DAYS,
            ),
            tr("Enrol the account again in the panel."),
        )
    return Message(
        tr("Nothing in the bin matches '{words}'", words=displayable(without_key(error.query), 60)),
        "",
        tr("Use other words."),
        terminal_step=tr("'authenticator list --bin' shows what is in it."),
    )


_DETAILS = {
    Detail.GROUP: (
        gettext_noop("A group name is too long"),
        gettext_noop("{given} characters; the limit is {limit}."),
        gettext_noop("Shorten it."),
    ),
    Detail.GROUPS: (
        gettext_noop("The account is in too many groups"),
        gettext_noop("{given} groups; the limit is {limit}."),
        gettext_noop("Leave some out."),
    ),
    Detail.NOTES: (
        gettext_noop("The notes are too long"),
        gettext_noop("{given} characters; the limit is {limit}."),
        gettext_noop("Shorten them."),
    ),
    Detail.ICON: (
        gettext_noop("The icon name is too long"),
        gettext_noop("{given} characters; the limit is {limit}."),
        gettext_noop("Choose another icon."),
    ),
    Detail.PICTURE: (
        gettext_noop("The picture is too large for an icon"),
        gettext_noop("{given} bytes; the limit is {limit}."),
        gettext_noop("Use a smaller one."),
    ),
}


def _detail(error: DetailTooLong) -> Message:
    title, amount, step = _DETAILS[error.detail]
    told = tr(amount, given=number(error.given), limit=number(error.limit))
    return Message(tr(title), told, tr(step))


def _no_keyring(error: KeyringAbsent) -> Message:
    """A sealed file is an offer to those alone who have nothing in a keyring yet."""
    title = tr("No keyring found on this computer")
    cause = tr("The app keeps your keys in the system's keyring, but this session has none.")
    if not error.new_vault:
        return Message(
            title, cause, tr("Log in to your desktop, or start its keyring, and try again.")
        )
    return Message(
        title,
        cause,
        tr(
            "Start one (GNOME Keyring, KWallet) and try again, or keep your keys in a sealed file "
            "with a passphrase."
        ),
        terminal_step=tr(
            "Start one (GNOME Keyring, KWallet), or keep the keys in a sealed file: use "
            "--passphrase-file FILE, with a passphrase of your choice in FILE."
        ),
    )


MESSAGES: Messages = {
    QueryMatchesNone: _none,
    QueryMatchesSeveral: _several,
    NotInTrash: _not_in_bin,
    KeyringAbsent: _no_keyring,
    KeyringRefused: lambda _: Message(
        tr("The keyring refused this app"),
        tr(
            "A keyring is running, but somebody said no in its window, or a rule of this system "
            "keeps the app from it. Nothing was changed."
        ),
        tr("Try again and allow it, or allow it in the keyring's own settings."),
    ),
    KeyringLocked: lambda _: Message(
        tr("The keyring is locked"), tr("Your keys are safe in it."), tr("Unlock it and try again.")
    ),
    KeyringDismissed: lambda _: Message(
        tr("The keyring was not unlocked"),
        tr("The password prompt was dismissed."),
        tr("Try again and enter the keyring's password."),
    ),
    KeyringFailed: lambda e: Message(
        tr("The keyring reported an error"),
        tr("It returned {detail}.", detail=displayable(e.detail, 60)),
        tr(_AGAIN),
    ),
    KeyringSilent: lambda _: Message(
        tr("The keyring does not answer"),
        tr("It may be busy, or wait for an answer in a window of its own."),
        tr("Look for that window, and try again. If there is none, restart the keyring's program."),
    ),
    KeyringForgets: lambda _: Message(
        tr("The keyring did not return what was stored in it"),
        "",
        tr("Keep your keys in a sealed file with a passphrase until it is fixed."),
    ),
    SecretMissing: lambda _: Message(
        tr("This account's key is not in the keyring"),
        tr("It was removed there, or this is a different keyring."),
        tr("Restore the keyring, or enrol this account again in the panel."),
    ),
    SecretTooLong: lambda e: Message(
        tr("This account is too long for the keyring"),
        tr(
            "It takes {units} units; the limit is {limit}.",
            units=number(e.units),
            limit=number(e.limit),
        ),
        tr("Shorten the issuer and the account name."),
    ),
    DetailTooLong: _detail,
    SealBroken: lambda _: Message(
        tr("Sealed data can't be opened"),
        tr("It is damaged, or was moved from another place."),
        tr("Restore the file from a backup."),
    ),
    vault.IndexUnreadable: lambda e: Message(
        tr("The file with your accounts can't be read"),
        tr(
            "{file} is damaged or is not a file of this app. It was not changed.",
            file=file_name(e.path),
        ),
        tr("Restore it from a backup, or set it aside and start over."),
        terminal_step=tr(
            "Restore it from a backup, or run 'authenticator doctor --set-aside' to keep it "
            "under another name and start over."
        ),
    ),
    vault.ManifestBroken: lambda e: Message(
        tr("The file with your accounts is damaged"),
        tr(
            "Your codes can be shown, but nothing is written to {file} until it is repaired.",
            file=file_name(e.path),
        ),
        tr("Repair it."),
        terminal_step=tr("Run 'authenticator doctor --repair'."),
    ),
    vault.IndexReplaced: lambda e: Message(
        tr("The file with your accounts was replaced"),
        tr(
            "Another program put another {file} in its place. Nothing was written to it.",
            file=file_name(e.path),
        ),
        tr("Try again: the new file is opened."),
    ),
    vault.IndexTooNew: lambda e: Message(
        tr("Your accounts were saved by a newer version of this app"),
        tr(
            "{file} has format {version}; this version supports up to {known}. It was not changed.",
            file=file_name(e.path),
            version=e.version,
            known=e.known,
        ),
        tr("Update this app."),
    ),
    vault.IndexBusy: lambda _: Message(
        tr("Another copy of the app is writing"), tr("It is taking a long time."), tr(_AGAIN)
    ),
    vault.PassphraseNeeded: lambda _: Message(
        tr("A passphrase is needed"),
        "",
        tr("Enter the passphrase of your sealed file."),
        terminal_step=tr("Run this in a terminal to type it, or use --passphrase-file FILE."),
    ),
    vault.WrongPassphrase: lambda _: Message(
        tr("Wrong passphrase"),
        "",
        tr("Check Caps Lock and the keyboard layout."),
    ),
    vault.VaultKeyMissing: lambda _: Message(
        tr("The key to your accounts is not in the keyring"),
        tr("It was removed there, or this is a different keyring. Nothing was changed."),
        tr("Log in as the same user as before, or restore the keyring from a backup."),
        terminal_step=tr(
            "Log in as the same user as before, or restore the keyring from a backup. If it is "
            "lost for good, 'authenticator doctor --set-aside' lets you start over."
        ),
    ),
    vault.NoVault: lambda _: Message(
        tr("There are no accounts yet"),
        "",
        tr("Scan a QR code or enter a key first."),
        terminal_step=tr("'authenticator scan PICTURE --add' stores the first."),
    ),
    vault.VaultExists: lambda _: Message(
        tr("Accounts are already kept here"), "", tr("Open them instead of starting over.")
    ),
    NoSuchAccount: lambda _: Message(
        tr("This account no longer exists"), tr("Another copy of the app removed it.")
    ),
    vault.SecretAmbiguous: lambda _: Message(
        tr("The keyring has two different keys under one name"),
        tr("Which of them is right can't be known, so neither was used."),
        tr(
            "Delete the wrong one in the keyring's own program, or enrol the account again in the "
            "panel."
        ),
    ),
    vault.SecretSwapped: lambda _: Message(
        tr("The keyring holds another key for this account"),
        tr("It is not the one that was added, so its codes would be wrong."),
        tr("Restore the keyring from a backup, or enrol this account again in the panel."),
    ),
    vault.SecretUnreadable: lambda _: Message(
        tr("This account is damaged"),
        tr("Its stored data can't be read. All other accounts work."),
        tr("Enrol it again in the panel, then remove this one."),
    ),
}
