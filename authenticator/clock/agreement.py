"""From several samples to one offset: which servers agree, which don't. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from authenticator.clock.sample import Sample
from authenticator.clock.server import NEEDED


class Decision(StrEnum):
    """The outcome of asking the servers. Only `agreed` has an offset."""

    AGREED = "agreed"
    NO_MAJORITY = "no_majority"  # good answers contradict each other
    TOO_FEW = "too_few"  # fewer good answers agree than are needed
    UNREACHABLE = "unreachable"  # no good answer at all


class Verdict(StrEnum):
    """The verdict on one server's answer."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNDECIDED = "undecided"  # a good answer, but there was no decision
    FAILED = "failed"  # no good answer; a TimeReason says why


@dataclass(frozen=True, slots=True)
class Agreement:
    """`offset_s` and `uncertainty_s` (seconds) are None unless `decision` is `agreed`;
    `verdicts` stand in the order of the samples."""

    decision: Decision
    offset_s: float | None
    uncertainty_s: float | None
    verdicts: tuple[Verdict, ...]


def agree(samples: Sequence[Sample], needed: int = NEEDED) -> Agreement:
    """The offset on which more than half of the samples, and at least `needed`, agree.

    A sample says that the true offset lies in `offset_s` plus or minus `uncertainty_s`. The range
    covered by most of these intervals decides (Marzullo; RFC 5905, section 11.2.1). Two separate
    ranges covered equally often contradict each other: no majority.

    The offset is the mean of those that agree, each weighted by its certainty (RFC 5905, section
    11.2.3), and clamped to the range, so that a minority of falsetickers can't move it out of what
    honest servers consider possible. The uncertainty covers the whole range and is never less than
    that of the most certain server among those that agree.
    """
    if not samples:
        return Agreement(Decision.UNREACHABLE, None, None, ())
    undecided = (Verdict.UNDECIDED,) * len(samples)
    stretches, covered = _most_covered(samples)
    if 2 * covered <= len(samples) or len(stretches) > 1:
        return Agreement(Decision.NO_MAJORITY, None, None, undecided)
    if covered < needed:
        return Agreement(Decision.TOO_FEW, None, None, undecided)
    (low, high) = stretches[0]
    agreeing = [
        sample.offset_s - sample.uncertainty_s <= low
        and high <= sample.offset_s + sample.uncertainty_s
        for sample in samples
    ]
    truechimers = [s for s, agrees in zip(samples, agreeing, strict=True) if agrees]
    offset_s = _weighted(truechimers, low, high)
    return Agreement(
        Decision.AGREED,
        offset_s,
        max(min(s.uncertainty_s for s in truechimers), offset_s - low, high - offset_s),
        tuple(Verdict.AGREES if agrees else Verdict.DISAGREES for agrees in agreeing),
    )


def _weighted(truechimers: Sequence[Sample], low: float, high: float) -> float:
    """The mean of their offsets by certainty, within `low` to `high`. Relative to `low` and summed
    exactly, so that neither the position on the axis nor the order of answers matters."""
    if low == high:  # an uncertainty of 0 would have infinite weight
        return low
    weights = [1 / sample.uncertainty_s for sample in truechimers]
    leans = (
        (sample.offset_s - low) * weight
        for sample, weight in zip(truechimers, weights, strict=True)
    )
    return min(high, max(low, low + math.fsum(leans) / math.fsum(weights)))


def _most_covered(samples: Sequence[Sample]) -> tuple[list[tuple[float, float]], int]:
    """The ranges covered by the most intervals (closed at both ends), and by how many."""
    # A start sorts before an end at the same position: intervals that touch agree.
    edges = sorted(
        edge
        for sample in samples
        for edge in (
            (sample.offset_s - sample.uncertainty_s, 0),
            (sample.offset_s + sample.uncertainty_s, 1),
        )
    )
    stretches: list[tuple[float, float]] = []
    most = depth = 0
    for place, (at, is_end) in enumerate(edges):
        if is_end:
            depth -= 1
            continue
        depth += 1
        following, follows_end = edges[place + 1]  # the last edge is always an end
        if depth >= most and follows_end:
            if depth > most:
                stretches, most = [], depth
            stretches.append((at, following))
    return stretches, most
