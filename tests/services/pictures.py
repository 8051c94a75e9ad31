"""Pictures of QR codes by independent writers (qrencode, segno) and films made of them."""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def qrencode_png(text: str, *, module_px: int = 6, quiet: int = 4) -> bytes:
    """A PNG as the tool `qrencode` draws it: `quiet` modules of white around the code."""
    return subprocess.run(
        ["qrencode", "-8", "-o", "-", "-s", str(module_px), "-m", str(quiet), "-t", "PNG"],
        input=text.encode(),
        capture_output=True,
        check=True,
        timeout=30,
    ).stdout


def qr_pixels(
    text: str, *, module_px: int = 4, quiet: int = 4, micro: bool = False, error: str | None = None
) -> Pixels:
    """A grey plane as segno draws it, black (0) on white (255)."""
    code = segno.make(text, micro=micro, error=error, encoding=None if micro else "utf-8")
    rows = [bytearray(row) for row in code.matrix_iter(scale=module_px, border=quiet)]
    return np.where(np.array(rows, np.uint8) > 0, 0, 255).astype(np.uint8)


def sheet(
    codes: Iterable[tuple[Pixels, int, int]], *, width: int, height: int, brightness: int = 255
) -> Pixels:
    """A page with each plane at x, y."""
    page = np.full((height, width), brightness, np.uint8)
    for pixels, x, y in codes:
        page[y : y + pixels.shape[0], x : x + pixels.shape[1]] = pixels
    return page


def room(seed: int, width: int = 900, height: int = 600) -> Pixels:
    """Boxes and lines of every brightness on a slope of grey, and a bit of grain."""
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
    """A grey plane as the bytes of an image file of Pillow's format and mode."""
    image = Image.fromarray(pixels)
    if mode != "L":
        image = image.convert("RGB").convert(mode) if mode == "LAB" else image.convert(mode)
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def film(path: Path, frames: Iterable[Pixels], *, frames_per_s: int = 15) -> Path:
    """An MJPG film (.avi) of grey or BGR frames, all of one size."""
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
    """What a webcam sees: nothing (a lens cap), grain (it wakes), then each text's code in turn.

    The code stands in the middle of a grainy frame, `shown` frames long.
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
