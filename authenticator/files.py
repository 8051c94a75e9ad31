"""Files that only their owner can read, written whole or not at all; errors become DiskRefused."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from authenticator.errors import DiskRefused

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def reason(refusal: OSError) -> str:
    """The errno name of what the system refused, such as ENOSPC; EIO where it has none."""
    return errno.errorcode.get(refusal.errno or 0, "EIO")


@contextlib.contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn what the system refuses about `path` into DiskRefused."""
    try:
        yield
    except OSError as refusal:
        raise DiskRefused(path, reason(refusal)) from refusal


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing; one that is there keeps its mode.

    Raises DiskRefused.
    """
    with refusals(path):
        # `mkdir` would leave those above it to the umask, open to others (XDG: 0700).
        for above in reversed(path.parents):
            if not above.exists():
                above.mkdir(mode=FOLDER_MODE, exist_ok=True)
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)


def create(path: Path, content: bytes = b"") -> None:
    """Write a file that is not there yet.

    Raises FileExistsError, and leaves what is there; DiskRefused, and then leaves nothing.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, FILE_MODE)
    except FileExistsError:
        raise
    except OSError as refusal:
        raise DiskRefused(path, reason(refusal)) from refusal
    try:
        with refusals(path), os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def replace(path: Path, content: bytes) -> None:
    """Write a file in one go: a reader meanwhile, or after a crash, finds the old content or the
    new. The mode is FILE_MODE also where the old file was for others to read.

    Raises DiskRefused; the old file then stays as it was.
    """
    fresh = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    with refusals(path):
        try:
            create(fresh, content)
        except DiskRefused as refused:
            raise DiskRefused(path, refused.reason) from refused.__cause__
        try:
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise


def open_to_append(path: Path) -> IO[str]:
    """Open a file to write text at its end, made where there is none. The mode is FILE_MODE also
    where the file was for others to read. Raises OSError: that of a log is the caller's."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE_MODE)
    file = os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")
    try:
        path.chmod(FILE_MODE)
    except BaseException:
        file.close()
        raise
    return file


def sync_folder(path: Path) -> None:
    """Make what was renamed in a folder last. Raises DiskRefused."""
    if os.name == "posix":  # elsewhere a folder can't be opened; renames are journalled
        with refusals(path):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


_BINARY: Final = getattr(os, "O_BINARY", 0)  # Windows would end lines its own way
