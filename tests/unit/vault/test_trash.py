"""The bin's clock: 30 days are 30 days, whatever the computer's clock does once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault.trash import (
    DAY_S,
    STAY_S,
    WEEK_S,
    Stay,
    TrashClock,
    begin,
    read_numbers,
    write_numbers,
)

NOW = 1_700_000_000
gaps = st.integers(1, WEEK_S)


def seen(start: TrashClock, moments: list[int]) -> TrashClock:
    clock = start
    for moment in moments:
        clock = clock.after(moment)
    return clock


def started() -> tuple[TrashClock, Stay]:
    clock = TrashClock().after(NOW)
    return clock, begin(clock)


@given(st.lists(gaps, max_size=40))
def test_looked_at_every_week_a_stay_lasts_thirty_days(passing: list[int]) -> None:
    clock, stay = started()
    assert stay.left_s(clock) == STAY_S
    now = NOW
    for gap in passing:
        now += gap
        clock = clock.after(now)
        assert stay.left_s(clock) == max(0, STAY_S - (now - NOW))


@given(
    st.lists(gaps, max_size=12),
    st.integers(0, 12),
    st.integers(-100 * 365 * DAY_S, 100 * 365 * DAY_S).filter(lambda jump: abs(jump) > WEEK_S),
    st.integers(0, 12),
)
def test_one_jump_and_back_never_shortens_a_stay(
    passing: list[int], first: int, jump: int, looks: int
) -> None:
    """The clock is wrong by `jump` for some looks, and right again after."""
    clock, stay = started()
    now = NOW
    for number, gap in enumerate(passing):
        now += gap
        wrong = first <= number < first + looks
        clock = clock.after(now + (jump if wrong else 0))
        # Steps between a wrong and a right look count as nothing, the others as they are.
        assert stay.left_s(clock) >= STAY_S - (now - NOW)


@given(st.integers(WEEK_S + 1, 100 * 365 * DAY_S))
def test_a_clock_that_was_ahead_or_behind_at_removal_empties_nothing(error: int) -> None:
    for wrong in (NOW + error, NOW - error):
        stay = begin(clock := TrashClock().after(wrong))
        assert stay.left_s(clock.after(NOW)) == STAY_S


def test_who_opens_once_a_month_gets_rid_of_it_too() -> None:
    clock, stay = started()
    left = []
    for month in range(1, 8):
        clock = clock.after(NOW + month * 31 * DAY_S)
        left.append(stay.left_s(clock) // DAY_S)
    assert left == [30, 23, 16, 9, 2, 0, 0]


def test_a_machine_that_starts_in_1970_each_day_keeps_thirty_days() -> None:
    clock, stay = started()
    for day in range(30):
        assert stay.left_s(clock) > 0
        clock = seen(clock, [3600, NOW + day * DAY_S, NOW + day * DAY_S + 3600])


def test_a_look_a_day_is_enough() -> None:
    clock, _ = started()
    for gap, wanted in [(0, False), (DAY_S - 1, False), (DAY_S, True), (-DAY_S, True)]:
        assert clock.wants_look(NOW + gap) == wanted


@given(st.builds(TrashClock, *[st.integers()] * 3) | st.builds(Stay, *[st.integers()] * 3))
def test_numbers_read_back_equal(value: TrashClock | Stay) -> None:
    assert type(value)(*read_numbers(write_numbers(value))) == value


@pytest.mark.parametrize("text", [b"", b"{}", b"[1,2]", b"[1,2,1e999]", b"[1,2,null]", b"\xff"])
def test_other_texts_are_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="no numbers"):
        read_numbers(text)
