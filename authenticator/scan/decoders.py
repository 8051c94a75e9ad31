"""Grey pixels -> payloads: zxing-cpp and zbar behind one protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from authenticator.scan.image import Grey

Point = tuple[int, int]
Corners = tuple[Point, Point, Point, Point]
"""x, y in pixels of the code's own top left, top right, bottom right and bottom left."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What one code says, whatever that is, and where it stands.

    `format` is "QRCode", "MicroQRCode" or "RMQRCode".
    """

    text: str
    format: str
    corners: Corners


class Decoder(Protocol):
    """Reads the QR codes of a plane. Never raises, whatever the pixels."""

    def decode(self, grey: Grey) -> list[Payload]: ...


class ZxingDecoder:
    """zxing-cpp."""

    def decode(self, grey: Grey) -> list[Payload]:
        raise NotImplementedError


class PyzbarDecoder:
    """zbar."""

    def decode(self, grey: Grey) -> list[Payload]:
        raise NotImplementedError
