"""Frames -> payloads that are accepted once several frames agree, and outlines to draw."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from authenticator.scan.decoders import Corners, Payload
from authenticator.scan.image import Picture, from_array
from authenticator.scan.ladder import LIVE, Reading, read

if TYPE_CHECKING:
    from authenticator.scan.camera import Frame

LATEST_FRAMES = 30
"""How far back two sights of a text may lie apart: about a second."""
FRAME_BUDGET_MS = 60.0


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame showed: texts `accepted` with this frame, and where codes stand in it."""

    accepted: tuple[Payload, ...]
    outlines: tuple[Corners, ...]


def _read_frame(picture: Picture) -> Reading:
    return read(picture, FRAME_BUDGET_MS, LIVE)


class Watch:
    """Accepts a text, once, when `needed` of the latest frames agree on it.

    One frame alone may be misread; a hand that holds up a code gives dozens.
    """

    def __init__(
        self, needed: int = 2, read_frame: Callable[[Picture], Reading] = _read_frame
    ) -> None:
        self._needed = needed
        self._read = read_frame
        self._latest: deque[frozenset[str]] = deque(maxlen=max(LATEST_FRAMES, needed))
        self._accepted: set[str] = set()

    def offer(self, frame: Frame) -> Sight:
        """Look at the next frame, BGR or grey. Takes at most some 100 ms."""
        payloads = self._read(from_array(frame)).payloads
        self._latest.append(frozenset(payload.text for payload in payloads))
        accepted = []
        for payload in payloads:
            agreeing = sum(payload.text in texts for texts in self._latest)
            if agreeing >= self._needed and payload.text not in self._accepted:
                self._accepted.add(payload.text)
                accepted.append(payload)
        return Sight(tuple(accepted), tuple(payload.corners for payload in payloads))
