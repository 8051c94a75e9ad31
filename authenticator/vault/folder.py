"""The files of a vault's folder: made, renamed and discarded so that a crash leaves one state."""

from pathlib import Path
from typing import Final

from authenticator import files
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
    files.make_folder(home)


def put_in_place(home: Path) -> None:
    """Turn the unfinished index into the index, at one stroke and for good."""
    with disk_errors(home / FILE):
        (home / UNFINISHED).rename(home / FILE)
        files.sync_folder(home)


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
        files.sync_folder(home)
    return aside
