"""Which process runs the window for a home: the one that holds its lock.

Knows no Qt: asked before anything else, so that a second start opens no vault.
"""

import os
import stat
import sys
import time
import zlib
from collections.abc import Mapping
from pathlib import Path

from authenticator.files import FILE_MODE, FOLDER_MODE

ENDS_WITHIN_S = 5.0
"""How long a window that another one replaces may take to end."""


class SingleInstance:
    """`address` is where the window of this home listens to later starts, "" where it can't:
    a file's path, on Windows a pipe's name."""

    def __init__(self, home: Path, environment: Mapping[str, str] = os.environ) -> None:
        one_spelling = os.path.normcase(os.path.realpath(home))
        spelled = os.fsencode(one_spelling)
        name = f"{zlib.crc32(spelled):08x}{zlib.adler32(spelled):08x}"
        self._folder = _private_folder(environment)
        self._lock: int | None = None
        if self._folder is None:
            self.address = ""
        elif sys.platform == "win32":
            self.address = f"authenticator-{name}"
        else:
            self.address = str(self._folder / f"{name}.socket")
        self._file = f"{name}.lock"

    def claim(self) -> bool:
        """Whether this process runs the window from now on. The system releases the lock when
        the process ends, however it ends. True also where no lock can be had."""
        if self._folder is None or self._lock is not None:
            return True
        try:
            lock = os.open(self._folder / self._file, os.O_RDWR | os.O_CREAT, FILE_MODE)
        except OSError:
            return True
        try:
            _lock(lock)
        except OSError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def holder(self) -> str:
        """Which other process holds the lock: `4711 (name)`; "" where the system does not tell.
        Linux lists who holds which file (proc(5), /proc/locks)."""
        if self._folder is None:
            return ""
        try:
            file = (self._folder / self._file).stat().st_ino
            for line in Path("/proc/locks").read_text().splitlines():
                words = line.split()  # `1: FLOCK ADVISORY WRITE 4711 fd:01:131 0 EOF`
                if words[1] == "FLOCK" and words[5].endswith(f":{file}") and int(words[4]) > 0:
                    name = Path(f"/proc/{words[4]}/comm").read_text().strip()
                    return f"{words[4]} ({name})"
        except (OSError, ValueError, IndexError):
            pass
        return ""

    def hand_on(self) -> int | None:
        """The file that holds the lock, for the program that replaces this one in its process;
        None where there is none, or no such replacing."""
        return self._lock if sys.platform == "linux" else None

    def take_over(self, lock: int | None) -> bool:
        """`claim` for a program that replaced another: by the file that it handed on, else once
        that one has ended."""
        if lock is not None and self._folder is not None:
            try:
                if os.path.samestat(os.fstat(lock), (self._folder / self._file).stat()):
                    self._lock = lock
                    os.set_inheritable(lock, False)
                    return True
            except OSError:  # somebody has cleared the folder meanwhile
                pass
        until_s = time.monotonic() + ENDS_WITHIN_S
        while not self.claim():
            if time.monotonic() > until_s:
                return False
            time.sleep(0.02)
        return True

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _lock(file: int) -> None:
    """Raises OSError where another process holds it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _private_folder(environment: Mapping[str, str]) -> Path | None:
    """A folder for this session that only the user can enter, None where there can be none.

    Not the home itself: it may lie on a server, and be open on two computers.
    """
    place = environment.get("XDG_RUNTIME_DIR")
    if not place:
        import tempfile

        place = tempfile.gettempdir()
    user = os.getuid() if hasattr(os, "getuid") else ""
    folder = Path(place) / f"authenticator-{user}".removesuffix("-")
    try:
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    if not stat.S_ISDIR(found.st_mode):
        return None
    if user != "" and (found.st_uid != user or found.st_mode & 0o077):
        return None  # in a shared folder another user may have made it first
    return folder
