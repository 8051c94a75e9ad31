"""Files are private to their owner, and whole or absent; disk errors are reported."""

import contextlib
import os
import re
import resource
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authenticator import files
from authenticator.errors import DiskRefused
from tests.patience import wait_for
from tests.services.child_process import Child, Say, in_child
from tests.services.refusing_disk import ERRNOS, refusing

PACKAGE = Path(files.__file__).parent


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no file grow beyond 16 bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("write", [files.create, files.replace])
def test_written_file_is_private_whatever_the_umask(
    write: Callable[[Path, bytes], None], umask: int, tmp_path: Path
) -> None:
    write(tmp_path / "file", b"a\nb\r\n\x00")
    assert mode(tmp_path / "file") == 0o600
    assert (tmp_path / "file").read_bytes() == b"a\nb\r\n\x00"


def test_new_folder_is_private_and_existing_one_keeps_its_mode(umask: int, tmp_path: Path) -> None:
    files.make_folder(tmp_path / "new")
    assert mode(tmp_path / "new") == 0o700
    (tmp_path / "new").chmod(0o750)
    files.make_folder(tmp_path / "new")
    assert mode(tmp_path / "new") == 0o750


def test_new_folders_above_a_new_one_are_private(umask: int, tmp_path: Path) -> None:
    """A log may be the first thing that is kept in a home."""
    files.make_folder(tmp_path / "home" / "logs")
    assert mode(tmp_path / "home") == mode(tmp_path / "home" / "logs") == 0o700


