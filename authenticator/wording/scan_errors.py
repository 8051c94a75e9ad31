"""Files, pictures, cameras and screens that give no code -> messages."""

import sys

from authenticator.language import later, number, together, tr
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
from authenticator.scan.screen_errors import (
    ClipboardEmpty,
    ClipboardHidden,
    NoCodeOnScreen,
    NoDisplay,
    ScreenDismissed,
    ScreenPortalAbsent,
    ScreenRefused,
)
from authenticator.wording.message import Message, Messages
from authenticator.wording.text import file_name

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


def _unreadable(error: FileUnreadable) -> Message:
    cause, step = _UNREADABLE[error.reason]
    return Message(tr("The file can't be read"), tr(cause, file=file_name(error.source)), tr(step))


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
    told = tr(cause, file=file_name(error.source), kind=error.kind)
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
        tr(causes[error.reason], file=file_name(error.source)),
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


MESSAGES: Messages = {
    FileUnreadable: _unreadable,
    FileTooLarge: lambda e: Message(
        tr("The file is too large"),
        tr(
            "{file} has {size} MiB, where {limit} are the most.",
            file=file_name(e.source),
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
            file=file_name(e.source),
            kind=e.kind,
        ),
        tr("Get it once more, or take a new screenshot."),
    ),
    ImageTooLarge: _image_too_large,
    PictureBroke: _picture_broke,
    SheetLocked: lambda e: Message(
        tr("The PDF is locked"),
        tr("{file} opens only with a password.", file=file_name(e.source))
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
}
