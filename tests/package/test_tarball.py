"""The .tar.xz installs into a home of any name, upgrades, and uninstalls; accounts stay."""

import json
import subprocess
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest

from tests.services.secret_service import secret_service
from tests.system.test_main_job import KEY, oath


@pytest.fixture(scope="module")
def unpacked(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("download")
    subprocess.run(["tar", "-xf", tarball, "-C", folder], check=True)
    (top,) = folder.iterdir()
    return top


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    home = tmp_path / 'Käthe\'s "own" $HOME 100%'
    home.mkdir()
    with secret_service() as service:
        own = service.environment | {"HOME": str(home)}
        for name in ("AUTHENTICATOR_HOME", "XDG_DATA_HOME"):
            own.pop(name)
        yield own


Run = Callable[..., str]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def call(*words: str | Path, stdin: str = "") -> str:
        done = subprocess.run(
            words, env=environment, input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


def installed(environment: dict[str, str]) -> Path:
    return Path(environment["HOME"]) / ".local"


def told(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_tarball_installs_starts_by_desktop_file_and_uninstalls(
    unpacked: Path, environment: dict[str, str], run: Run
) -> None:
    run(unpacked / "install")
    local = installed(environment)
    program = local / "bin/authenticator"
    run(program, "add", "--account", "kim", "--key-file", "-", stdin=KEY)
    entry = ConfigParser(interpolation=None)
    entry.read(local / "share/applications/authenticator.desktop", encoding="utf-8")
    words = started(entry["Desktop Entry"]["Exec"])
    assert Path(words[0]) == local / "lib/authenticator/authenticator-gui"
    assert '"keyring"' in run(words[0], "--self-check", "--json")

    run(local / "lib/authenticator/uninstall")
    left = [path for path in local.rglob("*") if path.is_file() or path.is_symlink()]
    left = [path for path in left if path.name != "mimeinfo.cache"]  # the desktop's own index
    assert {path.parent.name for path in left} == {"authenticator"}
    assert (local / "share/authenticator/vault.db").exists()

    run(unpacked / "install")
    assert told(run(program, "code", "kim", "--at", "59", "--json"))[0]["code"] == oath(59)


def test_newer_version_replaces_old_one_and_keeps_accounts(
    unpacked: Path, environment: dict[str, str], run: Run
) -> None:
    run(unpacked / "install")
    local = installed(environment)
    program = local / "bin/authenticator"
    run(program, "add", "--account", "kim", "--key-file", "-", stdin=KEY)
    run(program, "edit", "kim", "--group", "Work", "--pin")
    before = run(program, "list", "--json")
    only_in_the_old_one = local / "lib/authenticator/_internal/old.so"
    only_in_the_old_one.touch()

    run(unpacked / "install")
    assert not only_in_the_old_one.exists()
    assert run(program, "list", "--json") == before
    assert told(run(program, "code", "kim", "--at", "59", "--json"))[0]["code"] == oath(59)


def test_incomplete_download_leaves_installed_version(
    unpacked: Path, environment: dict[str, str], run: Run, tmp_path: Path
) -> None:
    run(unpacked / "install")
    broken = tmp_path / "broken"
    subprocess.run(["cp", "-a", "--", unpacked, broken], check=True)
    (broken / "uninstall").unlink()
    assert subprocess.run([broken / "install"], env=environment, check=False).returncode != 0
    assert "authenticator" in run(installed(environment) / "bin/authenticator", "--version")


def started(line: str) -> list[str]:
    """Parse Exec by the Desktop Entry Specification: first the file's escapes, then the quotes'."""
    text = line.replace("\\\\", "\\")
    quoted, rest = text[1:].rsplit('"', 1)
    plain, letters = "", iter(quoted)
    for letter in letters:
        plain += next(letters) if letter == "\\" else letter
    return [plain.replace("%%", "%"), *rest.split()]


def test_tarball_names_neither_packer_nor_time(tarball: Path) -> None:
    words = ["tar", "--list", "--verbose", "--full-time", "-f", tarball]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    assert {line.split()[1] for line in told} == {"0/0"}
    assert len({tuple(line.split()[3:5]) for line in told}) == 1
