"""Exchanges with one NTP server (RFC 5905, client mode): a checked Sample or a TimeServerFault.

The one importer of ntplib, of which only the packet codec is used: its client accepts an echo of
its own request, random bytes, kisses of death and unsynchronised servers as time, and restarts its
wait after every stray packet.
"""

import contextlib
import math
import secrets
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ntplib import NTP, NTPPacket

from authenticator.clock.clock import OFFSET_LIMIT_S
from authenticator.clock.clock_reading import GRAIN_S, ClockReading
from authenticator.clock.deadline import Deadline
from authenticator.clock.kiss_of_death import KissOfDeathLog
from authenticator.clock.network import Address, addresses, most_telling, network_reason
from authenticator.clock.sample import (
    UNCERTAINTY_LIMIT_S,
    Sample,
    TimeReason,
    TimeServerFault,
)

VERSION = 4
ANSWER_VERSIONS = (3, 4)  # some old servers answer a version 4 client in version 3
MODE_CLIENT = 3
MODE_SERVER = 4
STRATA = range(1, 16)
LEAP_UNSYNCHRONISED = 3
STARTING_KISSES = (b"INIT", b"STEP")  # a server that is not ready yet, not one that refuses us

HEADER_BYTES = 48
LARGEST_BYTES = 65_535  # of any datagram: Windows fails a read that does not take all of it
REFERENCE_ID = slice(12, 16)
ORIGIN = slice(24, 32)
TRANSMIT = slice(40, 48)

ERA_S = 2.0**32
EARLIEST_S = 1_735_689_600.0
"""2025: the true time is later than when this was written, however wrong the computer's clock
is."""

SLACK_S = 0.02
"""How far timestamps may be off because of coarse clock ticks on either side."""

EXCHANGES = 3
GAP_S = 0.01
"""Between the requests to one server: they don't wait for each other, or a distant one would take
three times as long."""

GRACE_S = 0.03
"""How much later than the first good answer the others may arrive, in addition to a fifth of its
time."""

Check = Callable[[bytes], None]
"""Raises Stray unless this packet is a genuine answer."""

PacketProtection = Callable[[bytes], tuple[bytes, Check] | None]
"""From a request's header to the packet that is sent and the check of its answer; None when no more
can be sent. NTS authenticates both with it."""


class UnrelatedPacket(Exception):
    """Not an answer to this request; the real one may still arrive. With `soon`, it arrives soon or
    not at all."""

    def __init__(self, reason: TimeReason, *, soon: bool = False) -> None:
        self.reason = reason
        self.soon = soon


def unprotected(header: bytes) -> tuple[bytes, Check]:
    """Plain NTP: anyone on the path can forge answers."""
    return header, lambda _: None


def ask(
    host: str,
    port: int = 123,
    *,
    deadline_s: float,
    cancelled: Callable[[], bool] = lambda: False,
    wall: Callable[[], float] = time.time,
    kiss_log: KissOfDeathLog | None = None,
) -> Sample:
    """Asks one server. `deadline_s` covers everything except the name lookup, which can't be cut
    short. `cancelled` is checked every 100 ms. A server on which `kiss_log` has a kiss of death is
    not contacted; a new one is recorded there.

    Raises TimeServerFault with the most informative reason. See `measure`.
    """
    deadline = Deadline.of(deadline_s, cancelled)
    kiss_log = KissOfDeathLog() if kiss_log is None else kiss_log
    if kiss_log.forbids(host, port):
        raise TimeServerFault(host, TimeReason.RESTING)
    places = addresses(host, port, socket.SOCK_DGRAM)
    return measure(
        host, places, deadline, wall, kissed=lambda code: kiss_log.record(host, port, code)
    )


def measure(
    host: str,
    places: Sequence[Address],
    deadline: Deadline,
    wall: Callable[[], float],
    guard: PacketProtection = unprotected,
    kissed: Callable[[bytes], None] = lambda _: None,
) -> Sample:
    """Three exchanges with each address of a server, all in parallel; the good answer with the
    least delay counts. After the first one, the others are awaited only briefly.

    Each socket is connected (answers from elsewhere never arrive) and each request carries a random
    transmit timestamp that its answer must return; anything else is ignored and does not prolong
    the wait. A kiss of death ends the exchanges and is passed to `kissed`; earlier answers still
    count. Raises TimeServerFault.
    """
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as wires:
        measurement = _Measurement(host, deadline, wall, guard, kissed, selector)
        for place in places:
            measurement.connect(place, wires)
        return measurement.run()


