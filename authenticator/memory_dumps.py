"""Keeps the memory of this process, and so keys and names, out of core files and out of other
programs' reach.

Linux: core(5), prctl(2). Elsewhere what there is: other systems let no program read another's
memory that its user has not allowed to (macOS), or have no such switch (Windows).
"""

import contextlib
import os
import sys

_PR_SET_DUMPABLE = 4
_WER_NO_HEAP = 1
"""WER_FAULT_REPORTING_FLAG_NOHEAP of WerSetFlags."""


def forbid_cores() -> None:
    """No core file from now on, nor from any child. Where the system hands cores to a program,
    which no limit keeps from it, they have no memory in them."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.WerSetFlags(_WER_NO_HEAP)
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # no /proc, or not ours any more: see `forbid_reading`
            filter = os.open("/proc/self/coredump_filter", os.O_WRONLY)
            try:
                os.write(filter, b"0")
            finally:
                os.close(filter)


def forbid_reading() -> None:
    """No other process of the user's may read this one's memory or attach to it, and the system
    writes no core of it. Its files in /proc belong to root meanwhile."""
    global _forbidden
    _forbidden = True
    _set_dumpable(False)


def allow_reading() -> bool:
    """Lift `forbid_reading` until it is called again; returns False where it never was."""
    if _forbidden:
        _set_dumpable(True)
    return _forbidden


_forbidden = False


def _set_dumpable(dumpable: bool) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, int(dumpable), 0, 0, 0)
