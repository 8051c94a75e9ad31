"""Messages for passphrases and recovery keys: what opens a vault."""

import math

from authenticator.language import gettext_noop, number, tr
from authenticator.vault import errors as vault
from authenticator.vault.kinds import KeyKind
from authenticator.wording.durations import amount
from authenticator.wording.message import Message, Messages

_NO_SLOT = {
    KeyKind.PASSPHRASE: (
        gettext_noop("No passphrase is set"),
        gettext_noop("Your accounts open with the system's keyring."),
        gettext_noop("Set a passphrase first."),
    ),
    KeyKind.KEYRING: (
        gettext_noop("The keyring does not open your accounts"),
        gettext_noop("They open with a passphrase."),
        gettext_noop("Enter the passphrase."),
    ),
    KeyKind.RECOVERY: (
        gettext_noop("There is no recovery key"),
        gettext_noop("It was never made, or was removed."),
        gettext_noop("Make one first."),
    ),
}

_SLOT_EXISTS = {
    KeyKind.PASSPHRASE: (
        gettext_noop("A passphrase is set already"),
        gettext_noop("Change it instead."),
    ),
    KeyKind.KEYRING: (
        gettext_noop("The keyring opens your accounts already"),
        gettext_noop("Nothing has to be done."),
    ),
    KeyKind.RECOVERY: (
        gettext_noop("There is a recovery key already"),
        gettext_noop("Remove it before you make another."),
    ),
}


def _slot_exists(error: vault.SlotExists) -> Message:
    title, step = _SLOT_EXISTS[error.kind]
    return Message(tr(title), "", tr(step))


def _no_slot(error: vault.NoSuchSlot) -> Message:
    title, cause, step = _NO_SLOT[error.kind]
    return Message(tr(title), tr(cause), tr(step))


MESSAGES: Messages = {
    vault.VaultLocked: lambda _: Message(
        tr("Your accounts are locked"),
        tr("They open with a passphrase, and there is no terminal to ask for it."),
        tr("Run this in a terminal to type it, or use --passphrase-file FILE."),
    ),
    vault.SlotsChanged: lambda _: Message(
        tr("What opens your accounts was changed"),
        tr("Another copy of the app changed the passphrase, or where keys are kept."),
        tr("Try again: they are opened anew."),
    ),
    vault.TooManyAttempts: lambda e: Message(
        tr("Too many wrong passphrases"),
        tr("The next one can be tried in {time}.", time=amount(math.ceil(e.wait_s))),
        tr("Wait, and check Caps Lock and the keyboard layout meanwhile."),
    ),
    vault.PassphraseTooSimple: lambda e: Message(
        tr("This passphrase is too simple"),
        tr(
            "It needs {count} characters or more, and not all of them the same.",
            count=number(e.least),
        ),
        tr("Choose a longer one, such as several words that have nothing to do with each other."),
    ),
    vault.NotRecoveryKey: lambda _: Message(
        tr("This is no recovery key"),
        tr("A recovery key begins with {prefix}.", prefix="AGE-SECRET-KEY-1"),
        tr("Compare it with the recovery sheet, character by character."),
    ),
    vault.WrongRecoveryKey: lambda _: Message(
        tr("This recovery key does not open these accounts"),
        tr("It belongs to others, or to an earlier recovery sheet."),
        tr("Use the newest sheet, or the passphrase."),
    ),
    vault.NoSuchSlot: _no_slot,
    vault.SlotExists: _slot_exists,
    vault.LastSlot: lambda _: Message(
        tr("Nothing else opens your accounts"),
        "",
        tr("Set up another way to open them first."),
    ),
    vault.TooLittleMemory: lambda e: Message(
        tr("There is too little free memory"),
        tr(
            "Opening your accounts with the passphrase takes {size} MiB for a moment.",
            size=number(e.needed_mib),
        ),
        tr("Close other programs and try again."),
    ),
}
