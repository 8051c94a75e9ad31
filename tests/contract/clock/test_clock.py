"""What every clock keeps to."""

import dataclasses
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.clock.clock import Clock, CorrectedClock, FixedClock, SystemClock

CLOCKS: list[Clock] = [
    SystemClock(),
    CorrectedClock(92.4, SystemClock()),
    CorrectedClock(-3600.0, CorrectedClock(92.5, SystemClock())),
    FixedClock(59.0),
    FixedClock(20_000_000_000.0, 90.0),
    CorrectedClock(-90.0, FixedClock(1_700_000_000.0)),
]


@pytest.mark.parametrize("clock", CLOCKS, ids=repr)
def test_it_tells_finite_seconds_and_never_walks_back(clock: Clock) -> None:
    readings = [clock.now() for _ in range(10)]
    assert all(isinstance(reading, float) and math.isfinite(reading) for reading in readings)
    assert readings == sorted(readings)
    assert math.isfinite(clock.offset_s)


@pytest.mark.parametrize("clock", CLOCKS, ids=repr)
def test_it_cannot_be_changed_under_its_reader(clock: Clock) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        clock.offset_s = 1.0  # type: ignore[misc]


@pytest.mark.parametrize("clock", CLOCKS[:3], ids=repr)
def test_without_its_offset_it_is_the_computers_clock(clock: Clock) -> None:
    before = time.time()
    plain = clock.now() - clock.offset_s
    after = time.time()
    assert before - 1e-6 <= plain <= after + 1e-6  # what a sum of floats of this size loses


@given(st.floats(0, 2e10), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_corrections_add_up(at: float, first_s: float, second_s: float) -> None:
    clock = CorrectedClock(second_s, CorrectedClock(first_s, FixedClock(at)))
    assert clock.now() == at + first_s + second_s
    assert clock.offset_s == first_s + second_s
