"""The files in a vault's folder: created, renamed and discarded, safely against crashes."""

import os
import stat
from pathlib import Path
from typing import Final

from authenticator import files
from authenticator.vault.database import disk_errors

FILE: Final = "vault.db"
UNFINISHED: Final = "vault.db.new"
REPAIRED: Final = "vault.db.repaired"
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
    with disk_errors(home / FILE):
        aside = _free_name(home / FILE)
        journal = home / f"{FILE}-journal"
        if journal.exists():
            journal.rename(home / f"{aside.name}-journal")
        (home / FILE).rename(aside)
        files.sync_folder(home)
    return aside


def exchange(path: Path, fresh: Path) -> Path:
    """Put a new file in place of another, which is kept under the first free `NAME.aside-N`;
    returns that path. A crash leaves the old or the new one in its place."""
    with disk_errors(path):
        aside = _free_name(path)
        try:
            aside.hardlink_to(path)
        except OSError:  # not on this file system
            files.create(aside, path.read_bytes())
        journal = path.with_name(f"{path.name}-journal")
        if os.path.lexists(journal):
            set_aside(journal)
        fresh.replace(path)
        files.sync_folder(path.parent)
    return aside


def set_aside(path: Path) -> Path:
    """Rename whatever is at `path` to the first free `NAME.aside-N`; returns its new path."""
    with disk_errors(path):
        aside = path.rename(_free_name(path))
        files.sync_folder(path.parent)
    return aside


def is_plain(path: Path) -> bool:
    """Whether a file is at `path`: no link, no folder, nothing that one could wait for."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _free_name(path: Path) -> Path:
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.aside-{number}")):
        number += 1
    return aside
