"""tarball BUNDLE FOLDER: the executable's folder for a user's own home, with `install` and
`uninstall`, as a .tar.xz in FOLDER. The same folder gives the same file."""

import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import tree

from authenticator import __version__


def build(bundle: Path, folder: Path) -> Path:
    """The file, `authenticator-VERSION-linux-MACHINE.tar.xz`."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "0")
    name = f"authenticator-{__version__}-linux-{platform.machine()}"
    root = folder / name
    tree.lay(bundle, root, f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d}")
    for script in ("install", "uninstall"):
        shutil.copy(Path(__file__).parent / "linux" / script, root / script)
    shutil.copyfile(tree.TOP / "LICENSE", root / "LICENSE")
    file = folder / f"{name}.tar.xz"
    words = ("tar", "--create", "--xz", "--file", file, "--directory", folder, "--sort=name")
    same = ("--owner=0", "--group=0", "--numeric-owner", "--mode=go=rX,u+rwX")
    # As many threads as there are; the blocks, and so the file, are the same for any number.
    environment = os.environ | {"XZ_OPT": "-3 -T0"}
    subprocess.run([*words, f"--mtime=@{seconds}", *same, name], check=True, env=environment)
    return file


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
