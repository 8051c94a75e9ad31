"""Laws of selecting among samples."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.clock.agreement import Decision, Verdict, agree
from authenticator.clock.sample import Sample


def sample(offset_s: float, uncertainty_s: float) -> Sample:
    return Sample("time.example", offset_s, 0.0, 2, uncertainty_s)


# Eighths of a second: sums and halves of these are exact, so that laws hold to the bit.
EIGHTHS = st.integers(-4000, 4000).map(lambda eighths: eighths / 8)
WIDTHS = st.integers(0, 800).map(lambda eighths: eighths / 8)
SAMPLES = st.lists(st.builds(sample, EIGHTHS, WIDTHS), max_size=9)


def low(one: Sample) -> float:
    return one.offset_s - one.uncertainty_s


def high(one: Sample) -> float:
    return one.offset_s + one.uncertainty_s


def by_brute_force(samples: list[Sample], needed: int) -> Decision:
    """Counts the covering intervals at every point where coverage can be largest."""
    if not samples:
        return Decision.UNREACHABLE
    groups = {
        frozenset(i for i, one in enumerate(samples) if low(one) <= low(start) <= high(one))
        for start in samples
    }
    most = max(map(len, groups))
    if most * 2 <= len(samples) or sum(len(group) == most for group in groups) > 1:
        return Decision.NO_MAJORITY
    return Decision.AGREED if most >= needed else Decision.TOO_FEW


@given(SAMPLES, st.integers(1, 6))
def test_agree_decision_equals_brute_force_count(samples: list[Sample], needed: int) -> None:
    """The decision is the one that counting the covering intervals gives."""
    assert agree(samples, needed).decision is by_brute_force(samples, needed)


@given(SAMPLES, st.integers(1, 6))
def test_agree_has_offset_only_if_agreed(samples: list[Sample], needed: int) -> None:
    agreement = agree(samples, needed)
    agreed = agreement.decision is Decision.AGREED
    assert (agreement.offset_s is not None) is agreed
    assert (agreement.uncertainty_s is not None) is agreed
    assert len(agreement.verdicts) == len(samples)
    if not agreed:
        assert set(agreement.verdicts) <= {Verdict.UNDECIDED}


@given(SAMPLES, st.integers(1, 6))
def test_agree_truechimers_are_a_majority_and_contain_the_offset(
    samples: list[Sample], needed: int
) -> None:
    """Those that agree are a majority, and all of them consider the offset possible."""
    agreement = agree(samples, needed)
    if agreement.offset_s is None or agreement.uncertainty_s is None:
        return
    agreeing = [
        one
        for one, verdict in zip(samples, agreement.verdicts, strict=True)
        if verdict is Verdict.AGREES
    ]
    assert len(agreeing) * 2 > len(samples)
    assert len(agreeing) >= needed
    for one in samples:
        assert (low(one) <= agreement.offset_s <= high(one)) is (one in agreeing)
    assert agreement.uncertainty_s >= min(one.uncertainty_s for one in agreeing)
    # Everything that all agreeing servers consider possible is within the result.
    possible = max(map(low, agreeing)), min(map(high, agreeing))
    assert possible[0] <= agreement.offset_s <= possible[1]
    reach = pytest.approx(agreement.uncertainty_s)  # allows for float subtraction
    for end in possible:
        assert abs(agreement.offset_s - end) <= agreement.uncertainty_s or (
            abs(agreement.offset_s - end) == reach
        )


@given(SAMPLES.flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))))
def test_agree_ignores_order_of_samples(pair: tuple[list[Sample], list[Sample]]) -> None:
    one, other = (agree(samples, 1) for samples in pair)
    assert (one.decision, one.offset_s, one.uncertainty_s) == (
        other.decision,
        other.offset_s,
        other.uncertainty_s,
    )
    assert Counter(zip(pair[0], one.verdicts, strict=True)) == Counter(
        zip(pair[1], other.verdicts, strict=True)
    )


@given(SAMPLES, EIGHTHS)
def test_agree_is_invariant_under_translation(samples: list[Sample], shift_s: float) -> None:
    """Shifting every sample shifts the offset with them."""
    moved = agree([sample(one.offset_s + shift_s, one.uncertainty_s) for one in samples], 1)
    still = agree(samples, 1)
    assert (moved.decision, moved.verdicts) == (still.decision, still.verdicts)
    if still.offset_s is not None:
        assert moved.offset_s == pytest.approx(still.offset_s + shift_s, abs=1e-9)
        assert moved.uncertainty_s == pytest.approx(still.uncertainty_s, abs=1e-9)


@given(SAMPLES, st.sampled_from([0.25, 0.5, 2.0, 1024.0]))
def test_agree_is_invariant_under_scaling(samples: list[Sample], factor: float) -> None:
    """Scaling every sample scales the result."""
    scaled = agree(
        [sample(one.offset_s * factor, one.uncertainty_s * factor) for one in samples], 1
    )
    still = agree(samples, 1)
    assert (scaled.decision, scaled.verdicts) == (still.decision, still.verdicts)
    if still.offset_s is not None and still.uncertainty_s is not None:
        assert scaled.offset_s == still.offset_s * factor
        assert scaled.uncertainty_s == still.uncertainty_s * factor


HONEST = st.tuples(WIDTHS, st.integers(-8, 8)).map(
    # The true offset is 0: every honest interval contains it.
    lambda drawn: sample(drawn[0] * drawn[1] / 8, drawn[0])
)


@given(st.lists(HONEST, min_size=1, max_size=5), st.data())
def test_agree_minority_of_falsetickers_stays_within_honest_interval(
    honest: list[Sample], data: st.DataObject
) -> None:
    """A minority of falsetickers never moves the offset out of the range of honest servers."""
    liars = data.draw(st.lists(st.builds(sample, EIGHTHS, WIDTHS), max_size=len(honest) - 1))
    agreement = agree(data.draw(st.permutations(honest + liars)), 1)
    if agreement.offset_s is not None:
        assert min(map(low, honest)) <= agreement.offset_s <= max(map(high, honest))


@given(st.lists(HONEST, min_size=1, max_size=6))
def test_agree_honest_servers_contain_the_truth(honest: list[Sample]) -> None:
    """Honest servers agree on a range that contains the true offset."""
    agreement = agree(honest, 1)
    assert agreement.offset_s is not None
    assert agreement.uncertainty_s is not None
    assert abs(agreement.offset_s) <= agreement.uncertainty_s


@given(EIGHTHS, WIDTHS)
def test_agree_single_sample_is_used_if_one_is_needed(
    offset_s: float, uncertainty_s: float
) -> None:
    agreement = agree([sample(offset_s, uncertainty_s)], 1)
    assert (agreement.decision, agreement.verdicts) == (Decision.AGREED, (Verdict.AGREES,))
    assert agreement.offset_s == pytest.approx(offset_s, abs=1e-9)
    assert agreement.uncertainty_s == pytest.approx(uncertainty_s, abs=1e-9)


@given(st.lists(HONEST, min_size=1, max_size=2))
def test_agree_one_or_two_samples_are_too_few_by_default(honest: list[Sample]) -> None:
    assert agree(honest).decision is Decision.TOO_FEW


def test_agree_weighs_certain_sample_more() -> None:
    agreement = agree([sample(0.0, 1.0), sample(0.5, 3.0)], 1)
    assert agreement.offset_s == pytest.approx(0.125)  # weights 1 and 1/3
    assert agreement.uncertainty_s == pytest.approx(
        1.125
    )  # to the end of the range that both allow


@pytest.mark.parametrize(
    ("offsets", "needed", "decision", "verdicts"),
    [
        ([], 1, Decision.UNREACHABLE, ""),
        ([0], 2, Decision.TOO_FEW, "u"),
        ([0, 0], 3, Decision.TOO_FEW, "uu"),
        ([0, 90], 1, Decision.NO_MAJORITY, "uu"),
        ([0, 90, -90], 1, Decision.NO_MAJORITY, "uuu"),
        ([0, 90, 0, 90], 1, Decision.NO_MAJORITY, "uuuu"),
        ([90, 0, 0], 1, Decision.AGREED, "daa"),
        ([0, 90, 0, -3600, 0], 3, Decision.AGREED, "adada"),
    ],
)
def test_agree_on_small_cases(
    offsets: list[float], needed: int, decision: Decision, verdicts: str
) -> None:
    words = {"u": Verdict.UNDECIDED, "a": Verdict.AGREES, "d": Verdict.DISAGREES}
    agreement = agree([sample(offset, 0.125) for offset in offsets], needed)
    assert agreement.decision is decision
    assert agreement.verdicts == tuple(words[letter] for letter in verdicts)
    assert agreement.offset_s == (0.0 if decision is Decision.AGREED else None)


def test_agree_touching_intervals_agree() -> None:
    agreement = agree([sample(0.0, 1.0), sample(2.0, 1.0)], 1)
    assert (agreement.offset_s, agreement.uncertainty_s) == (1.0, 1.0)


def test_agree_chain_with_contradicting_ends_has_no_majority() -> None:
    assert agree([sample(0, 1), sample(5, 4.5), sample(10, 1)], 1).decision is Decision.NO_MAJORITY
