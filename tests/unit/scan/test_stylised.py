"""Codes whose modules are drawn as dots, with gaps, as outlines or pale, as sites and designers
draw them: read as a picture of their own, where nothing around them shows how large they are."""

import random
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from authenticator.scan.image import Picture
from authenticator.scan.ladder import LIVE, read
from tests.services.pictures import Pixels, qr_pixels

TILE_PX = 24
"""Each module is drawn this large, then scaled down."""
FINDER = np.pad(np.pad(np.ones((3, 3)), 1), 1, constant_values=1).astype(bool)


def tile(draw: Callable[[Pixels, float], object], share: float) -> Pixels:
    """A module: 255 where it is set, `share` of its width wide."""
    canvas = np.zeros((TILE_PX, TILE_PX), np.uint8)
    draw(canvas, share * TILE_PX / 2)
    return canvas


MIDDLE = TILE_PX // 2


def dot(canvas: Pixels, half: float) -> None:
    cv2.circle(canvas, (MIDDLE, MIDDLE), round(half), 255, -1, cv2.LINE_AA)


def square(canvas: Pixels, half: float) -> None:
    low, high = round(MIDDLE - half), round(MIDDLE + half) - 1
    cv2.rectangle(canvas, (low, low), (high, high), 255, -1)


def diamond(canvas: Pixels, half: float) -> None:
    ends = [(MIDDLE, MIDDLE - half), (MIDDLE + half, MIDDLE)]
    ends += [(MIDDLE, MIDDLE + half), (MIDDLE - half, MIDDLE)]
    cv2.fillConvexPoly(canvas, np.array(ends, np.int32), 255, cv2.LINE_AA)


def upright_bar(canvas: Pixels, half: float) -> None:
    canvas[:, round(MIDDLE - half) : round(MIDDLE + half)] = 255


def lying_bar(canvas: Pixels, half: float) -> None:
    canvas[round(MIDDLE - half) : round(MIDDLE + half)] = 255


def cross(canvas: Pixels, half: float) -> None:
    low, high = round(MIDDLE - half), round(MIDDLE + half)
    cv2.line(canvas, (low, low), (high, high), 255, 4, cv2.LINE_AA)
    cv2.line(canvas, (low, high), (high, low), 255, 4, cv2.LINE_AA)


SHAPES: dict[str, tuple[Callable[[Pixels, float], object], float, float]] = {
    "dots": (dot, 0.4, 0.8),
    "squares with gaps": (square, 0.4, 0.8),
    "diamonds": (diamond, 0.6, 1.0),
    "upright bars": (upright_bar, 0.35, 0.7),
    "lying bars": (lying_bar, 0.35, 0.7),
    "crosses": (cross, 0.7, 1.0),
}
VARIANTS = 24


def matrix(chance: random.Random) -> tuple[str, Pixels, int]:
    """A link, its modules (255 where set) with a margin, and how wide the margin is."""
    name = "".join(chance.choices("abcdefghij", k=chance.randint(2, 60)))
    secret = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=32))
    text = f"otpauth://totp/Panel:{name}?secret={secret}&issuer=Panel"
    quiet = chance.choice([1, 2, 4, 4])
    return text, 255 - qr_pixels(text, module_px=1, quiet=quiet, error=chance.choice("LMQH")), quiet


def with_finders(stylised: Pixels, quiet: int) -> Pixels:
    """With the finder patterns drawn full."""
    full = np.kron(FINDER, np.full((TILE_PX, TILE_PX), 255)).astype(np.uint8)
    near, side = quiet * TILE_PX, 7 * TILE_PX
    far = stylised.shape[0] - near - side
    for y, x in ((near, near), (near, far), (far, near)):
        stylised[y : y + side, x : x + side] = full
    return stylised


def shown(set_: Pixels, modules: int, chance: random.Random) -> Pixels:
    """Dark on light, or the other way, at some size."""
    side = round(modules * chance.choice([4, 5, 6, 8, 10, 12, 16]))
    small = cv2.resize(set_, (side, side), interpolation=cv2.INTER_AREA)
    return small if chance.random() < 0.25 else 255 - small


def stylised(kind: str, number: int) -> tuple[str, Pixels]:
    chance = random.Random(f"{kind} {number}")
    draw, least, most = SHAPES[kind]
    text, modules, quiet = matrix(chance)
    drawn = np.kron(modules // 255, tile(draw, chance.uniform(least, most)))
    if chance.random() < 0.5:
        drawn = with_finders(drawn, quiet)
    return text, shown(drawn, modules.shape[0], chance)


def pale(number: int) -> tuple[str, Pixels]:
    """Each module of another shade, some almost as light as the background."""
    chance = random.Random(f"pale {number}")
    text, modules, quiet = matrix(chance)
    grain = np.random.default_rng(number)
    shades = grain.integers(20, chance.randint(120, 255), modules.shape, np.uint8)
    drawn = np.kron(np.where(modules > 0, shades, 0), np.ones((TILE_PX, TILE_PX), np.uint8))
    if chance.random() < 0.5:
        drawn = with_finders(drawn, quiet)
    return text, shown(drawn.astype(np.uint8), modules.shape[0], chance)


@pytest.mark.parametrize("kind", SHAPES)
def test_read_stylised_code_that_fills_its_picture(kind: str) -> None:
    for number in range(VARIANTS):
        text, pixels = stylised(kind, number)
        assert [code.text for code in read(Picture(pixels), 1e9).payloads] == [text], number


@pytest.mark.parametrize("kind", SHAPES)
def test_camera_reads_stylised_code_that_fills_its_frame(kind: str) -> None:
    for number in range(VARIANTS):
        text, pixels = stylised(kind, number)
        assert [code.text for code in read(Picture(pixels), 1e9, LIVE).payloads] == [text], number


def test_read_code_of_pale_modules_that_fills_its_picture() -> None:
    for number in range(VARIANTS):
        text, pixels = pale(number)
        assert [code.text for code in read(Picture(pixels), 1e9).payloads] == [text], number
