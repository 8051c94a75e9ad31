"""A picture, or a part of it, transformed so that a decoder can read more in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from authenticator.scan.decoders import Corners
from authenticator.scan.locate import cut

if TYPE_CHECKING:
    from authenticator.scan.image import Grey
    from authenticator.scan.locate import Region

NEAR_PX = 540
"""Enough for a code with many modules. More costs time and gains nothing."""
NEAR_SCALE = 3.0
"""Enlarging further gains nothing."""


Place = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f: (u, v) in a view is (a u + b v + c, d u + e v + f) in its source."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Brightness for a decoder, and where in the picture it is from."""

    grey: Grey
    place: Place = (1, 0, 0, 0, 1, 0)

    def of(self, grey: Grey, place: Place) -> View:
        """A view derived from this one; `place` maps positions in it to this one."""
        a, b, c, d, e, f = self.place
        g, h, i, j, k, m = place
        return View(
            grey,
            (
                *(a * g + b * j, a * h + b * k, a * i + b * m + c),
                *(d * g + e * j, d * h + e * k, d * i + e * m + f),
            ),
        )

    def back(self, corners: Corners) -> Corners:
        """Corners in this view, as positions in the picture."""
        a, b, c, d, e, f = self.place
        one, two, three, four = (
            (round(a * u + b * v + c), round(d * u + e * v + f)) for u, v in corners
        )
        return one, two, three, four


def near(grey: Grey, region: Region, side_px: int = NEAR_PX) -> View:
    """A region of a picture, its longer side scaled to `side_px`, or less if it is tiny."""
    part = View(grey).of(cut(grey, region), (1, 0, region.x, 0, 1, region.y))
    return _scaled(part, min(NEAR_SCALE, side_px / max(region.width, region.height)))


def _scaled(view: View, across: float, down: float | None = None) -> View:
    import cv2

    height, width = view.grey.shape
    size = max(1, round(width * across)), max(1, round(height * (down or across)))
    kind = cv2.INTER_AREA if size[0] * size[1] < view.grey.size else cv2.INTER_CUBIC
    grey = cv2.resize(view.grey, size, interpolation=kind)
    return view.of(grey, (width / size[0], 0, 0, 0, height / size[1], 0))


def plain(view: View) -> View:
    return view


def mask_codes(view: View, codes: Iterable[Corners]) -> View:
    """With white in place of these codes."""
    import cv2
    import numpy as np

    grey = view.grey.copy()
    for corners in codes:
        cv2.fillConvexPoly(grey, np.array(corners, np.int32), 255)
    return replace(view, grey=grey)


def _bordered(view: View, brightness: int) -> View:
    import numpy as np

    margin = max(16, min(view.grey.shape) // 10)
    grey = np.pad(view.grey, margin, constant_values=brightness)
    return view.of(grey, (1, 0, -margin, 0, 1, -margin))


def in_white(view: View) -> View:
    """With the quiet zone that is missing in a picture cropped to the code."""
    return _bordered(view, 255)


def in_black(view: View) -> View:
    """The same for a light code on dark."""
    return _bordered(view, 0)


def darkest(view: View) -> View:
    """Only the darkest parts: a code without a quiet zone on a medium background is then on
    white."""
    return _parted(view, 0.1)


def brightest(view: View) -> View:
    """The same for a light code."""
    return _parted(view, 0.85)


def palest(view: View) -> View:
    """For dark modules of which some are almost as light as the background."""
    return _parted(view, 0.95)


def faintest(view: View) -> View:
    """The same for a light code."""
    return _parted(view, 0.04)


def _parted(view: View, share: float) -> View:
    """Thresholded at `share` of the way from the darkest to the brightest."""
    import cv2
    import numpy as np

    step = 4 if view.grey.size < 2**21 else 8
    low, high = np.percentile(view.grey[::step, ::step], (1, 99))
    least = ceil(low + (high - low) * share)
    _, bright = cv2.threshold(view.grey, least - 1, 255, cv2.THRESH_BINARY)
    return replace(view, grey=bright)


def local(view: View) -> View:
    """Thresholded against the local average: for glare and shadows across a code."""
    import cv2

    around = cv2.blur(view.grey, (21, 21))
    return replace(view, grey=cv2.compare(view.grey, around, cv2.CMP_GE))


def taller(view: View) -> View:
    """For codes seen at a low angle from the front."""
    return _scaled(view, 1, 1.6)


def wider(view: View) -> View:
    """For codes seen from the side."""
    return _scaled(view, 1.6, 1)


def sharpened(view: View) -> View:
    """For codes out of focus."""
    import cv2

    soft = cv2.GaussianBlur(view.grey, (0, 0), 2)
    return replace(view, grey=cv2.addWeighted(view.grey, 3, soft, -2, 0))


def softened(view: View) -> View:
    """For gaps in modules drawn as dots, outlines or by a rough printer."""
    import cv2

    return replace(view, grey=cv2.GaussianBlur(view.grey, (0, 0), 3.5))


def softer(view: View) -> View:
    """The same for wider gaps, and for light codes, where the gaps are what is dark."""
    import cv2

    half = _scaled(view, 0.5)
    return replace(half, grey=cv2.GaussianBlur(half.grey, (0, 0), 2.7))


def thickened(view: View) -> View:
    """For thin dots and lines, which softening alone makes too pale."""
    import cv2
    import numpy as np

    thick = cv2.erode(view.grey, np.ones((5, 5), np.uint8))
    return replace(view, grey=cv2.GaussianBlur(thick, (0, 0), 3.5))
