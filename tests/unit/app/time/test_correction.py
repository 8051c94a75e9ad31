"""A correction is stored unchanged, keeps the time whatever happens to the computer's clock, and is
always valid."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.time.correction import (
    BOOT_ID_LIMIT,
    CRYSTAL_RATE,
    TIME_LIMIT_S,
    Anchor,
    Correction,
    CorrectionBad,
    CorrectionStatus,
    corrected,
    current_status,
    measured,
    up_to_date,
)
from authenticator.clock.boot_clock import BootClock
from authenticator.clock.clock import OFFSET_LIMIT_S, SystemClock
from authenticator.clock.clock_reading import ClockReading

NUMBERS = {
    "offset_s": st.floats(-OFFSET_LIMIT_S, OFFSET_LIMIT_S),
    "uncertainty_s": st.floats(0, OFFSET_LIMIT_S),
    "checked_at": st.floats(0, TIME_LIMIT_S),
}
ANCHORS = st.builds(
    Anchor,
    boot_id=st.text(min_size=1, max_size=BOOT_ID_LIMIT),
    boot_s=st.floats(0, 1e9),
    at=st.floats(0, TIME_LIMIT_S),
)
CORRECTIONS = st.builds(
    Correction, **NUMBERS, anchor=st.none() | ANCHORS, clock_set_s=st.floats(-1e9, 1e9)
)


@given(CORRECTIONS)
def test_correction_round_trips_through_json(correction: Correction) -> None:
    assert Correction.from_json(json.loads(json.dumps(correction.to_json()))) == correction


class Computer:
    """A computer whose clock can be set, and which can be restarted. Whole seconds, so that laws
    hold exactly."""

    def __init__(self, wall_s: float, slow_s: float) -> None:
        self.true_s = wall_s + slow_s
        self.slow_s = slow_s
        self.starts = 0
        self.boot_s = 100.0

    @property
    def boot(self) -> BootClock:
        return BootClock(f"start {self.starts}", lambda: self.boot_s)

    def wall(self) -> float:
        return self.true_s - self.slow_s

    def wait(self, seconds: float) -> None:
        self.true_s += seconds
        self.boot_s += seconds

    def set_clock(self, by_s: float) -> None:
        self.slow_s -= by_s

    def start_anew(self) -> None:
        self.starts += 1
        self.boot_s = 7.0
        self.true_s += 60

    def check(self) -> Correction:
        made = measured(self.slow_s, 0.25, self.boot, ClockReading.now(self.wall, self.boot.read))
        assert made is not None
        return made

    def told(self, correction: Correction) -> float:
        return corrected(correction, self.boot, self.wall).now()

    def standing(self, correction: Correction) -> CorrectionStatus:
        return current_status(correction, self.boot, self.wall)

    def kept(self, correction: Correction) -> Correction:
        return up_to_date(correction, self.boot, self.wall)


SLOW = st.integers(-100_000, 100_000)
COMPUTERS = st.builds(Computer, st.integers(1_500_000_000, 2_000_000_000), SLOW)
WAITS = st.integers(0, 100_000)


@given(COMPUTERS, st.lists(st.tuples(WAITS, SLOW)))
def test_corrected_ignores_steps_of_the_computers_clock(
    computer: Computer, steps: list[tuple[int, int]]
) -> None:
    """No setting of the computer's clock moves the corrected time."""
    correction = computer.check()
    for wait_s, step_s in steps:
        computer.wait(wait_s)
        computer.set_clock(step_s)
        correction = computer.kept(correction)
        assert computer.told(correction) == computer.true_s
        assert computer.standing(correction).offset_s == computer.slow_s
    assert computer.standing(correction).jump_s == sum(step for _, step in steps)
    assert not correction.from_previous_boot


@given(COMPUTERS, SLOW, WAITS)
def test_up_to_date_after_restart_carries_offset_over(
    computer: Computer, step_s: int, wait_s: int
) -> None:
    """A restart carries the offset over and anchors it there."""
    correction = computer.kept(computer.check())
    computer.start_anew()
    carried = computer.kept(correction)
    assert carried.from_previous_boot
    assert computer.told(carried) == computer.told(correction) == computer.true_s
    computer.wait(wait_s)
    computer.set_clock(step_s)
    assert computer.told(carried) == computer.true_s
    seen = computer.standing(carried)
    assert (seen.jump_s, seen.age_s, seen.from_previous_boot) == (step_s, 60 + wait_s, True)
    assert seen.in_doubt(synchronized=False) is (step_s != 0)


@given(COMPUTERS, SLOW)
def test_up_to_date_clock_set_right_before_restart_is_not_corrected_twice(
    computer: Computer, step_s: int
) -> None:
    """A clock that was set right before a restart is not corrected a second time."""
    correction = computer.check()
    computer.set_clock(step_s)
    correction = computer.kept(correction)
    computer.start_anew()
    assert computer.told(computer.kept(correction)) == computer.true_s


def test_in_doubt_carried_over_and_synchronized_clock_differs() -> None:
    computer = Computer(1_700_000_000, 92)
    correction = computer.check()
    assert not computer.standing(correction).in_doubt(synchronized=True)
    computer.start_anew()
    carried = computer.kept(correction)
    assert computer.standing(carried).in_doubt(synchronized=True)
    assert not computer.standing(carried).in_doubt(synchronized=False)


