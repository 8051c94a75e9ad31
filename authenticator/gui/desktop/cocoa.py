"""What Qt does not offer on macOS: messages to AppKit, sent through the runtime's C interface."""

import ctypes
from functools import cache
from typing import Any


def mark_pasteboard(kind: str) -> None:
    """Add an empty item of this type to what is on the pasteboard."""
    board = _send(_class("NSPasteboard"), "generalPasteboard")
    text = _text(kind)
    kinds = _send(_class("NSArray"), "arrayWithObject:", ctypes.c_void_p(text))
    _send(board, "addTypes:owner:", ctypes.c_void_p(kinds), ctypes.c_void_p(None))
    _send(board, "setString:forType:", ctypes.c_void_p(_text("")), ctypes.c_void_p(text))


def share_window(view: int, shared: bool) -> None:
    """Let captures of the screen show the window of this NSView (`QWidget.winId`), or not."""
    # NSWindowSharingType: 0 is none, 1 is read only, which all windows have.
    _send(_send(view, "window"), "setSharingType:", ctypes.c_ulong(shared))


def reduces_motion() -> bool:
    """Whether the person has asked the system to reduce motion."""
    workspace = _send(_class("NSWorkspace"), "sharedWorkspace")
    told = _send(workspace, "accessibilityDisplayShouldReduceMotion")
    return bool((told or 0) & 0xFF)  # a BOOL is one byte; the bytes above it are undefined


@cache
def _runtime() -> ctypes.CDLL:
    ctypes.CDLL("/System/Library/Frameworks/AppKit.framework/AppKit")
    runtime = ctypes.CDLL("/usr/lib/libobjc.dylib")
    for name in ("objc_getClass", "sel_registerName"):
        function = getattr(runtime, name)
        function.restype, function.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    return runtime


def _class(name: str) -> int:
    found: int = _runtime().objc_getClass(name.encode())
    return found


def _text(words: str) -> int:
    letters = ctypes.c_char_p(words.encode())
    return _send(_class("NSString"), "stringWithUTF8String:", letters)


def _send(receiver: int, message: str, *arguments: "ctypes._SimpleCData[Any]") -> int:
    kinds = [type(argument) for argument in arguments]
    shape = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, *kinds)
    send = shape(("objc_msgSend", _runtime()))
    answer: int = send(receiver, _runtime().sel_registerName(message.encode()), *arguments)
    return answer
