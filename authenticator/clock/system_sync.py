"""Whether the system synchronises this computer's clock, according to its own tools. Nothing is
changed."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LIMIT_S = 5.0
"""Time limit for a tool, in seconds."""


class Sync(StrEnum):
    """Whether the system synchronises its clock."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SystemSync:
    """`synchronized`: the system also reports that its clock is correct now. `platform` as
    sys.platform, to say where to switch it on."""

    sync: Sync
    synchronized: bool
    platform: str


Run = Callable[[Sequence[str]], tuple[int, str]]
"""Exit code and output of a command. Raises OSError or subprocess.SubprocessError."""


def system_sync(platform: str = sys.platform, run: Run | None = None) -> SystemSync:
    """Asks the system: timedatectl, w32tm and the registry, or systemsetup."""
    ask = {"linux": _timedatectl, "win32": _w32tm, "darwin": _systemsetup}.get(platform)
    try:
        sync, synchronized = ask(run or _run) if ask else (Sync.UNKNOWN, False)
    except (OSError, subprocess.SubprocessError):  # no such tool, or one that hangs
        sync, synchronized = Sync.UNKNOWN, False
    return SystemSync(sync, synchronized, platform)


def _run(words: Sequence[str]) -> tuple[int, str]:
    # Otherwise a console window would flash up on Windows.
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    done = subprocess.run(  # noqa: S603 - fixed words
        words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
        creationflags=flags,
    )
    return done.returncode, done.stdout.decode(errors="replace")


def _timedatectl(run: Run) -> tuple[Sync, bool]:
    """systemd's own answer, in `name=value` lines; it knows chrony and ntpd as well."""
    code, told = run(("timedatectl", "show", "--property=NTP", "--property=NTPSynchronized"))
    values = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    if code or "NTP" not in values:
        return Sync.UNKNOWN, False
    synchronized = values.get("NTPSynchronized") == "yes"
    # A service that systemd doesn't know may set the clock: the kernel then reports it.
    return Sync.ON if values["NTP"] == "yes" or synchronized else Sync.OFF, synchronized


def _w32tm(run: Run) -> tuple[Sync, bool]:
    """The configured kind of synchronisation, and whether the service responds. w32tm's output is
    translated: only its exit code counts, and `Source`, which for an unsynchronised clock is `Local
    CMOS Clock` or `Free-running System Clock` in every language."""
    key = r"HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Parameters"
    code, told = run(("reg", "query", key, "/v", "Type"))
    if code:
        return Sync.UNKNOWN, False
    if told.split()[-1:] == ["NoSync"]:
        return Sync.OFF, False
    code, source = run(("w32tm", "/query", "/source"))
    if code:  # the service is stopped
        return Sync.OFF, False
    alone = any(words in source for words in ("Local CMOS Clock", "Free-running System Clock"))
    return Sync.ON, not alone


def _systemsetup(run: Run) -> tuple[Sync, bool]:
    """`Network Time: On`. Newer systems report it to administrators only."""
    _, told = run(("systemsetup", "-getusingnetworktime"))
    switch = told.strip().rpartition("Network Time:")[2].strip()
    return {"On": Sync.ON, "Off": Sync.OFF}.get(switch, Sync.UNKNOWN), False
