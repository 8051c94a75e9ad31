"""Files beside the index that SQLite would take for its own, and are not.

They are renamed before SQLite sees them; nothing is deleted. Whoever can write to the folder may
have put them there, a file sync or a backup just as well.
"""

import os
from pathlib import Path
from typing import Final

from authenticator import debug_log
from authenticator.errors import DiskRefused
from authenticator.vault import folder
from authenticator.vault.database import disk_errors
from authenticator.vault.errors import IndexBusy
from authenticator.vault.write_lock import write_lock

_JOURNAL: Final = "-journal"
_OF_A_LOG: Final = ("-wal", "-shm")
"""What SQLite keeps beside a file with a write-ahead log, and reads beside any other."""

_VERSIONS: Final = slice(18, 20)
_WITH_A_LOG: Final = b"\2\2"


def set_aside(home: Path) -> list[Path]:
    """Rename what is not the index's own to `NAME.aside-N`; returns the new paths.

    While somebody is writing nothing is touched: the journal is theirs. Call it before the index
    is opened. Raises IndexBusy and DiskRefused only if SQLite would wait for ever, or write
    into a file from elsewhere.
    """
    index = home / folder.FILE
    if index.is_symlink():  # SQLite keeps its files beside the real one
        index = index.resolve()
    there = _beside(index)
    if not there:
        return []
    try:
        with write_lock(home, wait_s=0):
            aside = [folder.set_aside(path) for path in there if _is_foreign(path, index)]
    except (IndexBusy, DiskRefused):
        if all(folder.is_plain(path) for path in there):
            return []
        raise
    debug_log.write("foreign files set aside", count=len(aside))
    return aside


def set_aside_at_creation(unfinished: Path) -> None:
    """The same for an index whose creation a crash interrupted. Call it under `write_lock`.
    Raises DiskRefused."""
    for path in _beside(unfinished):
        # A journal belongs whatever it says: it takes the file back to nothing.
        plain = folder.is_plain(path) and folder.is_plain(unfinished)
        if not (plain and path.name.endswith(_JOURNAL)):
            folder.set_aside(path)


def _beside(index: Path) -> list[Path]:
    beside = (Path(f"{index}{ending}") for ending in (_JOURNAL, *_OF_A_LOG))
    return [path for path in beside if os.path.lexists(path)]


def _is_foreign(path: Path, index: Path) -> bool:
    from authenticator.vault.stale_journal import belongs  # rarely there: not at every start

    with disk_errors(path):
        if not folder.is_plain(path):
            return os.path.lexists(path)  # a writer has just ended, and its journal with it
        if not folder.is_plain(index):
            return False
        if path.name.endswith(_JOURNAL):
            return not belongs(path.read_bytes(), index.read_bytes())
        with index.open("rb") as file:
            return file.read(_VERSIONS.stop)[_VERSIONS] != _WITH_A_LOG
