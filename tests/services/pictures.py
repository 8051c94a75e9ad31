"""Pictures of QR codes by independent writers (qrencode, segno), and videos of them."""

import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image

from tests.patience import PATIENCE_S

Pixels = NDArray[np.uint8]


def qrencode_png(text: str, *, module_px: int = 6, quiet: int = 4) -> bytes:
    """A PNG by `qrencode`, with `quiet` white modules around the code."""
    return subprocess.run(
        ["qrencode", "-8", "-o", "-", "-s", str(module_px), "-m", str(quiet), "-t", "PNG"],
        input=text.encode(),
        capture_output=True,
        check=True,
        timeout=PATIENCE_S,
    ).stdout


def qr_pixels(
    text: str, *, module_px: int = 4, quiet: int = 4, micro: bool = False, error: str | None = None
) -> Pixels:
    """A greyscale plane by segno, black (0) on white (255)."""
    code = segno.make(text, micro=micro, error=error, encoding=None if micro else "utf-8")
    rows = [bytearray(row) for row in code.matrix_iter(scale=module_px, border=quiet)]
    return np.where(np.array(rows, np.uint8) > 0, 0, 255).astype(np.uint8)


def parts_pixels(text: str, total: int, *, module_px: int = 4) -> list[Pixels]:
    """The codes of a text that is spread over `total` of them (structured append), by segno."""
    return [
        np.where(
            np.array([bytearray(row) for row in part.matrix_iter(module_px, 4)]) > 0, 0, 255
        ).astype(np.uint8)
        for part in segno.make_sequence(text, symbol_count=total, encoding="utf-8")
    ]


def sheet(
    codes: Iterable[tuple[Pixels, int, int]], *, width: int, height: int, brightness: int = 255
) -> Pixels:
    """Return a page with each plane at x, y."""
    page = np.full((height, width), brightness, np.uint8)
    for pixels, x, y in codes:
        page[y : y + pixels.shape[0], x : x + pixels.shape[1]] = pixels
    return page


def room(seed: int, width: int = 900, height: int = 600) -> Pixels:
    """Boxes and lines of every brightness on a grey gradient, with some noise."""
    grain = np.random.default_rng(seed)
    page = np.linspace(70, 150, width, dtype=np.float32)[None, :].repeat(height, 0)
    for _ in range(20):
        x, y = int(grain.integers(0, width)), int(grain.integers(0, height))
        end = int(grain.integers(0, width)), int(grain.integers(0, height))
        shade = int(grain.integers(20, 240))
        cv2.rectangle(page, (x, y), (x + 90, y + 60), shade, -1)
        cv2.line(page, (x, y), end, int(grain.integers(20, 240)), 3)
    return np.clip(page + grain.normal(0, 3, page.shape), 0, 255).astype(np.uint8)


def encoded(pixels: Pixels, kind: str = "PNG", mode: str = "L", **options: object) -> bytes:
    """A greyscale plane as an image file in a Pillow format and mode."""
    image = Image.fromarray(pixels)
    if mode != "L":
        image = image.convert("RGB").convert(mode) if mode == "LAB" else image.convert(mode)
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def film_file(frames: Sequence[Pixels], kind: str = "GIF") -> bytes:
    """A picture file of several greyscale frames, in a Pillow format."""
    first, *rest = map(Image.fromarray, frames)
    file = BytesIO()
    first.save(file, kind, save_all=True, append_images=rest)
    return file.getvalue()


def drawing(text: str) -> bytes:
    """A code as SVG, by segno."""
    file = BytesIO()
    segno.make(text, micro=False).save(file, kind="svg", xmldecl=False)
    return file.getvalue()


