"""The files of a vault's folder: made, renamed and discarded so that a crash leaves one state."""

import os
from pathlib import Path
from typing import Final

from authenticator.vault.database import disk_errors

FILE: Final = "vault.db"
UNFINISHED: Final = "vault.db.new"


def exists(home: Path) -> bool:
    """Whether `home` has an index, readable or not. Raises DiskRefused."""
    path = home / FILE
    with disk_errors(path):
        return path.exists()


def make_home(home: Path) -> None:
    """Make the folder, for its owner only; one that is there keeps its mode."""
    with disk_errors(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)


def put_in_place(home: Path) -> None:
    """Turn the unfinished index into the index, at one stroke and for good."""
    with disk_errors(home / FILE):
        (home / UNFINISHED).rename(home / FILE)
        _sync_folder(home)


def discard_unfinished(home: Path) -> None:
    """Forget an index whose making did not end."""
    with disk_errors(home / UNFINISHED):
        for name in (UNFINISHED, f"{UNFINISHED}-journal"):
            (home / name).unlink(missing_ok=True)


def rename_aside(home: Path) -> Path:
    """Rename the index, and its journal with it, to the first free `vault.db.aside-N`."""
    number = 1
    with disk_errors(home / FILE):
        while (aside := home / f"{FILE}.aside-{number}").exists():
            number += 1
        journal = home / f"{FILE}-journal"
        if journal.exists():
            journal.rename(home / f"{aside.name}-journal")
        (home / FILE).rename(aside)
        _sync_folder(home)
    return aside


def _sync_folder(home: Path) -> None:
    if os.name == "posix":  # elsewhere a folder can't be opened; renames are journalled
        handle = os.open(home, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
