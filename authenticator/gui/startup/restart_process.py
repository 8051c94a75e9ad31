"""Replaces the window's process by a new one, which is told what has to outlive it.

Python and Qt copy what they hold, so that no key can be overwritten in every place it got to. The
memory of a process that ends is gone as a whole. Linux puts the new program into the same process:
its number, its parent and its files stay. Elsewhere another process is started, and this one ends.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import IO, NoReturn

from authenticator import debug_log, exit_codes
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo

WORD = "--restarted="
"""The argument with the file descriptor (on Windows the handle) that says what is to outlive."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A locked window, as another process goes on with it. `draft` is sealed under the vault key;
    of the rest nothing was secret while the vault was open."""

    vault: VaultInfo
    draft: bytes = b""
    words: tuple[str, ...] = ()  # links and files that came while it was locked, and wait
    geometry: bytes = b""  # QWidget.saveGeometry
    place: tuple[int, int, int, int] = (0, 0, 400, 640)  # of what is inside the frame, in px
    workspace: int | None = None  # of several, on X11
    visible: bool = True
    minimized: bool = False
    active: bool = True
    is_second: bool = False  # beside a window that does not respond
    lock: int | None = None  # the file of SingleInstance
    displays: tuple[int, ...] = ()  # connections, which keep the old picture up


def write(locked: Locked) -> bytes:
    """As `read` takes it."""
    import base64
    import json

    told = asdict(locked)
    told["vault"] = locked.vault._asdict()
    for name in ("draft", "geometry"):
        told[name] = base64.b64encode(told[name]).decode()
    return json.dumps(told).encode()


def read(text: bytes) -> Locked:
    """What `write` wrote, also that of another version of the app. Raises ValueError, TypeError
    and LookupError."""
    import base64
    import json

    told = json.loads(text)
    known = {name: told[name] for name in Locked.__slots__ if name in told}
    known["vault"] = VaultInfo(StoreKind(told["vault"]["store"]), KeyKind(told["vault"]["key"]))
    for name in known.keys() & {"draft", "geometry"}:
        known[name] = base64.b64decode(known[name])
    for name in known.keys() & {"words", "place", "displays"}:
        known[name] = tuple(known[name])
    return Locked(**known)


def told_by(arguments: Sequence[str]) -> Locked | None:
    """What the process before this one told it by these arguments; None where this is none that
    was started by `replace`."""
    number = next((word.removeprefix(WORD) for word in arguments if word.startswith(WORD)), "")
    try:
        with _opened(int(number)) as told:
            return read(told.read())
    except (ValueError, TypeError, LookupError, OSError):
        return None


def replace(command: Sequence[str], locked: Locked) -> NoReturn:
    """Start `command` in place of this process, which ends here whatever happens: one that could
    not be replaced must not stay."""
    try:
        if sys.platform == "linux":
            _replace_by_itself(command, locked)
        else:
            _start_another(command, locked)
    except Exception as error:  # noqa: BLE001 - nobody could be told
        debug_log.write("restart failed", error=error)
        os._exit(exit_codes.ENVIRONMENT)
    os._exit(0)


def _replace_by_itself(command: Sequence[str], locked: Locked) -> None:
    told = os.memfd_create("locked")  # in memory only, and of any size
    with os.fdopen(told, "wb", closefd=False) as file:
        file.write(write(locked))
    os.lseek(told, 0, os.SEEK_SET)
    kept = {0, 1, 2, told, *locked.displays} | {locked.lock}
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers, not paths
        try:
            os.set_inheritable(int(name), int(name) in kept)  # a driver may keep a camera open
        except OSError:  # that of the listing itself
            continue
    os.execv(sys.executable, [*command, f"{WORD}{told}"])  # noqa: S606 - this very program


def _start_another(command: Sequence[str], locked: Locked) -> None:
    """The lock of SingleInstance goes with this process; the other waits for it."""
    import subprocess

    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as told:
        if sys.platform == "win32":
            import msvcrt

            handle = msvcrt.get_osfhandle(reading)
            os.set_handle_inheritable(handle, True)
            startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
            subprocess.Popen([*command, f"{WORD}{handle}"], startupinfo=startup)  # noqa: S603
        else:
            subprocess.Popen([*command, f"{WORD}{reading}"], pass_fds=[reading])  # noqa: S603
        os.close(reading)
        told.write(write(locked))


def _opened(number: int) -> IO[bytes]:
    if sys.platform == "win32":
        import msvcrt

        number = msvcrt.open_osfhandle(number, os.O_RDONLY)
    elif number <= 2:
        raise ValueError(number)
    return os.fdopen(number, "rb")
