"""What looks like a code is found anywhere, and little else."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.scan.locate import cut, locate
from tests.services.pictures import Pixels, qr_pixels, room

URI = "otpauth://totp/Example:kim?secret=JBSWY3DPEHPK3PXP"


@given(
    seed=st.integers(0, 1000),
    module_px=st.integers(3, 12),
    across=st.floats(0, 1),
    down=st.floats(0, 1),
    blur_px=st.floats(0.3, 3),
    light=st.booleans(),
)
def test_locate_finds_code_anywhere(
    seed: int, module_px: int, across: float, down: float, blur_px: float, light: bool
) -> None:
    page, code = room(seed), qr_pixels(URI, module_px=module_px)
    code = 255 - code if light else code
    side, quiet = code.shape[0], 4 * module_px
    x, y = round((page.shape[1] - side) * across), round((page.shape[0] - side) * down)
    page[y : y + side, x : x + side] = code
    page = cv2.GaussianBlur(page, (0, 0), min(blur_px, module_px / 2))
    slack = 2 * module_px
    assert any(
        place.x <= x + quiet + slack
        and place.y <= y + quiet + slack
        and place.x + place.width >= x + side - quiet - slack
        and place.y + place.height >= y + side - quiet - slack
        and max(place.width, place.height) < 2.5 * side
        for place in locate(page)
    )


@given(
    height=st.integers(1, 400),
    width=st.integers(1, 400),
    seed=st.integers(0, 1000),
    coarse=st.integers(1, 30),
)
def test_locate_regions_are_inside_and_likeliest_first(
    height: int, width: int, seed: int, coarse: int
) -> None:
    shape = -(-height // coarse), -(-width // coarse)
    grain = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    page = np.ascontiguousarray(np.kron(grain, np.ones((coarse, coarse), np.uint8)))
    for place in locate(page[:height, :width]):
        assert place.width > 0
        assert place.height > 0
        assert cut(page[:height, :width], place).shape == (place.height, place.width)
        assert place.x >= 0
        assert place.y >= 0


@pytest.mark.parametrize(
    "page",
    [
        np.full((720, 1280), 200, np.uint8),
        np.zeros((720, 1280), np.uint8),
        np.random.default_rng(1).integers(0, 256, (720, 1280), np.uint8),
        np.linspace(0, 255, 1280).astype(np.uint8)[None, :].repeat(720, 0),
        np.kron(np.eye(2, dtype=np.uint8) * 255, np.ones((360, 640), np.uint8)),
    ],
    ids=["white", "black", "noise", "slope", "edges"],
)
def test_locate_without_code_is_empty(page: Pixels) -> None:
    assert locate(page) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 10**6), (10**6, 1), (30, 10**6), (19, 19)])
def test_locate_accepts_strips_and_specks(shape: tuple[int, int]) -> None:
    assert locate(np.full(shape, 90, np.uint8)) == []
