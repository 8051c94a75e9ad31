"""What Flatpak is given has the names it wants. Building it needs its own tools and runtimes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from authenticator import IDENTIFIER
from tests.package.conftest import TOP
from tests.package.test_deb import checked


@pytest.fixture(scope="module")
def staged(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flatpak") / "files"
    words = [sys.executable, TOP / "packaging/flatpak/stage.py", bundle, folder, "2026-01-01"]
    subprocess.run(words, check=True, env=os.environ | {"PYTHONPATH": str(TOP)})
    return folder


def test_exported_files_are_named_by_app_id(staged: Path) -> None:
    share = staged / "share"
    assert [file.name for file in (share / "applications").iterdir()] == [f"{IDENTIFIER}.desktop"]
    icons = [file for file in (share / "icons").rglob("*") if file.is_file()]
    assert {file.stem for file in icons} == {IDENTIFIER}


def test_desktop_file_and_metainfo_are_valid(staged: Path) -> None:
    checked("desktop-file-validate", staged / f"share/applications/{IDENTIFIER}.desktop")
    metainfo = staged / f"share/metainfo/{IDENTIFIER}.metainfo.xml"
    checked("appstreamcli", "validate", "--no-net", metainfo)


def test_manifest_has_same_app_id() -> None:
    manifest = (TOP / "packaging/flatpak/manifest.yaml").read_text(encoding="utf-8")
    assert f"id: {IDENTIFIER} " in manifest
