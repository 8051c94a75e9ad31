"""A file that a person hands in: whether it can be read at all, and its bytes within a limit."""

import errno
import os
import stat
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
    """A named file gives no bytes: `reason` tells why, `errno_name` what the system said ("" if
    nothing)."""

    def __init__(self, source: str, reason: Unreadable, errno_name: str = "") -> None:
        self.source = source
        self.reason = reason
        self.errno_name = errno_name
        super().__init__(source, reason, errno_name)


class FileTooLarge(InputRefused):
    """A file, or clipboard content, holds `size` bytes where `limit` are taken."""

    def __init__(self, source: str, size: int, limit: int) -> None:
        self.source = source
        self.size = size
        self.limit = limit
        super().__init__(source, size, limit)


_REASONS = {
    errno.ENOENT: Unreadable.MISSING,
    errno.ENOTDIR: Unreadable.MISSING,
    errno.ENAMETOOLONG: Unreadable.MISSING,
    errno.EINVAL: Unreadable.MISSING,  # a name that Windows can't hold
    errno.EISDIR: Unreadable.FOLDER,
    errno.EACCES: Unreadable.PERMISSION,
    errno.EPERM: Unreadable.PERMISSION,
}


def _unreadable(path: Path, error: OSError | ValueError) -> FileUnreadable:
    if isinstance(error, ValueError):  # a NUL in the name, or one that has no encoding
        return FileUnreadable(str(path), Unreadable.MISSING)
    number = error.errno or 0
    return FileUnreadable(str(path), _REASONS.get(number, Unreadable.IO), files.reason(error))


def check_file(path: Path) -> int:
    """The size in bytes of a regular file that may be opened.

    Raises FileUnreadable.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise FileUnreadable(str(path), Unreadable.FOLDER)
        if not stat.S_ISREG(found.st_mode):
            raise FileUnreadable(str(path), Unreadable.SPECIAL)
        with path.open("rb", buffering=0):
            return found.st_size
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def read_bytes(path: Path, limit: int) -> bytes:
    """All bytes of a regular file of at most `limit` bytes.

    Raises FileUnreadable; FileTooLarge, before reading where the size is known.
    """
    size = check_file(path)
    if size > limit:
        raise FileTooLarge(str(path), size, limit)
    try:
        with path.open("rb") as file:
            # One more than allowed: the file may have grown, and /proc tells no sizes.
            data = file.read(limit + 1)
            if len(data) > limit:
                raise FileTooLarge(str(path), os.fstat(file.fileno()).st_size, limit)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return data
