"""A code that runs over its picture's edge is told from a picture without one."""

import random

import cv2
import numpy as np
import pytest

from authenticator.scan.cut_off import is_cut_off
from authenticator.scan.image import Picture
from authenticator.scan.ladder import LIVE, read
from authenticator.scan.picture_file import read_file
from tests.services import sheets
from tests.services.pictures import Pixels, film_file, qr_pixels, room

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


def test_code_that_runs_over_the_edge_is_told_where_time_has_run_out() -> None:
    reading = read(Picture(cut(1)), 0)
    assert not reading.complete
    assert reading.cut_off


def test_code_that_was_read_is_not_cut_off_and_frames_are_not_asked() -> None:
    assert not read(Picture(qr_pixels(TEXT, quiet=0))).cut_off
    assert not read(Picture(cut(1)), 1e9, LIVE).cut_off


SCREENS = ((1366, 768), (1920, 1080), (2560, 1440), (3840, 2160))


def screen(number: int, cut_share: float) -> Pixels:
    """A screen with a page of text down to its edge, and a code that is cut by this share at the
    screen's right edge, its lower edge or both."""
    chance = random.Random(number)
    width, height = SCREENS[number % len(SCREENS)]
    page = np.full((height, width), 255, np.uint8)
    for y in range(60, height + 20, 24):
        line = "".join(chance.choice("abcdefghij klmnop QRSTO 0689%&@") for _ in range(110))
        cv2.putText(page, line, (20, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 40, 1, cv2.LINE_AA)
    module_px = chance.choice([3, 4, 5, 7])
    code = qr_pixels(TEXT + "&x=" + "a" * chance.randint(0, 60), module_px=module_px)
    seen = 4 * module_px + round((len(code) - 8 * module_px) * (1 - cut_share))
    across, down = ((0, 1), (1, 0), (1, 1))[number % 3]
    x = width - seen if across else chance.randint(0, width - len(code))
    y = height - seen if down else chance.randint(0, height - len(code))
    page[y : y + len(code), x : x + len(code)] = code[: height - y, : width - x]
    return page


@pytest.mark.parametrize("number", range(24))
def test_code_at_the_edge_of_a_screen_is_told_from_a_whole_one(number: int) -> None:
    assert is_cut_off(screen(number, 0.15 + 0.4 * number / 24))
    assert not is_cut_off(screen(number, -0.5))


@pytest.mark.parametrize(
    ("make", "kind"),
    [(film_file, "GIF"), (film_file, "TIFF"), (sheets.scanned, None)],
    ids=("GIF", "TIFF", "PDF"),
)
def test_code_that_runs_over_the_edge_of_a_page_is_told(make: object, kind: str | None) -> None:
    """Of several pages or frames, too, where none has a code."""
    whole = np.pad(qr_pixels(TEXT, module_px=6), 40, constant_values=255)
    half = np.full_like(whole, 255)
    half[:, : len(half) // 2] = whole[:, len(half) // 2 :]
    for pages, is_cut in (([np.full_like(half, 255), half], True), ([half, whole], False)):
        reading = read_file(make(pages, kind) if kind else make(pages))  # type: ignore[operator]
        assert reading.cut_off is is_cut
        assert bool(reading.payloads) is not is_cut
