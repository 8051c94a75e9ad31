"""The contents of the folder: no more than needed, and as docs/packaging.md describes it."""

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


def test_folder_and_downloads_stay_under_size_limits(
    bundle: Path, deb: Path, tarball: Path
) -> None:
    size = sum(file.lstat().st_size for file in bundle.rglob("*"))
    assert size <= 260 * MIB
    assert deb.stat().st_size <= 95 * MIB
    assert tarball.stat().st_size <= 95 * MIB


def test_every_symlink_has_a_target(bundle: Path) -> None:
    assert [link for link in bundle.rglob("*") if link.is_symlink() and not link.exists()] == []


@pytest.mark.parametrize(
    "part",
    ["*Qml*", "*Quick*", "*Pdf.so*", "*3D*", "*WebEngine*", "*gtk*", "*avcodec*", "*qtbase_en*"],
)
def test_unneeded_parts_are_left_out(bundle: Path, part: str) -> None:
    assert list(bundle.rglob(part)) == []


def test_no_file_names_the_build_computer(bundle: Path) -> None:
    place = str(TOP).encode()
    compiled_here = [bundle / "_internal" / name for name in ("authenticator", "shiboken6")]
    ours = [
        bundle / "authenticator",
        *(file for one in compiled_here for file in one.rglob("*.pyc")),
    ]
    assert len(ours) > 100
    assert [file for file in ours if place in file.read_bytes()] == []


def test_pyside_finds_its_own_python_files_compiled(bundle: Path) -> None:
    place = "_internal/shiboken6/files.dir"
    compiled = {file.relative_to(bundle / place) for file in (bundle / place).rglob("*.pyc")}
    # What PySide loads from text inside its library here, where there is no such folder.
    words = "import PySide6.QtCore, sys; print(*(m.__file__ for m in sys.modules.values() "
    words += "if 'shibokensupport' in (getattr(m, '__file__', None) or '')))"
    loaded = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )
    assert len(loaded.stdout.split()) > 10
    assert compiled >= {Path(file).with_suffix(".pyc") for file in loaded.stdout.split()}


def test_docs_name_oldest_supported_glibc(bundle: Path) -> None:
    page = (TOP / "docs/packaging.md").read_text(encoding="utf-8")
    oldest = re.search(r"glibc ([0-9.]+)", elf(bundle)[0])
    assert oldest is not None
    assert f"glibc {oldest[1]} or later" in page


def test_only_libraries_of_any_desktop_are_required(bundle: Path) -> None:
    of_glibc = {"ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"}
    of_glibc |= {"libresolv.so.2", "librt.so.1", "libutil.so.1"}
    of_desktop = {"libEGL.so.1", "libGL.so.1", "libGLX.so.0", "libOpenGL.so.0"}
    of_desktop |= {"libwayland-client.so.0", "libwayland-cursor.so.0", "libxcb.so.1"}
    assert set(elf(bundle)[1:]) <= of_glibc | of_desktop
