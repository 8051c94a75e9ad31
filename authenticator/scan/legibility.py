"""What would keep a phone from reading a code that was read here, measured in the picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from authenticator.otp.remark import Field, Reason, Remark

if TYPE_CHECKING:
    from authenticator.scan.decoders import Corners
    from authenticator.scan.image import Picture
    from authenticator.scan.measured_code import MeasuredCode

MARGIN_MODULES: Final = 4
"""ISO/IEC 18004: the quiet zone of a QR code."""
CONTRAST_PERCENT: Final = 40
"""ISO/IEC 15415: symbol contrast of at least this is grade C, the lowest meant for use."""
MODULE_PX: Final = 3.0
"""0.8 mm on a screen with 96 dots per inch. A phone half a metre away, whose preview of 1,920
pixels covers 70 cm there, sees two pixels of it: the minimum for decoders."""
LEVEL: Final = "M"
"""The error correction that a code on a screen needs: a seventh of it may be damaged. Higher ones
are for prints, and for codes with a picture in them."""
_CLEAN: Final = 0.97
"""The share of a ring around a code that must be light for it to count as margin."""


def legibility(picture: Picture, corners: Corners, length: int = 0) -> tuple[Remark, ...]:
    """What makes a QR code in a picture hard to read; `corners` as in Payload, `length` of its text
    in bytes. Empty if its modules can't be distinguished at these corners."""
    from authenticator.scan.measured_code import measured

    code = measured(picture.grey, corners)
    if code is not None:
        return tuple(_remarks(code, _percent(code.light - code.dark), length))
    # Only its colours differ: as bright as each other, to a phone.
    code = _by_colour(picture, corners)
    return () if code is None else tuple(_remarks(code, 0, length))


def _by_colour(picture: Picture, corners: Corners) -> MeasuredCode | None:
    import cv2

    from authenticator.scan.colours import planes
    from authenticator.scan.measured_code import measured

    if picture.colours is None:
        return None
    size = picture.grey.shape[::-1]
    codes = (measured(cv2.resize(plane, size), corners) for plane in planes(picture.colours()))
    return next((code for code in codes if code is not None), None)


def _percent(difference: float) -> int:
    return round(difference * 100 / 255)


def _remarks(code: MeasuredCode, percent: int, length: int) -> Iterator[Remark]:
    """`percent` is the contrast in brightness: of a code that has none, what is light is not
    known."""
    if code.inverted and percent:
        yield Remark(Field.PICTURE, Reason.INVERTED)
    if percent < CONTRAST_PERCENT:
        facts: dict[str, int | str] = {"percent": percent, "wanted": CONTRAST_PERCENT}
        yield Remark(Field.PICTURE, Reason.PALE, facts)
    margin = _margin(code)
    if margin is not None:
        yield margin
    if round(code.module_px, 1) < MODULE_PX:
        facts = {"modules": code.size, "pixels": f"{code.module_px:.1f}"}
        yield Remark(Field.PICTURE, Reason.DENSE, facts | _smaller(code, length))


def _smaller(code: MeasuredCode, length: int) -> dict[str, int | str]:
    """The level of the code and how many modules a side it would have with LEVEL, if fewer: as
    bytes, as most encoders write a link."""
    from authenticator.scan.qr_encoder import qr_code

    level = code.level()
    drawn = qr_code("a" * length, LEVEL) if length and level in ("Q", "H") else None
    if drawn is None:
        return {}
    fewer = drawn.side - 2 * MARGIN_MODULES
    if fewer >= code.size:
        return {}
    return {"level": level, "enough": LEVEL, "fewer": fewer}


def _margin(code: MeasuredCode) -> Remark | None:
    """What is wrong with the rings of modules around the code, which ought to be light (dark if it
    is inverted). What lies beyond the picture's edge is not known."""
    import numpy as np

    from authenticator.scan.measured_code import brightness

    middle = (code.dark + code.light) / 2
    shown = MARGIN_MODULES
    for ring in range(1, MARGIN_MODULES + 1):
        near, far = -ring + 0.5, code.size + ring - 0.5
        along = np.arange(near, far + 0.5)
        edges = [np.column_stack([along, np.full_like(along, edge)]) for edge in (near, far)]
        spots = np.concatenate([*edges, *(edge[:, ::-1] for edge in edges)])
        seen, inside = brightness(code.grey, code.warp, spots)
        filled = inside & ((seen > middle) if code.inverted else (seen < middle))
        if filled.mean() > 1 - _CLEAN:
            return _told(Reason.NO_MARGIN, min(ring - 1, shown))
        if inside.mean() < _CLEAN:
            shown = min(shown, ring - 1)
    return None if shown == MARGIN_MODULES else _told(Reason.TIGHT, shown)


def _told(reason: Reason, modules: int) -> Remark:
    return Remark(Field.PICTURE, reason, {"modules": modules, "wanted": MARGIN_MODULES})
