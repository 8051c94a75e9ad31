"""Messages for the disk, text files and missing parts of the app."""

from authenticator import files
from authenticator.app.desktop import IconBroken, WindowAbsent, WindowSilent
from authenticator.app.diagnosis import LibraryMissing, PartBroken
from authenticator.app.home_access import HomeOfAnother, HomeOpenToOthers
from authenticator.app.settings_file import SettingsUnknown, SettingsUnreadable
from authenticator.app.text_input import TextFault, TextUnreadable
from authenticator.errors import DiskRefused, StreamRefused
from authenticator.language import gettext_noop, join_list, sentence, tr
from authenticator.wording.message import Message, Messages
from authenticator.wording.untrusted_text import displayable, file_name, without_key

_AGAIN = gettext_noop("Try again.")
_ANEW = gettext_noop("Reinstall the app.")

_UNFIT = {
    TextFault.MISSING: (gettext_noop("{file} does not exist."), gettext_noop("Check the name.")),
    TextFault.FOLDER: (gettext_noop("{file} is a folder."), gettext_noop("Choose a file in it.")),
    TextFault.PERMISSION: (
        gettext_noop("You don't have permission to read {file}."),
        gettext_noop("Change its permissions, or copy it."),
    ),
    TextFault.TOO_LARGE: (
        gettext_noop("{file} is too large."),
        gettext_noop("Check that it is the right file."),
    ),
    TextFault.NOT_TEXT: (
        gettext_noop("{file} is not UTF-8 text."),
        gettext_noop("Check that it is the right file."),
    ),
    TextFault.IO: (
        gettext_noop("{file} can't be read from the disk."),
        gettext_noop("Copy it to another disk and try again."),
    ),
}
_DISK = {
    "ENOSPC": (gettext_noop("The disk is full"), gettext_noop("Free some space and try again.")),
    "EDQUOT": (
        gettext_noop("Your disk quota is used up"),
        gettext_noop("Free some space and try again."),
    ),
    "EFBIG": (
        gettext_noop("The file has reached its size limit"),
        gettext_noop("Raise the limit and try again."),
    ),
    "EROFS": (
        gettext_noop("The disk is read-only"),
        gettext_noop("Make it writable, or choose another folder."),
    ),
    **dict.fromkeys(
        ("EACCES", "EPERM"),
        (
            gettext_noop("You don't have permission to use the file or folder"),
            gettext_noop("Change its permissions and try again."),
        ),
    ),
    "ENOENT": (
        gettext_noop("The folder does not exist"),
        gettext_noop("Create it, or choose another."),
    ),
    files.LINK_TO_NOWHERE: (
        gettext_noop("A link leads to a place that is not there"),
        gettext_noop("Connect the disk or share that it leads to, or correct the link."),
    ),
    files.NOT_A_FILE: (
        gettext_noop("Something else is in the place of a file"),
        gettext_noop("Move the pipe, socket or device out of the way."),
    ),
    "EISDIR": (
        gettext_noop("A folder is in the place of a file"),
        gettext_noop("Move the folder out of the way."),
    ),
    **dict.fromkeys(
        ("EMFILE", "ENFILE", "ENOMEM"),
        (
            gettext_noop("The system has too many files open, or no memory left"),
            gettext_noop("Close other programs and try again."),
        ),
    ),
    **dict.fromkeys(
        ("ELOOP", "ENAMETOOLONG", "ENOTDIR", "EEXIST"),
        (
            gettext_noop("The path can't be used"),
            gettext_noop("Check each folder and link in it, or choose another folder."),
        ),
    ),
    **dict.fromkeys(
        (
            *("ESTALE", "ENOTCONN", "ENODEV", "ENXIO", "ENOMEDIUM", "EREMOTEIO", "ETIMEDOUT"),
            *("EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ECONNREFUSED", "ECONNRESET"),
        ),
        (
            gettext_noop("The disk or share is not connected"),
            gettext_noop("Connect it again and try again."),
        ),
    ),
    **dict.fromkeys(
        ("EBUSY", "ETXTBSY"),
        (gettext_noop("Another program is using the file"), _AGAIN),
    ),
    "EAGAIN": (gettext_noop("Another copy of the app is using the file"), _AGAIN),
}


def _unfit(error: TextUnreadable) -> Message:
    cause, step = _UNFIT[error.reason]
    return Message(tr("The text can't be read"), tr(cause, file=file_name(error.source)), tr(step))


def _disk(error: DiskRefused) -> Message:
    title, step = _DISK.get(
        error.reason,
        (gettext_noop("The disk reported an error"), gettext_noop("Check the disk and try again.")),
    )
    if error.reason in (files.LINK_TO_NOWHERE, files.NOT_A_FILE):
        place = displayable(without_key(str(error.path)))
        return Message(tr(title), tr("It is {file}.", file=place), tr(step))
    return Message(
        tr(title),
        tr(
            "{file} could not be written or read ({reason}).",
            file=file_name(error.path),
            reason=error.reason,
        ),
        tr(step),
    )


