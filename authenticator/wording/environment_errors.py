"""Messages for the disk, text files and missing parts of the app."""

from authenticator.app.desktop import IconBroken
from authenticator.app.diagnosis import LibraryMissing, PartBroken
from authenticator.app.settings_file import SettingsUnknown, SettingsUnreadable
from authenticator.app.text_input import TextUnreadable, Unfit
from authenticator.errors import DiskRefused, StreamRefused
from authenticator.language import later, listed, sentence, tr
from authenticator.wording.message import Message, Messages
from authenticator.wording.text import file_name, shown

_AGAIN = later("Try again.")
_ANEW = later("Reinstall the app.")

_UNFIT = {
    Unfit.MISSING: (later("{file} does not exist."), later("Check the name.")),
    Unfit.FOLDER: (later("{file} is a folder."), later("Choose a file in it.")),
    Unfit.PERMISSION: (
        later("You don't have permission to read {file}."),
        later("Change its permissions, or copy it."),
    ),
    Unfit.TOO_LARGE: (later("{file} is too large."), later("Check that it is the right file.")),
    Unfit.NOT_TEXT: (
        later("{file} is not UTF-8 text."),
        later("Check that it is the right file."),
    ),
    Unfit.IO: (
        later("{file} can't be read from the disk."),
        later("Copy it to another disk and try again."),
    ),
}
_DISK = {
    "ENOSPC": (later("The disk is full"), later("Free some space and try again.")),
    "EDQUOT": (later("Your disk quota is used up"), later("Free some space and try again.")),
    "EFBIG": (
        later("The file has reached its size limit"),
        later("Raise the limit and try again."),
    ),
    "EROFS": (later("The disk is read-only"), later("Make it writable, or choose another folder.")),
    "EACCES": (
        later("You don't have permission to write to the folder"),
        later("Change its permissions and try again."),
    ),
    "EPERM": (
        later("You don't have permission to write to the folder"),
        later("Change its permissions and try again."),
    ),
    "ENOENT": (later("The folder does not exist"), later("Create it, or choose another.")),
    "EAGAIN": (later("Another copy of the app is using the file"), _AGAIN),
}


def _unfit(error: TextUnreadable) -> Message:
    cause, step = _UNFIT[error.reason]
    return Message(tr("The text can't be read"), tr(cause, file=file_name(error.source)), tr(step))


def _disk(error: DiskRefused) -> Message:
    title, step = _DISK.get(
        error.reason, (later("The disk reported an error"), later("Check the disk and try again."))
    )
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
        later("The standard input can't be read"),
        later("The system reported {reason}."),
        later("Connect it to something that can be read and try again."),
    ),
    "stdout": (
        later("The output could not be written"),
        later("The system reported {reason}."),
        later("Send it somewhere else and try again."),
    ),
    "stderr": (
        later("The messages could not be written"),
        later("The system reported {reason}."),
        later("Send them somewhere else and try again."),
    ),
}


def _stream(error: StreamRefused) -> Message:
    title, cause, step = _STREAMS[error.stream]
    if error.reason in ("ENOSPC", "EDQUOT", "EFBIG"):
        cause, step = _DISK[error.reason][0], _DISK[error.reason][1]
        return Message(tr(title), sentence(tr(cause)), tr(step))
    return Message(tr(title), tr(cause, reason=error.reason), tr(step))


MESSAGES: Messages = {
    StreamRefused: _stream,
    SettingsUnreadable: lambda e: Message(
        tr("Your settings were reset"),
        tr(
            "The settings file could not be read. It was kept as {name}; your accounts are not "
            "in it.",
            name=file_name(e.path),
        ),
    ),
    SettingsUnknown: lambda e: Message(
        tr("Some settings can't be read"),
        tr("Their defaults are used: {names}.", names=listed(e.names)),
        tr(
            "Choose them again, or update this app: a newer version may have written them. "
            "Until then they stay in the file."
        ),
    ),
    TextUnreadable: _unfit,
    DiskRefused: _disk,
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
        tr("A library that this app needs is missing"),
        tr("It is {name}.", name=shown(e.name, 60)),
        tr("Install it with the system's package manager, or reinstall the app."),
    ),
}
