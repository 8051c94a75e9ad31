"""What makes a code hard to read for a phone: found where it was seeded, and nowhere else."""

import random

import cv2
import numpy as np
import pytest
import segno

from authenticator.otp.lint import Severity, with_severity
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.scan.image import Picture, from_array
from authenticator.scan.ladder import read
from authenticator.scan.legibility import legibility
from authenticator.scan.measured_code import measured
from authenticator.wording import suggested_fix
from tests.services.pictures import Pixels, qr_pixels

TEXT = "otpauth://totp/Panel:kim?secret=GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3&issuer=Panel"


def reasons(pixels: Pixels) -> dict[Reason, dict[str, int | str]]:
    return told(from_array(pixels))


def told(picture: Picture) -> dict[Reason, dict[str, int | str]]:
    (code,) = read(picture, 1e9).payloads
    return {one.reason: one.facts for one in legibility(picture, code.corners, len(code.text))}


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


@pytest.mark.parametrize("module_px", [2, 3, 6])
@pytest.mark.parametrize(
    ("quiet", "page"),  # on black without any margin, the edge of the code is unknown
    [(quiet, page) for quiet in range(4) for page in (0, 90) if quiet or page != 0],
)
def test_legibility_measures_narrow_margin(quiet: int, page: int, module_px: int) -> None:
    code = qr_pixels(TEXT, module_px=module_px, quiet=quiet)
    found = reasons(on_page(code, page))
    found.pop(Reason.DENSE, None)
    assert found == {Reason.NO_MARGIN: {"modules": quiet, "wanted": 4}}


@pytest.mark.parametrize("module_px", [2, 3, 6])
@pytest.mark.parametrize("quiet", range(4))
def test_legibility_does_not_know_what_is_beyond_the_picture(quiet: int, module_px: int) -> None:
    found = reasons(qr_pixels(TEXT, module_px=module_px, quiet=quiet))
    found.pop(Reason.DENSE, None)
    assert found == {Reason.TIGHT: {"modules": quiet, "wanted": 4}}
    (finding,) = (with_severity(Remark(Field.PICTURE, reason)) for reason in found)
    assert finding.severity is Severity.NOTE


def test_legibility_finds_margin_missing_on_one_side() -> None:
    code = qr_pixels(TEXT, module_px=6, quiet=4)
    assert reasons(code[:, 12:]) == {Reason.TIGHT: {"modules": 2, "wanted": 4}}
    assert reasons(on_page(code[:, 12:], 0)) == {Reason.NO_MARGIN: {"modules": 2, "wanted": 4}}
    narrow_and_tight = on_page(code[6:, 12:], 0)[60:]
    assert reasons(narrow_and_tight) == {Reason.NO_MARGIN: {"modules": 2, "wanted": 4}}


def test_legibility_finds_light_on_dark() -> None:
    assert set(reasons(255 - qr_pixels(TEXT, module_px=6))) == {Reason.INVERTED}


@pytest.mark.parametrize(("dark", "light", "percent"), [(180, 255, 29), (100, 180, 31)])
def test_legibility_measures_low_contrast(dark: int, light: int, percent: int) -> None:
    code = np.where(qr_pixels(TEXT, module_px=6) > 0, light, dark).astype(np.uint8)
    assert reasons(code) == {Reason.PALE: {"percent": percent, "wanted": 40}}


@pytest.mark.parametrize("error", ["L", "M"])
@pytest.mark.parametrize("module_px", [1, 2])
def test_legibility_finds_fine_modules(module_px: int, error: str) -> None:
    code = qr_pixels(TEXT, module_px=module_px, error=error)
    modules = code.shape[0] // module_px - 8
    assert reasons(code) == {Reason.DENSE: {"modules": modules, "pixels": f"{module_px}.0"}}


@pytest.mark.parametrize("module_px", [1.5, 1.9, 2, 2.1, 2.5, 2.9])
@pytest.mark.parametrize("error", ["L", "M", "Q", "H"])
def test_legibility_measures_fine_modules_wherever_pixels_divide_them(
    module_px: float, error: str
) -> None:
    """A browser scales and places a code regardless of pixels: a module begins anywhere in one."""
    for number in range(6):
        chance = random.Random(f"{module_px} {error} {number}")
        text = TEXT + "&x=" + "".join(chance.choices("abcdef", k=chance.choice([0, 20, 80, 200])))
        found = told(Picture(scaled(text, error, module_px, chance)))
        assert float(found[Reason.DENSE]["pixels"]) == pytest.approx(module_px, abs=0.11), number
        assert set(found) == {Reason.DENSE}


def scaled(text: str, error: str, module_px: float, chance: random.Random) -> Pixels:
    code = qr_pixels(text, module_px=8, error=error)
    side = int(code.shape[0] * module_px / 8) + 60
    fine = 4 * module_px / 8
    move = np.array([[fine, 0, 80 + 4 * chance.random()], [0, fine, 80 + 4 * chance.random()]])
    large = cv2.warpAffine(code, move, (4 * side, 4 * side), borderValue=255)
    return cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("error", ["Q", "H"])
def test_legibility_names_error_correction_where_it_makes_modules_fine(error: str) -> None:
    for length in range(0, 240, 12):
        text = TEXT + "&x=" + "y" * length
        code = qr_pixels(text, module_px=2, error=error)
        modules, fewer = (qr_pixels(text, module_px=1, error=e).shape[0] - 8 for e in (error, "M"))
        facts: dict[str, int | str] = {"modules": modules, "pixels": "2.0"}
        if fewer < modules:
            facts |= {"level": error, "enough": "M", "fewer": fewer}
        assert reasons(code) == {Reason.DENSE: facts}
        if fewer < modules:
            mend = suggested_fix(Remark(Field.PICTURE, Reason.DENSE, facts))
            assert f"level M in place of {error}" in mend
            assert f"{fewer} modules" in mend


@pytest.mark.parametrize("error", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("inverted", [False, True])
def test_level_is_read_from_every_code(error: str, inverted: bool) -> None:
    for mask in range(8):
        for length in (0, 40, 150):
            made = segno.make(TEXT + "x" * length, error=error, mask=mask, boost_error=False)
            rows = np.array([bytearray(row) for row in made.matrix_iter(scale=4, border=4)])
            pixels = np.where((rows > 0) != inverted, 0, 255).astype(np.uint8)
            (code,) = read(Picture(pixels)).payloads
            found = measured(pixels, code.corners)
            assert found is not None
            assert found.level() == error


def test_legibility_of_code_in_equally_bright_colours_is_that_it_has_no_contrast() -> None:
    dark = qr_pixels(TEXT, module_px=6) == 0
    for one, other in (((41, 209, 248), (133, 207, 18)), ((66, 76, 91), (73, 51, 200))):
        pixels = np.where(dark[:, :, None], one, other)[:, :, ::-1].astype(np.uint8)
        found = told(from_array(np.ascontiguousarray(pixels)))
        assert found == {Reason.PALE: {"percent": 0, "wanted": 40}}


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
    assert legibility(Picture(grain), square) == ()
    assert legibility(Picture(grain), ((5, 5),) * 4) == ()
    assert legibility(Picture(np.full((9, 9), 255, np.uint8)), square) == ()
