"""Files generated from the command line's own parsers leave nothing out."""

import hashlib
import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from authenticator import __version__
from authenticator.cli.main import VERBS

TOP = Path(__file__).parents[2]


def made(script: str, *words: str | Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(TOP), "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(
        [sys.executable, TOP / "packaging" / script, *words], env=environment, check=True
    )


@pytest.mark.parametrize("file", ["authenticator.bash", "_authenticator", "authenticator.fish"])
def test_completions_offer_every_verb_and_its_options(tmp_path: Path, file: str) -> None:
    made("completions.py", tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    for word in (*VERBS, "passphrase-file", "key-file", "clipboard", "set-aside", "self-check"):
        assert word in text


def test_man_page_describes_every_verb_and_has_its_date(tmp_path: Path) -> None:
    made("manual.py", tmp_path)
    text = (tmp_path / "authenticator.1").read_text(encoding="utf-8")
    for verb in VERBS:
        assert f".SS {verb}\n".replace("-", "\\-") in text
    assert '"Authenticator' in text
    assert "2023-11-14" in text


def test_sbom_lists_every_direct_dependency_with_version(tmp_path: Path) -> None:
    made("sbom.py", tmp_path / "sbom.json")
    told = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    assert told["metadata"]["component"]["version"] == __version__
    names = {part["name"]: part["version"] for part in told["components"]}
    for name in ("pyside6-essentials", "pyotp", "opencv-python-headless", "numpy", "cpython"):
        assert names[name]


def test_winget_manifest_names_installer_by_its_hash(tmp_path: Path) -> None:
    setup = tmp_path / "setup.exe"
    setup.write_bytes(b"an installer")
    made("windows/winget/manifest.py", setup, "https://example.org/setup.exe", tmp_path / "out")
    (installer,) = (tmp_path / "out").glob("*.installer.yaml")
    digest = hashlib.sha256(b"an installer").hexdigest().upper()
    assert f"InstallerSha256: {digest}" in installer.read_text(encoding="utf-8")


def test_opencv_source_is_fetched_in_locked_version_by_its_hashes(tmp_path: Path) -> None:
    """Up to the download, where this Python gives up."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >"{tmp_path}/words"\nexit 3\n', encoding="utf-8")
    python.chmod(0o755)
    done = subprocess.run([TOP / "packaging/opencv", python, tmp_path], check=False)
    assert done.returncode == 3
    words = (tmp_path / "words").read_text(encoding="utf-8").split()
    assert {"--require-hashes", "--no-deps"} <= set(words)
    pin, *hashes = Path(words[-1]).read_text(encoding="utf-8").splitlines()
    version = pin.removeprefix("opencv-python-headless==").removesuffix(" \\")
    assert version == metadata.version("opencv-python-headless")
    assert Path(words[-1]).parent.name == f"build-{version}"
    assert hashes
    assert [line for line in hashes if not line.startswith("    --hash=sha256:")] == []
