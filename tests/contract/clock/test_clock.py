"""The contract of every clock."""

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.clock.boot_clock import BootClock, this_boot
from authenticator.clock.clock import Clock, CorrectedClock, FixedClock, SystemClock
from authenticator.clock.clock_reading import ClockReading

HERE = this_boot()
CLOCKS: list[Clock] = [
    SystemClock(),
    CorrectedClock(time.time() + 92.4, HERE.read(), HERE),
    CorrectedClock(1_700_000_000.0, 0.0, HERE),
    FixedClock(59.0),
    FixedClock(20_000_000_000.0, 90.0),
]


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: type(clock).__name__)
def test_clock_is_finite_and_monotonic(clock: Clock) -> None:
    readings = [clock.now() for _ in range(10)]
    assert all(isinstance(reading, float) and math.isfinite(reading) for reading in readings)
    assert readings == sorted(readings)
    assert math.isfinite(clock.offset_s)


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: type(clock).__name__)
def test_clock_is_immutable(clock: Clock) -> None:
    with pytest.raises(AttributeError):
        clock.offset_s = 1.0  # type: ignore[misc]


@pytest.mark.parametrize("clock", CLOCKS[:3], ids=lambda clock: type(clock).__name__)
def test_clock_minus_offset_is_the_computers_clock(clock: Clock) -> None:
    before = time.time()
    told, offset_s = clock.now(), clock.offset_s
    after = time.time()
    # The offset is read between two readings of the computer's clock, as `told` is.
    assert before - 0.05 <= told - offset_s <= after + 0.05


SECONDS = st.floats(0, 2e10)


@given(SECONDS, st.floats(0, 1e9), st.floats(0, 1e9), SECONDS)
def test_corrected_clock_follows_only_the_boot_clock(
    at: float, boot_s: float, later_s: float, wall_s: float
) -> None:
    """Setting the computer's clock never moves it."""
    boot = BootClock("this", lambda: boot_s + later_s)
    clock = CorrectedClock(at, boot_s, boot, wall=lambda: wall_s)
    assert clock.now() == pytest.approx(at + later_s, abs=1e-4)
    assert clock.offset_s == clock.now() - wall_s


def test_clock_reading_pairs_both_clocks_under_load() -> None:
    readings = iter([0.0, 5.0, 6.0, 6.0001])  # the process was suspended for five seconds
    boot = BootClock("this", lambda: next(readings))
    walls = iter([100.0, 106.0])
    now = ClockReading.now(lambda: next(walls), boot.read)
    assert now.wall_s == 106.0
    assert now.steady_s == pytest.approx(6.00005)
