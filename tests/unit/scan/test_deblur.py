"""The direction of motion blur is found, and undoing it makes the code readable."""

from math import cos, pi, radians, sin

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.scan.deblur import Smear, direction
from authenticator.scan.decoders import ZxingDecoder
from authenticator.scan.transforms import View
from tests.services.pictures import Pixels, qr_pixels

URI = "otpauth://totp/Example:kim?secret=JBSWY3DPEHPK3PXP"


def smeared(page: Pixels, length_px: int, degrees: float) -> Pixels:
    """Blurred by a camera moving this far while the shutter is open."""
    middle = length_px
    kernel = np.zeros((2 * middle + 1, 2 * middle + 1), np.float32)
    for step in np.linspace(-length_px / 2, length_px / 2, 20 * length_px):
        x, y = (middle + step * part(radians(degrees)) for part in (cos, sin))
        kernel[round(y), round(x)] += 1
    return cv2.filter2D(page, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)


@given(degrees=st.floats(0, 180), length_px=st.integers(8, 20))
def test_direction_of_motion_blur(degrees: float, length_px: int) -> None:
    seen = direction(smeared(qr_pixels(URI, module_px=8), length_px, degrees))
    assert abs((seen - radians(degrees) + pi / 2) % pi - pi / 2) < radians(15)


def test_undone_makes_blurred_code_readable() -> None:
    rescued = 0
    for degrees in range(0, 180, 15):
        page = qr_pixels(f"{URI}&n={degrees}", module_px=8)
        (wanted,) = ZxingDecoder().decode(page)
        hidden = smeared(page, 15, degrees)
        undone = Smear(View(hidden)).deblurred(15, 0.3)
        assert undone.grey.shape == hidden.shape
        for code in ZxingDecoder().decode(undone.grey):
            assert code.text == wanted.text
            places = np.array(undone.back(code.corners))
            assert np.abs(places - np.array(wanted.corners)).max() <= 8
            rescued += not ZxingDecoder().decode(hidden)
    assert rescued >= 6


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_undone_keeps_any_shape(shape: tuple[int, int]) -> None:
    grain = np.random.default_rng(3).integers(0, 256, shape, np.uint8)
    assert Smear(View(grain)).deblurred(9, 1).grey.shape == shape
