"""A file that is replaced while a vault is open is noticed, and never written to."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator.vault.errors import IndexReplaced
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault


def overwrite(source: Path, target: Path) -> None:
    """Copy into the file that is there, keeping its inode and its times, as `cp -p` does."""
    times = target.stat()
    target.write_bytes(source.read_bytes())
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))


def replace(source: Path, target: Path) -> None:
    """Put a copy in place of the file, as a program that syncs files does."""
    shutil.copy2(source, target.with_name("new"))
    target.with_name("new").replace(target)


WAYS = pytest.mark.parametrize("put", [overwrite, replace])


@WAYS
def test_older_copy_is_noticed_before_it_is_written_to(
    sample: SampleVault, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    vault = sample.create()
    vault.add(KIM)
    path, copy = sample.home / "vault.db", tmp_path / "copy"
    shutil.copy(path, copy)
    vault.add(COUNTED)
    put(copy, path)
    with pytest.raises(IndexReplaced):
        vault.add(KIM)
    assert path.read_bytes() == copy.read_bytes()
    for ask in (vault.entries, vault.change_stamp, vault.trashed):
        with pytest.raises(IndexReplaced):
            ask()
    assert [entry.label for entry in sample.open().entries()] == [KIM.label]


@WAYS
def test_two_copies_of_one_count_do_not_erase_each_others_accounts(
    sample: SampleVault, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    """Both went on from the same file by one account, so SQLite's own count is the same."""
    vault = sample.create()
    vault.add(KIM)
    path, copy = sample.home / "vault.db", tmp_path / "copy"
    shutil.copy(path, copy)
    here = vault.add(COUNTED)
    vault.close()
    theirs = path.read_bytes()
    shutil.copy(copy, path)
    vault = sample.open()
    mine = vault.add(COUNTED)
    assert here.id != mine.id
    (tmp_path / "theirs").write_bytes(theirs)
    put(tmp_path / "theirs", path)
    try:
        vault.add(KIM)
    except IndexReplaced:
        assert path.read_bytes() == theirs
    else:
        ids = [entry.id for entry in sample.open().entries()]
        assert here.id in ids
        assert sample.open().verify().whole


@WAYS
def test_file_of_another_vault_is_never_sealed_under_this_ones_key(
    sample: SampleVault, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    other = SampleVault(tmp_path / "other", sample.kinds)
    other.keyring = sample.keyring
    other.create().add(COUNTED)
    vault = sample.create()
    vault.add(KIM)
    put(other.home / "vault.db", sample.home / "vault.db")
    with pytest.raises(IndexReplaced):
        vault.add(KIM)
    with pytest.raises(IndexReplaced):
        vault.entries()
    assert (sample.home / "vault.db").read_bytes() == (other.home / "vault.db").read_bytes()
    other.close()


def test_writes_by_another_process_are_no_replacement(sample: SampleVault) -> None:
    vault = sample.create()
    other = sample.open()
    for _ in range(3):
        vault.add(KIM)
        other.add(COUNTED)
    assert vault.entries() == other.entries()
    assert len(vault.entries()) == 6
