"""Files are private to their owner, and whole or absent; disk errors are reported."""

import os
import re
import resource
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authenticator import files
from authenticator.errors import DiskRefused

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