def test_replaced_file_becomes_private(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    files.replace(path, b"new")
    assert mode(path) == 0o600
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_create_never_overwrites_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(FileExistsError):
        files.create(path, b"new")
    assert path.read_text() == "old"


def test_full_disk_keeps_old_file_and_leaves_no_partial_one(
    full_disk: None, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    for write in (files.replace, lambda _, content: files.create(tmp_path / "new", content)):
        with pytest.raises(DiskRefused) as refusal:
            write(path, b"more than 16 bytes of it")
        assert refusal.value.reason == "EFBIG"
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "old"


def test_unwritable_place_is_reported_with_requested_path(
    tmp_path: Path,
) -> None:
    missing = tmp_path / "missing"
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    for refused, path, name in (
        (lambda: files.create(missing / "a"), missing / "a", "ENOENT"),
        (lambda: files.replace(missing / "a", b""), missing / "a", "ENOENT"),
        (lambda: files.make_folder(in_the_way / "a"), in_the_way / "a", "ENOTDIR"),
        (lambda: files.make_folder(in_the_way), in_the_way, "EEXIST"),
        (lambda: files.replace(tmp_path, b""), tmp_path, "EISDIR"),
        (lambda: files.sync_folder(missing), missing, "ENOENT"),
    ):
        with pytest.raises(DiskRefused) as refusal:
            refused()
        assert (refusal.value.path, refusal.value.reason) == (path, name)
    assert list(tmp_path.iterdir()) == [in_the_way]


def test_error_without_errno_still_has_a_name() -> None:
    assert files.reason(OSError("no number")) == "EIO"


def test_file_modes_are_set_in_one_module() -> None:
    """No other module names such a mode, uses tempfile to make files, or spells out errors."""
    own_way = re.compile(r"\b0o[67][0-7]{2}\b|\bmkstemp\b|\berrno\.errorcode\b|\bfsync\b")
    found = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if own_way.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["files.py"]


def test_replaced_file_outlives_power_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The content is on the disk before it has its name, and then its name is."""
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "content")
        fsync(handle)

    def renamed(old: Path, new: Path) -> None:
        done.append("name")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    files.replace(tmp_path / "file", b"new")
    assert done == ["content", "name", "folder"]


def test_replaced_file_on_a_disk_that_syncs_no_folders_is_replaced(
    tmp_path: Path,
) -> None:
    """What is done is not told as refused."""
    with refusing(tmp_path, "EINVAL", ("fsync",), but=lambda place: place != tmp_path) as failed:
        files.replace(tmp_path / "file", b"new")
    assert failed
    assert (tmp_path / "file").read_bytes() == b"new"


STEPS = ("open", "fsync", "replace")


def killed_while_replacing(path: Path, step: str, number: int) -> bool:
    """Replace `path` in a process that is killed right before (even) or after (odd) one of its
    calls of the system; False where it got to the end."""

    def child(say: Say) -> None:
        real, calls = getattr(os, step), 0

        def dies(*words: object, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls == number // 2 + 1 and number % 2 == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            returned = real(*words, **options)
            if calls == number // 2 + 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return returned

        setattr(os, step, dies)
        files.replace(path, b"new")

    return in_child(child).killed


@pytest.mark.crash
@pytest.mark.parametrize("step", STEPS)
def test_killed_while_replacing_leaves_old_or_new_and_the_next_write_clears(
    step: str, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    points = leftovers = 0
    files.replace(path, b"old")
    while killed_while_replacing(path, step, points):
        points += 1
        assert path.read_bytes() in (b"old", b"new")
        leftovers += len(list(tmp_path.iterdir())) - 1
        files.replace(path, b"old")
        assert list(tmp_path.iterdir()) == [path]
    assert points >= 2
    assert leftovers or step == "replace"


def test_file_that_a_living_process_is_writing_is_no_leftover(tmp_path: Path) -> None:
    path = tmp_path / "file"
    at_work, go_on = (tmp_path / name for name in ("at work", "go on"))

    def child(say: Say) -> None:
        real = os.fsync

        def waits(handle: int) -> None:
            at_work.touch()
            while not go_on.exists():
                time.sleep(0.01)
            real(handle)

        os.fsync = waits
        files.replace(path, b"theirs")

    running = Child(child)
    wait_for(at_work.exists, "the other process")
    files.replace(path, b"ours")
    assert len(list(tmp_path.glob(".file.*"))) == 1
    go_on.touch()
    running.wait()
    assert path.read_bytes() == b"theirs"
    assert not list(tmp_path.glob(".file.*"))


def test_files_of_others_are_no_leftovers(tmp_path: Path) -> None:
    names = {".file.swp", ".file.0123456", ".file.012345678", ".file.0123456g", ".other.01234567"}
    for name in names:
        (tmp_path / name).touch()
    (tmp_path / ".file.01234567").touch()
    files.replace(tmp_path / "file", b"")
    assert {one.name for one in tmp_path.iterdir()} == names | {"file"}


@pytest.mark.parametrize("name", ERRNOS)
@pytest.mark.parametrize("call", ["stat", "open"])
def test_read_is_refused_by_the_systems_name(
    tmp_path: Path, name: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("content")
    monkeypatch.setattr(files, "PAUSES_S", (0.0,))
    with (
        refusing(path, name, (call,)) as failed,
        pytest.raises((DiskRefused, FileNotFoundError)) as refusal,
    ):
        files.read(path, 100)
    told = refusal.value
    assert isinstance(told, FileNotFoundError) == ((name, call) == ("ENOENT", "stat"))
    assert getattr(told, "reason", "ENOENT") == name
    assert failed
    assert files.read(path, 100) == b"content"
    assert files.read(path, 3) == b"cont"


def test_nothing_waits_for_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    for use in (lambda: files.read(path, 9), lambda: files.is_there(path), lambda: appended(path)):
        with pytest.raises(DiskRefused) as refusal:
            use()
        assert refusal.value.reason == files.NOT_A_FILE


def appended(path: Path) -> None:
    files.open_to_append(path).close()


def test_too_many_open_files_are_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("content")

    def child(say: Say) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (20, most))
        held = []
        with contextlib.suppress(OSError):
            while True:
                held.append(os.open("/dev/null", os.O_RDONLY))
        try:
            files.read(path, 9)
        except DiskRefused as refusal:
            say(refusal.reason)

    assert in_child(child).said == ["EMFILE"]
