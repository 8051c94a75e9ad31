"""The index file: order, state and sealed metadata of each account (SQLite)."""

from pathlib import Path

from authenticator.errors import DataBad, EnvironmentFault


class IndexUnreadable(DataBad):
    """The file at `path` is no index of this app, or is damaged. It is never overwritten."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path)


class IndexTooNew(DataBad):
    """The index was written by a later version of the app: schema `version`, ours is `known`."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        self.path = path
        self.version = version
        self.known = known
        super().__init__(path, version, known)


class DiskRefused(EnvironmentFault):
    """The disk does not take (or give) `path`; `reason` is an errno name such as ENOSPC."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(path, reason)


class IndexBusy(EnvironmentFault):
    """Another process has been writing for longer than we wait."""
