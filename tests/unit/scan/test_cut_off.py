"""A code that runs over its picture's edge is told from a picture without one."""

import random

import numpy as np
import pytest

from authenticator.scan.image import Picture
from authenticator.scan.ladder import LIVE, read
from tests.services.pictures import Pixels, qr_pixels, room

TEXT = "otpauth://totp/Panel:kim?secret=GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3&issuer=Panel"


def cut(number: int) -> Pixels:
    """A code with a margin on a page, of which a fifth to three fifths are missing on a side."""
    chance = random.Random(number)
    module_px, page = chance.choice([3, 4, 5, 8, 10]), chance.randint(0, 60)
    text = TEXT + "&x=" + "a" * chance.randint(0, 100)
    code = qr_pixels(text, module_px=module_px, error=chance.choice("LMQH"))
    whole = np.pad(code, page, constant_values=255)
    margin = page + 4 * module_px
    away = margin + round((whole.shape[0] - 2 * margin) * chance.uniform(0.2, 0.6))
    left = np.rot90(whole, number % 4)[:, away:]
    return np.ascontiguousarray(left if chance.random() < 0.7 else 255 - left)


@pytest.mark.parametrize("number", range(40))
def test_code_that_runs_over_the_edge_is_told(number: int) -> None:
    reading = read(Picture(cut(number)), 1e9)
    assert reading.payloads == ()
    assert reading.cut_off


@pytest.mark.parametrize("number", range(24))
def test_nothing_is_cut_off_in_pictures_without_a_code(number: int) -> None:
    grain = np.random.default_rng(number).integers(0, 256, (300, 400), np.uint8)
    stripes = np.tile(np.repeat([0, 255], 4 + number), 30)[None, :].repeat(200, 0)
    for pixels in (room(number), grain, stripes.astype(np.uint8)):
        assert not read(Picture(pixels), 1e9).cut_off


@pytest.mark.parametrize("number", range(24))
def test_covered_code_with_a_margin_is_not_cut_off(number: int) -> None:
    chance = random.Random(number)
    code = qr_pixels(TEXT, module_px=chance.choice([3, 4, 5, 8]), quiet=4)
    side = code.shape[0]
    covered = side // 3
    x, y = [(0, 0), (side - covered, 0), (0, side - covered), (covered, covered)][number % 4]
    code[y : y + covered, x : x + covered] = chance.choice([0, 255, 128])
    reading = read(Picture(np.pad(code, 30, constant_values=255)), 1e9)
    assert not reading.cut_off


def test_code_that_was_read_is_not_cut_off_and_frames_are_not_asked() -> None:
    assert not read(Picture(qr_pixels(TEXT, quiet=0))).cut_off
    assert not read(Picture(cut(1)), 1e9, LIVE).cut_off
