"""lock.py [OPTION...]: writes requirements/*.txt: the exact version of everything that pip installs
for pyproject.toml, with the hashes of all its files, for each supported system and Python.

Versions stay as they are while pyproject.toml allows them. OPTIONs are for `uv pip compile`:
--upgrade, --upgrade-package NAME."""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

FOLDER = Path("requirements")
OLDEST_PYTHON = "3.11"


def parts() -> dict[str, list[str]]:
    """What each file is for: the app, what builds it (setuptools for dependencies that come without
    a wheel), and each of its extras. Each file adds only what its own part needs."""
    told = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    extras = told["project"]["optional-dependencies"]
    bundler = [line for line in extras["dev"] if line.startswith("pyinstaller")]
    build = [*told["build-system"]["requires"], *bundler, "setuptools>=77"]
    return {"app": told["project"]["dependencies"], "build": build, **extras}


def resolve(wanted: list[str], output: Path, *options: str) -> None:
    """Choose versions of `wanted` and what it needs; those that `output` names already are kept."""
    subprocess.run(
        [
            *(Path(sys.executable).with_name("uv"), "pip", "compile", "-", "--quiet"),
            *("--universal", "--python-version", OLDEST_PYTHON),
            *("--generate-hashes", "--no-emit-index-url", "--output-file", output.name),
            *options,
        ],
        input="\n".join(wanted),
        stdout=subprocess.DEVNULL,
        env=os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock", "UV_NO_CONFIG": "1"},
        cwd=output.parent,
        text=True,
        check=True,
    )


def main() -> None:
    # All parts go into one environment, so their versions are chosen together, then told apart.
    with tempfile.TemporaryDirectory() as work:
        everything = Path(work, "everything.txt")
        known = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.txt"))]
        everything.write_text("".join(known), encoding="utf-8")
        resolve([line for lines in parts().values() for line in lines], everything, *sys.argv[1:])
        for part, wanted in parts().items():
            output = Path(work, f"{part}.txt")
            shutil.copy(everything, output)
            resolve(wanted, output)
            locked = FOLDER / output.name
            # A file that did not change stays as it is, or `make venv` would install anew.
            if not locked.exists() or not filecmp.cmp(output, locked, shallow=False):
                shutil.copy(output, locked)


if __name__ == "__main__":
    main()
