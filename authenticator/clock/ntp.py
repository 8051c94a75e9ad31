"""One exchange with one NTP server (RFC 5905, client mode): a checked Sample or a TimeServerFault.

The one importer of ntplib, of which only the packet codec is used: its client takes an echo of
its own request, random bytes, kisses of death and unsynchronised servers for time, and waits
anew after every stray packet.
"""

import math
import secrets
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from ntplib import NTP, NTPPacket

from authenticator.clock.sample import (
    OFFSET_LIMIT_S,
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
STARTING_KISSES = (b"INIT", b"STEP")  # a server that is not ready yet, not one that sends us off

PACKET_BYTES = 48
LARGEST_BYTES = 65_535  # of any datagram: Windows fails a read that leaves some of one behind
ORIGIN = slice(24, 32)
REFERENCE_ID = slice(12, 16)
TRANSMIT = slice(40, 48)

ERA_S = 2.0**32
EARLIEST_S = 1_735_689_600.0
"""2025: true time is later than this program, however wrong the computer's clock is."""

STEP_LIMIT_S = 0.1
"""A clock being slewed gains far less during an exchange; the coarsest clock ticks at 64 Hz."""

SLACK_S = 0.02
"""How much stamps may be out by the ticks of a coarse clock on either side."""

GRAIN_S = 0.001
"""What the reading of clocks in a busy process is worth at best."""

SLICE_S = 0.1
"""How long a cancellation may go unnoticed."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """The computer's clock (Unix seconds) and a steady one (seconds), read together."""

    wall_s: float
    tick_s: float


@dataclass(frozen=True, slots=True)
class _Question:
    """A request under way: its socket, its random stamp, when it left."""

    wire: socket.socket
    stamp: bytes
    sent: _Moment


class _Stray(Exception):
    """Not an answer to this question; whoever sent it, the real one may still come."""

    def __init__(self, reason: TimeReason) -> None:
        self.reason = reason


def ask(
    host: str,
    port: int = 123,
    *,
    deadline_s: float,
    cancelled: Callable[[], bool] = lambda: False,
    wall: Callable[[], float] = time.time,
) -> Sample:
    """Asks one server once, over IPv4 and IPv6 at the same time where it has both; the first
    good answer counts. `deadline_s` is for everything; but no system can be told to cut the
    look-up of a name short. `cancelled` is looked at every 100 ms.

    Each socket is connected (answers from elsewhere never arrive) and each request carries a
    random transmit stamp that its answer must return; whatever does not is passed over and
    does not prolong the wait. Raises TimeServerFault, with the most telling reason.
    """
    ends = time.monotonic() + deadline_s
    faults: list[TimeReason] = []
    with selectors.DefaultSelector() as selector:
        try:
            for address in _addresses(host, port):
                _send(address, selector, faults, wall)
            while selector.get_map():
                left = ends - time.monotonic()
                if left <= 0 or cancelled():
                    faults.append(TimeReason.CANCELLED if left > 0 else TimeReason.TIMEOUT)
                    break
                for key, _ in selector.select(min(left, SLICE_S)):
                    sample = _receive(key.data, host, selector, faults, wall)
                    if sample is not None:
                        return sample
        finally:
            for key in list(selector.get_map().values()):
                _drop(key.data, selector)
    raise TimeServerFault(host, min(faults, key=list(TimeReason).index))


_Address = tuple[int, int, int, tuple[object, ...]]


def _addresses(host: str, port: int) -> list[_Address]:
    """The first address of each family."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):  # UnicodeError: a name that can't be written in IDNA
        raise TimeServerFault(host, TimeReason.NAME_NOT_FOUND) from None
    first: dict[int, _Address] = {}
    for family, kind, protocol, _, place in found:
        first.setdefault(family, (family, kind, protocol, place))
    return list(first.values())


def _moment(wall: Callable[[], float]) -> _Moment:
    """Reads both clocks until nothing came between the two readings."""
    best = math.inf
    for _ in range(5):
        before = time.perf_counter()
        wall_s = wall()
        after = time.perf_counter()
        if after - before < best:
            best = after - before
            moment = _Moment(wall_s, (before + after) / 2)
        if best < GRAIN_S:
            break
    return moment


def _send(
    address: _Address,
    selector: selectors.BaseSelector,
    faults: list[TimeReason],
    wall: Callable[[], float],
) -> None:
    family, kind, protocol, place = address
    try:
        wire = socket.socket(family, kind, protocol)
    except OSError:  # a family that this system can't speak
        faults.append(TimeReason.UNREACHABLE)
        return
    stamp = secrets.token_bytes(8)
    request = bytearray(NTPPacket(version=VERSION, mode=MODE_CLIENT).to_data())
    request[TRANSMIT] = stamp
    try:
        wire.setblocking(False)
        wire.connect(place)
        sent = _moment(wall)
        wire.send(request)
    except OSError as error:
        wire.close()
        faults.append(_network_reason(error))
        return
    selector.register(wire, selectors.EVENT_READ, _Question(wire, stamp, sent))


def _receive(
    question: _Question,
    host: str,
    selector: selectors.BaseSelector,
    faults: list[TimeReason],
    wall: Callable[[], float],
) -> Sample | None:
    """The sample in a packet that has arrived; None where it decides nothing or badly."""
    try:
        packet = question.wire.recv(LARGEST_BYTES)
        return _read(packet, question, _moment(wall), host)
    except BlockingIOError:  # dropped by the kernel after all, for a bad checksum
        return None
    except _Stray as stray:
        if stray.reason not in faults:
            faults.append(stray.reason)
        return None
    except TimeServerFault as fault:
        faults.append(fault.reason)
    except OSError as error:
        faults.append(_network_reason(error))
    _drop(question, selector)
    return None


def _drop(question: _Question, selector: selectors.BaseSelector) -> None:
    selector.unregister(question.wire)
    question.wire.close()


def _network_reason(error: OSError) -> TimeReason:
    if isinstance(error, ConnectionError):  # refused; Windows says reset
        return TimeReason.REFUSED
    return TimeReason.UNREACHABLE


def _read(packet: bytes, question: _Question, landed: _Moment, host: str) -> Sample:
    """Raises _Stray for what is no answer to this question, TimeServerFault for a bad one."""

    def refuse_if(bad: bool, reason: TimeReason) -> None:
        if bad:
            raise TimeServerFault(host, reason)

    if len(packet) < PACKET_BYTES:
        raise _Stray(TimeReason.BAD_PACKET)
    if packet[ORIGIN] != question.stamp:
        raise _Stray(TimeReason.WRONG_ORIGIN)
    answer = NTPPacket()
    answer.from_data(packet)
    refuse_if(answer.mode != MODE_SERVER, TimeReason.BAD_PACKET)
    refuse_if(answer.version not in ANSWER_VERSIONS, TimeReason.BAD_PACKET)
    refuse_if(_is_kiss_of_death(answer.stratum, packet[REFERENCE_ID]), TimeReason.KISS_OF_DEATH)
    refuse_if(answer.leap == LEAP_UNSYNCHRONISED, TimeReason.UNSYNCHRONISED)
    refuse_if(answer.stratum not in STRATA, TimeReason.UNSYNCHRONISED)
    refuse_if(answer.recv_timestamp == 0 or answer.tx_timestamp == 0, TimeReason.BAD_PACKET)

    # The duration comes from the steady clock. Had the other one been set on the way, nobody
    # could tell which of its two readings the offset belongs to.
    took_s = landed.tick_s - question.sent.tick_s
    gained_s = landed.wall_s - question.sent.wall_s - took_s
    refuse_if(abs(gained_s) > STEP_LIMIT_S, TimeReason.CLOCK_STEPPED)

    received_s = _unfold(answer.recv_timestamp, question.sent.wall_s)
    answered_s = _unfold(answer.tx_timestamp, question.sent.wall_s)
    held_s = answered_s - received_s
    refuse_if(not -SLACK_S <= held_s <= took_s + SLACK_S, TimeReason.BAD_DELAY)
    delay_s = max(0.0, took_s - held_s)

    root_distance_s = answer.root_delay / 2 + answer.root_dispersion
    grain_s = GRAIN_S + time.get_clock_info("time").resolution + _precision_s(answer.precision)
    sample = Sample(
        host=host,
        offset_s=(received_s + answered_s - took_s) / 2 - question.sent.wall_s,
        delay_s=delay_s,
        stratum=answer.stratum,
        root_distance_s=root_distance_s,
        grain_s=grain_s,
    )
    refuse_if(sample.uncertainty_s > UNCERTAINTY_LIMIT_S, TimeReason.TOO_UNCERTAIN)
    refuse_if(abs(sample.offset_s) > OFFSET_LIMIT_S, TimeReason.ABSURD_OFFSET)
    return sample


def _is_kiss_of_death(stratum: int, reference_id: bytes) -> bool:
    """Stratum 0 with a code of four letters (RFC 5905, section 7.4)."""
    return stratum == 0 and reference_id.isalnum() and reference_id not in STARTING_KISSES


def _precision_s(exponent: int) -> float:
    """The server's clock tick: a power of two in seconds; what is absurd ends as too uncertain."""
    return math.ldexp(1.0, max(-60, min(60, exponent)))


def _unfold(stamp_s: float, near_s: float) -> float:
    """Unix seconds of an NTP stamp, whose 32 bits of seconds begin anew in 2036 and every 136
    years: in the era that brings it nearest to the computer's clock, or to 2025 where that
    clock is earlier still (a dead battery starts in 1970)."""
    unix_s = stamp_s - float(NTP.NTP_DELTA)
    return unix_s + ERA_S * round((max(near_s, EARLIEST_S) - unix_s) / ERA_S)
