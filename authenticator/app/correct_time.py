"""Correct time for codes: ask time servers, decide, remember the correction.

The computer's own clock is never set. Imported on every start, so the network and its
libraries are imported only when servers are asked.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Protocol

from authenticator.clock.clock import Clock, CorrectedClock
from authenticator.clock.sample import OFFSET_LIMIT_S, Sample, TimeReason, TimeServerFault
from authenticator.clock.select import Decision, Verdict, agree
from authenticator.errors import DataBad, InputRefused

DEFAULT_SERVERS: tuple[str, ...] = (
    "time.cloudflare.com",
    "ptbtime1.ptb.de",
    "ntp.netnod.se",
    "ntp.time.nl",
    "time.nist.gov",
)
"""Five operators (Cloudflare; PTB, Germany; Netnod, Sweden; SIDN, the Netherlands; NIST, USA)
that let anyone ask and don't smear leap seconds. Not the NTP pool: it asks that software
names no pool server as its default without a vendor zone of its own."""

NTP_PORT = 123
NAME_LIMIT = 253
TIME_LIMIT_S = 253_402_300_800.0
"""The end of the year 9999."""


class NameFault(StrEnum):
    """What is wrong with the name of a server."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    WRONG_CHARACTER = "wrong_character"
    NOT_AN_ADDRESS = "not_an_address"  # in square brackets, but no IPv6 address
    PORT = "port"  # not 1 to 65535


class ServerNameBad(InputRefused):
    """Not `host`, `host:port`, an IPv6 address or `[IPv6]:port`; `text` as given (its first
    100 characters), `reason` a NameFault."""

    def __init__(self, text: str, reason: NameFault) -> None:
        self.text = text[:100]
        self.reason = reason
        super().__init__(self.text, reason)


class CorrectionBad(DataBad):
    """A stored correction that can't be true; `field` is the part that is missing or wrong."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


@dataclass(frozen=True, slots=True)
class Correction:
    """A measured correction: what to add to the computer's clock.

    `offset_s`: true time minus the computer's clock, at most OFFSET_LIMIT_S (68 years, what NTP
    can tell) either way; `uncertainty_s`: 0 to the same limit; `checked_at`: Unix
    seconds, corrected, 1970 to 9999. Raises CorrectionBad.
    """

    offset_s: float
    uncertainty_s: float
    checked_at: float

    def __post_init__(self) -> None:
        for name, low, high in (
            ("offset_s", -OFFSET_LIMIT_S, OFFSET_LIMIT_S),
            ("uncertainty_s", 0.0, OFFSET_LIMIT_S),
            ("checked_at", 0.0, TIME_LIMIT_S),
        ):
            value = getattr(self, name)
            # Comparing first: a JSON integer can be too large for a float. NaN fails it too.
            if type(value) not in (int, float) or not low <= value <= high:
                raise CorrectionBad(name)
            object.__setattr__(self, name, float(value))

    def to_json(self) -> dict[str, float]:
        """As a JSON object of three numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> "Correction":
        """What `to_json` gave, from parsed JSON. Fields of later versions are passed over.

        Raises CorrectionBad for anything that is no such object.
        """
        if not isinstance(value, dict):
            raise CorrectionBad("")
        # Whatever is missing or of another type is refused by the constructor.
        parts: list[Any] = [value.get(f.name) for f in fields(cls)]
        return cls(*parts)


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


def corrected(clock: Clock, correction: Correction | None) -> Clock:
    """The clock with the correction applied, or itself where there is none."""
    return clock if correction is None else CorrectedClock(correction.offset_s, clock)


def parse_server(text: str) -> tuple[str, int]:
    """Host and port of `host`, `host:port`, an IPv6 address or `[IPv6]:port`; port 123 where none
    is given. Only the form is judged, nothing is looked up. Raises ServerNameBad."""
    import ipaddress

    name = text.strip()
    if not name:
        raise ServerNameBad(text, NameFault.EMPTY)
    if "/" in name:  # most likely a pasted URL, whose colon is about no port
        raise ServerNameBad(text, NameFault.WRONG_CHARACTER)
    port_text: str | None = None
    if name.startswith("["):
        host, bracket, rest = name[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ServerNameBad(text, NameFault.NOT_AN_ADDRESS)
        port_text = rest[1:] if rest else None
    elif name.count(":") == 1:
        host, _, port_text = name.partition(":")
    else:
        host = name
    if name.startswith("[") or ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise ServerNameBad(text, NameFault.NOT_AN_ADDRESS) from None
    elif not host:
        raise ServerNameBad(text, NameFault.EMPTY)
    elif len(host) > NAME_LIMIT:
        raise ServerNameBad(text, NameFault.TOO_LONG)
    elif not all(character.isalnum() or character in "-._" for character in host):
        raise ServerNameBad(text, NameFault.WRONG_CHARACTER)
    if port_text is None:
        return host, NTP_PORT
    if not (port_text.isascii() and port_text.isdigit() and len(port_text) <= 5):
        raise ServerNameBad(text, NameFault.PORT)
    port = int(port_text)
    if not 1 <= port <= 65_535:
        raise ServerNameBad(text, NameFault.PORT)
    return host, port


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
