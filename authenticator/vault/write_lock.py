"""One writer at a time in a vault's folder, whichever process it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Final

from authenticator import files
from authenticator.vault.database import disk_errors
from authenticator.vault.errors import IndexBusy

LOCK: Final = "vault.lock"
LOCK_WAIT_S: Final = 10.0


@contextmanager
def write_lock(home: Path, wait_s: float | None = None) -> Iterator[None]:
    """Keep every other process (and vault object) from writing in `home`.

    Waits `wait_s` seconds, LOCK_WAIT_S unless told. Raises IndexBusy, DiskRefused.
    """
    from filelock import FileLock, Timeout  # 50 ms or more that reading does not need

    path = home / LOCK
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
    """Keeps one vault object's threads apart, and its writes from those of others."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = RLock()

    def reading(self) -> RLock:
        """One thread of this object at a time."""
        return self._lock

    @contextmanager
    def writing(self, wait_s: float | None = None) -> Iterator[None]:
        """One thread of this object, and no other writer. Raises IndexBusy, DiskRefused."""
        with self._lock, write_lock(self._home, wait_s):
            yield