@dataclass(frozen=True, slots=True)
class _Question:
    """A pending request: its socket, when it was sent, and the check that an answer is genuine."""

    wire: socket.socket
    sent: ClockReading
    check: Check


class _Measurement:
    """The state of `measure`."""

    def __init__(
        self,
        host: str,
        deadline: Deadline,
        wall: Callable[[], float],
        guard: PacketProtection,
        kissed: Callable[[bytes], None],
        selector: selectors.BaseSelector,
    ) -> None:
        self._host = host
        self._deadline = deadline
        self._wall = wall
        self._guard = guard
        self._kissed = kissed
        self._selector = selector
        self._begun_s = time.monotonic()
        self._open: dict[bytes, _Question] = {}
        self._good: list[tuple[Sample, ClockReading]] = []
        self._faults: list[TimeReason] = []

    def connect(self, place: Address, wires: contextlib.ExitStack) -> None:
        """A socket that receives from this address only."""
        family, kind, protocol, where = place
        try:
            wire = wires.enter_context(socket.socket(family, kind, protocol))
            wire.setblocking(False)
            wire.connect(where)
        except OSError as error:  # also for an address family that this system lacks
            self._faults.append(network_reason(error))
            return
        self._selector.register(wire, selectors.EVENT_READ, wire)

    def run(self) -> Sample:
        """Sends, listens, decides."""
        sent = 0
        while self._selector.get_map() and (self._open or sent < EXCHANGES):
            over = self._deadline.reason_to_stop()
            if over:
                self._faults.append(over)
                break
            wait_s = self._deadline.slice_s()
            if sent < EXCHANGES:
                due_s = self._begun_s + sent * GAP_S - time.monotonic()
                if due_s <= 0:
                    self._send()
                    sent += 1
                    continue
                wait_s = min(wait_s, due_s)
            for key, _ in self._selector.select(wait_s):
                self._receive(key.data)
            if TimeReason.KISS_OF_DEATH in self._faults:
                break
        return self._decide()

    def _decide(self) -> Sample:
        if not self._good:
            # No fault either: the guard let nothing be sent.
            raise TimeServerFault(self._host, most_telling(self._faults or [TimeReason.TIMEOUT]))
        sample, sent = min(self._good, key=lambda good: good[0].delay_s)
        if ClockReading.now(self._wall).stepped_since(sent):
            raise TimeServerFault(self._host, TimeReason.CLOCK_STEPPED)
        return sample

    def _send(self) -> None:
        """One request over each socket."""
        for key in list(self._selector.get_map().values()):
            wire: socket.socket = key.data
            stamp = secrets.token_bytes(8)
            header = bytearray(NTPPacket(version=VERSION, mode=MODE_CLIENT).to_data())
            header[TRANSMIT] = stamp
            guarded = self._guard(bytes(header))
            if guarded is None:
                continue
            packet, check = guarded
            sent = ClockReading.now(self._wall)
            try:
                wire.send(packet)
            except OSError as error:
                self._drop(wire, network_reason(error))
                continue
            self._open[stamp] = _Question(wire, sent, check)

    def _receive(self, wire: socket.socket) -> None:
        """Handles one packet that has arrived."""
        try:
            packet = wire.recv(LARGEST_BYTES)
        except BlockingIOError:  # dropped by the kernel after all, for a bad checksum
            return
        except OSError as error:
            self._drop(wire, network_reason(error))
            return
        landed = ClockReading.now(self._wall)
        try:
            question = self._question_of(packet, wire)
        except UnrelatedPacket as stray:
            if stray.reason not in self._faults:
                self._faults.append(stray.reason)
            if stray.soon:
                self._shorten_deadline()
            return
        try:
            sample = read_answer(packet, question.sent, landed, self._host)
        except TimeServerFault as fault:
            self._faults.append(fault.reason)
            if fault.reason is TimeReason.KISS_OF_DEATH:
                self._kissed(packet[REFERENCE_ID])
        else:
            self._good.append((sample, question.sent))
            self._shorten_deadline()

    def _question_of(self, packet: bytes, wire: socket.socket) -> _Question:
        """The request that this packet answers, no longer pending. Raises Stray."""
        stamp = packet[ORIGIN]
        question = self._open.get(stamp)
        if len(packet) < HEADER_BYTES:
            raise UnrelatedPacket(TimeReason.BAD_PACKET)
        if question is None or question.wire is not wire:
            raise UnrelatedPacket(TimeReason.WRONG_ORIGIN)
        question.check(packet)
        del self._open[stamp]
        return question

    def _drop(self, wire: socket.socket, reason: TimeReason) -> None:
        self._faults.append(reason)
        self._selector.unregister(wire)
        self._open = {s: q for s, q in self._open.items() if q.wire is not wire}

    def _shorten_deadline(self) -> None:
        """The rest is due now; what does not arrive soon is lost."""
        took_s = time.monotonic() - self._begun_s
        soon_s = self._begun_s + 1.2 * took_s + GRACE_S
        self._deadline = Deadline(min(self._deadline.ends_s, soon_s), self._deadline.cancelled)


