"""The boot clock: seconds since the computer was started, time asleep included, whatever anybody
does to the time of day; and which start of the computer that was."""

import re
import sys
import time
from collections.abc import Callable
from functools import cache

SAME_START_S = 60.0
"""Starts that were told by the time of day are one where they lie no further apart: by so much
a clock is slewed and runs wrong, and no computer starts twice in it."""

FREE_RUNNING = 1e-4
"""How wrong the crystal of a computer may go that nobody steers (RFC 5905 allows 5e-4)."""

_BY_CLOCK = re.compile(r"about (-?[0-9]{1,12})")


class BootClock:
    """One start of the computer. `read` tells the seconds since it (or since any other moment
    that stays the same until the next start). `strays` is the share by which the time of day
    may gain or lose on it without being set: where the system slews the one but not the other.
    """

    def __init__(self, id: str, read: Callable[[], float], strays: float = 0.0) -> None:
        self.id = id
        self.read = read
        self.strays = strays

    def is_start(self, id: str) -> bool:
        """Whether `id`, kept earlier, names this start."""
        if id == self.id:
            return True
        told = [int(found[1]) for text in (id, self.id) if (found := _BY_CLOCK.fullmatch(text))]
        return len(told) == 2 and abs(told[0] - told[1]) <= SAME_START_S


@cache
def this_boot() -> BootClock:
    """This start of this computer. It is identified once per process.

    Linux: CLOCK_BOOTTIME and the kernel's boot_id. macOS: CLOCK_MONOTONIC_RAW, which is there
    mach_continuous_time and runs on in sleep, and kern.bootsessionuuid. Windows:
    QueryInterruptTimePrecise; it has no name for a start, so the time of day less that
    reading names it. Hence the limit there: once the clock was set by more than a minute, a
    process that starts later takes this for another start. Elsewhere: the best clock that
    Python has, named in the same way.
    """
    read = _reader(sys.platform)
    return BootClock(
        _identity(sys.platform) or f"about {round(time.time() - read())}",
        read,
        0.0 if sys.platform == "linux" else FREE_RUNNING,
    )


def _reader(platform: str) -> Callable[[], float]:
    if platform == "win32":
        return _interrupt_time()
    # By number: which of them there are differs between systems, also for the type checker.
    name = "CLOCK_MONOTONIC_RAW" if platform == "darwin" else "CLOCK_BOOTTIME"
    number = getattr(time, name, None)
    if number is None:
        return time.monotonic
    return lambda: time.clock_gettime(number)


def _identity(platform: str) -> str:
    """The system's own name for this start, empty where it has none."""
    try:
        if platform == "linux":
            # Not by pathlib, which loads half a network: this runs before each code.
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123
                return file.read().strip()
        if platform == "darwin":
            return _boot_session()
    except (OSError, ValueError, AttributeError):  # a sandbox without it
        pass
    return ""


def _interrupt_time() -> Callable[[], float]:  # pragma: no cover - Windows
    import ctypes

    library = ctypes.WinDLL("kernelbase")  # type: ignore[attr-defined,unused-ignore]
    query = getattr(library, "QueryInterruptTimePrecise", None)
    if query is None:  # before Windows 10
        return time.monotonic
    query.restype = None
    query.argtypes = [ctypes.POINTER(ctypes.c_ulonglong)]

    def read() -> float:
        ticks = ctypes.c_ulonglong()
        query(ctypes.byref(ticks))
        return ticks.value / 1e7  # of 100 ns

    return read


def _boot_session() -> str:  # pragma: no cover - macOS
    import ctypes

    system = ctypes.CDLL(None)
    text = ctypes.create_string_buffer(64)
    size = ctypes.c_size_t(len(text))
    if system.sysctlbyname(b"kern.bootsessionuuid", text, ctypes.byref(size), None, 0):
        return ""
    return text.value.decode("ascii")
