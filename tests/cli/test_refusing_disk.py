"""A disk that refuses, with every error that there is: exit 5, and no code without the correction.

In this process `os` fails; SQLite, which asks the system by itself, is told by other tests.
"""

import json
import os
import re
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator import files
from authenticator.app.settings_file import SettingsFile
from authenticator.app.time.correction import Correction
from tests.cli.conftest import Cli
from tests.services.refusing_disk import ERRNOS, LOOKS, READS, WRITES, refusing

KEY = "JBSWY3DPEHPK3PXP"
OFFSET_S = 3600.0
EVERY = (*LOOKS, *READS, *WRITES)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PAUSES_S", (0.0, 0.0))


@pytest.fixture
def corrected(cli: Cli, home: Path) -> str:
    """A vault with one account, and codes that follow a correction; the content of the settings."""
    assert cli("add", "--account", "kim", "--key-file", "-", stdin=KEY).exit_code == 0
    file = SettingsFile(home / "settings.json")
    file.change(correction=Correction(OFFSET_S, 0.02, 1_700_000_000))
    cli("code", "kim")  # carries the correction over to this start of the computer
    return file.path.read_text()


def no_code_in(out: str) -> bool:
    return not re.search(r"\b\d{6}\b", out)


@pytest.mark.parametrize("calls", [READS, EVERY], ids=["open", "every call"])
def test_settings_that_cannot_be_read_are_told_and_kept(
    cli: Cli, corrected: str, home: Path, calls: tuple[str, ...]
) -> None:
    path = home / "settings.json"
    for name in ERRNOS:
        missing = name == "ENOENT" and "stat" in calls  # then there are none, as at the start
        for words in (["code", "kim"], ["list", "--json"]):
            with refusing(path, name, calls) as failed:
                outcome = cli(*words)
            assert failed
            assert outcome.exit_code == (0 if missing else 5), (name, outcome)
            assert missing or (no_code_in(outcome.out) and "settings.json" in outcome.messages)
            assert path.read_text() == corrected
            assert not list(home.glob("*unreadable*"))
    assert cli("code", "kim", "--json").only["offset_s"] == pytest.approx(OFFSET_S, abs=1)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("name", ["EACCES", "EIO", "EMFILE", "EBUSY", "EINTR", "ESTALE"])
def test_settings_are_read_again_after_a_moment(
    cli: Cli, corrected: str, home: Path, name: str, times: int
) -> None:
    with refusing(home / "settings.json", name, READS, times=times) as failed:
        outcome = cli("code", "kim", "--json")
    assert len(failed) == times
    assert outcome.only["offset_s"] == pytest.approx(OFFSET_S, abs=1)


@pytest.mark.parametrize(
    ("calls", "runs"),
    [
        (READS, (["list"], ["code", "kim", "--debug"])),
        (EVERY, (["code", "kim"], ["add", "--account", "new", "--key-file", "-"])),
        (WRITES, (["time", "--clear"], ["code", "kim", "--debug"])),
    ],
    ids=["open", "every call", "writing"],
)
def test_home_that_refuses_is_the_environment(
    cli: Cli, corrected: str, home: Path, calls: tuple[str, ...], runs: tuple[list[str], ...]
) -> None:
    """No error of the system is a fault of ours; whatever is asked for is done, or told with 5."""
    before = {path.name for path in home.iterdir()}
    for name in ERRNOS:
        for words in runs:
            with refusing(home, name, calls):
                outcome = cli(*words, stdin=KEY)
            absent = name == "ENOENT" and "stat" in calls
            assert outcome.exit_code in ((0, 3, 5) if absent else (0, 5)), (name, words, outcome)
            assert "unexpected" not in outcome.messages
    SettingsFile(home / "settings.json").change(introduced=True)
    after = {path.name for path in home.iterdir()}
    assert after - before <= {"logs"}  # what could not even be taken away goes with the next write


@pytest.mark.parametrize("name", ["EACCES", "ESTALE", "EIO", "ELOOP", "EMFILE"])
def test_doctor_tells_a_home_that_refuses(cli: Cli, corrected: str, home: Path, name: str) -> None:
    with refusing(home, name, EVERY):
        outcome = cli("doctor", "--json")
    assert outcome.exit_code == 5
    assert not [one for one in outcome.objects if "unexpected" in one["detail"]]


def test_verb_without_home_needs_none(bare: Cli, home: Path, tmp_path: Path) -> None:
    home.mkdir()
    link = tmp_path / "link"
    link.write_text(f"otpauth://totp/kim?secret={KEY}")
    for name in ERRNOS:
        with refusing(home, name, EVERY):
            for words in (
                ["--help"],
                ["--version"],
                ["code", "--help"],
                ["inspect", "--uri-file", link],
            ):
                assert bare(*words).exit_code == 0, (name, words)


