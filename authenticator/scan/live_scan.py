"""Camera frames -> payloads, accepted once several frames agree, and outlines to draw."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from authenticator.scan.decoders import Corners, Payload
from authenticator.scan.image import PictureBroke, from_array
from authenticator.scan.ladder import LIVE, Reading, read

if TYPE_CHECKING:
    from authenticator.scan.camera import Frame

LATEST_FRAMES = 30
"""How far apart two sightings of a text may be: about a second."""
FRAME_BUDGET_MS = 60.0
BROKEN_FRAMES = 20
"""How many in a row are skipped as if they had shown nothing."""


@dataclass(frozen=True, slots=True)
class FrameResult:
    """What one frame showed: the payloads `accepted` with it, and where codes are in it."""

    accepted: tuple[Payload, ...]
    outlines: tuple[Corners, ...]


def read_frame(frame: Frame) -> Reading:
    """The codes of one frame, in this process."""
    return read(from_array(frame), FRAME_BUDGET_MS, LIVE)


class LiveScan:
    """Accepts a text, once, when `needed` of the latest frames agree on it.

    A single frame may be misread; a code held up to the camera gives dozens.
    """

    def __init__(
        self, needed: int = 2, read_frame: Callable[[Frame], Reading] = read_frame
    ) -> None:
        self._needed = needed
        self._read = read_frame
        self._latest: deque[frozenset[str]] = deque(maxlen=max(LATEST_FRAMES, needed))
        self._accepted: set[str] = set()
        self._broken = 0

    def add_frame(self, frame: Frame) -> FrameResult:
        """Read the next frame, BGR or greyscale. Takes about 100 ms at most.

        Raises PictureBroke once more than BROKEN_FRAMES frames in a row have failed.
        """
        try:
            payloads = self._read(frame).payloads
            self._broken = 0
        except PictureBroke:
            self._broken += 1
            if self._broken > BROKEN_FRAMES:
                raise
            payloads = ()
        self._latest.append(frozenset(payload.text for payload in payloads))
        accepted = []
        for payload in payloads:
            agreeing = sum(payload.text in texts for texts in self._latest)
            if agreeing >= self._needed and payload.text not in self._accepted:
                self._accepted.add(payload.text)
                accepted.append(payload)
        return FrameResult(tuple(accepted), tuple(payload.corners for payload in payloads))
