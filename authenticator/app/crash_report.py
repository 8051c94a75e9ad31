"""What can be reported about an unforeseen error without revealing a secret.

A message, an argument or a local variable may hold a key, a code or the name of a service: none of
them is in the report. The type of the error and its stack frames are enough to find most bugs.
"""

from __future__ import annotations

import platform
import sys
import sysconfig
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from authenticator import __version__

FRAMES_LIMIT = 30
"""How many innermost frames are reported: an endless recursion has a thousand."""


@dataclass(frozen=True, slots=True)
class CrashReport:
    """`place` is the innermost frame, by which repetitions of the same error are recognised."""

    place: str
    text: str


def crash_report(
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
    versions: Mapping[str, str] | None = None,
) -> CrashReport:
    """The report on one error and those that caused it. `versions` adds further components."""
    lines = [f"Authenticator {__version__}", _system()]
    lines += (f"{name} {version}" for name, version in (versions or {}).items())
    frames = _frames(trace)
    lines += ["", kind.__name__, *frames]
    seen = {id(error)}
    while error is not None:
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if error is None or id(error) in seen:
            break
        seen.add(id(error))
        lines += ["", f"after {type(error).__name__}", *_frames(error.__traceback__)]
    return CrashReport(f"{kind.__name__} {frames[-1].strip() if frames else ''}", "\n".join(lines))


def _system() -> str:
    packaged = "packaged, " if getattr(sys, "frozen", False) else ""
    return f"{packaged}Python {platform.python_version()}, {platform.system()} {platform.release()}"


def _frames(trace: TracebackType | None) -> list[str]:
    found = traceback.extract_tb(trace)[-FRAMES_LIMIT:]
    return [f"  {_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in found]


def _short(file: str) -> str:
    """A path relative to our package or the libraries; the user's folders are not revealed."""
    path = Path(file)
    ours = Path(__file__).parents[1].parent
    for top in (ours, *map(Path, {sysconfig.get_path("purelib"), sysconfig.get_path("stdlib")})):
        if path.is_relative_to(top):
            return path.relative_to(top).as_posix()
    return path.name
