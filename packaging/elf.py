"""elf FOLDER: what the programs and libraries of a folder ask of a Linux system."""

import re
import subprocess
import sys
from pathlib import Path


def binaries(folder: Path) -> list[Path]:
    """Programs and libraries below a folder."""
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink() and _begins(file) == b"\x7fELF"
    ]


def asked_of_the_system(folder: Path) -> set[str]:
    """The libraries, by soname, that are asked for and lie nowhere in the folder."""
    asked: set[str] = set()
    for file in binaries(folder):
        asked |= set(re.findall(r"\(NEEDED\).*\[(.+)\]", _readelf("--dynamic", file)))
    return asked - {file.name for file in folder.rglob("*")}


def oldest_glibc(folder: Path) -> str:
    """The version of the C library that has everything that is asked of it, as `2.36`."""
    versions = {
        tuple(map(int, number.split(".")))
        for file in binaries(folder)
        for number in re.findall(r"Name: GLIBC_([0-9.]+)", _readelf("--version-info", file))
    }
    return ".".join(map(str, max(versions)))


def _begins(file: Path) -> bytes:
    with file.open("rb") as content:
        return content.read(4)


def _readelf(what: str, file: Path) -> str:
    words = ("readelf", "--wide", what, file)
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    print(f"glibc {oldest_glibc(Path(sys.argv[1]))} or later")
    print(*sorted(asked_of_the_system(Path(sys.argv[1]))), sep="\n")
