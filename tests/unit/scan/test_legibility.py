"""What makes a code hard to read for a phone: found where it was seeded, and nowhere else."""

import random

import cv2
import numpy as np
import pytest

from authenticator.otp.remark import Reason
from authenticator.scan.image import from_array
from authenticator.scan.ladder import read
from authenticator.scan.legibility import legibility
from tests.services.pictures import Pixels, qr_pixels

TEXT = "otpauth://totp/Panel:kim?secret=GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3&issuer=Panel"


def reasons(pixels: Pixels) -> dict[Reason, dict[str, int | str]]:
    (code,) = read(from_array(pixels)).payloads
    return {one.reason: one.facts for one in legibility(pixels, code.corners)}


def on_page(code: Pixels, page: int) -> Pixels:
    """The code in the middle of a page of one brightness."""
    return np.pad(code, 60, constant_values=page)


@pytest.mark.parametrize("module_px", [3, 4, 5, 7, 12, 20])
@pytest.mark.parametrize("error", ["L", "M", "Q", "H"])
def test_legibility_of_good_picture_is_empty(module_px: int, error: str) -> None:
    chance = random.Random(f"{module_px}{error}")
    for length in (0, 20, 90, 200):
        text = TEXT + "&x=" + "".join(chance.choices("abcdefghij", k=length))
        code = qr_pixels(text, module_px=module_px, error=error)
        assert reasons(code) == {}
        assert reasons(on_page(code, 40)) == {}


@pytest.mark.parametrize(
    ("quiet", "page"),  # on black without any margin, the edge of the code is unknown
    [(quiet, page) for quiet in range(4) for page in (0, 90, None) if quiet or page != 0],
)
def test_legibility_measures_narrow_margin(quiet: int, page: int | None) -> None:
    code = qr_pixels(TEXT, module_px=6, quiet=quiet)
    pixels = code if page is None else on_page(code, page)
    assert reasons(pixels) == {Reason.NO_MARGIN: {"modules": quiet, "wanted": 4}}


def test_legibility_finds_margin_missing_on_one_side() -> None:
    code = qr_pixels(TEXT, module_px=6, quiet=4)
    assert reasons(on_page(code, 0)[:, 60 + 12 :]) != {}
    assert reasons(code[:, 12:]) == {Reason.NO_MARGIN: {"modules": 2, "wanted": 4}}


def test_legibility_finds_light_on_dark() -> None:
    assert set(reasons(255 - qr_pixels(TEXT, module_px=6))) == {Reason.INVERTED}


@pytest.mark.parametrize(("dark", "light", "percent"), [(180, 255, 29), (100, 180, 31)])
def test_legibility_measures_low_contrast(dark: int, light: int, percent: int) -> None:
    code = np.where(qr_pixels(TEXT, module_px=6) > 0, light, dark).astype(np.uint8)
    assert reasons(code) == {Reason.PALE: {"percent": percent, "wanted": 40}}


@pytest.mark.parametrize("module_px", [1, 2])
def test_legibility_finds_fine_modules(module_px: int) -> None:
    code = qr_pixels(TEXT, module_px=module_px)
    modules = code.shape[0] // module_px - 8
    assert reasons(code) == {Reason.DENSE: {"modules": modules, "pixels": f"{module_px}.0"}}


@pytest.mark.parametrize("angle", [90, 180, 270, 10, 33])
def test_legibility_is_independent_of_rotation(angle: int) -> None:
    for quiet in (2, 4):
        code = on_page(qr_pixels(TEXT, module_px=8, quiet=quiet), 0 if quiet == 2 else 255)
        code = np.pad(code, 60, constant_values=int(code[0, 0]))
        middle = code.shape[0] / 2
        turn = cv2.getRotationMatrix2D((middle, middle), angle, 1)
        turned = cv2.warpAffine(code, turn, code.shape, borderValue=int(code[0, 0]))
        assert set(reasons(turned)) == ({Reason.NO_MARGIN} if quiet == 2 else set())


def test_legibility_without_code_at_corners_is_empty() -> None:
    grain = np.random.default_rng(3).integers(0, 256, (200, 200), np.uint8)
    square = ((20, 20), (180, 20), (180, 180), (20, 180))
    assert legibility(grain, square) == ()
    assert legibility(grain, ((5, 5),) * 4) == ()
    assert legibility(np.full((9, 9), 255, np.uint8), square) == ()
