"""Fuzz targets one after the other, guided by the code that an input reaches (libFuzzer, by
atheris, for Linux on x86-64)."""

import argparse
import re
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.fuzz.corpus import read_corpus, write_corpus
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS

KEPT = 400
"""Inputs that are kept of each target, the shortest first: the rest is found again quickly."""


def main() -> int:
    """Fuzz each target for `--runs` inputs. Returns 1 if one raised what it may not."""
    parser = argparse.ArgumentParser()
    parser.add_argument("targets", nargs="*", metavar="TARGET", default=[*TARGETS])
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--keep", action="store_true", help="add to the corpus what is new")
    chosen = parser.parse_args()
    codes = [_fuzz(target, chosen.runs, keep=chosen.keep) for target in chosen.targets]
    return int(any(codes))


def _fuzz(target: str, runs: int, *, keep: bool) -> int:
    with tempfile.TemporaryDirectory() as place:
        known = Path(place)
        inputs = seeds(target)
        with suppress(FileNotFoundError):
            inputs += read_corpus(target)
        for number, data in enumerate(inputs):
            (known / str(number)).write_bytes(data)
        ended = _libfuzzer(target, f"-runs={runs}", str(known))
        told = [line for line in ended.stderr.splitlines() if re.match(r"#\d+\s+DONE", line)]
        print(f"{target}: {' '.join(told)}", flush=True)  # noqa: T201 - a program's output
        if ended.returncode:
            print(ended.stdout, ended.stderr, sep="\n")  # noqa: T201
        elif keep:
            new = {path.read_bytes() for path in known.iterdir()} - set(seeds(target))
            write_corpus(target, sorted(new, key=len)[:KEPT])
        return ended.returncode


def _libfuzzer(target: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz.one", target, *options],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
