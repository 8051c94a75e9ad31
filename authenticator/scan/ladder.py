"""Decoders x transforms, cheapest first, within a time budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from authenticator.scan.decoders import Decoder, Payload
from authenticator.scan.image import Picture


@dataclass(frozen=True, slots=True)
class Reading:
    """What the codes of a picture say, in reading order, and how long it took.

    `complete` is False when nothing was read and the budget ended before everything was tried.
    """

    payloads: tuple[Payload, ...]
    ms: float
    complete: bool


def read(
    picture: Picture, budget_ms: float = 1000.0, decoders: Sequence[Decoder] | None = None
) -> Reading:
    """Read the QR codes of a picture. No rung begins after `budget_ms`. Never raises."""
    raise NotImplementedError