def test_in_doubt_paused_virtual_machine_after_its_clock_was_set() -> None:
    computer = Computer(1_700_000_000, 0)
    correction = computer.check()
    computer.true_s += 3600  # the pause, during which both clocks stood still
    computer.slow_s += 3600
    assert not computer.standing(correction).in_doubt(synchronized=True)
    computer.set_clock(3600)
    seen = computer.standing(correction)
    assert seen.in_doubt(synchronized=True)
    assert not seen.in_doubt(synchronized=False)


def test_in_doubt_carried_over_time_ran_back() -> None:
    computer = Computer(1_700_000_000, -92)
    correction = computer.check()
    computer.start_anew()
    computer.set_clock(-92)
    assert computer.standing(computer.kept(correction)).in_doubt(synchronized=False)


def test_up_to_date_boot_clock_that_went_back_is_another_start() -> None:
    computer = Computer(1_700_000_000, 92)
    correction = computer.check()
    computer.wait(60)
    computer.boot_s = 1.0
    assert computer.kept(correction).from_previous_boot
    assert computer.told(correction) == computer.true_s


def test_up_to_date_correction_without_anchor_is_carried_over() -> None:
    computer = Computer(1_700_000_000, 92)
    old = Correction.from_json({"offset_s": 92, "uncertainty_s": 0.5, "checked_at": 1_600_000_000})
    assert old.from_previous_boot
    kept = computer.kept(old)
    assert kept.anchor == Anchor("start 0", 100.0, computer.true_s)
    assert computer.told(old) == computer.told(kept) == computer.true_s


def test_standing_slewing_is_no_jump_and_uncertainty_grows() -> None:
    computer = Computer(1_700_000_000, 0)
    correction = computer.check()
    computer.wait(86_400)
    computer.set_clock(0.5)
    seen = computer.standing(correction)
    assert (seen.jump_s, seen.age_s) == (0.0, 86_400)
    assert seen.uncertainty_s == pytest.approx(0.25 + 86_400 * CRYSTAL_RATE)
    assert seen.fits


def test_up_to_date_clock_out_of_range_is_unchanged() -> None:
    computer = Computer(-100_000, -1_000_000)
    assert (
        measured(-1e6, 0.1, computer.boot, ClockReading.now(computer.wall, computer.boot.read))
        is None
    )
    old = Correction(-1e6, 0.1, 1.0)
    assert computer.kept(old) == old
    assert isinstance(corrected(old, computer.boot, computer.wall), SystemClock)
    assert computer.standing(old).in_doubt(synchronized=False)


GOOD: dict[str, object] = {
    "offset_s": -90,
    "uncertainty_s": 0.5,
    "checked_at": 1_700_000_000,
    "anchor": {"boot_id": "x", "boot_s": 5.5, "at": 1_700_000_001},
    "clock_set_s": 7,
}


def test_from_json_ignores_unknown_fields() -> None:
    assert Correction.from_json(GOOD | {"later": "x"}) == Correction(
        -90.0, 0.5, 1_700_000_000.0, Anchor("x", 5.5, 1_700_000_001.0), 7.0
    )


NONSENSE = ["NaN", "Infinity", "-Infinity", "1e300", "1" + "0" * 400, '"5"', "true", "[]", "{}"]


@pytest.mark.parametrize("name", ["offset_s", "uncertainty_s", "checked_at", "clock_set_s"])
@pytest.mark.parametrize("nonsense", [*NONSENSE, "null"])
def test_from_json_refuses_invalid_number_by_name(name: str, nonsense: str) -> None:
    with pytest.raises(CorrectionBad) as caught:
        Correction.from_json(GOOD | {name: json.loads(nonsense)})
    assert caught.value.field == name


@pytest.mark.parametrize("name", ["offset_s", "uncertainty_s", "checked_at"])
def test_from_json_refuses_missing_number_by_name(name: str) -> None:
    with pytest.raises(CorrectionBad) as caught:
        Correction.from_json({key: value for key, value in GOOD.items() if key != name})
    assert caught.value.field == name


@pytest.mark.parametrize(
    ("anchor", "field"),
    [
        (5, "anchor"),
        ([], "anchor"),
        ({}, "boot_id"),
        ({"boot_id": "", "boot_s": 1, "at": 1}, "boot_id"),
        ({"boot_id": "x" * 101, "boot_s": 1, "at": 1}, "boot_id"),
        ({"boot_id": "x", "boot_s": -1, "at": 1}, "boot_s"),
        ({"boot_id": "x", "boot_s": 1, "at": None}, "at"),
    ],
)
def test_from_json_refuses_invalid_anchor_by_name(anchor: object, field: str) -> None:
    with pytest.raises(CorrectionBad) as caught:
        Correction.from_json(GOOD | {"anchor": anchor})
    assert caught.value.field == field


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(GOOD)), inner),
    max_leaves=8,
)


@given(JSON)
def test_from_json_any_value_is_read_or_refused(value: object) -> None:
    try:
        correction = Correction.from_json(value)
    except CorrectionBad:
        return
    assert abs(correction.offset_s) <= OFFSET_LIMIT_S


def test_importing_correction_loads_no_network_modules() -> None:
    script = (
        "import sys\n"
        "from authenticator.app.time.correction import Correction, corrected\n"
        "from authenticator.clock.boot_clock import this_boot\n"
        "corrected(Correction(1.0, 0.1, 0.0), this_boot()).now()\n"
        "print(*sorted(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "authenticator.app.time.correction" in loaded
    assert not {"ntplib", "socket", "selectors", "queue", "ipaddress", "json", "ctypes"} & set(
        loaded
    )
