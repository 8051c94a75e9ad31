"""Authenticated time: NTP with Network Time Security (RFC 8915, section 5).

An answer counts only if it is authenticated with a key that the server obtained by proving its
identity.
"""

import secrets
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from authenticator.clock.deadline import Deadline
from authenticator.clock.kiss_of_death import KissOfDeathLog
from authenticator.clock.network import addresses
from authenticator.clock.ntp import HEADER_BYTES, Check, UnrelatedPacket, kiss_code, measure
from authenticator.clock.nts_ke import COOKIE_LIMIT_BYTES, COOKIES, PORT, Keys, establish
from authenticator.clock.sample import Sample, TimeReason, TimeServerFault
from authenticator.clock.trust_store import TrustStore

UNIQUE_IDENTIFIER, COOKIE, COOKIE_PLACEHOLDER, AUTHENTICATOR = 0x0104, 0x0204, 0x0304, 0x0404
IDENTIFIER_BYTES = 32
NONCE_BYTES = 16
NAK = b"NTSN"
FIELD_BYTES = 16
"""The smallest extension field (RFC 7822)."""

PACKET_LIMIT_BYTES = 1200
"""What every IPv6 network carries without fragmentation."""


def ask(
    host: str,
    port: int = PORT,
    *,
    deadline_s: float,
    cancelled: Callable[[], bool] = lambda: False,
    wall: Callable[[], float] = time.time,
    trust: TrustStore | None = None,
    kiss_log: KissOfDeathLog | None = None,
) -> Sample:
    """Agrees on keys with `host` and measures: an authenticated Sample. Otherwise as clock.ntp.ask;
    raises TimeServerFault.

    Keys and cookies are not kept from one check to the next. Checks are hours or days apart, a new
    key exchange costs two round trips, and keys that are not kept can't be stolen, expire, or link
    two checks to the same computer.
    """
    session = NtsSession(host, port, wall=wall, trust=trust, kiss_log=kiss_log)
    return session.ask(deadline_s=deadline_s, cancelled=cancelled)


