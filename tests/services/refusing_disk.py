"""A disk that refuses, inside this process: what the system is asked about chosen places fails."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

ERRNOS = tuple(sorted(set(errno.errorcode.values())))
"""Every name that `errno` knows on this system."""

LOOKS = ("stat", "lstat", "scandir", "listdir", "readlink")
READS = ("open",)
WRITES = ("mkdir", "rename", "replace", "link", "unlink", "chmod", "fsync")


@contextmanager
def refusing(
    below: Path,
    name: str,
    calls: tuple[str, ...],
    *,
    but: Callable[[Path], bool] = lambda _: False,
    times: int | None = None,
) -> Iterator[list[str]]:
    """Let these functions of `os` fail with the errno `name` for `below` and all in it, `times`
    times, else always; nothing fails for places that `but` names. Collects what failed."""
    number = getattr(errno, name)
    failed: list[str] = []

    def wrapped(call: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def maybe(*args: Any, **options: Any) -> Any:
            place = _place(args[0] if args else ".")
            due = times is None or len(failed) < times
            if due and place is not None and below in (place, *place.parents) and not but(place):
                failed.append(f"{call} {place.name}")
                raise OSError(number, os.strerror(number), str(place))
            return real(*args, **options)

        return maybe

    with mock.patch.multiple(os, **{call: wrapped(call, getattr(os, call)) for call in calls}):
        yield failed


def _place(given: object) -> Path | None:
    if isinstance(given, int):
        try:
            return Path(f"/proc/self/fd/{given}").resolve()
        except OSError:
            return None
    return Path(os.fspath(given)) if isinstance(given, str | bytes | os.PathLike) else None
