"""The boot clock runs on, and tells one start of the computer from another."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.clock.boot_clock import SAME_START_S, BootClock, this_boot


def test_it_never_walks_back_and_runs_as_the_steady_clock_does() -> None:
    boot = this_boot()
    begun_s, steady_s = boot.read(), time.monotonic()
    readings = [boot.read() for _ in range(100)]
    assert readings == sorted(readings)
    assert boot.read() - begun_s == pytest.approx(time.monotonic() - steady_s, abs=0.05)


def test_another_process_names_the_same_start() -> None:
    script = "from authenticator.clock.boot_clock import this_boot; print(this_boot().id)"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert this_boot().is_start(told)


def about(seconds: int) -> BootClock:
    return BootClock(f"about {seconds}", lambda: 0.0)


@given(st.integers(0, 10**10), st.integers(-200, 200))
def test_a_start_told_by_the_time_of_day_is_known_within_what_clocks_stray(
    at: int, apart: int
) -> None:
    assert about(at).is_start(about(at + apart).id) is (abs(apart) <= SAME_START_S)


@given(st.text(), st.text())
def test_other_names_are_compared_as_they_are(one: str, other: str) -> None:
    assert BootClock(one, lambda: 0.0).is_start(other) is (one == other)