class NtsSession:
    """The keys agreed with one server. Not thread-safe."""

    def __init__(
        self,
        host: str,
        port: int = PORT,
        *,
        wall: Callable[[], float] = time.time,
        trust: TrustStore | None = None,
        kiss_log: KissOfDeathLog | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._wall = wall
        self._trust = trust
        self._kiss_log = KissOfDeathLog() if kiss_log is None else kiss_log
        self._keys: Keys | None = None
        self._jar = CookieJar(())

    def ask(self, *, deadline_s: float, cancelled: Callable[[], bool] = lambda: False) -> Sample:
        """Measures with the current keys, or new ones; once more with new ones if the server no
        longer accepts its cookies. Raises TimeServerFault."""
        deadline = Deadline.of(deadline_s, cancelled)
        if self._kiss_log.forbids(self._host, self._port):
            raise TimeServerFault(self._host, TimeReason.RESTING)
        try:
            return self._measure(self._current_keys(deadline), deadline)
        except TimeServerFault as fault:
            if fault.reason is not TimeReason.COOKIE_REFUSED:
                raise
        self._keys = None
        return self._measure(self._current_keys(deadline), deadline)

    def _current_keys(self, deadline: Deadline) -> Keys:
        if self._keys is None or not self._jar:
            self._keys = establish(
                self._host, self._port, deadline, trust=self._trust, wall=self._wall
            )
            self._jar = CookieJar(self._keys.cookies)
        return self._keys

    def _measure(self, keys: Keys, deadline: Deadline) -> Sample:
        try:
            places = addresses(keys.server, keys.port, socket.SOCK_DGRAM)
        except TimeServerFault as fault:  # a name that the user never saw
            raise TimeServerFault(self._host, fault.reason) from None
        seal = NtsProtection(keys, self._jar)
        sample = measure(
            self._host,
            places,
            deadline,
            self._wall,
            seal.protect,
            lambda code: self._kiss_log.record(self._host, self._port, code),
        )
        return replace(sample, authenticated=True)


class CookieJar:
    """Cookies, each for one request; at most eight (section 5.7)."""

    def __init__(self, cookies: tuple[bytes, ...]) -> None:
        self._cookies = deque(cookies, COOKIES)

    def __len__(self) -> int:
        return len(self._cookies)

    def take(self) -> bytes:
        """Removes and returns the oldest."""
        return self._cookies.popleft()

    def put(self, cookie: bytes) -> None:
        """Adds one; the oldest makes room."""
        if 0 < len(cookie) <= COOKIE_LIMIT_BYTES:
            self._cookies.append(cookie)


class NtsProtection:
    """Authenticates requests with the agreed keys and verifies answers."""

    def __init__(self, keys: Keys, jar: CookieJar) -> None:
        self._outward = AESSIV(keys.to_server)
        self._inward = AESSIV(keys.to_client)
        self._jar = jar
        self._awaited = 0

    def protect(self, header: bytes) -> tuple[bytes, Check] | None:
        """An authenticated request for a header of 48 bytes, and the check of its answer, which
        puts the cookies that came with it into the jar. None when no cookie is left."""
        if not self._jar:
            return None
        identifier = secrets.token_bytes(IDENTIFIER_BYTES)
        cookie = self._jar.take()
        packet = header + _field(UNIQUE_IDENTIFIER, identifier) + _field(COOKIE, cookie)
        # The answer brings a cookie for this one, and one more for each placeholder.
        placeholder = _field(COOKIE_PLACEHOLDER, bytes(len(cookie)))
        missing = COOKIES - len(self._jar) - self._awaited - 1
        room = (PACKET_LIMIT_BYTES - len(packet)) // len(placeholder)
        placeholders = max(0, min(missing, room))
        self._awaited += 1 + placeholders
        packet += placeholder * placeholders
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._outward.encrypt(b"", [packet, nonce])
        packet += _field(AUTHENTICATOR, _pack_sealed(nonce, sealed))
        return packet, lambda answer: self._check(answer, identifier)

    def _check(self, answer: bytes, identifier: bytes) -> None:
        """Sections 5.6 and 5.7. What follows the authenticator is not authenticated and is
        ignored."""
        identified = False
        try:
            for field in read_fields(answer, HEADER_BYTES):
                if field.kind == UNIQUE_IDENTIFIER:
                    if identified or field.value != identifier:
                        raise UnrelatedPacket(TimeReason.WRONG_ORIGIN)
                    identified = True
                elif field.kind == AUTHENTICATOR:
                    if not identified:
                        raise UnrelatedPacket(TimeReason.WRONG_ORIGIN)
                    self._open(answer[: field.at], field.value)
                    return
        except (ValueError, InvalidTag):
            raise UnrelatedPacket(TimeReason.NOT_AUTHENTIC) from None
        if identified and kiss_code(answer) == NAK:
            # Not authenticated, so it may be forged: the real answer is awaited a little longer.
            raise UnrelatedPacket(TimeReason.COOKIE_REFUSED, soon=True)
        raise UnrelatedPacket(TimeReason.NOT_AUTHENTIC)

    def _open(self, before: bytes, value: bytes) -> None:
        """Raises InvalidTag or ValueError; then nothing is kept."""
        nonce, sealed = _unpack_sealed(value)
        fields = list(read_fields(self._inward.decrypt(sealed, [before, nonce])))
        for field in fields:
            if field.kind == COOKIE:
                self._jar.put(field.value)


@dataclass(frozen=True, slots=True)
class ExtensionField:
    """An extension field of an NTP packet (RFC 7822); `at` is where it begins."""

    at: int
    kind: int
    value: bytes


def read_fields(data: bytes, at: int = 0) -> Iterator[ExtensionField]:
    """The extension fields from `at` to the end. Raises ValueError if they are malformed."""
    while at < len(data):
        if len(data) - at < 4:
            raise ValueError("an extension field is cut short")
        kind, length = struct.unpack_from("!HH", data, at)
        if length < FIELD_BYTES or length % 4 or at + length > len(data):
            raise ValueError("an extension field of impossible length")
        yield ExtensionField(at, kind, data[at + 4 : at + length])
        at += length


def _field(kind: int, value: bytes) -> bytes:
    body = _padded(value).ljust(FIELD_BYTES - 4, b"\0")
    return struct.pack("!HH", kind, 4 + len(body)) + body


def _padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)


def _pack_sealed(nonce: bytes, sealed: bytes) -> bytes:
    """The body of the authenticator field (section 5.6)."""
    return struct.pack("!HH", len(nonce), len(sealed)) + _padded(nonce) + _padded(sealed)


def _unpack_sealed(value: bytes) -> tuple[bytes, bytes]:
    """Nonce and ciphertext. Raises ValueError if they are malformed."""
    nonce_bytes, sealed_bytes = struct.unpack_from("!HH", value)
    sealed_at = 4 + nonce_bytes + -nonce_bytes % 4
    if sealed_at + sealed_bytes > len(value) or not nonce_bytes:
        raise ValueError("a seal of impossible length")
    return value[4 : 4 + nonce_bytes], value[sealed_at : sealed_at + sealed_bytes]
