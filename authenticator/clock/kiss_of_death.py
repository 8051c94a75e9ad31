"""Servers that asked to be left alone, and until when."""

import math
import time
from collections.abc import Callable

RATE_REST_S = 1024.0
"""After "you ask too often", in seconds. RFC 5905 says less often, not how much less; an
ordinary client asks at most once in 2**10 s."""

_REST_S = {b"RATE": RATE_REST_S, b"DENY": math.inf, b"RSTR": math.inf}


class Rests:
    """Keeps kisses of death (RFC 5905, section 7.4) for as long as the program runs: DENY and
    RSTR to its end, RATE for RATE_REST_S. Other codes only inform. `tick` is a steady clock (s)."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._until_s: dict[tuple[str, int], float] = {}

    def note(self, host: str, port: int, code: bytes) -> None:
        """A server answered with this code of four letters."""
        if code in _REST_S:
            self._until_s[host, port] = self._tick() + _REST_S[code]

    def holds(self, host: str, port: int) -> bool:
        """Whether this server must not be asked now."""
        return self._tick() < self._until_s.get((host, port), -math.inf)
