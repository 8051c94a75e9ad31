"""Text as a QR code: for another device's camera, or as a picture for a panel."""

import math
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from authenticator.errors import InputRefused

MODULE_PX = 8


class CodeOverfull(InputRefused):
    """A text of `length` characters does not fit into a QR code."""

    def __init__(self, length: int) -> None:
        self.length = length
        super().__init__(length)


@dataclass(frozen=True, slots=True)
class Modules:
    """`side` x `side` modules in rows from the top, 0 for dark and 255 for light, with the
    white margin that readers need."""

    side: int
    pixels: bytes


def qr_code(text: str, level: str = "") -> Modules | None:
    """The code of a text at an error correction level (L, M, Q or H; "" for the highest that its
    size allows); None for a text that does not fit into a QR code (2,953 bytes at most)."""
    import zxingcpp

    try:
        made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    except ValueError:  # its message may contain the text
        return None
    image: Any = made.to_image(scale=1, add_quiet_zones=True)  # its stub hides the buffer
    pixels = memoryview(image).tobytes()
    return Modules(math.isqrt(len(pixels)), pixels)


def qr_png(text: str) -> bytes:
    """A PNG, black on white, with a margin of 4 modules, each 8 pixels wide. At error correction
    level M a seventh of the code may be damaged.

    Raises CodeOverfull for a text of more than 2,331 bytes.
    """
    from PIL.Image import Resampling, frombytes

    code = qr_code(text, "M")
    if code is None:
        raise CodeOverfull(len(text))
    side = code.side * MODULE_PX
    drawn = frombytes("L", (code.side, code.side), code.pixels)
    file = BytesIO()
    drawn.resize((side, side), Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()
