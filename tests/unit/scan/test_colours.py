"""Two colours of one brightness are two colours, wherever a picture comes from."""

import io
import random
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from authenticator.scan import pdf
from authenticator.scan.colours import MOST_PIXELS, planes
from authenticator.scan.decoders import Payload
from authenticator.scan.image import Picture, from_array, load
from authenticator.scan.ladder import LIVE, read
from tests.services.pictures import Pixels, qr_pixels, room

TEXT = "otpauth://totp/Panel:kim?secret=GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3&issuer=Panel"
DARK = qr_pixels(TEXT, module_px=5) == 0
RGB = tuple[int, int, int]
PAIRS = 30


def brightness(colour: RGB) -> float:
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


def equally_bright(chance: random.Random, light: float, away: RGB, least: int = 60) -> RGB:
    """A colour of this brightness (ITU-R BT.601) at least this far from another in some channel."""
    while True:
        red, blue = chance.randint(0, 255), chance.randint(0, 255)
        green = round((light - 0.299 * red - 0.114 * blue) / 0.587)
        if 0 <= green <= 255 and max(abs(red - away[0]), abs(blue - away[2])) >= least:
            return red, green, blue


def pair(number: int, least: int = 60) -> tuple[RGB, RGB]:
    chance = random.Random(number)
    light = chance.uniform(60, 190)
    one = equally_bright(chance, light, (-999, 0, 0))
    return one, equally_bright(chance, light, one, least)


def painted(dark: NDArray[np.bool_], one: object, other: object) -> Pixels:
    """Red, green and blue: `one` where the code is dark."""
    return np.where(dark[:, :, None], one, other).astype(np.uint8)


def texts(picture: Picture) -> list[str]:
    return [code.text for code in read(picture, 1e9).payloads]


def grey_alone(picture: Picture) -> list[str]:
    return texts(Picture(picture.grey))


def by_camera(frame: Pixels) -> list[str]:
    return [code.text for code in read(from_array(frame), 1e9, LIVE).payloads]


def bgr(rgb: Pixels) -> Pixels:
    return np.ascontiguousarray(rgb[:, :, ::-1])


def as_file(rgb: Pixels, kind: str = "PNG", mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(rgb).convert(mode).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("number", range(PAIRS))
def test_read_code_in_two_colours_of_one_brightness(number: int) -> None:
    rgb = painted(DARK, *pair(number))
    picture = from_array(bgr(rgb))
    assert int(np.ptp(picture.grey)) <= 2
    assert texts(picture) == texts(load(as_file(rgb))) == [TEXT]
    assert by_camera(bgr(rgb)) == [TEXT]


@pytest.mark.parametrize("number", range(PAIRS))
def test_read_code_in_colours_that_change_across_it(number: int) -> None:
    """Each colour changes into another one of the same brightness."""
    chance = random.Random(number)
    one, other = pair(number, least=130)
    turned = chance.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0 : 1 : DARK.shape[0] * 1j, 0 : 1 : DARK.shape[1] * 1j]
    along = np.cos(turned) * x + np.sin(turned) * y
    share = ((along - along.min()) / np.ptp(along))[:, :, None]
    ends = [equally_bright(chance, brightness(start), start, 0) for start in (one, other)]
    near = [
        np.array(start) * (1 - 0.5 * share) + np.array(end) * 0.5 * share
        for start, end in zip((one, other), ends, strict=True)
    ]
    flat_background = painted(DARK, near[0], other)
    flat_code = painted(DARK, one, near[1])
    for rgb in (flat_background, flat_code):
        apart = rgb[DARK].astype(int).mean(0) - rgb[~DARK].astype(int).mean(0)
        if np.abs(apart).max() > 40:
            assert texts(from_array(bgr(rgb))) == [TEXT]


