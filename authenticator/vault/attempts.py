"""Slows guessing down: after some wrong passphrases each further one has to wait.

The count is kept in a file of the vault's folder, so that starting anew does not help. It holds
off a person at the keyboard: whoever can write to the folder can delete it, and whoever has the
vault's file guesses elsewhere, as fast as Argon2id allows.
"""

import json
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from authenticator import debug_log, files
from authenticator.errors import DiskRefused
from authenticator.vault.errors import TooManyAttempts

FILE: Final = "attempts.json"
FREE: Final = 4
"""Wrong passphrases in a row that nobody has to wait for."""
FIRST_WAIT_S: Final = 2.0
LONGEST_WAIT_S: Final = 300.0
_FILE_LIMIT: Final = 1000


class _Wrong(NamedTuple):
    number: int = 0
    last_s: float = 0.0


class Attempts:
    """The wrong passphrases of one vault since the last right one."""

    def __init__(self, home: Path, now: Callable[[], float] = time.time) -> None:
        """`now` returns Unix seconds of the computer's own clock."""
        self._path = home / FILE
        self._now = now

    def check(self) -> None:
        """Raises TooManyAttempts while the next passphrase has to wait."""
        wait_s = self.wait_s()
        if wait_s > 0:
            raise TooManyAttempts(wait_s)

    def wait_s(self) -> float:
        """How long the next passphrase has to wait, in seconds; 0 if it need not."""
        wrong = self._read()
        now_s = self._now()
        if wrong.last_s > now_s:  # the clock was set back: wait once, not until it is then again
            wrong = wrong._replace(last_s=now_s)
            self._write(wrong)
        return max(0.0, wrong.last_s + _wait_after(wrong.number) - now_s)

    def record_wrong(self) -> None:
        """Count a wrong passphrase. Where the disk refuses, it is not counted."""
        self._write(_Wrong(self._read().number + 1, self._now()))

    def forget(self) -> None:
        """Begin anew after a right one."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            debug_log.write("attempts not forgotten", error=error)

    def _read(self) -> _Wrong:
        """What the file says; what can't be read counts as none, as if it were deleted."""
        try:
            told = json.loads(_content(self._path))
            wrong = _Wrong(int(told["wrong"]), float(told["last_s"]))
        except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return _Wrong()
        return wrong if wrong.number > 0 and 0 <= wrong.last_s < float("inf") else _Wrong()

    def _write(self, wrong: _Wrong) -> None:
        content = json.dumps({"wrong": wrong.number, "last_s": wrong.last_s}).encode()
        try:
            files.replace(self._path, content)
        except DiskRefused as refused:
            debug_log.write("attempt not counted", error=refused)


def _wait_after(wrong: int) -> float:
    """Seconds after this many wrong passphrases in a row: none, then doubling."""
    if wrong <= FREE:
        return 0.0
    doublings = min(wrong - FREE - 1, 30)
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**doublings)


def _content(path: Path) -> bytes:
    """The beginning of a plain file; of a pipe or a device somebody put there nothing is read."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return b""
        return os.read(handle, _FILE_LIMIT)
    finally:
        os.close(handle)
