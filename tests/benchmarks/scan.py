"""What the reader reads of folders of pictures, beside zxing-cpp and pyzbar alone.

    python -m tests.benchmarks.scan FOLDER...

A folder holds `manifest.json`, a list of {"path", "exp": [texts], "corpus": condition}, or
pictures in sub-folders, each beside a text file of the same name that says what it holds. All
readers take each picture in turn, so that what else the computer does slows all of them.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from authenticator.scan.decoders import PyzbarDecoder, ZxingDecoder
from authenticator.scan.image import Picture, load
from authenticator.scan.ladder import LADDER, LIVE, read
from tests.services.pictures import Pixels, room

NO_ZBAR = replace(
    LADDER,
    likely=tuple(rung for rung in LADDER.likely if not isinstance(rung.decoder, PyzbarDecoder)),
)


@dataclass(frozen=True, slots=True)
class Sample:
    condition: str
    path: Path
    texts: tuple[str, ...]


@dataclass(slots=True)
class Score:
    wanted: int = 0
    read: int = 0
    altered: list[str] = field(default_factory=list)
    raised: int = 0
    ms: list[float] = field(default_factory=list)

    def line(self) -> str:
        share = 100 * self.read / max(1, self.wanted)
        middle, late = np.percentile(self.ms, (50, 95))
        return (
            f"{self.read:5} of {self.wanted:5} {share:6.1f} % {len(self.altered):8} "
            f"{self.raised:7} {middle:9.1f} {late:8.1f}"
        )


def samples(folder: Path) -> Iterator[Sample]:
    manifest = folder / "manifest.json"
    if manifest.exists():
        for row in json.loads(manifest.read_text("utf-8")):
            yield Sample(row["corpus"], folder / row["path"], tuple(row["exp"]))
        return
    for said in sorted(folder.glob("**/*.txt")):
        picture = next((said.with_suffix(end) for end in (".png", ".jpg", ".jpeg")), said)
        if picture.exists():
            yield Sample(said.parent.name, picture, (said.read_text("utf-8"),))


READERS: dict[str, Callable[[Picture], list[str]]] = {
    "reader": lambda picture: [code.text for code in read(picture).payloads],
    "no zbar": lambda picture: [code.text for code in read(picture, ladder=NO_ZBAR).payloads],
    "live": lambda picture: [code.text for code in read(picture, ladder=LIVE).payloads],
    "zxing": lambda picture: [code.text for code in ZxingDecoder().decode(picture.grey)],
    "pyzbar": lambda picture: [code.text for code in PyzbarDecoder().decode(picture.grey)],
}


def _said(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def measure(folder: Path) -> dict[tuple[str, str], Score]:
    """Scores by condition and reader. The condition "all" sums them up, the reader "both" is
    what zxing-cpp and pyzbar read together."""
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for sample in samples(folder):
        picture = load(sample.path.read_bytes())
        wanted = [_said(text) for text in sample.texts]
        results: dict[str, tuple[list[str], bool, float]] = {}
        for name, reader in READERS.items():
            start_s = time.perf_counter()
            try:
                got, raised = [_said(text) for text in reader(picture)], False
            except Exception:  # noqa: BLE001 - counted, which is the point
                got, raised = [], True
            results[name] = got, raised, (time.perf_counter() - start_s) * 1000
        one, other = results["zxing"], results["pyzbar"]
        results["both"] = one[0] + other[0], one[1] or other[1], one[2] + other[2]
        for name, (got, raised, ms) in results.items():
            for key in ((sample.condition, name), ("all", name)):
                score = scores[key]
                score.wanted += len(wanted)
                score.read += sum(text in got for text in wanted)
                score.altered += [f"{sample.path.name}: {t}" for t in got if t not in wanted]
                score.raised += raised
                score.ms.append(ms)
    return scores


def table(scores: dict[tuple[str, str], Score]) -> Iterator[str]:
    yield f"{'':14} {'':8}        read           altered  raised median ms   p95 ms"
    names = [*READERS, "both"]
    for condition in sorted({condition for condition, _ in scores}, key=lambda c: (c == "all", c)):
        for name in names:
            yield f"{condition:14} {name:8} {scores[condition, name].line()}"
    spent_ms = {name: sum(scores["all", name].ms) for name in names}
    yield f"first rung: {spent_ms['zxing'] / spent_ms['pyzbar']:.3f} of pyzbar's time"
    yield f"reader: {spent_ms['reader'] / spent_ms['pyzbar']:.3f} of pyzbar's time"
    for condition in sorted({condition for condition, _ in scores}):
        ours, both = scores[condition, "reader"], scores[condition, "both"]
        if ours.read < both.read:
            yield f"{condition}: {both.read - ours.read} fewer than zxing-cpp and pyzbar together"
    yield from ("altered " + text for text in scores["all", "reader"].altered)


def empty_frames() -> Iterator[tuple[str, Pixels]]:
    """Frames of 1280 x 720 without any code."""
    grain = np.random.default_rng(1)
    yield "white", np.full((720, 1280), 255, np.uint8)
    yield "noise", grain.integers(0, 256, (720, 1280), np.uint8)
    for seed in range(20):
        page = room(seed, 1280, 720)
        yield "room", page
        dark = page * 0.15 + grain.normal(0, 5, page.shape)
        yield "dark room", np.clip(dark, 0, 255).astype(np.uint8)


def without_a_code() -> Iterator[str]:
    """What a frame without any code costs, beside one call of pyzbar."""
    spent_ms: dict[tuple[str, str], float] = defaultdict(float)
    read(Picture(np.full((720, 1280), 255, np.uint8)))  # imports
    for kind, frame in empty_frames():
        for name in ("reader", "live", "pyzbar"):
            start_s = time.perf_counter()
            READERS[name](Picture(frame))
            spent_ms[kind, name] += (time.perf_counter() - start_s) * 1000
    for kind in dict.fromkeys(kind for kind, _ in spent_ms):
        ours, live = (spent_ms[kind, n] / spent_ms[kind, "pyzbar"] for n in ("reader", "live"))
        yield f"no code, {kind}: reader {ours:.2f}, live {live:.2f} of pyzbar's time"


def main(folders: list[str]) -> int:
    if not folders:
        sys.stderr.write(__doc__ or "")
        return 2
    for line in without_a_code():
        sys.stdout.write(line + "\n")
    for folder in folders:
        sys.stdout.write(f"\n{folder}\n")
        for line in table(measure(Path(folder))):
            sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
