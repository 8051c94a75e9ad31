"""Takes links out of the command line, where other users of the computer could read them for as
long as the process runs (`ps`, /proc/PID/cmdline)."""

import os
import sys


def forget_last(count: int) -> None:
    """Overwrite the last `count` arguments of this process, in place on Linux, and drop them from
    Python's own lists. On macOS a link comes as an event, and Windows shows no other user a
    command line."""
    arguments = sys.argv[len(sys.argv) - count :]
    if not arguments:
        return
    if sys.platform == "linux":
        _overwrite([os.fsencode(argument) for argument in arguments])
    del sys.argv[-count:]
    if sys.orig_argv[-count:] == arguments:
        del sys.orig_argv[-count:]


def _overwrite(arguments: list[bytes]) -> None:
    """Put zeros in place of these, which have to be the last ones."""
    import ctypes
    from pathlib import Path

    try:
        stat = Path("/proc/self/stat").read_bytes()
    except OSError:  # there is no /proc, and so nobody reads from it
        return
    # Fields 48 and 49 (proc(5)), counted from the third, which follows the name in brackets.
    start, end = map(int, stat.rpartition(b")")[2].split()[45:47])
    if not 0 < start < end:
        return
    last = b"".join(argument + b"\0" for argument in arguments)
    if ctypes.string_at(end - len(last), len(last)) == last:
        ctypes.memset(end - len(last), 0, len(last))
