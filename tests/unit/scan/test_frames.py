"""Pictures of several frames: every frame as it is shown, and what was left out is reported."""

from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from authenticator.errors import InputRefused
from authenticator.scan import frames
from authenticator.scan.image import PAGE_LIMIT, ImageTruncated
from authenticator.scan.ladder import Reading
from authenticator.scan.pages import PagedReading
from authenticator.scan.picture_file import load_single, read_file
from authenticator.scan.worker_pool import WorkerPool
from tests.services.pictures import Pixels, parts_pixels, qr_pixels

KINDS = ["TIFF", "GIF", "WEBP", "PNG", "AVIF"]
SIDE = 400


def card(text: str, side: int = SIDE) -> Pixels:
    page = np.full((side, side), 255, np.uint8)
    code = qr_pixels(text, module_px=4)
    page[10 : 10 + len(code), 10 : 10 + len(code)] = code
    return page


def film(kind: str, pages: Sequence[Pixels], mode: str = "L", **options: object) -> bytes:
    images = [Image.fromarray(page).convert(mode) for page in pages]
    lossless = {"lossless": True} if kind == "WEBP" else {}
    file = BytesIO()
    images[0].save(file, kind, save_all=True, append_images=images[1:], **lossless, **options)
    return file.getvalue()


def texts(reading: Reading) -> list[str]:
    return [code.text for code in reading.payloads]


BLANK = np.full((SIDE, SIDE), 255, np.uint8)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", range(4))
def test_code_of_any_frame_is_read(kind: str, place: int) -> None:
    pages = [np.full((SIDE, SIDE), 40 * number, np.uint8) for number in range(1, 5)]
    pages[place] = card(f"otpauth://totp/{kind}")
    reading = read_file(film(kind, pages))
    assert texts(reading) == [f"otpauth://totp/{kind}"]
    assert isinstance(reading, PagedReading)
    assert (reading.pages, reading.pages_read, reading.pictures) == (4, 4, True)
    assert reading.complete


@pytest.mark.parametrize("kind", KINDS)
def test_codes_of_all_frames_are_read_in_order(kind: str) -> None:
    links = [f"otpauth://totp/{kind}{number}" for number in range(4)]
    assert texts(read_file(film(kind, [card(link) for link in links]))) == links


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP", "PNG"])
def test_frames_in_every_mode_are_read(kind: str, mode: str) -> None:
    links = [f"otpauth://totp/{mode}{number}" for number in range(3)]
    made = "RGB" if kind == "WEBP" and mode in ("1", "P") else mode
    assert texts(read_file(film(kind, [card(link) for link in links], made))) == links


@pytest.mark.parametrize("packing", [None, "tiff_lzw", "tiff_adobe_deflate", "group4", "packbits"])
def test_pages_of_a_scanner_in_every_packing_are_read(packing: str | None) -> None:
    links = [f"otpauth://totp/{number}" for number in range(4)]
    sizes = (400, 500, 450, 600)
    pages = [card(link, side) for link, side in zip(links, sizes, strict=True)]
    assert texts(read_file(film("TIFF", pages, "1", compression=packing))) == links


@pytest.mark.parametrize("disposal", [0, 1, 2])
def test_partial_frames_of_a_gif_are_put_on_what_is_shown(disposal: int) -> None:
    """The code comes in strips, of which each frame holds one; `disposal` 2 takes each away."""
    whole = card("otpauth://totp/strips")
    pages = []
    for strip in range(4):
        page = BLANK.copy() if disposal == 2 else (pages[-1].copy() if pages else BLANK.copy())
        rows = slice(strip * 100, strip * 100 + 100)
        page[rows] = whole[rows]
        pages.append(page)
    pages.append(whole if disposal == 2 else pages[-1])
    data = film("GIF", pages, disposal=disposal, duration=100)
    assert texts(read_file(data)) == ["otpauth://totp/strips"]


@pytest.mark.parametrize("disposal", [0, 1, 2])
@pytest.mark.parametrize("blend", [0, 1])
def test_partial_frames_of_an_apng_are_put_on_what_is_shown(disposal: int, blend: int) -> None:
    pages = [BLANK, card("otpauth://totp/one"), card("otpauth://totp/two"), BLANK]
    data = film("PNG", pages, "RGBA", disposal=disposal, blend=blend, duration=100)
    assert texts(read_file(data)) == ["otpauth://totp/one", "otpauth://totp/two"]