def fifo(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    os.chdir(path.parent)  # a socket's path has to be short
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


def folder(path: Path) -> None:
    path.mkdir()


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


ODD = (fifo, listening, endless, terminal, folder, loop, dangling)


@pytest.mark.parametrize("put", ODD, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", ["settings.json", "vault.db"])
def test_what_is_no_file_is_told_and_left_alone(
    cli: Cli,
    corrected: str,
    home: Path,
    name: str,
    put: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(home)
    path = home / name
    path.unlink()
    put(path)
    kind = stat.S_IFMT(path.lstat().st_mode)
    content = {one.name for one in home.iterdir()}
    for words in (["list"], ["code", "kim"], ["add", "--account", "n", "--key-file", "-"]):
        outcome = cli(*words, stdin=KEY)
        assert outcome.exit_code == 5, outcome
        assert no_code_in(outcome.out)
        assert name in outcome.messages
    assert stat.S_IFMT(path.lstat().st_mode) == kind
    assert {one.name for one in home.iterdir()} == content


@pytest.mark.parametrize("put", ODD, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", ["vault.lock", "settings.lock"])
def test_lock_that_is_no_file_ends_in_time(
    cli: Cli,
    corrected: str,
    home: Path,
    name: str,
    put: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(home)
    (home / name).unlink(missing_ok=True)
    put(home / name)
    words = ["time", "--clear"] if name == "settings.lock" else ["add", "--account", "n"]
    outcome = cli(*words, *([] if words[0] == "time" else ["--key-file", "-"]), stdin=KEY)
    assert outcome.exit_code in (0, 5), outcome
    assert cli("code", "kim").exit_code == 0


@pytest.mark.parametrize("put", ODD, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", ["logs", "logs/debug.log"])
def test_log_that_is_no_file_costs_the_log_alone(
    cli: Cli,
    corrected: str,
    home: Path,
    name: str,
    put: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(home)
    (home / name).parent.mkdir(exist_ok=True)
    put(home / name)
    mode = Path("/dev/zero").stat().st_mode
    outcome = cli("code", "kim", "--debug", "--json")
    assert outcome.exit_code == 0
    assert outcome.only["offset_s"] == pytest.approx(OFFSET_S, abs=1)
    assert outcome.messages or (name, put) == ("logs", folder)
    assert Path("/dev/zero").stat().st_mode == mode


def test_settings_of_two_gigabytes_are_set_aside_at_once(
    cli: Cli, corrected: str, home: Path
) -> None:
    with (home / "settings.json").open("r+b") as file:
        file.truncate(2 << 30)
    outcome = cli("code", "kim", "--json")
    assert outcome.exit_code == 0
    assert "settings.json.unreadable-1" in outcome.messages
    assert (home / "settings.json.unreadable-1").stat().st_size == 2 << 30


@pytest.mark.parametrize("link", ["file", "home", "above"])
def test_vault_on_a_disk_that_is_not_mounted_is_no_missing_vault(
    bare: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str, passphrase_file: Path
) -> None:
    """No new vault is made in its place, or beside it: once the disk is there, so is the vault."""
    disk, outside = tmp_path / "disk", tmp_path / "home"
    match link:
        case "file":
            home = outside
            outside.mkdir()
            (outside / "vault.db").symlink_to(disk / "vault.db")
        case "home":
            home = outside
            outside.symlink_to(disk)
        case _:
            home = outside / "authenticator"
            outside.symlink_to(disk)
    monkeypatch.setenv("AUTHENTICATOR_HOME", str(home))
    for words in (["list"], ["code", "kim"], ["add", "--account", "kim", "--key-file", "-"]):
        outcome = bare(*words, "--passphrase-file", passphrase_file, stdin=KEY)
        assert outcome.exit_code == 5, outcome
        assert "not there" in outcome.messages
    assert not disk.exists()
    disk.mkdir()
    assert bare("list").exit_code == (5 if link == "file" else 0)


def test_damaged_settings_keep_what_can_be_read(cli: Cli, corrected: str, home: Path) -> None:
    """A bit that is flipped, wherever that leaves no JSON: the correction holds, or it is said that
    it may not."""
    path = home / "settings.json"
    held = told = 0
    for place in range(0, len(corrected), 11):
        damaged = bytearray(corrected.encode())
        damaged[place] ^= 0x04
        try:
            json.loads(damaged)
        except ValueError:
            path.write_bytes(damaged)
        else:
            continue
        outcome = cli("code", "kim", "--json")
        assert outcome.exit_code == 0
        assert "were reset" in outcome.messages
        again = SettingsFile(path).read().correction
        if abs(outcome.only["offset_s"]) < 1:
            assert "time --apply" in outcome.messages, damaged
            assert again is None
            told += 1
        else:
            assert again is not None
            held += 1
    assert held > 3 * told > 0
