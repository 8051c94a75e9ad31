"""Files that only their owner can read, written whole or not at all; errors become DiskRefused."""

import contextlib
import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, TypeVar

from authenticator.errors import DiskRefused

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700

NOT_A_FILE: Final = "not a file"
"""The `reason` of DiskRefused for a pipe, a socket or a device: reading one may never end."""
LINK_TO_NOWHERE: Final = "link to nowhere"
"""The `reason` for a symbolic link, on the way to a file, to what is not there: mostly a disk that
is not mounted."""

PAUSES_S: Final = (0.02, 0.08)
"""How long to wait before trying again, each time. A virus scanner holds a file for moments."""
_PASSING: Final = frozenset(
    getattr(errno, name, errno.EAGAIN)
    for name in (
        *("EACCES", "EPERM", "EBUSY", "EAGAIN", "EINTR", "EIO", "EMFILE", "ENFILE", "ENOMEM"),
        *("ETXTBSY", "ESTALE", "EDEADLK", "ENOLCK"),
    )
)
_NONBLOCK: Final = getattr(os, "O_NONBLOCK", 0)  # opening a pipe would wait for its other end
_BINARY: Final = getattr(os, "O_BINARY", 0)  # Windows would end lines its own way
_Result = TypeVar("_Result")


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


def patiently(action: Callable[[], _Result]) -> _Result:
    """Do what the system may refuse, once more after each of PAUSES_S if the refusal may pass.
    Raises OSError."""
    for pause_s in PAUSES_S:
        try:
            return action()
        except OSError as refusal:
            if refusal.errno not in _PASSING:
                raise
        time.sleep(pause_s)
    return action()


def is_there(path: Path) -> bool:
    """Whether there is a regular file.

    Raises DiskRefused where that can't be known, and for anything else of this name.
    """
    with refusals(path):
        try:
            mode = patiently(path.stat).st_mode
        except FileNotFoundError:
            _check_links(path)
            return False
    _check_regular(path, mode)
    return True


def read(path: Path, limit: int) -> bytes:
    """The bytes of a regular file; of one that is larger than `limit`, `limit` + 1 of them.

    Raises FileNotFoundError; DiskRefused as `is_there`, and where it can't be read.
    """
    if not is_there(path):
        raise FileNotFoundError(errno.ENOENT, "no such file", str(path))
    with refusals(path):
        return patiently(lambda: _content(path, limit))


def _content(path: Path, limit: int) -> bytes:
    handle = os.open(path, os.O_RDONLY | _NONBLOCK | _BINARY)
    with os.fdopen(handle, "rb") as file:
        _check_regular(path, os.fstat(handle).st_mode)  # it may have been replaced meanwhile
        return file.read(limit + 1)


def _check_regular(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise DiskRefused(path, "EISDIR" if stat.S_ISDIR(mode) else NOT_A_FILE)


def _check_links(missing: Path) -> None:
    """Raises DiskRefused if it is missing because a symbolic link leads nowhere."""
    for place in (missing, *missing.parents):
        with contextlib.suppress(FileNotFoundError):
            if stat.S_ISLNK(place.lstat().st_mode):
                try:
                    place.stat()
                except FileNotFoundError:
                    raise DiskRefused(place, LINK_TO_NOWHERE) from None
            return


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing; one that is there keeps its mode.

    Raises DiskRefused.
    """
    with refusals(path):
        _check_links(path)
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
    new, and once this has returned, the new one. The mode is FILE_MODE also where the old file was
    for others to read.

    Raises DiskRefused; the old file then stays as it was.
    """
    with refusals(path):
        _clear_leftovers(path)
        fresh, handle = _create_fresh(path)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
                if _HAS_FLOCK:  # held until the file has its name
                    fresh.replace(path)
            if not _HAS_FLOCK:
                patiently(lambda: fresh.replace(path))
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    # It is done, whatever this says; some network shares can't do it.
    with contextlib.suppress(DiskRefused):
        sync_folder(path.parent)


_HAS_FLOCK: Final = os.name == "posix"  # elsewhere a file that is open can't be deleted
_SUFFIX_BYTES: Final = 4


def _create_fresh(path: Path) -> tuple[Path, int]:
    """An empty file beside `path`, and its handle, which is locked for as long as it is open: so
    that nobody takes it for the leftover of a process that was killed."""
    while True:
        fresh = path.with_name(f".{path.name}.{os.urandom(_SUFFIX_BYTES).hex()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, FILE_MODE)
        if not _HAS_FLOCK:
            return fresh, handle
        import fcntl

        with contextlib.suppress(OSError):  # a file system without locks: then none is cleared
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return fresh, handle
        os.close(handle)  # cleared away before it was locked


def _clear_leftovers(path: Path) -> None:
    """Delete what `replace` left beside `path` in processes that were killed."""
    start = f".{path.name}."
    with contextlib.suppress(OSError), os.scandir(path.parent) as found:
        for name in [one.name for one in found if one.name.startswith(start)]:
            suffix = name.removeprefix(start)
            if len(suffix) == 2 * _SUFFIX_BYTES and not suffix.strip("0123456789abcdef"):
                with contextlib.suppress(OSError):  # a process that lives has it open
                    _delete_unlocked(path.with_name(name))


def _delete_unlocked(path: Path) -> None:
    """Raises OSError where a process holds its lock."""
    if not _HAS_FLOCK:
        path.unlink()
        return
    import fcntl

    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | _NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    finally:
        os.close(handle)


def open_to_append(path: Path) -> IO[str]:
    """Open a file to write text at its end, made where there is none. The mode is FILE_MODE also
    where the file was for others to read. Raises OSError, for what is no regular file DiskRefused:
    that of a log is the caller's."""
    is_there(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NONBLOCK
    handle = os.open(path, flags, FILE_MODE)
    file = os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")
    try:
        _check_regular(path, os.fstat(handle).st_mode)
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
