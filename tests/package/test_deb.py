"""The .deb installs with its dependencies, starts as a desktop starts it, and leaves the keys
when removed."""

import json
import os
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from authenticator import IDENTIFIER
from tests.gui.window_driver import WindowDriver
from tests.services.fresh_debian import HOME, FreshDebian
from tests.services.pictures import qrencode_png
from tests.system.test_main_job import KEY, oath

LINK = f"otpauth://totp/Panel:kim?secret={KEY}&issuer=Panel"


@pytest.fixture(scope="module")
def unpacked(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deb")
    subprocess.run(["dpkg-deb", "--extract", deb, folder], check=True)
    return folder


def checked(*words: str | Path) -> None:
    if shutil.which(str(words[0])) is None:
        pytest.skip(f"no {words[0]} on this computer")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_lintian_finds_no_error(deb: Path) -> None:
    checked("lintian", "--fail-on", "error", "--allow-root", deb)


def test_desktop_file_is_valid(unpacked: Path) -> None:
    checked("desktop-file-validate", unpacked / "usr/share/applications/authenticator.desktop")


def test_metainfo_is_valid(unpacked: Path) -> None:
    metainfo = unpacked / f"usr/share/metainfo/{IDENTIFIER}.metainfo.xml"
    checked("appstreamcli", "validate", "--no-net", metainfo)


@pytest.mark.parametrize("page", ["authenticator.1.gz", "authenticator-gui.1.gz"])
def test_man_page_is_valid(unpacked: Path, page: str) -> None:
    checked("mandoc", "-T", "lint", "-W", "warning", unpacked / "usr/share/man/man1" / page)


@pytest.mark.parametrize(
    ("shell", "file"),
    [
        ("bash", "bash-completion/completions/authenticator"),
        ("zsh", "zsh/vendor-completions/_authenticator"),
        ("fish", "fish/vendor_completions.d/authenticator.fish"),
    ],
)
def test_completion_file_is_valid_for_its_shell(unpacked: Path, shell: str, file: str) -> None:
    checked(shell, "-n", unpacked / "usr/share" / file)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["s"], {"scan", "show"}),
        (["list", "--so"], {"--sort"}),
        (["list", "--sort", "is"], {"issuer"}),
        (["scan", "pa"], {"panel.png"}),
        (["code", "--at", ""], set()),
    ],
)
def test_bash_completes_words(
    unpacked: Path, tmp_path: Path, typed: list[str], offered: set[str]
) -> None:
    (tmp_path / "panel.png").touch()
    script = """
        source "$1"; shift
        COMP_WORDS=(authenticator "$@"); COMP_CWORD=$#
        _authenticator
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    file = unpacked / "usr/share/bash-completion/completions/authenticator"
    words = ["bash", "-c", script, "bash", file, *typed]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered


def test_deb_installs_starts_and_leaves_keys_when_removed(
    plain_debian: FreshDebian, deb: Path, tmp_path: Path, screen: dict[str, str]
) -> None:
    debian = plain_debian.copy(tmp_path / "root")
    before = places(debian)
    assert not list((debian.root / "usr/lib").rglob("libEGL.so*"))
    debian.install(debian.put(deb, "/srv/authenticator.deb"))
    assert list((debian.root / "usr/lib").rglob("libEGL.so*")), "what it depends on came along"

    entry = ConfigParser(interpolation=None)
    entry.read(debian.root / "usr/share/applications/authenticator.desktop", encoding="utf-8")
    program, _ = shlex.split(entry["Desktop Entry"]["Exec"])
    place = debian.root / HOME.lstrip("/") / "panel.png"
    place.write_bytes(qrencode_png(LINK))
    with debian.session() as session:
        hands = WindowDriver(os.environ | screen, debian.command(program, **session, **screen))
        try:
            hands.until("Welcome")
            assert hands.quit() == (0, "")
        finally:
            hands.end()
        debian.run("authenticator", "scan", f"{HOME}/panel.png", "--add", **session)
        told = debian.run("authenticator", "code", "kim", "--at", "59", "--json", **session)
        assert json.loads(told.stdout)["code"] == oath(59)

    debian.run("apt-get", "purge", "--yes", "authenticator", user="root")
    left = places(debian) - before
    assert [name for name in left if "authenticator" in name] == []
    kept = debian.root / HOME.lstrip("/") / ".local/share"
    assert (kept / "authenticator/vault.db").exists()
    assert list((kept / "keyrings").glob("*.keyring"))


def places(debian: FreshDebian) -> set[str]:
    """Return all that lies below /usr and /etc."""
    return {
        str(path.relative_to(debian.root))
        for top in ("usr", "etc")
        for path in (debian.root / top).rglob("*")
    }
