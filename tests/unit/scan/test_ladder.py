"""The order of attempts, their budget, and the positions and order of codes."""

import random
from collections.abc import Callable

import cv2
import numpy as np
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from authenticator.scan.decoders import Decoder, Payload, PyzbarDecoder, ZxingDecoder
from authenticator.scan.image import Picture
from authenticator.scan.ladder import LADDER, LIVE, Ladder, Rung, in_reading_order, read
from authenticator.scan.parts import read_part
from authenticator.scan.transforms import View, plain
from tests.services.pictures import Pixels, qr_pixels, sheet

URI = "otpauth://totp/Example:kim?secret=JBSWY3DPEHPK3PXP"


def texts(pixels: Pixels) -> list[str]:
    return [code.text for code in read(Picture(np.ascontiguousarray(pixels))).payloads]


def square(text: str, x: int, y: int, side: int = 10) -> Payload:
    return Payload(text, "QRCode", ((x, y), (x + side, y), (x + side, y + side), (x, y + side)))


class Scripted:
    """A decoder that returns given payloads and counts its calls."""

    def __init__(self, *says: str) -> None:
        self.says = says
        self.asked = 0

    def decode(self, grey: Pixels) -> list[Payload]:
        self.asked += 1
        return [square(text, 0, 0) for text in self.says]


PAGE = Picture(np.full((20, 20), 255, np.uint8))


def only(*rungs: Rung) -> Ladder:
    """A ladder that ends with the whole picture."""
    return Ladder(rungs, (), (), parts=0)


def test_read_never_overrides_earlier_rung() -> None:
    first, second = Scripted("first"), Scripted("second")
    reading = read(PAGE, ladder=only(Rung(first, plain), Rung(second, plain)))
    assert [code.text for code in reading.payloads] == ["first"]
    assert reading.complete
    assert second.asked == 0


def test_read_tries_later_rung_if_earlier_read_nothing() -> None:
    reading = read(PAGE, ladder=only(Rung(Scripted(), plain), Rung(Scripted("second"), plain)))
    assert [code.text for code in reading.payloads] == ["second"]


def test_ladder_has_zbar_last_and_live_has_none() -> None:
    kinds: list[type[Decoder]] = [
        type(rung.decoder) for rung in (*LADDER.whole, *LADDER.near, *LADDER.likely)
    ]
    assert kinds == sorted(kinds, key=[ZxingDecoder, PyzbarDecoder].index)
    assert {type(rung.decoder) for rung in (*LIVE.whole, *LIVE.near, *LIVE.likely)} == {
        ZxingDecoder
    }


