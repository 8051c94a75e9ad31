"""Frames -> payloads that are accepted once several frames agree, and outlines to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from authenticator.scan.decoders import Corners, Payload

if TYPE_CHECKING:
    from authenticator.scan.camera import Frame


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame showed: texts `accepted` with this frame, and where codes stand in it."""

    accepted: tuple[Payload, ...]
    outlines: tuple[Corners, ...]


class Watch:
    """Accepts a text, once, when `needed` of the latest frames agree on it."""

    def __init__(self, needed: int = 2) -> None:
        raise NotImplementedError

    def offer(self, frame: Frame) -> Sight:
        raise NotImplementedError
