"""An error -> its message. One entry for each class; the family gives the exit code."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authenticator.app.bin import NotInBin
from authenticator.app.codes import CounterHasNoTime
from authenticator.app.correction import CorrectionBad
from authenticator.app.desktop import IconBroken
from authenticator.app.diagnosis import KeyringForgets, LibraryMissing, NoAuthorities, PartBroken
from authenticator.app.enrolment import Nature, NoCodeFound, NoCodeInTime, NotAnEnrolment
from authenticator.app.finding import QueryMatchesNone, QueryMatchesSeveral
from authenticator.app.making import FileInTheWay
from authenticator.app.text import TextUnreadable, Unfit
from authenticator.app.time_servers import NameFault, ServerNameBad
from authenticator.app.verification import CodeMalformed
from authenticator.clock.sample import TimeServerFault
from authenticator.errors import AuthenticatorError, DataBad, EnvironmentFault, InputRefused
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
from authenticator.scan.qr import CodeOverfull
from authenticator.scan.screen import (
    ClipboardEmpty,
    ClipboardHidden,
    NoCodeOnScreen,
    NoDisplay,
    ScreenDismissed,
    ScreenPortalAbsent,
    ScreenRefused,
)
from authenticator.scan.source import FileTooLarge, FileUnreadable, Unreadable
from authenticator.vault import vault
from authenticator.vault.entry import Detail, DetailTooLong
from authenticator.vault.seal import SealBroken
from authenticator.vault.secret_store import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    SecretMissing,
    SecretTooLong,
)
from authenticator.wording import Message
from authenticator.wording.correct_time import REASONS
from authenticator.wording.remarks import mend, remark
from authenticator.wording.text import shown

EXIT_CODES = {InputRefused: 3, DataBad: 4, EnvironmentFault: 5}
OUR_BUG = 70

_AGAIN = "Try again."
_ANEW = "Install the app anew."
_PICTURES = "PNG, JPEG, WebP, GIF, BMP and TIFF pictures can be read, and PDF sheets."

_UNREADABLE = {
    Unreadable.MISSING: ("is not there", "Check the name."),
    Unreadable.FOLDER: ("is a folder", "Choose a picture in it."),
    Unreadable.PERMISSION: ("may not be read by you", "Change its permissions, or copy it."),
    Unreadable.SPECIAL: ("is no ordinary file", "Choose a picture."),
    Unreadable.IO: ("can't be read from its disk", "Copy it to another disk and try again."),
}
_UNFIT = {
    Unfit.MISSING: ("is not there", "Check the name."),
    Unfit.FOLDER: ("is a folder", "Choose a file in it."),
    Unfit.PERMISSION: ("may not be read by you", "Change its permissions, or copy it."),
    Unfit.TOO_LARGE: ("is too large", "Check that it is the right file."),
    Unfit.NOT_TEXT: ("holds no UTF-8 text", "Check that it is the right file."),
    Unfit.IO: ("can't be read from its disk", "Copy it to another disk and try again."),
}
_DISK = {
    "ENOSPC": ("The disk is full", "Make room on it and try again."),
    "EDQUOT": ("Your share of the disk is used up", "Make room on it and try again."),
    "EFBIG": ("The file may not grow any further", "Raise the limit and try again."),
    "EROFS": ("The disk is read-only", "Make it writable, or choose another folder."),
    "EACCES": ("The folder may not be written by you", "Change its permissions and try again."),
    "EPERM": ("The folder may not be written by you", "Change its permissions and try again."),
    "ENOENT": ("The folder is not there", "Make it, or choose another."),
    "EAGAIN": ("Another copy of the app holds the file", _AGAIN),
}
_NATURES = {
    Nature.LINK: "a link. It was not opened",
    Nature.WIFI: "the access to a Wi-Fi network",
    Nature.CONTACT: "a contact",
    Nature.TEXT: "a text",
}
_NAMES = {
    NameFault.EMPTY: "It is empty.",
    NameFault.TOO_LONG: "It is too long.",
    NameFault.WRONG_CHARACTER: "It has a character that no server's name has.",
    NameFault.NOT_AN_ADDRESS: "What stands in square brackets is no IPv6 address.",
    NameFault.PORT: "The port is not 1 to 65535.",
}

_CAMERA_DEVICE = (
    "Join the group that owns the camera's device (most often “video”) and log in again, or "
    "allow the camera to the sandbox of this app."
)
_CAMERA_PERMISSION = {
    "darwin": "If the system is asking just now, allow it and try again. Otherwise allow it in "
    "System Settings, Privacy & Security, Camera.",
    "win32": "Allow it in Settings, Privacy & security, Camera, “Let desktop apps access your "
    "camera”, and try again.",
}


def _name(path: object) -> str:
    return shown(Path(str(path)).name or str(path), 80)


def _enrolment(error: EnrolmentRefused) -> Message:
    steps = dict.fromkeys(mend(fault) for fault in error.faults)
    return Message(
        "This account can't be used",
        " ".join(remark(fault) for fault in error.faults),
        " ".join(step for step in steps if step),
    )


def _not_an_enrolment(error: NotAnEnrolment) -> Message:
    return Message(
        "No account for two-step codes in there",
        f"It is {_NATURES[error.nature]}: {shown(error.text, 120)}" if error.text else "",
        "Use the QR code, or the key, that the panel shows when you enable two-step "
        "authentication.",
    )


def _several(error: QueryMatchesSeveral) -> Message:
    names = "; ".join(f"{entry.id} {shown(str(entry.label), 60)}" for entry in error.entries[:8])
    more = len(error.entries) - 8
    return Message(
        f"{len(error.entries)} accounts fit '{shown(error.query, 60)}'",
        names + (f"; and {more} more" if more > 0 else "") + ".",
        "Use more words, or the id.",
    )


def _none(error: QueryMatchesNone) -> Message:
    if not error.among:
        return Message("There is no account yet", "", "Scan a QR code or enter a key first.")
    return Message(
        f"No account fits '{shown(error.query, 60)}'",
        "",
        "Use other words.",
        terminal_step="'authenticator list' shows all accounts.",
    )


def _not_in_bin(error: NotInBin) -> Message:
    if not error.among:
        return Message(
            "The bin is empty",
            "Removed accounts stay in it for 30 days.",
            "Enrol the account once more in the panel.",
        )
    return Message(
        f"Nothing in the bin fits '{shown(error.query, 60)}'",
        "",
        "Use other words.",
        terminal_step="'authenticator list --bin' shows what is in it.",
    )


def _unreadable(error: FileUnreadable) -> Message:
    cause, step = _UNREADABLE[error.reason]
    return Message("The file can't be read", f"{_name(error.source)} {cause}.", step)


def _unfit(error: TextUnreadable) -> Message:
    cause, step = _UNFIT[error.reason]
    return Message("The text can't be read", f"{_name(error.source)} {cause}.", step)


def _not_an_image(error: NotAnImage) -> Message:
    cause = f"{_name(error.source)} is no picture" if error.source else "This is no picture"
    kind = {"empty": ": it is empty", "": ""}.get(error.kind, f": it looks like {error.kind}")
    return Message("There is no picture to read", f"{cause}{kind}.", _PICTURES)


def _picture_broke(error: PictureBroke) -> Message:
    name = _name(error.source) if error.source else "The picture"
    causes = {
        Breakage.CRASHED: f"{name} stopped the part of the app that reads pictures.",
        Breakage.OVERRAN: f"{name} took too long to read.",
    }
    return Message(
        "The picture can't be read",
        causes[error.reason],
        "Cut out the part with the code, or take a new screenshot.",
    )


def _pages_unread(error: PagesUnread) -> Message:
    first = error.pages_read == PAGE_LIMIT
    return Message(
        f"Only the first {PAGE_LIMIT} of {error.pages:,} pages were read"
        if first
        else f"Only {error.pages_read} of {error.pages:,} pages were read",
        "" if first else "The others are damaged, or take too long to draw.",
        "Save the pages that show a code as a file of their own.",
    )


def _image_too_large(error: ImageTooLarge) -> Message:
    size = f"{error.width:,} × {error.height:,} pixels" if error.width else "It needs more memory"
    return Message(
        "The picture is too large",
        f"{size}, where {error.limit // 10**6} megapixels are the most.",
        "Cut out the part with the code, or make the picture smaller.",
    )


def _disk(error: vault.DiskRefused) -> Message:
    title, step = _DISK.get(error.reason, ("The disk refused", "Check the disk and try again."))
    return Message(
        title, f"{_name(error.path)} could not be written or read ({error.reason}).", step
    )


_DETAILS = {
    Detail.GROUP: ("The name of a group is too long", "{:,} characters", "Shorten it."),
    Detail.GROUPS: ("The account is in too many groups", "{:,} groups", "Leave some out."),
    Detail.NOTES: ("The notes are too long", "{:,} characters", "Shorten them."),
    Detail.ICON: ("The name of the icon is too long", "{:,} characters", "Choose another icon."),
    Detail.PICTURE: ("The picture is too large for an icon", "{:,} bytes", "Use a smaller one."),
}


def _detail(error: DetailTooLong) -> Message:
    title, amount, step = _DETAILS[error.detail]
    return Message(title, f"{amount.format(error.given)}; {error.limit:,} are the most.", step)


def _server_name(error: ServerNameBad) -> Message:
    return Message(
        f"'{shown(error.text, 60)}' is no time server",
        _NAMES[error.reason],
        "Write it as host or host:port, with nts:// or https:// before it where it is asked so.",
    )


_MESSAGES: dict[type[AuthenticatorError], Callable[[Any], Message]] = {
    EnrolmentRefused: _enrolment,
    NotAnEnrolment: _not_an_enrolment,
    NoCodeFound: lambda _: Message(
        "No QR code found",
        "The picture was read, but there is no code in it that could be made out.",
        "Use a larger or sharper picture with a white border around the code, or enter the key.",
    ),
    NoCodeInTime: lambda _: Message(
        "No QR code found in time",
        "The picture is so large or so hard to make out that not everything was tried.",
        "Cut out the part with the code and try that, or enter the key.",
    ),
    QueryMatchesNone: _none,
    QueryMatchesSeveral: _several,
    NotInBin: _not_in_bin,
    CounterHasNoTime: lambda _: Message(
        "This account counts, it has no time",
        "Its codes follow a counter, so there is none for a given time.",
        "Ask for its next code.",
        terminal_step="Leave out --at and --skew.",
    ),
    CodeMalformed: lambda _: Message(
        "This is no code",
        "A code has 4 to 10 digits; one of Steam's has five letters and digits.",
        "Type the code as the other side shows it.",
    ),
    CodeOverfull: lambda error: Message(
        "That is more than a QR code holds",
        f"The link has {error.length:,} characters.",
        "Use shorter names or a shorter key.",
    ),
    FileInTheWay: lambda error: Message(
        "There is such a file already",
        f"{_name(error.source)} was not written over.",
        "Choose another name, or remove the file.",
    ),
    TimeOutOfRange: lambda _: Message(
        "There is no code for that time",
        "It is before 1970, or too far away to be counted.",
        "Use a Unix time in seconds, 0 or later.",
    ),
    TextUnreadable: _unfit,
    FileUnreadable: _unreadable,
    FileTooLarge: lambda e: Message(
        "The file is too large",
        f"{_name(e.source)} has {e.size / 2**20:,.0f} MiB, where {e.limit // 2**20} are the most.",
        "Cut out the part with the code and save that.",
    ),
    NotAnImage: _not_an_image,
    ImageTruncated: lambda e: Message(
        "The picture is damaged",
        f"{_name(e.source)} begins as {e.kind}, but ends too early or is broken inside.",
        "Get it once more, or take a new screenshot.",
    ),
    ImageTooLarge: _image_too_large,
    PictureBroke: _picture_broke,
    SheetLocked: lambda e: Message(
        "The PDF is locked",
        f"{_name(e.source) if e.source else 'It'} opens only with a password.",
        "Open it in a program that shows PDFs, take a screenshot of the code and paste it.",
    ),
    PagesUnread: _pages_unread,
    ReaderAbsent: lambda _: Message(
        "Pictures can't be read now",
        "The part of the app that reads them does not start.",
        "Start the app again. If that does not help, install it anew, or enter the key instead.",
    ),
    NoCamera: lambda _: Message(
        "No camera found", "", "Connect one and try again, or use a picture or the key."
    ),
    CameraBusy: lambda _: Message(
        "The camera gives no picture",
        "Most often another program holds it.",
        "Close other programs that use the camera and try again, or use a picture or the key.",
    ),
    CameraLost: lambda _: Message(
        "The camera stopped",
        "It was unplugged, or taken away by the system.",
        "Connect it and try again, or use a picture or the key.",
    ),
    CameraRefused: lambda _: Message(
        "This app may not use the camera",
        "The system does not allow it.",
        f"{_CAMERA_PERMISSION.get(sys.platform, _CAMERA_DEVICE)} Or use a picture or the key.",
    ),
    NoCodeOnScreen: lambda _: Message(
        "No QR code on the screen",
        "Every screen was looked at.",
        "Bring the whole code to the front, make it larger (zoom the page), and look again.",
    ),
    NoDisplay: lambda _: Message(
        "There is no display here",
        "The screen and the clipboard belong to a desktop, and none answers.",
        "Save a picture of the code and name its file instead.",
    ),
    ClipboardHidden: lambda _: Message(
        "The clipboard can't be seen from here",
        "Under Wayland only a window that has the focus may look at it.",
        "Paste in the app's window, or save the picture and name its file instead.",
    ),
    ClipboardEmpty: lambda _: Message(
        "Nothing to read on the clipboard",
        "",
        "Copy the QR code as a picture, or the otpauth:// link, and try again.",
    ),
    ScreenRefused: lambda _: Message(
        "This app may not look at the screen",
        "The system gives it no picture.",
        "Allow it in the system's privacy settings (on macOS: Privacy & Security, Screen "
        "Recording; then start this app again). Or take a screenshot and paste it.",
    ),
    ScreenPortalAbsent: lambda _: Message(
        "The desktop gives no picture of the screen",
        "Under Wayland only the desktop's portal may take one, and it does not answer.",
        "Take a screenshot with the desktop's own tool and paste it, or install "
        "xdg-desktop-portal with the part for your desktop.",
    ),
    ScreenDismissed: lambda _: Message(
        "The screen was not looked at",
        "The desktop asked for your permission and was sent away.",
        "Look again and allow it, or take a screenshot and paste it.",
    ),
    TimeServerFault: lambda e: Message(
        "A time server gave no time",
        f"{shown(e.host, 60)}: {REASONS[e.reason]}.",
        "Try again later, or use another server.",
    ),
    ServerNameBad: _server_name,
    CorrectionBad: lambda _: Message(
        "The stored clock correction can't be true", "", "Synchronize once more."
    ),
    KeyringAbsent: lambda _: Message(
        "No keyring answers on this computer",
        "The app keeps your keys in the system's keyring, and there is none in this session.",
        "Start one (GNOME Keyring, KWallet) and try again, or keep your keys in a sealed file "
        "with a passphrase.",
        terminal_step="Start one (GNOME Keyring, KWallet), or keep the keys in a sealed file: "
        "say --passphrase-file FILE, with a passphrase of your choice in FILE.",
    ),
    KeyringLocked: lambda _: Message(
        "The keyring is locked", "Your keys are safe in it.", "Unlock it and try again."
    ),
    KeyringDismissed: lambda _: Message(
        "The keyring was not unlocked",
        "It asked for its password and was sent away.",
        "Try again and type the keyring's password.",
    ),
    KeyringFailed: lambda e: Message(
        "The keyring broke off", f"It answered with {shown(e.detail, 60)}.", _AGAIN
    ),
    KeyringForgets: lambda _: Message(
        "The keyring gave back something else than it was given",
        "",
        "Keep your keys in a sealed file with a passphrase until it is mended.",
    ),
    PartBroken: lambda e: Message(
        "A part of this app does not work", f"It is {shown(e.part, 60)}.", _ANEW
    ),
    IconBroken: lambda e: Message(
        "An icon of this app can't be drawn", f"It is {shown(e.name, 60)}.", _ANEW
    ),
    LibraryMissing: lambda e: Message(
        "A library is missing under this app",
        f"It is {shown(e.name, 60)}.",
        "Install it with the system's packages, or install the app anew.",
    ),
    NoAuthorities: lambda _: Message(
        "No certificate authority is trusted here",
        "Without, no time server can prove who it is. Plain time servers work.",
        "Install the system's list of them (on Debian and Ubuntu: ca-certificates).",
    ),
    SecretMissing: lambda _: Message(
        "The key of this account is not in the keyring",
        "It was removed there, or the keyring is another one.",
        "Restore the keyring, or enrol this account once more in the panel.",
    ),
    SecretTooLong: lambda e: Message(
        "This account is too long for the keyring",
        f"It takes {e.units:,} units, where {e.limit:,} are the most.",
        "Shorten the issuer and the account name.",
    ),
    DetailTooLong: _detail,
    SealBroken: lambda _: Message(
        "Something sealed can't be opened",
        "It is damaged, or was put in another's place.",
        "Restore the file from a backup.",
    ),
    vault.IndexUnreadable: lambda e: Message(
        "The file with your accounts can't be read",
        f"{_name(e.path)} is damaged, or is no file of this app. It was not touched.",
        "Restore it from a backup, or set it aside and start anew.",
        terminal_step="Restore it from a backup, or say 'authenticator doctor --set-aside' to "
        "keep it under another name and start anew.",
    ),
    vault.IndexTooNew: lambda e: Message(
        "Your accounts were kept by a newer version of this app",
        f"{_name(e.path)} has format {e.version}, this version knows up to {e.known}. "
        "It was not touched.",
        "Update this app.",
    ),
    vault.DiskRefused: _disk,
    vault.IndexBusy: lambda _: Message(
        "Another copy of the app is writing", "It has been at it for long.", _AGAIN
    ),
    vault.PassphraseNeeded: lambda _: Message(
        "A passphrase is needed",
        "",
        "Type the passphrase of your sealed file.",
        terminal_step="Run this on a terminal to type it, or say --passphrase-file FILE.",
    ),
    vault.WrongPassphrase: lambda _: Message(
        "That is not the passphrase", "", "Check capital letters and the keyboard's language."
    ),
    vault.VaultKeyMissing: lambda _: Message(
        "The key to your accounts is not in the keyring",
        "It was removed there, or the keyring is another one. Nothing was changed.",
        "Log in as the same user as before, or restore the keyring from a backup.",
        terminal_step="Log in as the same user as before, or restore the keyring from a backup. "
        "Where it is lost for good, 'authenticator doctor --set-aside' lets you start anew.",
    ),
    vault.NoVault: lambda _: Message(
        "There is no account yet",
        "",
        "Scan a QR code or enter a key first.",
        terminal_step="'authenticator scan PICTURE --add' stores the first.",
    ),
    vault.VaultExists: lambda _: Message(
        "Accounts are kept here already", "", "Open them instead of starting anew."
    ),
    vault.NoSuchAccount: lambda _: Message(
        "This account is not there any more", "Another copy of the app removed it."
    ),
    vault.SecretUnreadable: lambda _: Message(
        "This account is damaged",
        "What is kept for it can't be read. All other accounts work.",
        "Enrol it once more in the panel, then remove this one.",
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
        "Something went wrong that should not have",
        f"This is a mistake in the app ({type(error).__name__}{place}). "
        "Your keys were not touched.",
        "Try again. If it happens once more, please report it with the line above.",
        OUR_BUG,
    )


def _exit_code(error: BaseException) -> int:
    return next(code for family, code in EXIT_CODES.items() if isinstance(error, family))
