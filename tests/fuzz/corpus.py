"""The corpus: for each target a list of inputs that reach different code, as JSON."""

import json
from pathlib import Path

_FOLDER = Path(__file__).parent / "corpus"


def read_corpus(target: str) -> list[bytes]:
    """The inputs that are kept for a target."""
    return [text.encode("latin-1") for text in json.loads(_path(target).read_text("utf-8"))]


def write_corpus(target: str, inputs: list[bytes]) -> None:
    """Keep these inputs, one a line."""
    texts = [data.decode("latin-1") for data in sorted(inputs, key=lambda data: (len(data), data))]
    _FOLDER.mkdir(exist_ok=True)
    _path(target).write_text(json.dumps(texts, indent=0) + "\n", "utf-8")


def _path(target: str) -> Path:
    return _FOLDER / f"{target}.json"
