"""Grey pixels -> payloads: zxing-cpp and zbar behind one protocol."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from authenticator.scan.parts import Part

if TYPE_CHECKING:
    from authenticator.scan.image import Grey

Point = tuple[int, int]
Corners = tuple[Point, Point, Point, Point]
"""x, y in pixels of the code's top left, top right, bottom right and bottom left corner."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The text of one code, whatever it is, and where the code is.

    `format` is "QRCode", "MicroQRCode" or "RMQRCode". The text of a code that is only a part of one
    is in the written form of scan.parts.
    """

    text: str
    format: str
    corners: Corners


class Decoder(Protocol):
    """Reads the QR codes in a greyscale image. Never raises, whatever the pixels."""

    def decode(self, grey: Grey) -> list[Payload]: ...


class ZxingDecoder:
    """zxing-cpp: QR, Micro QR and rMQR codes, also rotated, mirrored, or light on dark.

    With `histogram` it separates dark from light by one threshold for the whole picture, not by
    local contrast. Without `micro` it reads QR codes only: the error detection of the small formats
    is so weak that artefacts in a heavily processed picture may decode as one.
    """

    def __init__(self, histogram: bool = False, micro: bool = True) -> None:
        self._histogram = histogram
        self._micro = micro

    def decode(self, grey: Grey) -> list[Payload]:
        import zxingcpp
        from zxingcpp import BarcodeFormat, BarcodeFormats, Binarizer, TextMode

        kinds = BarcodeFormat.QRCode if self._micro else BarcodeFormat.QRCodeModel2
        try:
            found = zxingcpp.read_barcodes(
                grey,
                formats=BarcodeFormats([kinds]),
                try_rotate=True,
                try_downscale=True,
                try_invert=True,
                text_mode=TextMode.Plain,
                binarizer=Binarizer.GlobalHistogram if self._histogram else Binarizer.LocalAverage,
            )
            return [_from_zxing(code) for code in found]
        except Exception:  # noqa: BLE001 - third-party C++: what makes it fail is unreadable
            return []


def _from_zxing(code: Any) -> Payload:
    name = code.format.name
    small = name in ("MicroQRCode", "RMQRCode")
    place = code.position
    return Payload(
        code.text if small or name == "QRCodeModel1" else _text_or_part(code),
        name if small else "QRCode",
        (
            (place.top_left.x, place.top_left.y),
            (place.top_right.x, place.top_right.y),
            (place.bottom_right.x, place.bottom_right.y),
            (place.bottom_left.x, place.bottom_left.y),
        ),
    )


def _text_or_part(code: Any) -> str:
    from authenticator.scan.structured_append import header

    found = header(code)
    text: str = code.text
    return text if found is None else Part(*found, bytes(code.bytes)).written()


_ZBAR_BINARY = 4
"""ZBAR_CFG_BINARY (zbar 0.23.1 and later): return the raw bytes.

Otherwise zbar guesses the character set and mistakes many UTF-8 issuers for Shift JIS.
"""
_ZBAR_QR = 64
_ZBAR_ENABLE = 0
_ZBAR_ALL = 0
_Y800 = int.from_bytes(b"Y800", "little")


class PyzbarDecoder:
    """zbar, through pyzbar's binding: QR codes only. Reads nothing if zbar is not installed.

    pyzbar's own `decode` can't request raw bytes, and raises on structured append.
    """

    def decode(self, grey: Grey) -> list[Payload]:
        try:
            return self._decode(grey)
        except Exception:  # noqa: BLE001 - ImportError without the library, and third-party errors
            return []

    def _decode(self, grey: Grey) -> list[Payload]:
        from pyzbar import wrapper as zbar

        height, width = grey.shape
        pixels = grey.tobytes()
        scanner = zbar.zbar_image_scanner_create()
        image = zbar.zbar_image_create()
        try:
            for symbol, setting, value in (
                (_ZBAR_ALL, _ZBAR_ENABLE, 0),
                (_ZBAR_QR, _ZBAR_ENABLE, 1),
                (_ZBAR_QR, _ZBAR_BINARY, 1),
            ):
                zbar.zbar_image_scanner_set_config(scanner, symbol, setting, value)
            zbar.zbar_image_set_format(image, _Y800)
            zbar.zbar_image_set_size(image, width, height)
            address = ctypes.cast(ctypes.c_char_p(pixels), ctypes.c_void_p)
            zbar.zbar_image_set_data(image, address, len(pixels), None)
            zbar.zbar_scan_image(scanner, image)
            found = []
            symbol = zbar.zbar_image_first_symbol(image)
            while symbol:
                payload = _from_zbar(zbar, symbol)
                if payload:
                    found.append(payload)
                symbol = zbar.zbar_symbol_next(symbol)
            return found
        finally:
            zbar.zbar_image_destroy(image)
            zbar.zbar_image_scanner_destroy(scanner)


def _from_zbar(zbar: Any, symbol: Any) -> Payload | None:
    if symbol.contents.type != _ZBAR_QR or zbar.zbar_symbol_get_loc_size(symbol) != 4:
        return None  # an incomplete structured append has a type of its own
    raw = ctypes.string_at(
        zbar.zbar_symbol_get_data(symbol), zbar.zbar_symbol_get_data_length(symbol)
    )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # ISO/IEC 18004: the default of a QR code
    top_left, bottom_left, bottom_right, top_right = (
        (zbar.zbar_symbol_get_loc_x(symbol, i), zbar.zbar_symbol_get_loc_y(symbol, i))
        for i in range(4)
    )
    return Payload(text, "QRCode", (top_left, top_right, bottom_right, bottom_left))
