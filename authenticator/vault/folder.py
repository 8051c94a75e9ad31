"""The files in a vault's folder: created, renamed and discarded, safely against crashes."""

from pathlib import Path
from typing import Final

from authenticator import files
from authenticator.vault.database import disk_errors

FILE: Final = "vault.db"
UNFINISHED: Final = "vault.db.new"
BEFORE_MIGRATION: Final = "vault.db.v2"
"""The file as format 2 had it, kept so that an earlier version of the app could go on with it."""


def exists(home: Path) -> bool:
    """Whether `home` has an index, readable or not.

    Raises DiskRefused where that can't be known: its folder can't be entered, or a link on the way
    to it leads to a place that is not there now.
    """
    return files.is_there(home / FILE)


def make_home(home: Path) -> None:
    """Create the folder, for its owner only; an existing one keeps its mode."""
    files.make_folder(home)


def put_in_place(home: Path) -> None:
    """Make the unfinished index the index, atomically and durably."""
    with disk_errors(home / FILE):
        (home / UNFINISHED).rename(home / FILE)
        files.sync_folder(home)


def discard_unfinished(home: Path) -> None:
    """Delete an index whose creation did not finish."""
    with disk_errors(home / UNFINISHED):
        for name in (UNFINISHED, f"{UNFINISHED}-journal"):
            (home / name).unlink(missing_ok=True)


def rename_to_quarantine(home: Path) -> Path:
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
