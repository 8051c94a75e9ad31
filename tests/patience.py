"""How long a test waits for what is to come.

No test knows how fast the computer is: what is waited for ends the wait, and the limit is reached
only where the test fails.
"""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

PATIENCE_S = 60.0
PATIENCE_MS = round(1000 * PATIENCE_S)
_Seen = TypeVar("_Seen")


def wait_for(look: Callable[[], _Seen], what: str, *, every_s: float = 0.05) -> _Seen:
    """Look again and again until there is something."""
    end = time.monotonic() + PATIENCE_S
    while True:
        if seen := look():
            return seen
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(every_s)


def longer(brief_s: float) -> Iterator[float]:
    """Limits for what only its limit ends: the first is enough on a quick computer, and who had
    too little time for what comes before it takes the next."""
    while brief_s < PATIENCE_S:
        yield brief_s
        brief_s *= 4
