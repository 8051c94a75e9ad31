"""Takes from the process that reads pictures all that reading needs no more, so that a picture
that takes over a decoder finds no file, no network, no other process and no end of memory.

What the system has is stacked; where it lacks a layer the others hold (docs/decisions/0083).
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Final

MEMORY_BYTES: Final = 2 * 2**30
"""What a process may take besides what it has loaded: a WebP of the largest size needs 1.6 GiB,
any other picture half of that."""
_A_THREAD_BYTES: Final = 16 * 2**20
"""Its stack and what it decodes into; libraries start one for each processor."""
_A_THREAD_RESERVES: Final = 2**27
"""Addresses that glibc takes for it and hardly uses."""


class Layer(StrEnum):
    """What keeps a picture that has taken over a decoder from doing more harm."""

    MEMORY = "memory"  # no more than MEMORY_BYTES
    DESCRIPTORS = "descriptors"  # no file, pipe or socket can be opened
    PRIVILEGES = "privileges"  # no program that is started would have more rights
    FILES = "files"  # Landlock
    SYSTEM_CALLS = "system calls"  # seccomp


LAYERS: Final = {
    "linux": tuple(Layer),
    "darwin": (Layer.DESCRIPTORS,),
    "win32": (Layer.MEMORY,),
}
"""Those that a system can have."""


def lock_down() -> list[Layer]:
    """Take from this process, for good, what decoding does not need, and tell which layers hold.

    To be called when everything is loaded and opened, and before there are other threads.
    """
    if sys.platform == "win32":
        from authenticator.scan import windows_job

        return [Layer.MEMORY] if windows_job.restrict(_memory_limit()) else []
    layers = {Layer.MEMORY: _limit_memory()}
    if sys.platform == "linux":
        from authenticator.scan import landlock, seccomp

        layers[Layer.PRIVILEGES] = _give_up_privileges()
        layers[Layer.FILES] = landlock.restrict()
        layers[Layer.DESCRIPTORS] = _limit("RLIMIT_NOFILE", 0)
        layers[Layer.SYSTEM_CALLS] = seccomp.restrict()  # last: it forbids all the others
    else:
        layers[Layer.DESCRIPTORS] = _limit("RLIMIT_NOFILE", 0)
    return [layer for layer in Layer if layers.get(layer)]


def allow_seconds(seconds: float) -> None:
    """Let this process use its processors for so much longer; then the system ends it."""
    if sys.platform != "win32":
        import resource
        import time

        until_s = math.ceil(time.process_time() + seconds * (os.cpu_count() or 1)) + 1
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        with contextlib.suppress(OSError, ValueError):  # less is allowed anyway
            resource.setrlimit(resource.RLIMIT_CPU, (until_s, most))


def _memory_limit() -> int:
    return MEMORY_BYTES + (os.cpu_count() or 1) * _A_THREAD_BYTES


def _limit_memory() -> bool:
    """Limits what can be written, and where Linux tells how much there is, all addresses: memory
    that could be shared is not counted among the first."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # where memory runs out, this process goes first
            Path("/proc/self/oom_score_adj").write_text("1000")
        with contextlib.suppress(OSError):
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            loaded = pages * os.sysconf("SC_PAGESIZE")
            reserved = 2 * (os.cpu_count() or 1) * _A_THREAD_RESERVES
            _limit("RLIMIT_AS", loaded + 2 * _memory_limit() + reserved)
    return _limit("RLIMIT_DATA", _memory_limit()) and sys.platform == "linux"


def _limit(name: str, value: int) -> bool:
    """Whether a limit of the system is now this, or was lower; it can't be raised again."""
    import resource

    kind = getattr(resource, name)
    _, most = resource.getrlimit(kind)
    value = value if most < 0 else min(value, most)
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        return False
    return True


def _give_up_privileges() -> bool:
    import ctypes

    no_new_privs = 38  # PR_SET_NO_NEW_PRIVS
    return bool(ctypes.CDLL(None).prctl(no_new_privs, 1, 0, 0, 0) == 0)
