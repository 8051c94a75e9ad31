"""Every way in which a file can't be read is distinguished."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from authenticator.scan.input_file import FileTooLarge, FileUnreadable, Unreadable, read_bytes
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
