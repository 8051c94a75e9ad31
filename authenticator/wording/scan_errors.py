"""Messages for files, pictures, cameras and screens that give no code."""

import sys

from authenticator.language import gettext_noop, join_sentences, number, tr
from authenticator.scan.camera import CameraBusy, CameraLost, CameraRefused, NoCamera
from authenticator.scan.image import (
    PAGE_LIMIT,
    Breakage,
    ImageTooLarge,
    ImageTruncated,
    NotAnImage,
    PagesUnread,
    PdfLocked,
    PictureBroke,
    ReaderAbsent,
)
from authenticator.scan.image_format import PICTURES
from authenticator.scan.input_file import FileTooLarge, FileUnreadable, Unreadable
from authenticator.scan.pages import BUDGET_MS
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
from authenticator.wording.untrusted_text import file_name

_PICTURES = gettext_noop(
    "PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, HEIC and SVG pictures, PDF files, and web pages that "
    "hold a picture can be read."
)
_PAGE = gettext_noop(
    "Take a screenshot of the page, or save the picture of the code itself, and use that."
)
_CONVERT = gettext_noop("Save it as PNG or JPEG, or take a screenshot of it, and use that.")

_UNREADABLE = {
    Unreadable.MISSING: (gettext_noop("{file} does not exist."), gettext_noop("Check the name.")),
    Unreadable.FOLDER: (
        gettext_noop("{file} is a folder."),
        gettext_noop("Choose a picture in it."),
    ),
    Unreadable.PERMISSION: (
        gettext_noop("You don't have permission to read {file}."),
        gettext_noop("Change its permissions, or copy it."),
    ),
    Unreadable.SPECIAL: (
        gettext_noop("{file} is not a regular file."),
        gettext_noop("Choose a picture."),
    ),
    Unreadable.IO: (
        gettext_noop("{file} can't be read from the disk."),
        gettext_noop("Copy it to another disk and try again."),
    ),
}

_CAMERA_DEVICE = gettext_noop(
    "Join the group that owns the camera device (usually “video”) and log in again, or allow "
    "this app's sandbox to use the camera."
)
_CAMERA_PERMISSION = {
    "darwin": gettext_noop(
        "If the system is asking right now, allow it and try again. Otherwise allow it in "
        "System Settings, Privacy & Security, Camera."
    ),
    "win32": gettext_noop(
        "Allow it in Settings, Privacy & security, Camera, “Let desktop apps access your "
        "camera”, and try again."
    ),
}


def _unreadable(error: FileUnreadable) -> Message:
    cause, step = _UNREADABLE[error.reason]
    return Message(tr("The file can't be read"), tr(cause, file=file_name(error.source)), tr(step))


def _not_an_image(error: NotAnImage) -> Message:
    if error.kind == "HTML":
        return Message(
            tr("There is no picture to read"),
            tr("{file} is a web page; no picture in it shows a code.", file=file_name(error.source))
            if error.source
            else tr("This is a web page, or a part of one; no picture in it shows a code."),
            tr(_PAGE),
        )
    if error.kind in PICTURES:
        return Message(
            tr("This kind of picture can't be read here"),
            tr("{file} is a {kind} picture.", file=file_name(error.source), kind=error.kind)
            if error.source
            else tr("It is a {kind} picture.", kind=error.kind),
            tr(_CONVERT),
        )
    if error.source:
        known = {
            "": gettext_noop("{file} is not a picture."),
            "empty": gettext_noop("{file} is not a picture: it is empty."),
        }
        cause = known.get(
            error.kind, gettext_noop("{file} is not a picture: it looks like {kind}.")
        )
    else:
        known = {
            "": gettext_noop("This is not a picture."),
            "empty": gettext_noop("This is not a picture: it is empty."),
        }
        cause = known.get(error.kind, gettext_noop("This is not a picture: it looks like {kind}."))
    told = tr(cause, file=file_name(error.source), kind=error.kind)
    return Message(tr("There is no picture to read"), told, tr(_PICTURES))


def _picture_broke(error: PictureBroke) -> Message:
    if error.source:
        causes = {
            Breakage.CRASHED: gettext_noop(
                "{file} crashed the part of the app that reads pictures."
            ),
            Breakage.OVERRAN: gettext_noop("{file} took too long to read."),
        }
    else:
        causes = {
            Breakage.CRASHED: gettext_noop(
                "The picture crashed the part of the app that reads pictures."
            ),
            Breakage.OVERRAN: gettext_noop("The picture took too long to read."),
        }
    return Message(
        tr("The picture can't be read"),
        tr(causes[error.reason], file=file_name(error.source)),
        tr("Crop it to the code, or take a new screenshot."),
    )


def _pages_unread(error: PagesUnread) -> Message:
    if error.pictures:
        return _pictures_unread(error)
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
        "" if first else tr("The others are damaged or take too long to draw."),
        tr("Save the pages that show a code as a separate file."),
    )


