"""What the ladder reads of folders of pictures, beside zxing-cpp and pyzbar alone.

    python -m tests.benchmarks.reading FOLDER...

A folder holds `manifest.json`, a list of {"path", "exp": [texts], "corpus": condition}, or
pictures in sub-folders, each beside a text file of the same name that says what it holds.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from authenticator.scan.decoders import PyzbarDecoder, ZxingDecoder
from authenticator.scan.image import Picture, load
from authenticator.scan.ladder import LIVE, read


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
            f"{share:6.1f} % {len(self.altered):3} altered {self.raised:2} raised "
            f"{middle:7.1f} {late:7.1f} {sum(self.ms) / 1000:7.2f}"
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
    "ladder": lambda picture: [code.text for code in read(picture).payloads],
    "live": lambda picture: [code.text for code in read(picture, 1000, LIVE).payloads],
    "zxing": lambda picture: [code.text for code in ZxingDecoder().decode(picture.grey)],
    "pyzbar": lambda picture: [code.text for code in PyzbarDecoder().decode(picture.grey)],
}


def _said(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def measure(folder: Path) -> dict[tuple[str, str], Score]:
    """Scores by condition and reader; the condition "all" sums them up."""
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for sample in samples(folder):
        picture = load(sample.path)
        wanted = [_said(text) for text in sample.texts]
        for name, reader in READERS.items():
            start_s = time.perf_counter()
            raised = False
            try:
                got = [_said(text) for text in reader(picture)]
            except Exception:  # noqa: BLE001 - counted, which is the point
                got, raised = [], True
            ms = (time.perf_counter() - start_s) * 1000
            for key in ((sample.condition, name), ("all", name)):
                score = scores[key]
                score.wanted += len(wanted)
                score.read += sum(text in got for text in wanted)
                score.altered += [f"{sample.path.name}: {t}" for t in got if t not in wanted]
                score.raised += raised
                score.ms.append(ms)
    return scores


def main(folders: list[str]) -> int:
    if not folders:
        sys.stderr.write(__doc__ or "")
        return 2
    for folder in folders:
        scores = measure(Path(folder))
        head = f"{'':22}    read{'':24}median     p95 ms   sum s"
        lines = ["", folder, head]
        for (condition, name), score in sorted(scores.items()):
            lines.append(f"{condition:14} {name:7} {score.line()}")
        lines += ["altered " + text for text in scores["all", "ladder"].altered]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
