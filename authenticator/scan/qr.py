"""A text as a QR code, for another device's camera."""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Modules:
    """`side` x `side` modules in rows from the top, 0 for dark and 255 for light, with the
    white margin that readers need."""

    side: int
    pixels: bytes


def qr_code(text: str) -> Modules | None:
    """The code of a text; None for one that no QR code holds (2,953 bytes is the most)."""
    import zxingcpp

    try:
        made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    except ValueError:
        return None
    image: Any = made.to_image(scale=1, add_quiet_zones=True)  # its stub hides the buffer
    pixels = memoryview(image).tobytes()
    return Modules(math.isqrt(len(pixels)), pixels)
