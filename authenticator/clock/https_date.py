"""The time of a web server: coarse, but over HTTPS and a port that is hardly ever blocked."""

import http.client
import io
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPMessage
from urllib.parse import urlsplit

from authenticator.clock.clock import OFFSET_LIMIT_S
from authenticator.clock.clock_reading import GRAIN_S, ClockReading
from authenticator.clock.deadline import Deadline
from authenticator.clock.sample import (
    UNCERTAINTY_LIMIT_S,
    Sample,
    TimeReason,
    TimeServerFault,
)
from authenticator.clock.tls import Channel, channel
from authenticator.clock.trust_store import TrustStore

PORT = 443
HEAD_LIMIT_BYTES = 65_536
END_OF_HEAD = b"\r\n\r\n"
NETWORK_WANTS_SIGN_IN = 511  # RFC 6585, section 6

SERVER_S = 0.25
"""How far a web server's time may be off: because of its own clock, and because it updates the
header less often than it answers."""

_DATE = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT")
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?: |\r?$)")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def ask(
    host: str,
    port: int = PORT,
    *,
    deadline_s: float,
    cancelled: Callable[[], bool] = lambda: False,
    wall: Callable[[], float] = time.time,
    trust: TrustStore | None = None,
) -> Sample:
    """Asks one web server for the head of its first page and reads the Date in it: an
    authenticated, coarse Sample. Nothing else is sent, and redirects are not followed.

    Date is truncated to whole seconds (RFC 9110, section 6.6.1), and was written between our
    request and the answer. So the true offset lies within `uncertainty_s` of `offset_s`: about a
    second.

    Raises TimeServerFault; with `clock_too_wrong` if this computer's clock is so far off that no
    certificate can be checked.
    """
    deadline = Deadline.of(deadline_s, cancelled)
    with channel(host, port, deadline, trust=trust, wall=wall) as wire:
        sent = ClockReading.now(wall)
        wire.send(_request(host, port))
        first = wire.receive()
        landed = ClockReading.now(wall)
        head = _rest_of_head(wire, first)

    def refuse_if(bad: bool, reason: TimeReason) -> None:
        if bad:
            raise TimeServerFault(host, reason)

    status, lines = _read_head(host, head)
    refuse_if(status == NETWORK_WANTS_SIGN_IN, TimeReason.SIGN_IN_PAGE)
    refuse_if(300 <= status < 400 and _leads_away(lines, host), TimeReason.SIGN_IN_PAGE)
    # A cached response has an old Date.
    refuse_if(lines.get("Age", "0").strip() != "0", TimeReason.NO_DATE)
    dates = lines.get_all("Date", [])
    written_s = read_date(dates[0]) if len(dates) == 1 else None
    if written_s is None:
        raise TimeServerFault(host, TimeReason.NO_DATE)
    refuse_if(landed.stepped_since(sent), TimeReason.CLOCK_STEPPED)
    took_s = landed.steady_s - sent.steady_s
    sample = Sample(
        host=host,
        offset_s=written_s + 0.5 - (sent.wall_s + took_s / 2),
        delay_s=took_s,
        stratum=0,
        root_distance_s=SERVER_S,
        grain_s=0.5 + GRAIN_S + time.get_clock_info("time").resolution,
        authenticated=True,
        coarse=True,
    )
    refuse_if(sample.uncertainty_s > UNCERTAINTY_LIMIT_S, TimeReason.TOO_UNCERTAIN)
    refuse_if(abs(sample.offset_s) > OFFSET_LIMIT_S, TimeReason.ABSURD_OFFSET)
    return sample


def read_date(text: str) -> float | None:
    """Unix seconds of an HTTP date in the only form that servers may send; None for any other."""
    match = _DATE.fullmatch(text.strip())
    if match is None or match[2] not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(match[i]) for i in (1, 3, 4, 5, 6))
    try:
        # A leap second is written as second 60.
        at = datetime(year, _MONTHS.index(match[2]) + 1, day, hour, minute, min(second, 59), 0, UTC)
    except ValueError:
        return None
    return at.timestamp() + (second == 60) if second <= 60 else None


def _request(host: str, port: int) -> bytes:
    name = f"[{host}]" if ":" in host else host.encode("idna").decode()
    if port != PORT:
        name += f":{port}"
    return (
        f"HEAD / HTTP/1.1\r\nHost: {name}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n"
    ).encode()


def _rest_of_head(wire: Channel, first: bytes) -> bytes:
    """Up to the empty line; empty if there is none."""
    head, came = first, first
    while came and END_OF_HEAD not in head and len(head) < HEAD_LIMIT_BYTES:
        came = wire.receive()
        head += came
    return head.partition(END_OF_HEAD)[0] if END_OF_HEAD in head else b""


def _read_head(host: str, head: bytes) -> tuple[int, HTTPMessage]:
    status, _, lines = head.partition(b"\r\n")
    match = _STATUS.match(status)
    if match is None:
        raise TimeServerFault(host, TimeReason.BAD_PACKET)
    try:
        return int(match[1]), http.client.parse_headers(io.BytesIO(lines + b"\r\n\r\n"))
    except http.client.HTTPException:  # too many lines, or too long ones
        raise TimeServerFault(host, TimeReason.BAD_PACKET) from None


def _leads_away(lines: HTTPMessage, host: str) -> bool:
    """Whether a redirect leads to another host, www aside."""
    try:
        there = urlsplit(lines.get("Location", "")).hostname or host
    except ValueError:
        return True
    return there.lower().removeprefix("www.") != host.lower().removeprefix("www.")
