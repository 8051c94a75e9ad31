"""Which workspace a window is on, where X11 has several: Qt does not know them.

_NET_WM_DESKTOP of the Extended Window Manager Hints, through libxcb, which Qt brings along. On
Wayland the compositor alone decides.
"""

import ctypes
import struct
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtGui import QGuiApplication

_NAME = b"_NET_WM_DESKTOP"
_CARDINAL = 6
_T = TypeVar("_T")


def of(window: int) -> int | None:
    """The number of the workspace that a window (QWidget.winId) is on; None where none is
    known."""

    def ask(xcb: Any, server: Any, atom: int) -> int | None:
        # xcb_get_property_reply_t: format, type and length before the value at byte 32.
        told = _reply(
            xcb.xcb_get_property_reply,
            server,
            xcb.xcb_get_property(server, 0, window, atom, _CARDINAL, 0, 1),
            36,
        )
        values = struct.unpack_from("=I", told, 16)[0] if told else 0
        return int(struct.unpack_from("=I", told, 32)[0]) if values else None

    return _with_server(ask)


def put(window: int, workspace: int) -> None:
    """Have a window that is not shown yet come up there."""

    def tell(xcb: Any, server: Any, atom: int) -> None:
        number = ctypes.c_uint32(workspace)
        xcb.xcb_change_property(server, 0, window, atom, _CARDINAL, 32, 1, ctypes.byref(number))
        xcb.xcb_flush(server)

    _with_server(tell)


def _with_server(act: Callable[[Any, Any, int], _T]) -> _T | None:
    if QGuiApplication.platformName() != "xcb":
        return None
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    server = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        if xcb.xcb_connection_has_error(server):
            return None
        asked = xcb.xcb_intern_atom(server, 0, len(_NAME), _NAME)
        told = _reply(xcb.xcb_intern_atom_reply, server, asked, 12)
        return act(xcb, server, struct.unpack_from("=I", told, 8)[0]) if told else None
    finally:
        xcb.xcb_disconnect(server)


def _reply(function: Any, server: Any, asked: int, size: int) -> bytes:
    """The first bytes of an answer; none where it is an error."""
    function.restype = ctypes.c_void_p
    place = function(server, asked, None)
    if not place:
        return b""
    told = ctypes.string_at(place, size)
    free = ctypes.CDLL(None).free
    free.argtypes = [ctypes.c_void_p]
    free(place)
    return told