_STREAMS = {
    "stdin": (
        gettext_noop("The standard input can't be read"),
        gettext_noop("The system reported {reason}."),
        gettext_noop("Connect it to something that can be read and try again."),
    ),
    "stdout": (
        gettext_noop("The output could not be written"),
        gettext_noop("The system reported {reason}."),
        gettext_noop("Send it somewhere else and try again."),
    ),
    "stderr": (
        gettext_noop("The messages could not be written"),
        gettext_noop("The system reported {reason}."),
        gettext_noop("Send them somewhere else and try again."),
    ),
}


def _stream(error: StreamRefused) -> Message:
    title, cause, step = _STREAMS[error.stream]
    if error.reason in ("ENOSPC", "EDQUOT", "EFBIG"):
        cause, step = _DISK[error.reason][0], _DISK[error.reason][1]
        return Message(tr(title), sentence(tr(cause)), tr(step))
    return Message(tr(title), tr(cause, reason=error.reason), tr(step))


def _home_of_another(error: HomeOfAnother) -> Message:
    title = tr("This folder belongs to another user")
    cause = tr(
        "{folder} belongs to {owner}. Nothing was read or changed.",
        folder=displayable(without_key(str(error.path))),
        owner=displayable(error.owner, 40),
    )
    if error.by_root:
        return Message(
            title,
            cause,
            tr(
                "Run this without sudo, as {owner}: what root writes there, {owner} could no "
                "longer use.",
                owner=displayable(error.owner, 40),
            ),
        )
    return Message(
        title,
        cause,
        tr(
            "Let an administrator give it to you (chown), or name another folder in "
            "AUTHENTICATOR_HOME."
        ),
    )


def _home_open(error: HomeOpenToOthers) -> Message:
    title = tr("Other users can get at the app's folder")
    if error.shared:
        return Message(
            title,
            tr(
                "There is more in {folder} than the app's own files, so its permissions were left "
                "as they are.",
                folder=displayable(without_key(str(error.path))),
            ),
            tr("Name a folder in AUTHENTICATOR_HOME that is the app's alone."),
        )
    return Message(
        title,
        tr(
            "The disk that holds {folder} keeps no permissions, or does not let you change them.",
            folder=displayable(without_key(str(error.path))),
        ),
        tr("Keep your accounts on another disk, or a vault with a passphrase on this one."),
    )


def _settings_damaged(error: SettingsUnreadable) -> Message:
    title = tr("Your settings were reset")
    if error.salvaged:
        title = tr("Some of your settings were reset")
    cause = tr(
        "The settings file is damaged. It was kept as {name}; your accounts are not in it.",
        name=file_name(error.path),
    )
    if "correction" in error.salvaged:
        return Message(title, cause, tr("Choose them again."))
    return Message(
        title,
        cause,
        tr("Check the time: if codes followed a corrected time, they don't any more."),
        terminal_step=tr(
            "Run 'authenticator time --apply': if codes followed a corrected time, they don't any "
            "more."
        ),
    )


MESSAGES: Messages = {
    StreamRefused: _stream,
    SettingsUnreadable: _settings_damaged,
    SettingsUnknown: lambda e: Message(
        tr("Some settings can't be read"),
        tr("Their defaults are used: {names}.", names=join_list(e.names)),
        tr(
            "Choose them again, or update this app: a newer version may have written them. "
            "Until then they stay in the file."
        ),
    ),
    HomeOfAnother: _home_of_another,
    HomeOpenToOthers: _home_open,
    TextUnreadable: _unfit,
    DiskRefused: _disk,
    PartBroken: lambda e: Message(
        tr("A part of this app does not work"),
        tr("It is {name}.", name=displayable(e.part, 60)),
        tr(_ANEW),
    ),
    WindowAbsent: lambda _: Message(
        tr("The app's window is not open"), "", tr("Nothing had to be done.")
    ),
    WindowSilent: lambda _: Message(
        tr("The app's window does not respond"),
        tr("It is open, but busy or stuck."),
        tr("Close it, or try again in a moment."),
    ),
    IconBroken: lambda e: Message(
        tr("An icon of this app can't be drawn"),
        tr("It is {name}.", name=displayable(e.name, 60)),
        tr(_ANEW),
    ),
    LibraryMissing: lambda e: Message(
        tr("A library that this app needs is missing"),
        tr("It is {name}.", name=displayable(e.name, 60)),
        tr("Install it with the system's package manager, or reinstall the app."),
    ),
}
