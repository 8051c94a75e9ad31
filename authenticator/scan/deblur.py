"""Undoing motion blur along a line.

A code has as many edges in one direction as in the other. Motion blur weakens those across the
motion, which gives its direction; several lengths are tried. The inverse filter is a Wiener filter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authenticator.scan.image import Grey
    from authenticator.scan.transforms import View

NOISE = 0.03
"""Noise-to-signal ratio: a lower one gives sharper edges with stronger ringing."""
PAD_PX = 24


def direction(grey: Grey) -> float:
    """The direction in which brightness changes least, in radians from the x axis towards the y
    axis."""
    import cv2
    import numpy as np

    smooth = cv2.GaussianBlur(grey, (0, 0), 1).astype(np.float32)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    xx, xy, yy = (
        float((one * other).mean())
        for one, other in ((across, across), (across, down), (down, down))
    )
    return float(np.arctan2(2 * xy, xx - yy) / 2 + np.pi / 2)


class Smear:
    """A view with motion blur, and what it may have looked like."""

    def __init__(self, view: View) -> None:
        import cv2
        import numpy as np

        self._view = view
        height, width = view.grey.shape
        self._size = tuple(cv2.getOptimalDFTSize(side + 2 * PAD_PX) for side in (height, width))
        rows, columns = self._size
        below, right = rows - height - PAD_PX, columns - width - PAD_PX
        padded = cv2.copyMakeBorder(view.grey, PAD_PX, below, PAD_PX, right, cv2.BORDER_REPLICATE)
        self._spectrum = np.fft.rfft2(padded.astype(np.float32))
        y = np.fft.fftfreq(rows).astype(np.float32)[:, None]
        x = np.fft.rfftfreq(columns).astype(np.float32)[None, :]
        angle = direction(view.grey)
        self._along = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
        self._square = x * x + y * y

    def deblurred(self, length_px: float, softness_px: float) -> View:
        """Without motion blur of `length_px` in the view and a Gaussian blur of `softness_px`
        (sigma)."""
        import numpy as np

        smear = np.sinc(self._along * np.float32(length_px))
        smear *= np.exp(self._square * np.float32(-2 * (np.pi * softness_px) ** 2))
        sharp = np.fft.irfft2(self._spectrum * (smear / (smear * smear + NOISE)), self._size)
        height, width = self._view.grey.shape
        sharp = sharp[PAD_PX : PAD_PX + height, PAD_PX : PAD_PX + width]
        return replace(self._view, grey=np.clip(sharp, 0, 255).astype(np.uint8))
