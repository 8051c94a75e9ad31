"""Positions in a view map to the picture, whatever the transformation."""

from collections.abc import Callable

import numpy as np
import pytest

from authenticator.scan.decoders import ZxingDecoder
from authenticator.scan.locate import Region
from authenticator.scan.transforms import (
    NEAR_PX,
    NEAR_SCALE,
    View,
    brightest,
    darkest,
    in_black,
    in_white,
    local,
    mask_codes,
    near,
    plain,
    sharpened,
    softened,
    taller,
    wider,
)
from tests.services.pictures import qr_pixels, sheet

URI = "otpauth://totp/Example:kim?secret=JBSWY3DPEHPK3PXP"
EVERY = [
    plain,
    in_white,
    in_black,
    darkest,
    brightest,
    sharpened,
    softened,
    local,
    taller,
    wider,
]


@pytest.mark.parametrize(
    ("view", "module_px"), [(view, 9 if view is softened else 6) for view in EVERY]
)
def test_back_maps_corners_to_the_picture(view: Callable[[View], View], module_px: int) -> None:
    page = sheet(
        [(qr_pixels(URI, module_px=module_px), 130, 50)], width=600, height=500, brightness=90
    )
    grain = np.random.default_rng(1).normal(0, 3, page.shape)
    page = np.clip(page + grain, 0, 255).astype(np.uint8)
    (wanted,) = ZxingDecoder().decode(page)
    for shown in (View(page), near(page, Region(20, 10, 560, 440, 1))):
        seen = view(shown)
        (code,) = ZxingDecoder().decode(seen.grey)
        places = np.array(seen.back(code.corners))
        assert np.abs(places - np.array(wanted.corners)).max() <= 2


@pytest.mark.parametrize("view", EVERY)
@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (2, 3)])
def test_views_accept_any_shape(view: Callable[[View], View], shape: tuple[int, int]) -> None:
    assert view(View(np.full(shape, 127, np.uint8))).grey.size


@pytest.mark.parametrize(("width", "height"), [(1, 1), (10, 400), (4000, 30), (5000, 5000)])
def test_near_scales_region_up_to_the_limit(width: int, height: int) -> None:
    page = np.full((5000, 5000), 200, np.uint8)
    seen = near(page, Region(0, 0, width, height, 1)).grey
    assert max(seen.shape) <= NEAR_PX
    assert max(seen.shape) <= NEAR_SCALE * max(width, height)


def test_mask_codes_hides_codes_and_nothing_else() -> None:
    grey = np.full((60, 80), 7, np.uint8)
    square = ((10, 20), (29, 20), (29, 39), (10, 39))
    seen = mask_codes(View(grey), [square]).grey
    assert (seen[20:40, 10:30] == 255).all()
    seen[20:40, 10:30] = 7
    assert (seen == grey).all()
    assert (grey == 7).all()
