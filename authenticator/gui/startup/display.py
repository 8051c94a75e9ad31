"""Is there a display that a window could open on? Asked before Qt, which aborts without one."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def reachable(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """True on Windows and macOS, where a Qt platform was chosen by name, and where an X11 or
    Wayland server answers."""
    if platform in ("win32", "darwin") or environment.get("QT_QPA_PLATFORM"):
        return True
    return _wayland_answers(environment) or _x11_answers(environment.get("DISPLAY", ""))


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY")
    if not name:
        return False
    return _connects(str(Path(environment.get("XDG_RUNTIME_DIR", "/")) / name))


def _x11_answers(display: str) -> bool:
    """DISPLAY is `host:number.screen`, a local one has no host (X(7), display names)."""
    host, colon, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not colon or not number.isdigit():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers listen
        return _connects(path) or _connects(f"\0{path}")
    import socket

    try:
        with socket.create_connection((host.strip("[]"), 6000 + int(number)), timeout=2):
            return True
    except (OSError, OverflowError):
        return False


def _connects(address: str) -> bool:
    # What lies under the module `socket`, which takes 4 ms to load, and a start has none to spare.
    import _socket

    try:
        probe = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            probe.settimeout(2)
            probe.connect(address)
        finally:
            probe.close()
    except OSError:
        return False
    return True
