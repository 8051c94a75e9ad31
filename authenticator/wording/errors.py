"""An error -> its message. One entry for each class; the family gives the exit code."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authenticator.app.codes import CounterHasNoTime
from authenticator.app.desktop import IconBroken
from authenticator.app.diagnosis import KeyringForgets, LibraryMissing, NoAuthorities, PartBroken
from authenticator.app.enrolment import Nature, NoCodeFound, NoCodeInTime, NotAnEnrolment
from authenticator.app.new_test_enrolment import FileInTheWay
from authenticator.app.search import QueryMatchesNone, QueryMatchesSeveral
from authenticator.app.settings_file import SettingsUnknown, SettingsUnreadable
from authenticator.app.text_input import TextUnreadable, Unfit
from authenticator.app.time.correction import CorrectionBad
from authenticator.app.time.servers import NameFault, ServerNameBad
from authenticator.app.trash import NotInBin
from authenticator.app.verification import CodeMalformed
from authenticator.clock.sample import TimeServerFault
from authenticator.errors import (
    AuthenticatorError,
    DataBad,
    DiskRefused,
    EnvironmentFault,
    InputRefused,
    StreamRefused,
)
from authenticator.language import later, listed, number, sentence, together, tr, trn
from authenticator.otp.code import TimeOutOfRange
from authenticator.otp.remark import EnrolmentRefused
from authenticator.scan.camera import CameraBusy, CameraLost, CameraRefused, NoCamera
from authenticator.scan.image import (
    PAGE_LIMIT,
    Breakage,
    ImageTooLarge,
    ImageTruncated,
    NotAnImage,
    PagesUnread,
    PictureBroke,
    ReaderAbsent,
    SheetLocked,
)
from authenticator.scan.input_file import FileTooLarge, FileUnreadable, Unreadable
from authenticator.scan.qr_encoder import CodeOverfull
from authenticator.scan.screen_errors import (
    ClipboardEmpty,
    ClipboardHidden,
    NoCodeOnScreen,
    NoDisplay,
    ScreenDismissed,
    ScreenPortalAbsent,
    ScreenRefused,
)
from authenticator.vault import errors as vault
from authenticator.vault.errors import (
    DetailTooLong,
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    NoSuchAccount,
    SealBroken,
    SecretMissing,
    SecretTooLong,
)
from authenticator.vault.kinds import Detail
from authenticator.wording.correct_time import REASONS
from authenticator.wording.message import Message
from authenticator.wording.remarks import mend, remark
from authenticator.wording.text import shown, without_key

EXIT_CODES = {InputRefused: 3, DataBad: 4, EnvironmentFault: 5}
OUR_BUG = 70

_AGAIN = later("Try again.")
_ANEW = later("Install the app anew.")
_PICTURES = later("PNG, JPEG, WebP, GIF, BMP and TIFF pictures can be read, and PDF sheets.")

_UNREADABLE = {
    Unreadable.MISSING: (later("{file} is not there."), later("Check the name.")),
    Unreadable.FOLDER: (later("{file} is a folder."), later("Choose a picture in it.")),
    Unreadable.PERMISSION: (
        later("{file} may not be read by you."),
        later("Change its permissions, or copy it."),
    ),
    Unreadable.SPECIAL: (later("{file} is no ordinary file."), later("Choose a picture.")),
    Unreadable.IO: (
        later("{file} can't be read from its disk."),
        later("Copy it to another disk and try again."),
    ),
}
_UNFIT = {
    Unfit.MISSING: (later("{file} is not there."), later("Check the name.")),
    Unfit.FOLDER: (later("{file} is a folder."), later("Choose a file in it.")),
    Unfit.PERMISSION: (
        later("{file} may not be read by you."),
        later("Change its permissions, or copy it."),
    ),
    Unfit.TOO_LARGE: (later("{file} is too large."), later("Check that it is the right file.")),
    Unfit.NOT_TEXT: (
        later("{file} holds no UTF-8 text."),
        later("Check that it is the right file."),
    ),
    Unfit.IO: (
        later("{file} can't be read from its disk."),
        later("Copy it to another disk and try again."),
    ),
}
_DISK = {
    "ENOSPC": (later("The disk is full"), later("Make room on it and try again.")),
    "EDQUOT": (later("Your share of the disk is used up"), later("Make room on it and try again.")),
    "EFBIG": (later("The file may not grow any further"), later("Raise the limit and try again.")),
    "EROFS": (later("The disk is read-only"), later("Make it writable, or choose another folder.")),
    "EACCES": (
        later("The folder may not be written by you"),
        later("Change its permissions and try again."),
    ),
    "EPERM": (
        later("The folder may not be written by you"),
        later("Change its permissions and try again."),
    ),
    "ENOENT": (later("The folder is not there"), later("Make it, or choose another.")),
    "EAGAIN": (later("Another copy of the app holds the file"), _AGAIN),
}
_NATURES = {
    Nature.LINK: later("It is a link. It was not opened: {text}"),
    Nature.WIFI: later("It is the access to a Wi-Fi network: {text}"),
    Nature.CONTACT: later("It is a contact: {text}"),
    Nature.TEXT: later("It is a text: {text}"),
}
_NAMES = {
    NameFault.EMPTY: later("It is empty."),
    NameFault.TOO_LONG: later("It is too long."),
    NameFault.WRONG_CHARACTER: later("It has a character that no server's name has."),
    NameFault.NOT_AN_ADDRESS: later("What stands in square brackets is no IPv6 address."),
    NameFault.PORT: later("The port is not 1 to 65535."),
}

_CAMERA_DEVICE = later(
    "Join the group that owns the camera's device (most often “video”) and log in again, or "
    "allow the camera to the sandbox of this app."
)
_CAMERA_PERMISSION = {
    "darwin": later(
        "If the system is asking just now, allow it and try again. Otherwise allow it in "
        "System Settings, Privacy & Security, Camera."
    ),
    "win32": later(
        "Allow it in Settings, Privacy & security, Camera, “Let desktop apps access your "
        "camera”, and try again."
    ),
}


def _name(path: object) -> str:
    given = without_key(str(path))
    return shown(without_key(Path(given).name) or given, 80)


def _enrolment(error: EnrolmentRefused) -> Message:
    steps = dict.fromkeys(mend(fault) for fault in error.faults)
    return Message(
        tr("This account can't be used"),
        together(*(remark(fault) for fault in error.faults)),
        together(*steps),
    )


def _not_an_enrolment(error: NotAnEnrolment) -> Message:
    return Message(
        tr("No account for two-step codes in there"),
        tr(_NATURES[error.nature], text=shown(error.text, 120)) if error.text else "",
        tr(
            "Use the QR code, or the key, that the panel shows when you enable two-step "
            "authentication."
        ),
    )


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


def _unreadable(error: FileUnreadable) -> Message:
    cause, step = _UNREADABLE[error.reason]
    return Message(tr("The file can't be read"), tr(cause, file=_name(error.source)), tr(step))


def _unfit(error: TextUnreadable) -> Message:
    cause, step = _UNFIT[error.reason]
    return Message(tr("The text can't be read"), tr(cause, file=_name(error.source)), tr(step))


def _not_an_image(error: NotAnImage) -> Message:
    if error.source:
        known = {
            "": later("{file} is no picture."),
            "empty": later("{file} is no picture: it is empty."),
        }
        cause = known.get(error.kind, later("{file} is no picture: it looks like {kind}."))
    else:
        known = {
            "": later("This is no picture."),
            "empty": later("This is no picture: it is empty."),
        }
        cause = known.get(error.kind, later("This is no picture: it looks like {kind}."))
    told = tr(cause, file=_name(error.source), kind=error.kind)
    return Message(tr("There is no picture to read"), told, tr(_PICTURES))


def _picture_broke(error: PictureBroke) -> Message:
    if error.source:
        causes = {
            Breakage.CRASHED: later("{file} stopped the part of the app that reads pictures."),
            Breakage.OVERRAN: later("{file} took too long to read."),
        }
    else:
        causes = {
            Breakage.CRASHED: later("The picture stopped the part of the app that reads pictures."),
            Breakage.OVERRAN: later("The picture took too long to read."),
        }
    return Message(
        tr("The picture can't be read"),
        tr(causes[error.reason], file=_name(error.source)),
        tr("Cut out the part with the code, or take a new screenshot."),
    )


def _pages_unread(error: PagesUnread) -> Message:
    first = error.pages_read == PAGE_LIMIT
    return Message(
        tr(
            "Only the first {read} of {pages} pages were read",
            read=PAGE_LIMIT,
            pages=number(error.pages),
        )
        if first
        else tr(
            "Only {read} of {pages} pages were read",
            read=number(error.pages_read),
            pages=number(error.pages),
        ),
        "" if first else tr("The others are damaged, or take too long to draw."),
        tr("Save the pages that show a code as a file of their own."),
    )


def _image_too_large(error: ImageTooLarge) -> Message:
    most = error.limit // 10**6
    return Message(
        tr("The picture is too large"),
        tr(
            "{width} × {height} pixels, where {most} megapixels are the most.",
            width=number(error.width),
            height=number(error.height),
            most=most,
        )
        if error.width
        else tr("It needs more memory, where {most} megapixels are the most.", most=most),
        tr("Cut out the part with the code, or make the picture smaller."),
    )


def _disk(error: DiskRefused) -> Message:
    title, step = _DISK.get(
        error.reason, (later("The disk refused"), later("Check the disk and try again."))
    )
    return Message(
        tr(title),
        tr(
            "{file} could not be written or read ({reason}).",
            file=_name(error.path),
            reason=error.reason,
        ),
        tr(step),
    )


_STREAMS = {
    "stdin": (
        later("The standard input can't be read"),
        later("The system refused it ({reason})."),
        later("Open it to something that can be read and try again."),
    ),
    "stdout": (
        later("The output could not be written"),
        later("The system refused it ({reason})."),
        later("Send it to another place and try again."),
    ),
    "stderr": (
        later("The messages could not be written"),
        later("The system refused them ({reason})."),
        later("Send them to another place and try again."),
    ),
}


def _stream(error: StreamRefused) -> Message:
    title, cause, step = _STREAMS[error.stream]
    if error.reason in ("ENOSPC", "EDQUOT", "EFBIG"):
        cause, step = _DISK[error.reason][0], _DISK[error.reason][1]
        return Message(tr(title), sentence(tr(cause)), tr(step))
    return Message(tr(title), tr(cause, reason=error.reason), tr(step))


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


def _server_name(error: ServerNameBad) -> Message:
    return Message(
        tr("'{name}' is no time server", name=shown(without_key(error.text), 60)),
        tr(_NAMES[error.reason]),
        tr(
            "Write it as host or host:port, with nts:// or https:// before it where it is asked so."
        ),
    )


_MESSAGES: dict[type[AuthenticatorError], Callable[[Any], Message]] = {
    EnrolmentRefused: _enrolment,
    NotAnEnrolment: _not_an_enrolment,
    NoCodeFound: lambda _: Message(
        tr("No QR code found"),
        tr("The picture was read, but there is no code in it that could be made out."),
        tr(
            "Use a larger or sharper picture with a white border around the code, or enter the key."
        ),
    ),
    NoCodeInTime: lambda _: Message(
        tr("No QR code found in time"),
        tr("The picture is so large or so hard to make out that not everything was tried."),
        tr("Cut out the part with the code and try that, or enter the key."),
    ),
    QueryMatchesNone: _none,
    QueryMatchesSeveral: _several,
    NotInBin: _not_in_bin,
    CounterHasNoTime: lambda _: Message(
        tr("This account counts, it has no time"),
        tr("Its codes follow a counter, so there is none for a given time."),
        tr("Ask for its next code."),
        terminal_step=tr("Leave out --at and --skew."),
    ),
    CodeMalformed: lambda _: Message(
        tr("This is no code"),
        tr("A code has 4 to 10 digits; one of Steam's has five letters and digits."),
        tr("Type the code as the other side shows it."),
    ),
    CodeOverfull: lambda error: Message(
        tr("That is more than a QR code holds"),
        tr("The link has {length} characters.", length=number(error.length)),
        tr("Use shorter names or a shorter key."),
    ),
    FileInTheWay: lambda error: Message(
        tr("There is such a file already"),
        tr("{file} was not written over.", file=_name(error.source)),
        tr("Choose another name, or remove the file."),
    ),
    TimeOutOfRange: lambda _: Message(
        tr("There is no code for that time"),
        tr("It is before 1970, or too far away to be counted."),
        tr("Use a Unix time in seconds, 0 or later."),
    ),
    TextUnreadable: _unfit,
    FileUnreadable: _unreadable,
    FileTooLarge: lambda e: Message(
        tr("The file is too large"),
        tr(
            "{file} has {size} MiB, where {limit} are the most.",
            file=_name(e.source),
            size=number(e.size / 2**20),
            limit=e.limit // 2**20,
        ),
        tr("Cut out the part with the code and save that."),
    ),
    NotAnImage: _not_an_image,
    ImageTruncated: lambda e: Message(
        tr("The picture is damaged"),
        tr(
            "{file} begins as {kind}, but ends too early or is broken inside.",
            file=_name(e.source),
            kind=e.kind,
        ),
        tr("Get it once more, or take a new screenshot."),
    ),
    ImageTooLarge: _image_too_large,
    PictureBroke: _picture_broke,
    SheetLocked: lambda e: Message(
        tr("The PDF is locked"),
        tr("{file} opens only with a password.", file=_name(e.source))
        if e.source
        else tr("It opens only with a password."),
        tr("Open it in a program that shows PDFs, take a screenshot of the code and paste it."),
    ),
    PagesUnread: _pages_unread,
    ReaderAbsent: lambda _: Message(
        tr("Pictures can't be read now"),
        tr("The part of the app that reads them does not start."),
        tr(
            "Start the app again. If that does not help, install it anew, or enter the key instead."
        ),
    ),
    NoCamera: lambda _: Message(
        tr("No camera found"), "", tr("Connect one and try again, or use a picture or the key.")
    ),
    CameraBusy: lambda _: Message(
        tr("The camera gives no picture"),
        tr("Most often another program holds it."),
        tr("Close other programs that use the camera and try again, or use a picture or the key."),
    ),
    CameraLost: lambda _: Message(
        tr("The camera stopped"),
        tr("It was unplugged, or taken away by the system."),
        tr("Connect it and try again, or use a picture or the key."),
    ),
    CameraRefused: lambda _: Message(
        tr("This app may not use the camera"),
        tr("The system does not allow it."),
        together(
            tr(_CAMERA_PERMISSION.get(sys.platform, _CAMERA_DEVICE)),
            tr("Or use a picture or the key."),
        ),
    ),
    NoCodeOnScreen: lambda _: Message(
        tr("No QR code on the screen"),
        tr("Every screen was looked at."),
        tr("Bring the whole code to the front, make it larger (zoom the page), and look again."),
    ),
    NoDisplay: lambda _: Message(
        tr("There is no display here"),
        tr("The screen and the clipboard belong to a desktop, and none answers."),
        tr("Save a picture of the code and name its file instead."),
    ),
    ClipboardHidden: lambda _: Message(
        tr("The clipboard can't be seen from here"),
        tr("Under Wayland only a window that has the focus may look at it."),
        tr("Paste in the app's window, or save the picture and name its file instead."),
    ),
    ClipboardEmpty: lambda _: Message(
        tr("Nothing to read on the clipboard"),
        "",
        tr("Copy the QR code as a picture, or the otpauth:// link, and try again."),
    ),
    ScreenRefused: lambda _: Message(
        tr("This app may not look at the screen"),
        tr("The system gives it no picture."),
        tr(
            "Allow it in the system's privacy settings (on macOS: Privacy & Security, Screen "
            "Recording; then start this app again). Or take a screenshot and paste it."
        ),
    ),
    ScreenPortalAbsent: lambda _: Message(
        tr("The desktop gives no picture of the screen"),
        tr("Under Wayland only the desktop's portal may take one, and it does not answer."),
        tr(
            "Take a screenshot with the desktop's own tool and paste it, or install "
            "xdg-desktop-portal with the part for your desktop."
        ),
    ),
    ScreenDismissed: lambda _: Message(
        tr("The screen was not looked at"),
        tr("The desktop asked for your permission and was sent away."),
        tr("Look again and allow it, or take a screenshot and paste it."),
    ),
    TimeServerFault: lambda e: Message(
        tr("A time server gave no time"),
        sentence(f"{shown(e.host, 60)}: {tr(REASONS[e.reason])}"),
        tr("Try again later, or use another server."),
    ),
    ServerNameBad: _server_name,
    CorrectionBad: lambda _: Message(
        tr("The stored clock correction can't be true"), "", tr("Synchronize once more.")
    ),
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
    PartBroken: lambda e: Message(
        tr("A part of this app does not work"),
        tr("It is {name}.", name=shown(e.part, 60)),
        tr(_ANEW),
    ),
    IconBroken: lambda e: Message(
        tr("An icon of this app can't be drawn"),
        tr("It is {name}.", name=shown(e.name, 60)),
        tr(_ANEW),
    ),
    LibraryMissing: lambda e: Message(
        tr("A library is missing under this app"),
        tr("It is {name}.", name=shown(e.name, 60)),
        tr("Install it with the system's packages, or install the app anew."),
    ),
    NoAuthorities: lambda _: Message(
        tr("No certificate authority is trusted here"),
        tr("Without, no time server can prove who it is. Plain time servers work."),
        tr("Install the system's list of them (on Debian and Ubuntu: ca-certificates)."),
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
            file=_name(e.path),
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
            file=_name(e.path),
            version=e.version,
            known=e.known,
        ),
        tr("Update this app."),
    ),
    DiskRefused: _disk,
    StreamRefused: _stream,
    SettingsUnreadable: lambda e: Message(
        tr("Settings start anew"),
        tr(
            "The file with your settings could not be read. It is kept as {name}; "
            "your accounts are not in it.",
            name=_name(e.path),
        ),
    ),
    SettingsUnknown: lambda e: Message(
        tr("Some settings can't be read"),
        tr("Their defaults hold: {names}.", names=listed(e.names)),
        tr(
            "Choose them anew, or update this app: a newer version may have written them. "
            "Until then they stay in the file."
        ),
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


def classes() -> tuple[type[AuthenticatorError], ...]:
    """Every class that has an entry."""
    return tuple(_MESSAGES)


def message_for(error: BaseException) -> Message:
    """See `wording.explain`."""
    for kind in type(error).__mro__:
        if kind in _MESSAGES:
            words = _MESSAGES[kind](error)
            return Message(
                words.title, words.cause, words.next_step, _exit_code(error), words.terminal_step
            )
    frames = traceback.extract_tb(error.__traceback__)
    place = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Message(
        tr("Something went wrong that should not have"),
        tr(
            "This is a mistake in the app ({kind}). Your keys were not touched.",
            kind=f"{type(error).__name__}{place}",
        ),
        tr("Try again. If it happens once more, please report it with the line above."),
        OUR_BUG,
    )


def _exit_code(error: BaseException) -> int:
    return next(code for family, code in EXIT_CODES.items() if isinstance(error, family))