def test_picture_before_an_apng_is_read_too() -> None:
    """The default image, shown by programs that know no APNG."""
    pages = [card("otpauth://totp/first"), BLANK, card("otpauth://totp/later")]
    data = film("PNG", pages, default_image=True)
    assert texts(read_file(data)) == ["otpauth://totp/first", "otpauth://totp/later"]


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_still_frames_cost_no_place(kind: str) -> None:
    """A recording of the screen: long, and mostly nothing moves."""
    pages = [card(f"otpauth://totp/{number // 40}") for number in range(120)]
    pages = [page.copy() for page in pages]
    for number, page in enumerate(pages):
        page[-1, -1] = 100 * (number % 2)  # or the writer joins equal frames
    reading = read_file(film(kind, pages))
    assert texts(reading) == ["otpauth://totp/0", "otpauth://totp/1", "otpauth://totp/2"]
    assert reading.complete


@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_parts_of_a_text_on_several_frames_are_joined(kind: str) -> None:
    text = "otpauth://totp/parts?secret=AAAABBBBCCCCDDDD&issuer=Parts&digits=8"
    assert texts(read_file(film(kind, parts_pixels(text, 3)))) == [text]


def test_frames_beyond_the_limit_are_reported() -> None:
    pages = [card(f"otpauth://totp/{number}", 200) for number in range(PAGE_LIMIT + 5)]
    reading = frames.read(film("TIFF", pages), now_s=lambda: 0)
    assert isinstance(reading, PagedReading)
    assert (reading.pages, reading.pages_read) == (PAGE_LIMIT + 5, PAGE_LIMIT)
    assert not reading.complete
    assert len(reading.payloads) == PAGE_LIMIT


def test_frames_beyond_the_budget_are_reported() -> None:
    seconds = count(0, 3)
    pages = [card(f"otpauth://totp/{number}", 200) for number in range(10)]
    reading = frames.read(film("TIFF", pages), now_s=lambda: float(next(seconds)))
    assert isinstance(reading, PagedReading)
    assert 0 < reading.pages_read < 10
    assert not reading.complete


def test_one_frame_is_read_as_before() -> None:
    for kind in KINDS:
        data = film(kind, [card("otpauth://totp/one")])
        reading = read_file(data)
        assert not isinstance(reading, PagedReading)
        assert texts(reading) == ["otpauth://totp/one"]
        assert load_single(data) is not None


def test_legibility_is_not_measured_in_one_of_several_frames() -> None:
    assert load_single(film("GIF", [BLANK, card("x")])) is None


def test_damaged_frame_does_not_affect_others() -> None:
    pages = [card(f"otpauth://totp/{number}") for number in range(3)]
    data = film("TIFF", pages, compression="tiff_lzw")
    (at,) = [Image.open(BytesIO(data)).tag_v2[273]]  # where the first page's rows are
    broken = bytearray(data)
    broken[at[0] : at[0] + 40] = b"\xff" * 40
    reading = read_file(bytes(broken))
    assert texts(reading)[-2:] == ["otpauth://totp/1", "otpauth://totp/2"]


@given(st.sampled_from(KINDS[:4]), st.floats(0.02, 1), st.integers(0, 2**32))
@settings(deadline=None, max_examples=60)
def test_any_damage_ends_in_a_reading_or_a_refusal(kind: str, share: float, seed: int) -> None:
    data = bytearray(film(kind, [card("otpauth://totp/a", 140), card("otpauth://totp/b", 140)]))
    chance = np.random.default_rng(seed)
    for place in chance.integers(0, len(data), 3):
        data[place] ^= int(chance.integers(1, 256))
    with suppress(InputRefused):
        read_file(bytes(data[: max(1, int(len(data) * share))]))


def test_frame_too_large_is_left_out() -> None:
    small = Image.fromarray(card("otpauth://totp/small"))
    file = BytesIO()
    huge = Image.new("1", (20_000, 6_000))
    small.convert("1").save(file, "TIFF", save_all=True, append_images=[huge], compression="group4")
    reading = read_file(file.getvalue())
    assert isinstance(reading, PagedReading)
    assert (texts(reading), reading.pages, reading.pages_read) == (["otpauth://totp/small"], 2, 1)


def test_pictures_without_a_readable_frame_are_truncated(monkeypatch: pytest.MonkeyPatch) -> None:
    data = film("TIFF", [BLANK, BLANK])
    monkeypatch.setattr(frames.image, "brightness", _raising)
    with pytest.raises(ImageTruncated):
        read_file(data)


def _raising(_image: object) -> None:
    raise OSError


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_avif_is_turned_as_it_is_shown(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    file = BytesIO()
    Image.fromarray(card("otpauth://totp/avif")).save(file, "AVIF", exif=exif)
    assert texts(read_file(file.getvalue())) == ["otpauth://totp/avif"]


def test_name_does_not_matter(tmp_path: Path) -> None:
    pool = WorkerPool()
    for kind in KINDS:
        path = tmp_path / "picture.txt"
        path.write_bytes(film(kind, [BLANK, card("otpauth://totp/named")]))
        assert texts(pool.read(path)) == ["otpauth://totp/named"]
    pool.close()
