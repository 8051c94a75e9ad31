"""Whose the app's folder is, and who else can get at what is in it."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from authenticator import files
from authenticator.errors import EnvironmentFault

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
OURS: Final = (
    *("vault.db", "vault.lock", "settings.json", "settings.lock", ".settings.json."),
    *("logs", "debug.log", "attempts.json", ".attempts.json."),
)
"""How the names of all that the app keeps begin."""


class HomeOfAnother(EnvironmentFault):
    """The folder at `path` belongs to the user `owner` (a name, else a number). `by_root`: this
    program runs as root, mostly by `sudo`."""

    def __init__(self, path: Path, owner: str, by_root: bool) -> None:
        self.path = path
        self.owner = owner
        self.by_root = by_root
        super().__init__(path, owner, by_root)


class HomeOpenToOthers(EnvironmentFault):
    """Other users can get at the folder at `path`, or at files in it. `shared`: there is more in it
    than this app's files, so that it was not closed to others; else its disk did not allow it."""

    def __init__(self, path: Path, shared: bool) -> None:
        self.path = path
        self.shared = shared
        super().__init__(path, shared)


class HomeAccess(NamedTuple):
    """What others could get at and no longer can, what they still can, and whether that is because
    there is more in the folder than this app's files."""

    closed: tuple[Path, ...] = ()
    open: tuple[Path, ...] = ()
    shared: bool = False


def check_owner(home: Path) -> None:
    """Raises HomeOfAnother. A folder that is not there, or can't be looked at, is nobody's."""
    if not hasattr(os, "geteuid"):  # Windows: the user's folder inherits who may use it
        return
    try:
        owner = home.stat().st_uid
    except OSError:
        return
    if owner != os.geteuid():
        raise HomeOfAnother(home, _name(owner), os.geteuid() == 0)


def close_to_others(home: Path) -> HomeAccess:
    """Take from others what they may do with the folder and with this app's files in it. Where
    there is more in the folder, itself and the other files stay as they are."""
    if not hasattr(os, "geteuid"):
        return HomeAccess()
    closed: list[Path] = []
    left: list[Path] = []
    shared = False
    with suppress(OSError):  # whoever uses it says so
        inside = [*home.iterdir(), *_logs(home / "logs")]
        # A folder for all, such as /tmp, has the sticky bit.
        shared = bool(home.stat().st_mode & stat.S_ISVTX)
        shared = shared or not all(path.name.startswith(OURS) for path in inside)
        for path in (home, *(path for path in inside if path.name.startswith(OURS))):
            mode = path.lstat().st_mode
            if not mode & OTHERS or stat.S_ISLNK(mode):
                continue
            whole = shared and stat.S_ISDIR(mode)
            (closed if not whole and _narrow(path, mode) else left).append(path)
    return HomeAccess(tuple(closed), tuple(left), shared and home in left)


def _logs(folder: Path) -> list[Path]:
    with suppress(OSError):
        return [] if folder.is_symlink() else [*folder.iterdir()]
    return []


def _narrow(path: Path, mode: int) -> bool:
    """Whether it worked: some disks keep no permissions, and say so or not."""
    with suppress(OSError):
        path.chmod(files.FOLDER_MODE if stat.S_ISDIR(mode) else files.FILE_MODE)
        return not path.stat().st_mode & OTHERS
    return False


def _name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
