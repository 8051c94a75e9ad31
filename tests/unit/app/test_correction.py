"""A correction is kept as it was, shifts a clock by its offset, and never holds nonsense."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.correction import TIME_LIMIT_S, Correction, CorrectionBad, corrected
from authenticator.clock.clock import FixedClock
from authenticator.clock.sample import OFFSET_LIMIT_S

NUMBERS = {
    "offset_s": st.floats(-OFFSET_LIMIT_S, OFFSET_LIMIT_S),
    "uncertainty_s": st.floats(0, OFFSET_LIMIT_S),
    "checked_at": st.floats(0, TIME_LIMIT_S),
}


@given(st.builds(Correction, **NUMBERS))
def test_a_correction_comes_back_from_json_as_it_was(correction: Correction) -> None:
    assert Correction.from_json(json.loads(json.dumps(correction.to_json()))) == correction


@given(st.builds(Correction, **NUMBERS), st.floats(0, 2e10))
def test_a_correction_shifts_a_clock_by_its_offset(correction: Correction, at: float) -> None:
    clock = corrected(FixedClock(at), correction)
    assert clock.now() == at + correction.offset_s
    assert clock.offset_s == correction.offset_s
    assert corrected(FixedClock(at), None) == FixedClock(at)


GOOD = {"offset_s": -90, "uncertainty_s": 0.5, "checked_at": 1_700_000_000}


def test_fields_of_later_versions_are_passed_over() -> None:
    assert Correction.from_json(GOOD | {"boot": "x"}) == Correction(-90.0, 0.5, 1_700_000_000.0)


@pytest.mark.parametrize("name", list(GOOD))
@pytest.mark.parametrize(
    "nonsense",
    ["NaN", "Infinity", "-Infinity", "1e300", "1" + "0" * 400, '"5"', "true", "null", "[]", "{}"],
)
def test_a_number_that_cannot_be_is_refused_by_name(name: str, nonsense: str) -> None:
    stored = json.dumps(GOOD).replace(json.dumps(GOOD[name]), nonsense)
    with pytest.raises(CorrectionBad) as caught:
        Correction.from_json(json.loads(stored))
    assert caught.value.field == name


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_number_is_refused_by_name(name: str) -> None:
    with pytest.raises(CorrectionBad) as caught:
        Correction.from_json({key: value for key, value in GOOD.items() if key != name})
    assert caught.value.field == name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(GOOD)), inner),
    max_leaves=8,
)


@given(JSON)
def test_any_json_is_a_correction_or_refused(value: object) -> None:
    try:
        correction = Correction.from_json(value)
    except CorrectionBad:
        return
    assert abs(correction.offset_s) <= OFFSET_LIMIT_S


def test_a_start_that_asks_nobody_loads_no_network() -> None:
    script = (
        "import sys\n"
        "from authenticator.app.correction import Correction, corrected\n"
        "from authenticator.clock.clock import SystemClock\n"
        "corrected(SystemClock(), Correction(1.0, 0.1, 0.0)).now()\n"
        "print(*sorted(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "authenticator.app.correction" in loaded
    assert not {"ntplib", "socket", "selectors", "queue", "ipaddress", "json"} & set(loaded)
