"""Correct time for codes: ask time servers and decide. The computer's own clock is never set."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from authenticator import debug_log
from authenticator.app.settings import TimeCheck
from authenticator.app.time.correction import Correction, CorrectionStatus, measured
from authenticator.app.time.servers import operator, parse_server
from authenticator.clock.agreement import Decision, Verdict, agree
from authenticator.clock.boot_clock import BootClock, this_boot
from authenticator.clock.clock import Clock
from authenticator.clock.clock_reading import ClockReading
from authenticator.clock.sample import Sample, TimeReason, TimeServerFault
from authenticator.clock.server import NEEDED, Server, TimeProtocol, load
from authenticator.clock.server import ask as ask_server

LARGE_S = 60.0
"""An offset beyond ordinary drift: it changes the time step of codes, which a forged answer would
aim for. It is applied only with better evidence and the user's consent."""


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """The result from one server. `host` as it was given; if `verdict` is `failed`, the numbers are
    None and `reason` is a TimeReason, else `reason` is empty. `uncertainty_s` is half the width of
    the interval that the server spans around `offset_s`; `authenticated` and `coarse` as in a
    Sample."""

    host: str
    offset_s: float | None
    delay_s: float | None
    stratum: int | None
    verdict: Verdict
    reason: str
    uncertainty_s: float | None = None
    authenticated: bool = False
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class ServerProgress:
    """Progress while servers are asked: one of them has answered, or has failed for `reason`."""

    host: str
    reason: TimeReason | None
    heard: int
    asked: int


@dataclass(frozen=True, slots=True)
class TimeAnswer:
    """The result from all servers that were asked, in the given order.

    `offset_s` and `uncertainty_s` are None unless `decision` is `agreed`. `needed` is how many
    had to agree. `checked_at` is Unix seconds at the decision, corrected if agreed, else the
    computer's; `correction` is what can be stored and applied, None unless agreed.
    """

    decision: Decision
    offset_s: float | None
    uncertainty_s: float | None
    servers: tuple[ServerAnswer, ...]
    checked_at: float
    needed: int = NEEDED
    correction: Correction | None = None

    @property
    def is_large(self) -> bool:
        """So large that it requires the user's informed consent."""
        return self.offset_s is not None and abs(self.offset_s) > LARGE_S

    @property
    def is_coarse(self) -> bool:
        """Whether only web servers answered, which give whole seconds."""
        return any(server.coarse for server in self.servers)

    @property
    def is_backed(self) -> bool:
        """Good enough evidence for a large offset: one agreeing answer is authenticated, or servers
        of two operators agree, or the user accepts fewer than usual."""
        agreeing = [server for server in self.servers if server.verdict is Verdict.AGREES]
        return (
            self.needed < NEEDED
            or any(server.authenticated for server in agreeing)
            or len({operator(server.host) for server in agreeing}) >= 2
        )


class TimeAction(Enum):
    """What may be done with an answer."""

    NOTHING = auto()  # nothing was agreed
    APPLY = auto()
    ASK = auto()  # the offset is large: the user decides, and is told why
    REFUSE = auto()  # the offset is large, and the evidence is not sufficient


def next_action(answer: TimeAnswer, clock: Clock) -> TimeAction:
    """What to do with an answer while codes follow `clock`. A large offset needs no consent if it
    was accepted before, or if it leads back to the computer's own clock."""
    if answer.offset_s is None or answer.correction is None:
        return TimeAction.NOTHING
    if not answer.is_large or abs(answer.offset_s - clock.offset_s) <= LARGE_S:
        return TimeAction.APPLY
    return TimeAction.ASK if answer.is_backed else TimeAction.REFUSE


DAY_S = 86_400.0


def is_due(check: TimeCheck | None, known: CorrectionStatus | None, *, at_start: bool) -> bool:
    """Whether servers are to be asked automatically now; only if the user chose so. `known` is the
    result of the last check, None if there was none. A correction carried over from before the
    computer was started is checked again at once, as it is after the computer's clock was set."""
    match check:
        case TimeCheck.START:
            return at_start
        case TimeCheck.DAILY:
            return (
                known is None
                or known.from_previous_boot
                or known.jump_s != 0
                or known.age_s >= DAY_S
            )
        case _:
            return False


_Outcome = Sample | TimeReason

FIRST_SHARE = 0.6
"""The share of the available time for the first turn, if web servers are the second."""


class Ask(Protocol):
    """Ask one server: `clock.server.ask`, or a test's."""

    def __call__(
        self, server: Server, *, deadline_s: float, cancelled: Callable[[], bool]
    ) -> Sample:
        """Raises TimeServerFault."""


