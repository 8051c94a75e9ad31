"""The boot clock: seconds since the computer was started, sleep included, unaffected by changes to
the system time; and an id for that start."""

import re
import sys
import time
from collections.abc import Callable
from functools import cache

SAME_START_S = 60.0
"""Two starts identified by the time of day count as the same start if they are no further apart
than this: a clock may be slewed or drift by as much, and no computer starts twice within it."""

FREE_RUNNING = 1e-4
"""How far the crystal of an undisciplined clock may be off, as a rate (RFC 5905 allows 5e-4)."""

_BY_CLOCK = re.compile(r"about (-?[0-9]{1,12})")


class BootClock:
    """One start of the computer. `read` returns the seconds since it (or since any other moment
    that stays fixed until the next start). `strays` is the rate at which the time of day may drift
    from it without being set, where the system slews one but not the other.
    """

    def __init__(self, id: str, read: Callable[[], float], strays: float = 0.0) -> None:
        self.id = id
        self.read = read
        self.strays = strays

    def is_start(self, id: str) -> bool:
        """Whether `id`, stored earlier, identifies this start."""
        if id == self.id:
            return True
        told = [int(found[1]) for text in (id, self.id) if (found := _BY_CLOCK.fullmatch(text))]
        return len(told) == 2 and abs(told[0] - told[1]) <= SAME_START_S


@cache
def this_boot() -> BootClock:
    """This start of this computer. It is identified once per process.

    Linux: CLOCK_BOOTTIME and the kernel's boot_id. macOS: CLOCK_MONOTONIC_RAW, which is
    mach_continuous_time there and keeps running during sleep, and kern.bootsessionuuid. Windows:
    QueryInterruptTimePrecise; Windows has no id for a start, so the time of day minus that reading
    serves as one. Its limit: once the clock has been set by more than a minute, a process started
    later takes this for another start. Elsewhere: the best clock that Python has, identified in the
    same way.
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
    # By name: which clocks exist differs between systems, also for the type checker.
    name = "CLOCK_MONOTONIC_RAW" if platform == "darwin" else "CLOCK_BOOTTIME"
    number = getattr(time, name, None)
    if number is None:
        return time.monotonic
    return lambda: time.clock_gettime(number)


def _identity(platform: str) -> str:
    """The system's own id for this start, empty if it has none."""
    try:
        if platform == "linux":
            # Not with pathlib, which imports a lot: this runs before each code.
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123
                return file.read().strip()
        if platform == "darwin":
            return _boot_session()
    except (OSError, ValueError, AttributeError):  # not available in a sandbox
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
