"""Keeping a window out of pictures and films of the screen, where the system can."""

import ctypes
import sys

from PySide6.QtWidgets import QWidget

_SHOWN, _EXCLUDED = 0x00, 0x11
"""WDA_NONE and WDA_EXCLUDEFROMCAPTURE of SetWindowDisplayAffinity, Windows 10 2004 and later."""


def can_exclude(platform: str = sys.platform) -> bool:
    """Windows and macOS can; under X11 and Wayland no program may ask for it."""
    return platform in ("win32", "darwin")


def exclude(window: QWidget, on: bool) -> None:
    """Keep this window out of pictures of the screen, or let it be in them."""
    if sys.platform == "win32":
        ctypes.windll.user32.SetWindowDisplayAffinity(
            ctypes.c_void_p(int(window.winId())), _EXCLUDED if on else _SHOWN
        )
    elif sys.platform == "darwin":
        from authenticator.gui.desktop import cocoa

        cocoa.share_window(int(window.winId()), not on)
