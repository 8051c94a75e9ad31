"""What the system's tools report about its clock; none of them is required."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from authenticator.clock.system_sync import Sync, SystemSync, system_sync

REGISTRY = "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\...\\Parameters\r\n    Type    REG_SZ    {}\r\n\r\n"


@pytest.mark.parametrize(
    ("platform", "answers", "sync", "synchronized"),
    [
        ("linux", {"timedatectl": (0, "NTP=yes\nNTPSynchronized=yes\n")}, Sync.ON, True),
        ("linux", {"timedatectl": (0, "NTP=yes\nNTPSynchronized=no\n")}, Sync.ON, False),
        ("linux", {"timedatectl": (0, "NTP=no\nNTPSynchronized=yes\n")}, Sync.ON, True),
        ("linux", {"timedatectl": (0, "NTP=no\nNTPSynchronized=no\n")}, Sync.OFF, False),
        ("linux", {"timedatectl": (1, "")}, Sync.UNKNOWN, False),
        ("linux", {"timedatectl": (0, "nonsense")}, Sync.UNKNOWN, False),
        (
            "win32",
            {"reg": (0, REGISTRY.format("NTP")), "w32tm": (0, "time.windows.com,0x9")},
            Sync.ON,
            True,
        ),
        (
            "win32",
            {"reg": (0, REGISTRY.format("NT5DS")), "w32tm": (0, "Local CMOS Clock")},
            Sync.ON,
            False,
        ),
        ("win32", {"reg": (0, REGISTRY.format("NTP")), "w32tm": (1, "")}, Sync.OFF, False),
        ("win32", {"reg": (0, REGISTRY.format("NoSync"))}, Sync.OFF, False),
        ("win32", {"reg": (1, "")}, Sync.UNKNOWN, False),
        ("darwin", {"systemsetup": (0, "Network Time: On\n")}, Sync.ON, False),
        ("darwin", {"systemsetup": (0, "Network Time: Off\n")}, Sync.OFF, False),
        ("darwin", {"systemsetup": (0, "You need administrator access\n")}, Sync.UNKNOWN, False),
        ("haiku", {}, Sync.UNKNOWN, False),
    ],
)
def test_system_sync_parses_output_of_each_tool(
    platform: str, answers: dict[str, tuple[int, str]], sync: Sync, synchronized: bool
) -> None:
    def run(words: Sequence[str]) -> tuple[int, str]:
        return answers[words[0]]

    assert system_sync(platform, run) == SystemSync(sync, synchronized, platform)


@pytest.mark.parametrize(
    "refusal", [FileNotFoundError(), subprocess.TimeoutExpired("timedatectl", 5)], ids=repr
)
def test_system_sync_missing_or_hanging_tool_is_unknown(refusal: Exception) -> None:
    def run(words: Sequence[str]) -> tuple[int, str]:
        raise refusal

    assert system_sync("linux", run).sync is Sync.UNKNOWN


def test_system_sync_runs_on_this_system() -> None:
    assert system_sync().platform == sys.platform
