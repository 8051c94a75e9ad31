"""Where each server's interval is relative to the agreed time, for a chart of any width."""

import statistics
from dataclasses import dataclass

from authenticator.app.time.check import ServerAnswer, TimeAnswer
from authenticator.clock.agreement import Verdict

NARROWEST_S = 0.005
"""The minimum half-width of the chart: smaller differences are noise."""

MARGIN = 1.15


@dataclass(frozen=True, slots=True)
class Bar:
    """One good answer as a bar: positions from 0 (left edge) to 1 (right edge). `beyond` is -1 or 1
    if the whole bar is past that edge; it is then a stub there."""

    server: ServerAnswer
    start: float
    middle: float
    end: float
    beyond: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars in the order of the servers asked. `center_s` is the offset at the centre of the chart
    (the agreed one, if any), `reach_s` the distance from there to an edge."""

    bars: tuple[Bar, ...]
    center_s: float
    reach_s: float


def chart(answer: TimeAnswer) -> Chart | None:
    """The chart of an answer; None if no server gave a good one.

    If servers agree, it shows all of their intervals, and falsetickers at its edge; if they don't,
    all intervals.
    """
    good = [
        (server, server.offset_s, server.uncertainty_s or 0.0)
        for server in answer.servers
        if server.offset_s is not None
    ]
    if not good:
        return None
    agreed = answer.offset_s is not None
    center_s = (
        answer.offset_s
        if answer.offset_s is not None
        else statistics.median(offset_s for _, offset_s, _ in good)
    )
    reaches_s = [
        MARGIN * (abs(offset_s - center_s) + uncertainty_s)
        for server, offset_s, uncertainty_s in good
        if not agreed or server.verdict is Verdict.AGREES
    ]
    reach_s = max([NARROWEST_S, *reaches_s])

    def place(at_s: float) -> float:
        return min(1.0, max(0.0, 0.5 + (at_s - center_s) / (2 * reach_s)))

    return Chart(
        tuple(
            Bar(
                server,
                place(offset_s - uncertainty_s),
                place(offset_s),
                place(offset_s + uncertainty_s),
                1
                if offset_s - uncertainty_s > center_s + reach_s
                else -1
                if offset_s + uncertainty_s < center_s - reach_s
                else 0,
            )
            for server, offset_s, uncertainty_s in good
        ),
        center_s,
        reach_s,
    )