def film(path: Path, frames: Iterable[Pixels], *, frames_per_s: int = 15) -> Path:
    """An MJPG video (.avi) of greyscale or BGR frames of the same size."""
    writer = None
    for frame in frames:
        if writer is None:
            height, width = frame.shape[:2]
            writer = cv2.VideoWriter(
                str(path), cv2.VideoWriter.fourcc(*"MJPG"), frames_per_s, (width, height)
            )
            assert writer.isOpened()
        writer.write(frame if frame.ndim == 3 else cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    assert writer is not None, "a film has frames"
    writer.release()
    return path


def webcam_frames(
    texts: Sequence[str],
    *,
    blank: int = 4,
    noise: int = 4,
    shown: int = 8,
    size: tuple[int, int] = (1280, 720),
    seed: int = 7,
) -> Iterator[Pixels]:
    """What a webcam sees: nothing (a lens cap), noise (waking up), then each text's code in turn in
    the middle of a noisy frame, for `shown` frames.
    """
    grain = np.random.default_rng(seed)
    width, height = size
    for _ in range(blank):
        yield np.zeros((height, width), np.uint8)
    for _ in range(noise):
        yield grain.integers(0, 256, (height, width), np.uint8)
    for text in texts:
        code = qr_pixels(text, module_px=7)
        x, y = (width - code.shape[1]) // 2, (height - code.shape[0]) // 2
        page = sheet([(code, x, y)], width=width, height=height, brightness=120)
        for _ in range(shown):
            seen = 30 + page * 0.75 + grain.normal(0, 6, page.shape)
            yield np.clip(seen, 0, 255).astype(np.uint8)


def handheld_frames(
    texts: Sequence[str],
    *,
    shown: int = 90,
    frames_per_s: int = 30,
    size: tuple[int, int] = (1280, 720),
    seed: int = 7,
) -> Iterator[Pixels]:
    """What a camera sees of codes on a hand-held phone, one after the other, `shown` frames each:
    the phone drifts, trembles, turns and tilts, with motion blur; the focus hunts, the light
    changes, the picture is noisy.
    """
    chance = np.random.default_rng(seed)
    width, height = size
    spare = 48
    room = _room(chance, width + spare, height + spare)
    grain = chance.normal(0, 9, (height + spare, width + spare)).astype(np.float32)
    across, down, spin, tilt, turn, near, focus, light = (_wander(chance) for _ in range(8))
    before = np.zeros(2)
    for number, text in enumerate(texts):
        code = qr_pixels(text, module_px=6, error="L")
        phone = np.pad(code, 40, constant_values=235)
        phone = np.pad(phone, 12, constant_values=20)
        for at_s in (number * shown + np.arange(shown)) / frames_per_s:
            middle = np.array(
                [width * (0.5 + 0.1 * across(at_s)), height * (0.5 + 0.07 * down(at_s))]
            )
            corners = _held(
                side=height * (0.72 + 0.14 * near(at_s)),
                spin=np.radians(14 * spin(at_s)),
                tilt=np.radians(30 * tilt(at_s)),
                turn=np.radians(30 * turn(at_s)),
                distance=1.2 * width,
            )
            flat = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * phone.shape[0]
            warp = cv2.getPerspectiveTransform(flat, (corners + middle).astype(np.float32))
            x, y = chance.integers(0, spare, 2)
            frame = room[y : y + height, x : x + width].copy()
            cv2.warpPerspective(
                phone, warp, size, frame, cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
            )
            frame = _smeared(frame, (middle - before) / 2 if at_s else np.zeros(2))
            before = middle
            frame = cv2.GaussianBlur(frame, (0, 0), 0.8 + 1.3 * abs(focus(at_s)))
            x, y = chance.integers(0, spare, 2)
            lit = frame * (0.75 + 0.25 * light(at_s)) + grain[y : y + height, x : x + width]
            yield np.clip(lit, 0, 255).astype(np.uint8)


def _wander(chance: np.random.Generator) -> Callable[[float], float]:
    """A smooth path between -1 and 1 over the seconds: slow drift and some tremor."""
    rates = chance.uniform((0.1, 0.3, 2.0), (0.3, 0.8, 5.0))
    phases = chance.uniform(0, 2 * np.pi, 3)
    parts = np.array([0.6, 0.35, 0.05])
    return lambda at_s: float(parts @ np.sin(2 * np.pi * rates * at_s + phases))


def _held(*, side: float, spin: float, tilt: float, turn: float, distance: float) -> NDArray[Any]:
    """The corners, around the centre, of a square rotated in space (radians) and seen from this
    distance (px)."""
    about = [
        [[np.cos(spin), -np.sin(spin), 0], [np.sin(spin), np.cos(spin), 0], [0, 0, 1]],
        [[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]],
        [[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]],
    ]
    half = side / 2
    square = np.array([[-half, -half, 0], [half, -half, 0], [half, half, 0], [-half, half, 0]])
    for rotation in about:
        square = square @ np.array(rotation).T
    return square[:, :2] * (distance / (distance + square[:, 2:]))


def _smeared(frame: Pixels, way: NDArray[Any]) -> Pixels:
    """Blurred along the movement (px) while the shutter was open."""
    length = min(int(np.hypot(*way)), 9)
    if length < 2:
        return frame
    kernel = np.zeros((length, length), np.float32)
    middle = np.full(2, (length - 1) / 2)
    reach = way / np.hypot(*way) * middle
    one, other = ([int(v) for v in np.rint(middle + sign * reach)] for sign in (-1, 1))
    cv2.line(kernel, one, other, 1.0)
    return cv2.filter2D(frame, -1, kernel / kernel.sum())


def _room(chance: np.random.Generator, width: int, height: int) -> Pixels:
    """Return walls and things, out of focus."""
    room = np.tile(np.linspace(90, 150, width, dtype=np.uint8), (height, 1))
    for _ in range(40):
        x, y = int(chance.integers(width)), int(chance.integers(height))
        w, h, shade = (int(value) for value in chance.integers((20, 20, 20), (200, 160, 230)))
        cv2.rectangle(room, (x, y), (x + w, y + h), shade, int(chance.choice([-1, 3])))
    return cv2.GaussianBlur(room, (0, 0), 2.0)
