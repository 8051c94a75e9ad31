"""A file given by the user: whether it can be read, and its bytes up to a limit."""

import errno
import os
import stat
import threading
from enum import StrEnum
from pathlib import Path

from authenticator import files
from authenticator.errors import InputRefused


class Unreadable(StrEnum):
    """Why a file can't be read."""

    MISSING = "missing"
    FOLDER = "folder"
    PERMISSION = "permission"
    SPECIAL = "special"  # a device, pipe or socket: reading one may never end
    IO = "io"


class FileUnreadable(InputRefused):
    """A file can't be read: `reason` says why, `errno_name` is the system's error ("" if none)."""

    def __init__(self, source: str, reason: Unreadable, errno_name: str = "") -> None:
        self.source = source
        self.reason = reason
        self.errno_name = errno_name
        super().__init__(source, reason, errno_name)


class FileTooLarge(InputRefused):
    """A file or clipboard content has `size` bytes, more than `limit`."""

    def __init__(self, source: str, size: int, limit: int) -> None:
        self.source = source
        self.size = size
        self.limit = limit
        super().__init__(source, size, limit)


_REASONS = {
    errno.ENOENT: Unreadable.MISSING,
    errno.ENOTDIR: Unreadable.MISSING,
    errno.ENAMETOOLONG: Unreadable.MISSING,
    errno.EINVAL: Unreadable.MISSING,  # a name that Windows does not allow
    errno.EISDIR: Unreadable.FOLDER,
    errno.EACCES: Unreadable.PERMISSION,
    errno.EPERM: Unreadable.PERMISSION,
}


def _unreadable(path: Path, error: OSError | ValueError) -> FileUnreadable:
    if isinstance(error, ValueError):  # a NUL in the name, or a name that can't be encoded
        return FileUnreadable(str(path), Unreadable.MISSING)
    number = error.errno or 0
    return FileUnreadable(str(path), _REASONS.get(number, Unreadable.IO), files.reason(error))


def check_file(path: Path) -> int:
    """The size in bytes of a regular file that can be opened.

    Raises FileUnreadable.
    """
    try:
        opened = _opened(path)
        try:
            return os.fstat(opened).st_size
        finally:
            os.close(opened)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _opened(path: Path) -> int:
    """A descriptor of a regular file, also by a symbolic link. Raises FileUnreadable, OSError.

    Opening a device can set it in motion, so it is not tried; and as the file may be another by
    then, nothing that is opened is waited for.
    """
    _check_kind(path, path.stat())
    opened = os.open(path, os.O_RDONLY | _AT_ONCE)
    try:
        _check_kind(path, os.fstat(opened))
    except BaseException:
        os.close(opened)
        raise
    return opened


_AT_ONCE = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))


def _check_kind(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise FileUnreadable(str(path), Unreadable.FOLDER)
    if not stat.S_ISREG(found.st_mode):
        raise FileUnreadable(str(path), Unreadable.SPECIAL)


def read_bytes(path: Path, limit: int) -> bytes:
    """All bytes of a regular file of at most `limit` bytes.

    Raises FileUnreadable; FileTooLarge, before reading if the size is known.
    """
    try:
        with open(_opened(path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > limit:
                raise FileTooLarge(str(path), size, limit)
            # One more than allowed: the file may have grown, and files in /proc have no size.
            data = file.read(limit + 1)
            if len(data) > limit:
                raise FileTooLarge(str(path), os.fstat(file.fileno()).st_size, limit)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return data


def read_in_time(path: Path, limit: int, seconds: float) -> bytes:
    """The same, for a place that may never answer: a share of a computer that is off, a drive that
    fails. Raises FileUnreadable as well when the time is over."""
    told: list[bytes | BaseException] = []

    def read() -> None:
        try:
            told.append(read_bytes(path, limit))
        except BaseException as error:  # noqa: BLE001 - raised by the thread that waits
            told.append(error)

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    reading.join(seconds)
    if not told:
        raise FileUnreadable(str(path), Unreadable.IO, "ETIMEDOUT")
    if isinstance(told[0], BaseException):
        raise told[0]
    return told[0]
