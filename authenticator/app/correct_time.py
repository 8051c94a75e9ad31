"""Correct time for codes: ask time servers and decide. The computer's own clock is never set."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from authenticator.app.correction import Correction
from authenticator.app.time_servers import parse_server
from authenticator.clock.sample import Sample, TimeReason, TimeServerFault
from authenticator.clock.select import Decision, Verdict, agree


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """What one server came to. `host` as it was named; the numbers are None and `reason` is a
    TimeReason where `verdict` is `failed`, else `reason` is empty."""

    host: str
    offset_s: float | None
    delay_s: float | None
    stratum: int | None
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class TimeAnswer:
    """What all servers came to, in the order asked.

    `offset_s` and `uncertainty_s` are None unless `decision` is `agreed`. `checked_at` is
    Unix seconds at the decision, corrected where agreed, else the computer's.
    """

    decision: Decision
    offset_s: float | None
    uncertainty_s: float | None
    servers: tuple[ServerAnswer, ...]
    checked_at: float

    @property
    def correction(self) -> Correction | None:
        """What may be kept and applied: None unless agreed."""
        if self.offset_s is None or self.uncertainty_s is None:
            return None
        return Correction(self.offset_s, self.uncertainty_s, self.checked_at)


_Place = tuple[str, int]
_Outcome = Sample | TimeReason


class Ask(Protocol):
    """One exchange with one server: `clock.ntp.ask`, or a test's."""

    def __call__(
        self, host: str, port: int, *, deadline_s: float, cancelled: Callable[[], bool]
    ) -> Sample:
        """Raises TimeServerFault."""


def ask_servers(
    servers: Sequence[str],
    deadline_s: float = 5.0,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    needed: int = 1,
    ask: Ask | None = None,
) -> TimeAnswer:
    """Asks all servers side by side and decides, in at most `deadline_s` seconds.

    At least `needed` good answers must agree, and more than half of all good answers. One is
    enough by default: then a single server is believed as long as no other contradicts it.
    Once more than half of all servers asked agree, the rest are waited for only a moment
    longer. `cancelled` (an Event's `is_set`) is looked at every 50 ms; after a cancellation
    nothing is agreed. A server named twice is asked once.

    Whatever a server does or fails to do stands in its ServerAnswer. Raises ServerNameBad,
    before anyone is asked.
    """
    names: dict[_Place, str] = {}
    for text in servers:
        names.setdefault(parse_server(text), text.strip())
    heard, missing = _exchange_with_all(list(names), deadline_s, cancelled, needed, ask)
    outcomes = [heard.get(place, missing) for place in names]
    samples = _good(outcomes)
    # After a cancellation no number of answers is enough.
    agreement = agree(samples, len(samples) + 1 if missing is TimeReason.CANCELLED else needed)
    verdicts = iter(agreement.verdicts)
    return TimeAnswer(
        agreement.decision,
        agreement.offset_s,
        agreement.uncertainty_s,
        tuple(
            ServerAnswer(name, None, None, None, Verdict.FAILED, outcome.value)
            if isinstance(outcome, TimeReason)
            else ServerAnswer(
                name, outcome.offset_s, outcome.delay_s, outcome.stratum, next(verdicts), ""
            )
            for name, outcome in zip(names.values(), outcomes, strict=True)
        ),
        time.time() + (agreement.offset_s or 0.0),
    )


def _good(outcomes: Iterable[_Outcome]) -> list[Sample]:
    return [outcome for outcome in outcomes if isinstance(outcome, Sample)]


def _exchange_with_all(
    places: Sequence[_Place],
    deadline_s: float,
    cancelled: Callable[[], bool],
    needed: int,
    ask: Ask | None,
) -> tuple[dict[_Place, _Outcome], TimeReason]:
    """What came from each server in time, and why the others are missing."""
    import queue
    import threading

    if ask is None:
        from authenticator.clock.ntp import ask as ask_ntp

        ask = ask_ntp
    asking: Ask = ask  # what the threads see is never None
    over = threading.Event()
    arrivals: queue.Queue[tuple[_Place, _Outcome | BaseException]] = queue.Queue()

    def exchange(place: _Place) -> None:
        host, port = place
        try:
            # A little less than all, so that a server's own reason is in before the end.
            arrivals.put(
                (place, asking(host, port, deadline_s=deadline_s * 0.95, cancelled=over.is_set))
            )
        except TimeServerFault as fault:
            arrivals.put((place, fault.reason))
        except BaseException as bug:  # noqa: BLE001 - raised again where it is waited for
            arrivals.put((place, bug))

    begun = time.monotonic()
    ends = begun + deadline_s
    heard: dict[_Place, _Outcome] = {}
    missing = TimeReason.TIMEOUT
    try:
        for place in places:
            # Daemons: a look-up of a name can't be broken off, and must not hold up the exit.
            threading.Thread(target=exchange, args=(place,), daemon=True).start()
        while len(heard) < len(places) and (left := ends - time.monotonic()) > 0:
            if cancelled():
                return heard, TimeReason.CANCELLED
            try:
                place, arrival = arrivals.get(timeout=min(left, 0.05))
            except queue.Empty:
                continue
            if isinstance(arrival, BaseException):
                raise arrival
            heard[place] = arrival
            majority = max(needed, len(places) // 2 + 1)
            if missing is TimeReason.TIMEOUT and (
                agree(_good(heard.values()), majority).decision is Decision.AGREED
            ):
                missing = TimeReason.NOT_AWAITED
                ends = min(ends, begun + 1.2 * (time.monotonic() - begun) + 0.1)
    finally:
        over.set()
    return heard, missing