def _pictures_unread(error: PagesUnread) -> Message:
    return Message(
        tr(
            "Only {read} of {pages} pictures in the file were read",
            read=number(error.pages_read),
            pages=number(error.pages),
        ),
        tr(
            "At most {limit} different ones are read, for {seconds} seconds; damaged ones are left "
            "out.",
            limit=PAGE_LIMIT,
            seconds=round(BUDGET_MS / 1000),
        ),
        tr("Save the pictures that show a code as a separate file."),
    )


def _image_too_large(error: ImageTooLarge) -> Message:
    most = error.limit // 10**6
    return Message(
        tr("The picture is too large"),
        tr(
            "It has {width} × {height} pixels; the limit is {most} megapixels.",
            width=number(error.width),
            height=number(error.height),
            most=most,
        )
        if error.width
        else tr("It needs too much memory; the limit is {most} megapixels.", most=most),
        tr("Crop it to the code, or make the picture smaller."),
    )


MESSAGES: Messages = {
    FileUnreadable: _unreadable,
    FileTooLarge: lambda e: Message(
        tr("The file is too large"),
        tr(
            "{file} has {size} MiB; the limit is {limit} MiB.",
            file=file_name(e.source),
            size=number(e.size / 2**20),
            limit=e.limit // 2**20,
        ),
        tr("Crop it to the code and save that."),
    ),
    NotAnImage: _not_an_image,
    ImageTruncated: lambda e: Message(
        tr("The picture is damaged"),
        tr(
            "{file} starts as {kind}, but is cut off or damaged.",
            file=file_name(e.source),
            kind=e.kind,
        ),
        tr("Get it again, or take a new screenshot."),
    ),
    ImageTooLarge: _image_too_large,
    PictureBroke: _picture_broke,
    PdfLocked: lambda e: Message(
        tr("The PDF is locked"),
        tr("{file} opens only with a password.", file=file_name(e.source))
        if e.source
        else tr("It opens only with a password."),
        tr("Open it in a PDF viewer, take a screenshot of the code and paste it."),
    ),
    PagesUnread: _pages_unread,
    ReaderAbsent: lambda _: Message(
        tr("Pictures can't be read at the moment"),
        tr("The part of the app that reads them does not start."),
        tr("Restart the app. If that does not help, reinstall it, or enter the key instead."),
    ),
    NoCamera: lambda _: Message(
        tr("No camera found"), "", tr("Connect one and try again, or use a picture or the key.")
    ),
    CameraBusy: lambda _: Message(
        tr("The camera gives no picture"),
        tr("Another program is probably using it."),
        tr("Close other programs that use the camera and try again, or use a picture or the key."),
    ),
    CameraLost: lambda _: Message(
        tr("The camera stopped"),
        tr("It was unplugged, or the system disconnected it."),
        tr("Connect it and try again, or use a picture or the key."),
    ),
    CameraRefused: lambda _: Message(
        tr("This app is not allowed to use the camera"),
        tr("The system has not given it access."),
        join_sentences(
            tr(_CAMERA_PERMISSION.get(sys.platform, _CAMERA_DEVICE)),
            tr("Or use a picture or the key."),
        ),
    ),
    NoCodeOnScreen: lambda _: Message(
        tr("No QR code on the screen"),
        tr("All screens were searched."),
        tr("Bring the whole code to the front, make it larger (zoom the page), and look again."),
    ),
    NoDisplay: lambda _: Message(
        tr("No display found"),
        tr("The screen and the clipboard need a desktop session, and none responds."),
        tr("Save a picture of the code and give its file name instead."),
    ),
    ClipboardHidden: lambda _: Message(
        tr("The clipboard can't be read from here"),
        tr("On Wayland, only the window that has the focus can read it."),
        tr("Paste into the app's window, or save the picture and give its file name instead."),
    ),
    ClipboardEmpty: lambda _: Message(
        tr("Nothing to read on the clipboard"),
        "",
        tr("Copy the QR code as a picture, or the otpauth:// link, and try again."),
    ),
    ScreenRefused: lambda _: Message(
        tr("This app is not allowed to see the screen"),
        tr("The system does not give it a picture."),
        tr(
            "Allow it in the system's privacy settings (on macOS: Privacy & Security, Screen "
            "Recording; then restart this app). Or take a screenshot and paste it."
        ),
    ),
    ScreenPortalAbsent: lambda _: Message(
        tr("The desktop does not provide a screenshot"),
        tr("On Wayland, only the desktop portal can take one, and it does not respond."),
        tr(
            "Take a screenshot with the desktop's own tool and paste it, or install "
            "xdg-desktop-portal with the backend for your desktop."
        ),
    ),
    ScreenDismissed: lambda _: Message(
        tr("The screen was not captured"),
        tr("The desktop's request for your permission was dismissed."),
        tr("Try again and allow it, or take a screenshot and paste it."),
    ),
}
