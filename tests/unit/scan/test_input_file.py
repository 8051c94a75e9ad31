"""Every way in which a file can't be read is distinguished."""

import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from authenticator.scan import input_file
from authenticator.scan.input_file import (
    FileTooLarge,
    FileUnreadable,
    Unreadable,
    check_file,
    read_bytes,
    read_in_time,
)
from tests.patience import PATIENCE_S
from tests.services.refusing_disk import ERRNOS, refusing

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files or modes")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")


def reason(path: Path) -> tuple[Unreadable, str]:
    with pytest.raises(FileUnreadable) as caught:
        read_bytes(path, 100)
    assert caught.value.source == str(path)
    return caught.value.reason, caught.value.errno_name


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Permissions don't apply to root, which often runs tests in a container."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_read_bytes_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x" * 100)
    assert read_bytes(path, 100) == b"x" * 100
    with pytest.raises(FileTooLarge) as caught:
        read_bytes(path, 99)
    assert (caught.value.source, caught.value.size, caught.value.limit) == (str(path), 100, 99)


@pytest.mark.parametrize(
    "name", ["absent.png", "absent/a.png", "file/a.png", "nul\0.png", "n" * 5000, "\udcff.png"]
)
def test_read_bytes_of_absent_file_is_missing(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert reason(tmp_path / name)[0] is Unreadable.MISSING


def test_read_bytes_of_folder_is_folder(tmp_path: Path) -> None:
    assert reason(tmp_path)[0] is Unreadable.FOLDER


@posix
def test_read_bytes_without_permission_is_permission(tmp_path: Path, unprivileged: None) -> None:
    closed = Path("/proc/1/environ") if sys.platform == "linux" else tmp_path / "closed"
    if sys.platform != "linux":
        closed.write_bytes(b"x")
        closed.chmod(0)
    assert reason(closed) == (Unreadable.PERMISSION, "EACCES")


@posix
@pytest.mark.parametrize("special", ["pipe", "/dev/zero"])
def test_read_bytes_of_device_or_pipe_is_special(tmp_path: Path, special: str) -> None:
    path = tmp_path / special  # an absolute name is used as it is
    if special == "pipe":
        os.mkfifo(path)
    assert reason(path)[0] is Unreadable.SPECIAL


@linux
def test_read_bytes_failing_read_is_io() -> None:
    assert reason(Path("/proc/self/mem")) == (Unreadable.IO, "EIO")


@linux
def test_read_bytes_of_file_without_size_is_limited() -> None:
    with pytest.raises(FileTooLarge):
        read_bytes(Path("/proc/self/status"), 10)


@pytest.mark.parametrize("name", ERRNOS)
def test_file_that_the_system_refuses_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    """A picture for an account, say: the refusal is never a fault of ours."""
    path = tmp_path / "a.png"
    path.write_bytes(b"picture")
    with refusing(path, name, ("stat",)):
        assert reason(path)[1] == name
    assert read_bytes(path, 100) == b"picture"


@posix
def test_link_is_followed_and_one_to_nothing_is_missing(tmp_path: Path) -> None:
    """A link that a person chooses is what they mean."""
    (tmp_path / "a.png").write_bytes(b"picture")
    (tmp_path / "link.png").symlink_to("a.png")
    (tmp_path / "loose.png").symlink_to("absent.png")
    (tmp_path / "pipe").symlink_to(tmp_path / "made")
    os.mkfifo(tmp_path / "made")
    assert read_bytes(tmp_path / "link.png", 100) == b"picture"
    assert reason(tmp_path / "loose.png")[0] is Unreadable.MISSING
    assert reason(tmp_path / "pipe")[0] is Unreadable.SPECIAL


@posix
def test_socket_is_special() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as made:
        made.bind(f"{folder}/s")
        assert reason(Path(folder, "s"))[0] is Unreadable.SPECIAL


def descriptors() -> int:
    """How many are open."""
    return len(list(Path("/dev/fd").iterdir()))


@posix
@pytest.mark.parametrize("other", ["pipe", "folder", "terminal"])
def test_file_exchanged_before_it_is_opened_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"picture")
    looked_at = path.stat()
    path.unlink()
    if other == "pipe":
        os.mkfifo(path)
    elif other == "folder":
        path.mkdir()
    else:
        path.symlink_to(os.ttyname(os.openpty()[1]))
    monkeypatch.setattr(Path, "stat", lambda self: looked_at)
    expected = Unreadable.FOLDER if other == "folder" else Unreadable.SPECIAL
    for use in (lambda: read_bytes(path, 100), lambda: check_file(path)):
        before = descriptors()
        with pytest.raises(FileUnreadable) as caught:
            use()
        assert caught.value.reason is expected
        assert descriptors() == before


def test_read_in_time_gives_bytes_and_errors_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"picture")
    assert read_in_time(path, 100, PATIENCE_S) == b"picture"
    with pytest.raises(FileTooLarge):
        read_in_time(path, 3, PATIENCE_S)
    with pytest.raises(FileUnreadable) as caught:
        read_in_time(tmp_path, 100, PATIENCE_S)
    assert caught.value.reason is Unreadable.FOLDER


def test_read_in_time_gives_up_a_place_that_never_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(input_file, "read_bytes", lambda *_: answers.wait(PATIENCE_S))
    with pytest.raises(FileUnreadable) as caught:
        read_in_time(tmp_path / "a.png", 100, 0.05)
    answers.set()
    told = caught.value
    assert (told.source, told.reason) == (str(tmp_path / "a.png"), Unreadable.IO)
    assert told.errno_name == "ETIMEDOUT"