WAYS: dict[str, Callable[[Pixels], Picture]] = {
    "PNG": lambda rgb: load(as_file(rgb)),
    "PNG of a palette": lambda rgb: load(as_file(rgb, mode="P")),
    "PNG with opacity": lambda rgb: load(as_file(rgb, mode="RGBA")),
    "GIF": lambda rgb: load(as_file(rgb, "GIF", "P")),
    "BMP": lambda rgb: load(as_file(rgb, "BMP")),
    "WebP": lambda rgb: load(as_file(rgb, "WEBP", quality=80)),
    "TIFF": lambda rgb: load(as_file(rgb, "TIFF")),
    "TIFF for print": lambda rgb: load(as_file(rgb, "TIFF", "CMYK")),
    "JPEG": lambda rgb: load(as_file(rgb, "JPEG", quality=80)),
    "JPEG for print": lambda rgb: load(as_file(rgb, "JPEG", "CMYK", quality=90)),
    "BGR": lambda rgb: from_array(bgr(rgb)),
    "BGRA": lambda rgb: from_array(np.dstack([bgr(rgb), np.full(rgb.shape[:2], 255, np.uint8)])),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_colours_arrive_from_every_kind_of_picture(way: Callable[[Pixels], Picture]) -> None:
    for number in range(3):
        one, other = pair(number, least=110)
        assert texts(way(painted(DARK, one, other))) == [TEXT]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_code_read_by_colour_is_where_brightness_has_it(kind: str, orientation: int) -> None:
    """In pixels of the picture, upright according to EXIF."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = np.pad(DARK, ((30, 5), (70, 5)))

    def corners(one: RGB, other: RGB) -> tuple[Payload, ...]:
        data = as_file(painted(page, one, other), kind, exif=exif)
        return read(load(data), 1e9).payloads

    (plain,) = corners((0, 0, 0), (255, 255, 255))
    (hued,) = corners(*pair(1, least=110))
    assert hued.text == TEXT
    assert np.abs(np.array(hued.corners) - plain.corners).max() <= 3


def test_read_code_by_colour_in_picture_too_large_for_its_colours() -> None:
    one, other = pair(1, least=110)
    page = np.pad(DARK, ((1400, 1500), (2900, 200)))
    assert page.size > MOST_PIXELS
    for kind in ("PNG", "JPEG"):
        (code,) = read(load(as_file(painted(page, one, other), kind)), 1e9).payloads
        assert code.text == TEXT
        assert abs(code.corners[0][0] - 2920) <= 8
        assert abs(code.corners[0][1] - 1420) <= 8


def test_read_small_code_by_colour_on_a_colourful_screen() -> None:
    chance = np.random.default_rng(1)
    rgb = np.full((2160, 3840, 3), 240, np.uint8)
    for _ in range(40):
        x, y = (int(chance.integers(0, most)) for most in (3700, 2000))
        rgb[y : y + 100, x : x + 160] = chance.integers(0, 256, 3)
    rgb[1000 : 1000 + DARK.shape[0], 2000 : 2000 + DARK.shape[1]] = painted(DARK, *pair(2))
    assert texts(from_array(bgr(rgb))) == [TEXT]


@pytest.mark.parametrize("number", range(20))
def test_camera_reads_code_by_colour_in_noise(number: int) -> None:
    turn = cv2.getRotationMatrix2D((DARK.shape[1] / 2, DARK.shape[0] / 2), 5 * number - 45, 1.6)
    turn[:, 2] += (640 - DARK.shape[1] / 2, 360 - DARK.shape[0] / 2)
    rgb = painted(DARK, *pair(number, least=110))
    seen = cv2.warpAffine(
        rgb, turn, (1280, 720), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    seen = cv2.GaussianBlur(seen, (0, 0), 1) + np.random.default_rng(number).normal(
        0, 6, seen.shape
    )
    frame = bgr(np.clip(seen, 0, 255).astype(np.uint8))
    assert grey_alone(from_array(frame)) == []
    assert by_camera(frame) == [TEXT]


def test_read_code_by_colour_on_a_page_of_a_document() -> None:
    file = io.BytesIO()
    page = np.full((1200, 900, 3), 255, np.uint8)
    page[100 : 100 + DARK.shape[0], 100 : 100 + DARK.shape[1]] = painted(DARK, *pair(3, least=110))
    Image.fromarray(page).save(file, "PDF", resolution=100)
    assert [code.text for code in pdf.read(file.getvalue()).payloads] == [TEXT]


def test_transparent_parts_are_white_to_colours() -> None:
    one = (250, 120, 250)
    rgba = np.dstack([np.full((*DARK.shape, 3), one, np.uint8), np.where(DARK, 255, 0)])
    picture = from_array(np.ascontiguousarray(rgba[:, :, [2, 1, 0, 3]]).astype(np.uint8))
    assert picture.colours is not None
    colours = picture.colours()
    assert (colours[~DARK] == 255).all()
    assert (colours[DARK] == one[::-1]).all()


def test_grey_picture_has_no_planes_of_colour() -> None:
    for grey in (DARK.astype(np.uint8) * 255, room(3)):
        colours = from_array(np.dstack([grey] * 3)).colours
        assert colours is not None
        assert list(planes(colours())) == []
        assert load(as_file(np.dstack([grey] * 3), mode="L")).colours is None


def test_colours_are_asked_for_only_where_brightness_shows_nothing() -> None:
    def never() -> Pixels:
        raise AssertionError("brightness is enough")

    code = qr_pixels(TEXT)
    for ladder in (LIVE, None):
        picture = Picture(code, colours=never)
        found = read(picture, 1e9) if ladder is None else read(picture, 1e9, ladder)
        assert [one.text for one in found.payloads] == [TEXT]
