"""Codes on uneven surfaces: their finder patterns, their grid, and flattening them."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.scan.decoders import ZxingDecoder
from authenticator.scan.flatten import Finder, finders, flattened, grids
from authenticator.scan.transforms import View
from tests.services.pictures import Pixels, qr_pixels

URI = "otpauth://totp/Example:kim?secret=JBSWY3DPEHPK3PXP"
LOCAL = ZxingDecoder(micro=False)
GLOBAL = ZxingDecoder(histogram=True, micro=False)


def crumpled(page: Pixels, depth_px: float, waves: float, phase: float) -> Pixels:
    """Each row and column shifted back and forth, this many times over the page."""
    height, width = page.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = 2 * np.pi * waves
    return cv2.remap(
        page,
        x + np.float32(depth_px) * np.sin(turn * y / height + phase),
        y + np.float32(depth_px) * np.sin(turn * x / width + 2 * phase),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )


@given(length=st.integers(1, 400), module_px=st.integers(3, 8), turned=st.floats(0, 360))
def test_grids_find_flat_code_at_any_rotation(length: int, module_px: int, turned: float) -> None:
    page = np.pad(qr_pixels("x" * length, module_px=module_px), 200, constant_values=255)
    modules = (page.shape[0] - 400) // module_px - 8
    middle = (page.shape[0] - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), turned, 1)
    seen = cv2.warpAffine(page, turn, page.shape, borderValue=255)
    found = list(grids(finders(seen)))
    assert modules in [grid.modules for grid in found]
    grid = next(grid for grid in found if grid.modules == modules)
    off = 3.5 * module_px - modules * module_px / 2
    wanted = turn @ (middle + off, middle + off, 1)
    assert np.hypot(grid.x - wanted[0], grid.y - wanted[1]) < module_px
    assert np.hypot(*grid.right) == pytest.approx(module_px, rel=0.05)
    assert np.hypot(*grid.down) == pytest.approx(module_px, rel=0.05)


def test_flattened_makes_crumpled_codes_readable() -> None:
    rescued = 0
    for number in range(12):
        text = f"{URI}&n={number}"
        page = crumpled(qr_pixels(text, module_px=10), 8, 0.9, number / 2)
        found = {code.text for flat in flattened(View(page)) for code in GLOBAL.decode(flat.grey)}
        assert found <= {text}
        rescued += bool(found) and not (LOCAL.decode(page) or GLOBAL.decode(page))
    assert rescued >= 6


def test_flattened_keeps_flat_code_and_its_position() -> None:
    page = np.pad(qr_pixels(URI, module_px=5), ((30, 10), (70, 20)), constant_values=255)
    (wanted,) = LOCAL.decode(page)
    found = [(flat, code) for flat in flattened(View(page)) for code in LOCAL.decode(flat.grey)]
    assert found
    for flat, code in found:
        assert code.text == URI
        places = np.array(flat.back(code.corners))
        assert np.abs(places - np.array(wanted.corners)).max() <= 10


def test_grids_of_fewer_than_three_finders_is_empty() -> None:
    assert list(grids([Finder(0, 0, 4), Finder(100, 0, 4)])) == []
    assert list(flattened(View(np.full((200, 200), 255, np.uint8)))) == []


@given(seed=st.integers(0, 1000), height=st.integers(1, 200), width=st.integers(1, 200))
def test_flattened_accepts_any_pixels(seed: int, height: int, width: int) -> None:
    grain = np.random.default_rng(seed).integers(0, 2, (height, width), np.uint8) * 255
    for flat in flattened(View(grain)):
        assert flat.grey.dtype == np.uint8
