"""Servers that sent a kiss of death, and how long it applies."""

import math
import time
from collections.abc import Callable

RATE_REST_S = 1024.0
"""After a RATE kiss, in seconds. RFC 5905 does not say by how much to reduce the rate; an ordinary
client polls at most every 2**10 s."""

_REST_S = {b"RATE": RATE_REST_S, b"DENY": math.inf, b"RSTR": math.inf}


class KissOfDeathLog:
    """Remembers kisses of death (RFC 5905, section 7.4) while the program runs: DENY and RSTR until
    it ends, RATE for RATE_REST_S. Other codes are informational. `tick` is a monotonic clock
    (s)."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._until_s: dict[tuple[str, int], float] = {}

    def record(self, host: str, port: int, code: bytes) -> None:
        """A server answered with this four-letter code."""
        if code in _REST_S:
            self._until_s[host, port] = self._tick() + _REST_S[code]

    def forbids(self, host: str, port: int) -> bool:
        """Whether this server must not be contacted now."""
        return self._tick() < self._until_s.get((host, port), -math.inf)
