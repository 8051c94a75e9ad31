"""One writer at a time in a vault's folder, whichever process it is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Final

from authenticator import files
from authenticator.vault import folder
from authenticator.vault.database import disk_errors
from authenticator.vault.errors import IndexBusy

LOCK: Final = "vault.lock"
LOCK_WAIT_S: Final = 10.0


@contextmanager
def write_lock(home: Path, wait_s: float | None = None) -> Iterator[None]:
    """Keep every other process (and vault object) from writing in `home`.

    What is there instead of a lock file is renamed. Waits up to `wait_s` seconds, by default
    LOCK_WAIT_S. Raises IndexBusy, DiskRefused.
    """
    from filelock import FileLock, Timeout  # takes 50 ms or more, and reading does not need it

    path = home / LOCK
    if os.path.lexists(path) and not folder.is_plain(path):
        folder.set_aside(path)  # a link to a file of the user's, or something to wait for
    lock = FileLock(path, timeout=LOCK_WAIT_S if wait_s is None else wait_s, mode=files.FILE_MODE)
    with disk_errors(path):
        try:
            lock.acquire()
        except Timeout as taken:  # an OSError too
            raise IndexBusy from taken
    try:
        yield
    finally:
        lock.release()


class VaultLock:
    """Lets one thread at a time use a vault object, and one writer at a time change the vault."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = RLock()

    def reading(self) -> RLock:
        """Exclude the other threads."""
        return self._lock

    @contextmanager
    def writing(self, wait_s: float | None = None) -> Iterator[None]:
        """Exclude the other threads and all other writers. Raises IndexBusy, DiskRefused."""
        with self._lock, write_lock(self._home, wait_s):
            yield
