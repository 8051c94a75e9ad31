"""The boot clock is monotonic, and distinguishes starts of the computer."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.clock.boot_clock import SAME_START_S, BootClock, this_boot


def test_boot_clock_is_monotonic_and_follows_the_steady_clock() -> None:
    boot = this_boot()
    begun_s, steady_s = boot.read(), time.monotonic()
    readings = [boot.read() for _ in range(100)]
    assert readings == sorted(readings)
    assert boot.read() - begun_s == pytest.approx(time.monotonic() - steady_s, abs=0.05)


def test_boot_id_is_the_same_in_another_process() -> None:
    script = "from authenticator.clock.boot_clock import this_boot; print(this_boot().id)"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert this_boot().is_start(told)


def about(seconds: int) -> BootClock:
    return BootClock(f"about {seconds}", lambda: 0.0)


@given(st.integers(0, 10**10), st.integers(-200, 200))
def test_is_start_by_time_of_day_tolerates_drift(at: int, apart: int) -> None:
    """Starts identified by the time of day are the same within SAME_START_S."""
    assert about(at).is_start(about(at + apart).id) is (abs(apart) <= SAME_START_S)


@given(st.text(), st.text())
def test_is_start_compares_other_ids_exactly(one: str, other: str) -> None:
    assert BootClock(one, lambda: 0.0).is_start(other) is (one == other)
