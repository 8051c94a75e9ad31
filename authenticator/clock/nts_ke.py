"""Key establishment of Network Time Security (RFC 8915, section 4): from a host to shared keys."""

import re
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from authenticator.clock.deadline import Deadline
from authenticator.clock.sample import TimeReason, TimeServerFault
from authenticator.clock.tls import TLS_1_3, Channel, channel
from authenticator.clock.trust_store import TrustStore

PORT = 4460
NTP_PORT = 123
PROTOCOL = b"ntske/1"
NTPV4 = 0
AES_SIV_CMAC_256 = 15  # the one algorithm that every server must support
KEY_BYTES = 32
EXPORTER = b"EXPORTER-network-time-security"

CRITICAL = 0x8000
END_OF_MESSAGE, NEXT_PROTOCOL, ERROR, WARNING, AEAD, NEW_COOKIE, SERVER, SERVER_PORT = range(8)

MESSAGE_LIMIT_BYTES = 65_536
COOKIE_LIMIT_BYTES = 1024
"""A longer cookie would make a request that has to be fragmented."""

COOKIES = 8
"""How many a client keeps (section 5.7)."""

_HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\.?|[0-9A-Fa-f:.]{2,45}")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the server offers. `server` is None if the same host serves NTP."""

    server: str | None
    port: int
    cookies: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """What was agreed: where to ask for the time, a 32-byte key for each direction, and cookies by
    which the stateless server recovers these keys. Each is used once."""

    server: str
    port: int
    to_server: bytes = field(repr=False)
    to_client: bytes = field(repr=False)
    cookies: tuple[bytes, ...] = field(repr=False)


def establish(
    host: str,
    port: int,
    deadline: Deadline,
    *,
    trust: TrustStore | None = None,
    wall: Callable[[], float] = time.time,
) -> Keys:
    """Agrees on keys over TLS 1.3. Raises TimeServerFault."""
    with channel(
        host,
        port,
        deadline,
        trust=trust,
        wall=wall,
        protocol=PROTOCOL,
        lowest=TLS_1_3,
    ) as wire:
        wire.send(
            _record(NEXT_PROTOCOL, NTPV4)
            + _record(AEAD, AES_SIV_CMAC_256)
            + _record(END_OF_MESSAGE)
        )
        terms = read_terms(host, _Reader(wire).exactly)
        # Section 5.1: the protocol, the algorithm, the direction.
        to_server, to_client = (
            wire.export(EXPORTER, struct.pack("!HHB", NTPV4, AES_SIV_CMAC_256, way), KEY_BYTES)
            for way in (0, 1)
        )
    return Keys(terms.server or host, terms.port, to_server, to_client, terms.cookies)


class _Reader:
    """Reads a channel in pieces of a given length, up to the message limit."""

    def __init__(self, wire: Channel) -> None:
        self._wire = wire
        self._held = b""
        self._left = MESSAGE_LIMIT_BYTES

    def exactly(self, count: int) -> bytes:
        """This many bytes, or fewer at the end."""
        while len(self._held) < count and self._left > 0:
            came = self._wire.receive()
            if not came:
                break
            self._left -= len(came)
            self._held += came
        taken, self._held = self._held[:count], self._held[count:]
        return taken


def read_terms(host: str, read: Callable[[int], bytes]) -> Terms:
    """Reads a server's answer (section 4.1) through `read`, which returns as many bytes as asked
    for, or fewer at the end. Raises TimeServerFault for `host`: `nts_refused` if the server
    refuses, `nts_bad` if the answer violates the protocol."""

    def demand(good: bool, otherwise: TimeReason = TimeReason.NTS_BAD) -> None:
        if not good:
            raise TimeServerFault(host, otherwise)

    once: dict[int, bytes] = {}
    cookies: list[bytes] = []
    while True:
        head = read(4)
        demand(len(head) == 4)
        kind, length = struct.unpack("!HH", head)
        body = read(length)
        demand(len(body) == length)
        critical, kind = bool(kind & CRITICAL), kind & ~CRITICAL
        # A warning is treated as an error: no warning code is defined that could be ignored.
        demand(kind not in (ERROR, WARNING), TimeReason.NTS_REFUSED)
        if kind == END_OF_MESSAGE:
            demand(critical and not body)
            break
        if kind == NEW_COOKIE:
            demand(0 < length <= COOKIE_LIMIT_BYTES)
            cookies.append(body)
        elif kind in (NEXT_PROTOCOL, AEAD, SERVER, SERVER_PORT):
            demand(kind not in once and (critical or kind != NEXT_PROTOCOL))
            once[kind] = body
        else:
            demand(not critical)  # unknown: may be ignored only if it is not critical

    # An empty list means nothing in common; a choice that was not offered is an error.
    demand(NEXT_PROTOCOL in once)
    demand(bool(once[NEXT_PROTOCOL]), TimeReason.NTS_REFUSED)
    demand(once[NEXT_PROTOCOL] == struct.pack("!H", NTPV4))
    demand(AEAD in once)
    demand(bool(once[AEAD]), TimeReason.NTS_REFUSED)
    demand(once[AEAD] == struct.pack("!H", AES_SIV_CMAC_256))
    demand(bool(cookies))

    port = NTP_PORT
    if SERVER_PORT in once:
        demand(len(once[SERVER_PORT]) == 2)
        (port,) = struct.unpack("!H", once[SERVER_PORT])
        demand(port > 0)
    server = None
    if SERVER in once:
        server = once[SERVER].decode("ascii", "replace")
        demand(len(server) <= 255 and _HOST_NAME.fullmatch(server) is not None)
    return Terms(server, port, tuple(cookies[:COOKIES]))


def _record(kind: int, *values: int) -> bytes:
    body = struct.pack(f"!{len(values)}H", *values)
    return struct.pack("!HH", CRITICAL | kind, len(body)) + body
