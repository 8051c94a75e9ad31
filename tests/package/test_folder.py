"""What stands in the folder: no more than is asked for, and what docs/packaging.md says of it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.package.conftest import TOP

MIB = 2**20


def elf(bundle: Path) -> list[str]:
    words = [sys.executable, TOP / "packaging/elf.py", bundle]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_folder_and_the_downloads_are_small(bundle: Path, deb: Path, tarball: Path) -> None:
    size = sum(file.lstat().st_size for file in bundle.rglob("*"))
    assert size <= 260 * MIB
    assert deb.stat().st_size <= 95 * MIB
    assert tarball.stat().st_size <= 95 * MIB


def test_every_link_leads_somewhere(bundle: Path) -> None:
    assert [link for link in bundle.rglob("*") if link.is_symlink() and not link.exists()] == []


@pytest.mark.parametrize(
    "part",
    ["*Qml*", "*Quick*", "*Pdf.so*", "*3D*", "*WebEngine*", "*gtk*", "*avcodec*", "*qtbase_en*"],
)
def test_what_no_user_needs_is_not_there(bundle: Path, part: str) -> None:
    assert list(bundle.rglob(part)) == []


def test_nothing_names_the_computer_that_built_it(bundle: Path) -> None:
    place = str(TOP).encode()
    compiled_here = [bundle / "_internal" / name for name in ("authenticator", "shiboken6")]
    ours = [
        bundle / "authenticator",
        *(file for one in compiled_here for file in one.rglob("*.pyc")),
    ]
    assert len(ours) > 100
    assert [file for file in ours if place in file.read_bytes()] == []


def test_pyside_finds_its_own_python_compiled(bundle: Path) -> None:
    place = "_internal/shiboken6/files.dir"
    compiled = {file.relative_to(bundle / place) for file in (bundle / place).rglob("*.pyc")}
    # What PySide has loaded from the text in its library, here where there is no such folder.
    words = "import PySide6.QtCore, sys; print(*(m.__file__ for m in sys.modules.values() "
    words += "if 'shibokensupport' in (getattr(m, '__file__', None) or '')))"
    loaded = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )
    assert len(loaded.stdout.split()) > 10
    assert compiled >= {Path(file).with_suffix(".pyc") for file in loaded.stdout.split()}


def test_the_docs_say_which_systems_are_old_enough(bundle: Path) -> None:
    page = (TOP / "docs/packaging.md").read_text(encoding="utf-8")
    oldest = re.search(r"glibc ([0-9.]+)", elf(bundle)[0])
    assert oldest is not None
    assert f"glibc {oldest[1]} or later" in page


def test_the_system_is_asked_for_no_more_than_a_desktop_has(bundle: Path) -> None:
    of_glibc = {"ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"}
    of_glibc |= {"libresolv.so.2", "librt.so.1", "libutil.so.1"}
    of_desktop = {"libEGL.so.1", "libGL.so.1", "libGLX.so.0", "libOpenGL.so.0"}
    of_desktop |= {"libwayland-client.so.0", "libwayland-cursor.so.0", "libxcb.so.1"}
    assert set(elf(bundle)[1:]) <= of_glibc | of_desktop