def read_answer(packet: bytes, sent: ClockReading, landed: ClockReading, host: str) -> Sample:
    """The sample in an answer of at least 48 bytes that belongs to a request sent at `sent`.
    Raises TimeServerFault."""

    def refuse_if(bad: bool, reason: TimeReason) -> None:
        if bad:
            raise TimeServerFault(host, reason)

    answer = NTPPacket()
    answer.from_data(packet)
    refuse_if(answer.mode != MODE_SERVER, TimeReason.BAD_PACKET)
    refuse_if(answer.version not in ANSWER_VERSIONS, TimeReason.BAD_PACKET)
    kiss = kiss_code(packet)
    refuse_if(kiss is not None and kiss not in STARTING_KISSES, TimeReason.KISS_OF_DEATH)
    refuse_if(answer.leap == LEAP_UNSYNCHRONISED, TimeReason.UNSYNCHRONISED)
    refuse_if(answer.stratum not in STRATA, TimeReason.UNSYNCHRONISED)
    refuse_if(answer.recv_timestamp == 0 or answer.tx_timestamp == 0, TimeReason.BAD_PACKET)
    refuse_if(landed.stepped_since(sent), TimeReason.CLOCK_STEPPED)

    took_s = landed.steady_s - sent.steady_s
    received_s = _unfold(answer.recv_timestamp, sent.wall_s)
    answered_s = _unfold(answer.tx_timestamp, sent.wall_s)
    held_s = answered_s - received_s
    refuse_if(not -SLACK_S <= held_s <= took_s + SLACK_S, TimeReason.BAD_DELAY)
    delay_s = max(0.0, took_s - held_s)

    root_distance_s = answer.root_delay / 2 + answer.root_dispersion
    grain_s = GRAIN_S + time.get_clock_info("time").resolution + _precision_s(answer.precision)
    sample = Sample(
        host=host,
        offset_s=(received_s + answered_s - took_s) / 2 - sent.wall_s,
        delay_s=delay_s,
        stratum=answer.stratum,
        root_distance_s=root_distance_s,
        grain_s=grain_s,
    )
    refuse_if(sample.uncertainty_s > UNCERTAINTY_LIMIT_S, TimeReason.TOO_UNCERTAIN)
    refuse_if(abs(sample.offset_s) > OFFSET_LIMIT_S, TimeReason.ABSURD_OFFSET)
    return sample


def kiss_code(packet: bytes) -> bytes | None:
    """The four letters of a packet of stratum 0 (RFC 5905, section 7.4); None where it has none."""
    code = packet[REFERENCE_ID]
    return code if packet[1] == 0 and code.isalnum() else None


def _precision_s(exponent: int) -> float:
    """The server's clock tick: a power of two in seconds; absurd values end as too uncertain."""
    return math.ldexp(1.0, max(-60, min(60, exponent)))


def _unfold(stamp_s: float, near_s: float) -> float:
    """Unix seconds of an NTP timestamp, whose 32 bits of seconds wrap in 2036 and every 136 years:
    in the era closest to the computer's clock, or to 2025 if that clock is earlier (a computer with
    a dead battery starts in 1970)."""
    unix_s = stamp_s - float(NTP.NTP_DELTA)
    return unix_s + ERA_S * round((max(near_s, EARLIEST_S) - unix_s) / ERA_S)