@given(
    budget_ms=st.integers(0, 6000),
    whole=st.integers(1, 4),
    near=st.integers(0, 4),
)
def test_read_starts_no_rung_after_the_budget(budget_ms: int, whole: int, near: int) -> None:
    """No rung except the first starts after the budget."""
    time_s = 0.0
    second_each = Scripted()

    def takes_a_second(view: View) -> View:
        nonlocal time_s
        time_s += 1
        return view

    rung = Rung(second_each, takes_a_second)
    ladder = Ladder((rung,) * whole, (rung,) * near, (rung,), parts=3)
    reading = read(PAGE, budget_ms, ladder, lambda: time_s)
    rungs = whole + near  # no part of the page looks like a code
    assert second_each.asked == min(rungs, max(1, -(-budget_ms // 1000)))
    assert reading.complete == (second_each.asked == rungs)
    assert reading.ms == second_each.asked * 1000


def test_read_tries_transparent_parts_on_black() -> None:
    light = 255 - qr_pixels(URI)
    on_white = Picture(np.full_like(light, 255), on_black=light)
    assert [code.text for code in read(on_white).payloads] == [URI]


@pytest.mark.parametrize("quiet", [0, 1, 4])
@pytest.mark.parametrize("module_px", [1, 2, 5])
@pytest.mark.parametrize("inverted", [False, True], ids=["dark", "light"])
def test_read_tiny_cropped_and_inverted_codes(quiet: int, module_px: int, inverted: bool) -> None:
    pixels = qr_pixels(URI, module_px=module_px, quiet=quiet)
    assert texts(255 - pixels if inverted else pixels) == [URI]


def test_read_whole_page_in_reading_order() -> None:
    wanted = [f"{URI}&n={i}" for i in range(10)]
    dice = random.Random(5)
    codes = [
        (qr_pixels(text), 20 + 200 * (i % 5) + dice.randint(-15, 15), 40 + 220 * (i // 5))
        for i, text in enumerate(wanted)
    ]
    jittered = [(code, x, y + dice.randint(-30, 30)) for code, x, y in codes]
    assert texts(sheet(jittered, width=1000, height=480)) == wanted


@given(
    grid=st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(
                st.tuples(st.integers(-20, 20), st.integers(-12, 12)),
                min_size=columns,
                max_size=columns,
            ),
            min_size=1,
            max_size=4,
        )
    ),
    shuffled=st.randoms(use_true_random=False),
)
def test_in_reading_order_is_row_by_row_from_the_left(
    grid: list[list[tuple[int, int]]], shuffled: random.Random
) -> None:
    wanted = [
        square(f"{row},{column}", 200 * column + dx, 200 * row + dy, side=100)
        for row, places in enumerate(grid)
        for column, (dx, dy) in enumerate(places)
    ]
    seen = list(wanted)
    shuffled.shuffle(seen)
    assert list(in_reading_order(seen)) == wanted


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (2, 3), (333, 7)])
@pytest.mark.parametrize("brightness", [0, 127, 255])
def test_read_any_shape_to_the_end(shape: tuple[int, int], brightness: int) -> None:
    reading = read(Picture(np.full(shape, brightness, np.uint8)), budget_ms=1e9)
    assert (reading.payloads, reading.complete) == ((), True)


def card(number: int, *, module_px: int, quiet: int = 4) -> Pixels:
    """A code in clutter of every medium brightness, none of it quite black or white."""
    grain = np.random.default_rng(number)
    page = np.full((500, 600), 110, np.uint8)
    for _ in range(60):
        x, y, width, height = (int(grain.integers(10, most)) for most in (600, 500, 120, 120))
        page[y : y + height, x : x + width] = grain.integers(60, 170)
    code = 25 + qr_pixels(f"{URI}&n={number}", module_px=module_px, quiet=quiet) // 255 * 200
    top, left = (500 - code.shape[0]) // 2, (600 - code.shape[1]) // 2
    page[top : top + code.shape[0], left : left + code.shape[1]] = code
    return page


def lying_flat(number: int) -> Pixels:
    page = card(number, module_px=8)
    low = int(500 * (0.16 + 0.004 * number))
    there = np.array([[130, 0], [470, 0], [600, low], [0, low]], np.float32)
    here = np.array([[0, 0], [600, 0], [600, 500], [0, 500]], np.float32)
    turn = cv2.getPerspectiveTransform(here, there)
    return cv2.warpPerspective(page, turn, (600, low), flags=cv2.INTER_AREA, borderValue=110)


def tiny(number: int) -> Pixels:
    turn = cv2.getRotationMatrix2D((300, 250), 3 + 0.3 * number, 1)
    turned = cv2.warpAffine(card(number, module_px=8), turn, (600, 500), borderValue=110)
    return cv2.resize(turned, None, fx=0.15, fy=0.15, interpolation=cv2.INTER_AREA)


def dotted(number: int) -> Pixels:
    dark = qr_pixels(f"{URI}&n={number}", module_px=1) == 0
    page = np.full((dark.shape[0] * 10, dark.shape[1] * 10), 255, np.uint8)
    for y, x in np.argwhere(dark):
        cv2.circle(page, (int(x) * 10 + 5, int(y) * 10 + 5), 4, 0, -1)
    return cv2.resize(page, None, fx=0.3 + 0.02 * number, fy=0.3 + 0.02 * number)


def clipped(number: int) -> Pixels:
    """Scaled unevenly by a screen, then cropped to the code's edge."""
    code = qr_pixels(f"{URI}&n={number}", module_px=8, quiet=0)
    scale = 0.16 + number * 0.012
    shown = cv2.resize(code, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(shown, (0, 0), 0.6)[1:, 1:]


def smeared(number: int) -> Pixels:
    kernel = np.ones((1, 12 + number % 3), np.float32)
    return cv2.filter2D(card(number, module_px=8), -1, kernel / kernel.sum())


def bent(number: int) -> Pixels:
    page = card(number, module_px=8)
    y, x = np.mgrid[0:500, 0:600].astype(np.float32)
    shift = 10 * np.sin(2 * np.pi * x / 400 + number).astype(np.float32)
    return cv2.remap(page, x, y + shift, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


HARD: dict[str, Callable[[int], Pixels]] = {
    "without a quiet zone": lambda number: card(number, module_px=5, quiet=0),
    "light, without a quiet zone": lambda number: 255 - card(number, module_px=5, quiet=0),
    "dotted": dotted,
    "out of focus": lambda number: cv2.GaussianBlur(card(number, module_px=6), (0, 0), 3.4),
    "tiny": tiny,
    "small and out of focus": lambda number: cv2.GaussianBlur(
        card(number, module_px=3), (0, 0), 1.3 + 0.03 * number
    ),
    "lying flat": lying_flat,
    "from the side": lambda number: lying_flat(number).T,
    "clipped": clipped,
    "light, clipped": lambda number: 255 - clipped(number),
    "smeared": smeared,
    "bent": bent,
}


@pytest.mark.parametrize("drawn", HARD.values(), ids=HARD)
def test_read_hard_pictures_beyond_zxing_alone(
    drawn: Callable[[int], Pixels],
) -> None:
    alone, ours = 0, 0
    for number in range(12):
        picture = Picture(np.ascontiguousarray(drawn(number)))
        found = [code.text for code in read(picture, 1e9).payloads]
        assert found in ([], [f"{URI}&n={number}"])
        ours += bool(found)
        alone += bool(read(picture, 1e9, only(*LADDER.whole[:1])).payloads)
    assert ours > alone


def test_read_finds_second_code_without_quiet_zone() -> None:
    page = card(1, module_px=5, quiet=0)
    page[:180, :180] = 225
    other = qr_pixels("other", module_px=5)
    page[: other.shape[0], : other.shape[1]] = other
    assert texts(page) == ["other", f"{URI}&n=1"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 0, 2)])
def test_read_joins_structured_append(order: tuple[int, ...]) -> None:
    text = "otpauth://totp/Grüne:kim?secret=JBSWY3DPEHPK3PXP&issuer=Gr"
    parts = [
        np.where(np.array([bytearray(row) for row in part.matrix_iter(4, 4)]) > 0, 0, 255)
        for part in segno.make_sequence(text, symbol_count=3, encoding="utf-8")
    ]
    assert texts(np.hstack([parts[i] for i in order]).astype(np.uint8)) == [text]
    some = texts(np.hstack(parts[1:]).astype(np.uint8))
    assert [part and part.number for part in map(read_part, some)] == [2, 3]


def test_read_rescued_text_is_correct() -> None:
    """Codes in clutter without a quiet zone, which only zbar finds, keep their UTF-8."""
    text = "otpauth://totp/Grüne Wolke 東京:kim?secret=JBSWY3DPEHPK3PXP"
    (code,) = read(Picture(qr_pixels(text)), ladder=only(Rung(PyzbarDecoder(), plain))).payloads
    assert code.text == text