def ask_servers(
    servers: Sequence[str],
    deadline_s: float = 5.0,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    needed: int = NEEDED,
    heard: Callable[[ServerProgress], None] = lambda _: None,
    ask: Ask = ask_server,
    boot: BootClock | None = None,
    wall: Callable[[], float] = time.time,
) -> TimeAnswer:
    """Asks all servers in parallel and decides, in at most `deadline_s` seconds. Web servers are
    asked only if no other gave a good answer, as theirs are coarse.

    At least `needed` good answers must agree, and more than half of all good answers. Once more
    than half of all servers asked agree, the rest are awaited only briefly. `heard` is called with
    each answer, on the caller's thread. `cancelled` (an Event's `is_set`) is checked every 50 ms;
    after a cancellation nothing is agreed. A server named twice is asked once. If the computer's
    clock is set in the meantime, no answer counts: it is unknown which of its readings an offset
    belongs to.

    Whatever a server does is reported in its ServerAnswer. Raises ServerNameBad, before any server
    is asked.
    """
    names: dict[Server, str] = {}
    for text in servers:
        names.setdefault(parse_server(text), text.strip())
    boot = boot or this_boot()
    begun = ClockReading.now(wall, boot.read)
    outcomes_of: dict[Server, _Outcome] = {}
    missing = TimeReason.TIMEOUT
    turns = _turns(names)
    for turn in turns:
        left_s = deadline_s - (ClockReading.now(wall, boot.read).steady_s - begun.steady_s)
        share_s = left_s if turn is turns[-1] else left_s * FIRST_SHARE
        arrived, missing = _exchange_with_all(turn, share_s, cancelled, needed, heard, ask)
        outcomes_of |= {server: arrived.get(server, missing) for server in turn}
        if missing is TimeReason.CANCELLED or _good(outcomes_of.values()):
            break
    ended = ClockReading.now(wall, boot.read)
    names = {server: name for server, name in names.items() if server in outcomes_of}
    outcomes = [outcomes_of[server] for server in names]
    if ended.stepped_since(begun):
        outcomes = [
            TimeReason.CLOCK_STEPPED if isinstance(outcome, Sample) else outcome
            for outcome in outcomes
        ]
    samples = _good(outcomes)
    # After a cancellation no number of answers is enough.
    agreement = agree(samples, len(samples) + 1 if missing is TimeReason.CANCELLED else needed)
    verdicts = iter(agreement.verdicts)
    correction = None
    if agreement.offset_s is not None and agreement.uncertainty_s is not None:
        correction = measured(agreement.offset_s, agreement.uncertainty_s, boot, ended)
    debug_log.write(
        "time servers asked",
        decision=agreement.decision,
        offset_s=agreement.offset_s,
        uncertainty_s=agreement.uncertainty_s,
        needed=needed,
        ms=1000 * (ended.steady_s - begun.steady_s),
        agrees=agreement.verdicts.count(Verdict.AGREES),
        disagrees=agreement.verdicts.count(Verdict.DISAGREES),
        failed=len(outcomes) - len(samples),
    )
    return TimeAnswer(
        agreement.decision,
        agreement.offset_s,
        agreement.uncertainty_s,
        tuple(
            ServerAnswer(name, None, None, None, Verdict.FAILED, outcome.value)
            if isinstance(outcome, TimeReason)
            else _answer(name, outcome, next(verdicts))
            for name, outcome in zip(names.values(), outcomes, strict=True)
        ),
        ended.wall_s + (agreement.offset_s or 0.0),
        needed,
        correction,
    )


def _answer(name: str, sample: Sample, verdict: Verdict) -> ServerAnswer:
    return ServerAnswer(
        name,
        sample.offset_s,
        sample.delay_s,
        sample.stratum,
        verdict,
        "",
        sample.uncertainty_s,
        sample.authenticated,
        sample.coarse,
    )


def _turns(names: Mapping[Server, str]) -> list[dict[Server, str]]:
    """The servers to ask first, and those to ask only if that gave nothing."""
    turns: dict[bool, dict[Server, str]] = {False: {}, True: {}}
    for server, name in names.items():
        turns[server.protocol is TimeProtocol.HTTPS][server] = name
    return [turn for turn in turns.values() if turn] or [{}]


def first_asked(servers: Iterable[str]) -> tuple[str, ...]:
    """The servers that are asked first, as given. Raises ServerNameBad."""
    return tuple(_turns({parse_server(text): text for text in servers})[0].values())


def _good(outcomes: Iterable[_Outcome]) -> list[Sample]:
    return [outcome for outcome in outcomes if isinstance(outcome, Sample)]


def _exchange_with_all(
    names: Mapping[Server, str],
    deadline_s: float,
    cancelled: Callable[[], bool],
    needed: int,
    heard: Callable[[ServerProgress], None],
    ask: Ask,
) -> tuple[dict[Server, _Outcome], TimeReason]:
    """The outcome of each server that answered in time, and why the others are missing."""
    import queue
    import threading

    load(server.protocol for server in names)
    over = threading.Event()
    arrivals: queue.Queue[tuple[Server, _Outcome | BaseException]] = queue.Queue()

    def exchange(server: Server) -> None:
        try:
            # A little less than all, so that a server's own reason arrives before the end.
            arrivals.put((server, ask(server, deadline_s=deadline_s * 0.95, cancelled=over.is_set)))
        except TimeServerFault as fault:
            arrivals.put((server, fault.reason))
        except BaseException as bug:  # noqa: BLE001 - raised again by the waiting thread
            arrivals.put((server, bug))

    begun = time.monotonic()
    ends = begun + deadline_s
    arrived: dict[Server, _Outcome] = {}
    missing = TimeReason.TIMEOUT
    try:
        for server in names:
            # Daemons: a name lookup can't be cancelled, and must not delay the exit.
            threading.Thread(target=exchange, args=(server,), daemon=True).start()
        while len(arrived) < len(names) and (left := ends - time.monotonic()) > 0:
            if cancelled():
                return arrived, TimeReason.CANCELLED
            try:
                server, arrival = arrivals.get(timeout=min(left, 0.05))
            except queue.Empty:
                continue
            if isinstance(arrival, BaseException):
                raise arrival
            arrived[server] = arrival
            failed = arrival if isinstance(arrival, TimeReason) else None
            heard(ServerProgress(names[server], failed, len(arrived), len(names)))
            majority = max(needed, len(names) // 2 + 1)
            if missing is TimeReason.TIMEOUT and (
                agree(_good(arrived.values()), majority).decision is Decision.AGREED
            ):
                missing = TimeReason.NOT_AWAITED
                # Decided within 1.2 times the slowest honest answer and 100 ms: half of that
                # is for stragglers, the rest for a busy computer.
                ends = min(ends, begun + 1.1 * (time.monotonic() - begun) + 0.05)
    finally:
        over.set()
    return arrived, missing
