"""Keeps a window out of screenshots and recordings of the screen, where the system can."""

import ctypes
import sys

from PySide6.QtWidgets import QWidget

_SHOWN, _EXCLUDED = 0x00, 0x11
"""WDA_NONE and WDA_EXCLUDEFROMCAPTURE of SetWindowDisplayAffinity, Windows 10 2004 and later."""


def can_exclude(platform: str = sys.platform) -> bool:
    """Windows and macOS can; X11 and Wayland have no such request."""
    return platform in ("win32", "darwin")


def exclude(window: QWidget, on: bool) -> None:
    """Exclude this window from captures of the screen, or include it again."""
    if sys.platform == "win32":
        ctypes.windll.user32.SetWindowDisplayAffinity(
            ctypes.c_void_p(int(window.winId())), _EXCLUDED if on else _SHOWN
        )
    elif sys.platform == "darwin":
        from authenticator.gui.desktop import cocoa

        cocoa.share_window(int(window.winId()), not on)
