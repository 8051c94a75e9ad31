"""deb BUNDLE FOLDER: a Debian package of the executable's folder, into FOLDER.

What it depends on is read from the libraries themselves: what they ask for and the folder has not.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import elf
import tree

from authenticator import NAME, __version__

MAINTAINER = os.environ.get("MAINTAINER", f"{NAME} maintainers <maintainers@example.org>")
DESCRIPTION = """two-step codes on a computer
 Scans the QR code that a panel shows, keeps its key in the system's keyring,
 and shows the code to type, right to the second, in a window or a terminal.
 .
 Nothing is sent anywhere, apart from asking time servers what time it is,
 when you say so."""
OVERRIDES = """\
# The package carries Qt, OpenCV and Python along, of the versions that its tests ran with.
authenticator: embedded-library *
authenticator: shared-library-lacks-prerequisites *
authenticator: package-contains-documentation-outside-usr-share-doc *
authenticator: hardening-no-pie *
authenticator: hardening-no-fortify-functions *
authenticator: spelling-error-in-binary *
authenticator: library-not-linked-against-libc *
# How those libraries find each other wherever the folder lies.
authenticator: custom-library-search-path *
# Stripping these breaks them: they were changed by those who build the wheels.
authenticator: unstripped-binary-or-object *
# The bytecode is for the Python in the package, which no upgrade of the system's touches.
authenticator: package-installs-python-bytecode *
# There is no archive in which to close a bug.
authenticator: initial-upload-closes-no-bugs *
"""


def run(*words: str | Path, cwd: Path | None = None) -> str:
    return subprocess.run(words, cwd=cwd, check=True, capture_output=True, text=True).stdout


def needed(bundle: Path) -> str:
    """The packages of this system that have what the folder asks of a system, as Depends has
    them; the C library with the oldest version that does."""
    known = run("ldconfig", "-p")
    packages = set()
    for name in elf.asked_of_the_system(bundle):
        place = re.search(rf"^\s*{re.escape(name)} .*=> (.+)$", known, re.MULTILINE)
        assert place, f"{name} is not on this system"
        # dpkg knows the place of a file, not the ways that links lead to it.
        owner = run("dpkg", "--search", f"*/{Path(place[1]).resolve().name}")
        packages.add(owner.partition(":")[0])
    packages.discard("libc6")
    return ", ".join([f"libc6 (>= {elf.oldest_glibc(bundle)})", *sorted(packages)])


def control(root: Path, architecture: str) -> str:
    size_kib = sum(f.lstat().st_size for f in root.rglob("*") if f.is_file()) // 1024
    return f"""Package: authenticator
Version: {__version__}
Architecture: {architecture}
Maintainer: {MAINTAINER}
Installed-Size: {size_kib}
Depends: {needed(root / "usr/lib/authenticator")}
Recommends: ca-certificates, default-dbus-session-bus | dbus-session-bus, \
fonts-dejavu-core | fonts-noto-core, gnome-keyring | kwalletmanager | keepassxc
Suggests: xdg-desktop-portal
Section: utils
Priority: optional
Description: {DESCRIPTION}
"""


def build(bundle: Path, folder: Path) -> Path:
    """The package's file, `authenticator_VERSION_ARCHITECTURE.deb`."""
    moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    architecture = run("dpkg", "--print-architecture").strip()
    root = folder / "deb"
    shutil.rmtree(root, ignore_errors=True)
    tree.lay(bundle, root / "usr", f"{moment:%Y-%m-%d}")
    doc = root / "usr/share/doc/authenticator"
    doc.mkdir(parents=True)
    licence = (tree.TOP / "LICENSE").read_text(encoding="utf-8")
    shutil.copyfile(Path(__file__).parent / "linux/copyright", doc / "copyright")
    assert licence.splitlines()[0].startswith("MIT"), "packaging/linux/copyright says MIT"
    changes = (
        f"authenticator ({__version__}) unstable; urgency=medium\n\n"
        "  * See the project's own list of changes.\n\n"
        f" -- {MAINTAINER}  {format_datetime(moment)}\n"
    )
    (doc / "changelog.gz").write_bytes(gzip.compress(changes.encode(), 9, mtime=0))
    overrides = root / "usr/share/lintian/overrides"
    overrides.mkdir(parents=True)
    (overrides / "authenticator").write_text(OVERRIDES)
    for path in (root, *root.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    debian = root / "DEBIAN"
    debian.mkdir()
    (debian / "control").write_text(control(root, architecture))
    sums = [
        f"{hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()}  "
        f"{file.relative_to(root)}\n"
        for file in sorted(root.rglob("*"))
        if file.is_file() and not file.is_symlink() and not file.is_relative_to(debian)
    ]
    (debian / "md5sums").write_text("".join(sums))
    package = folder / f"authenticator_{__version__}_{architecture}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--build", root, package)
    return package


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
