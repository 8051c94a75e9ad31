"""What the system refuses about a vault's folder is told by the system's name, never as damage."""

import os
import resource
import socket
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from authenticator import files
from authenticator.errors import DiskRefused
from authenticator.vault import database, folder, lifecycle, write_lock
from authenticator.vault.errors import IndexBusy, IndexUnreadable
from tests.services.child_process import Say, in_child
from tests.services.refusing_disk import ERRNOS, READS, refusing
from tests.unit.vault.sample_vault import KIM, SampleVault


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PAUSES_S", (0.0,))


def reason(call: Callable[[], object]) -> str:
    with pytest.raises(DiskRefused) as refusal:
        call()
    return refusal.value.reason


def test_vault_that_cannot_be_looked_for_is_not_taken_for_none(sample: SampleVault) -> None:
    sample.create().close()
    for name in {*ERRNOS} - {"ENOENT"}:
        with refusing(sample.home, name, ("stat",)):
            for call in (
                lambda: folder.exists(sample.home),
                lambda: lifecycle.inspect(sample.home),
                sample.open,
                sample.create,
                lambda: lifecycle.quarantine(sample.home),
            ):
                assert reason(call) == name
    assert sample.open().entries() == []


def test_lock_that_cannot_be_had_is_told(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_lock, "LOCK_WAIT_S", 0.02)
    vault = sample.create()
    for name in ERRNOS:
        # Busy where that passes for a lock of somebody else; filelock knows another way.
        with (
            refusing(sample.home / "vault.lock", name, READS),
            suppress(IndexBusy, DiskRefused),
        ):
            vault.add(KIM)
            assert name in ("ENOENT", "EEXIST")
    vault.add(KIM)


def test_what_keeps_sqlite_out_is_told_by_the_systems_name(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite says no more than that it can't open the file."""
    sample.create().close()

    def refuse(*_: object, **__: object) -> None:
        fault = sqlite3.OperationalError("unable to open database file")
        fault.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise fault

    monkeypatch.setattr(database.sqlite3, "connect", refuse)
    for name in ERRNOS:
        with refusing(sample.home, name, ("scandir",)):
            assert reason(sample.open) == name
    assert reason(sample.open) == "EACCES"


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_IOERR_READ]
)
def test_moment_of_weakness_of_sqlite_is_no_damage(tmp_path: Path, code: int) -> None:
    fault = sqlite3.OperationalError()
    fault.sqlite_errorcode = code
    with pytest.raises(DiskRefused), database.disk_errors(tmp_path / "vault.db"):
        raise fault
    fault.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    with pytest.raises(IndexUnreadable), database.disk_errors(tmp_path / "vault.db"):
        raise fault


def test_too_many_open_files_are_no_damage(sample: SampleVault) -> None:
    sample.create().add(KIM)

    def child(say: Say) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        held = [os.open(os.devnull, os.O_RDONLY)]
        resource.setrlimit(resource.RLIMIT_NOFILE, (held[0] + 20, most))
        with suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        say(reason(lambda: lifecycle.inspect(sample.home)))
        for handle in held:
            os.close(handle)
        say(len(sample.open().entries()))

    assert in_child(child).said == ["EMFILE", 1]


@pytest.mark.parametrize("name", ["vault.db-journal", "vault.db.new"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "socket", "link to nowhere"])
def test_odd_file_beside_the_vault_is_not_waited_for(
    sample: SampleVault, name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.create().add(KIM)
    path = sample.home / name
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "device":
            path.symlink_to("/dev/zero")
        case "socket":
            monkeypatch.chdir(sample.home)  # a socket's path has to be short
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(name)
        case _:
            path.symlink_to("/nowhere/at/all")
    with suppress(DiskRefused):
        assert len(sample.open().entries()) == 1


def test_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    assert reason(lambda: lifecycle.inspect(tmp_path / "home")) == "ENOTDIR"
