"""What is put into the vault's folder under the names of its own files: noticed, and nothing lost.

A test that waits for ever here fails by its time limit.
"""

import os
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator.errors import DataBad, EnvironmentFault
from authenticator.vault import lifecycle
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from tests.unit.vault.sample_vault import KIM, PASSPHRASE, SampleVault

WORDS = b"what somebody wrote\n" * 300


def _link(path: Path, document: Path) -> None:
    path.symlink_to(document)


def _dangling_link(path: Path, document: Path) -> None:
    path.symlink_to(document.with_name("nowhere"))


def _second_name(path: Path, document: Path) -> None:
    path.hardlink_to(document)


def _pipe(path: Path, document: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path, document: Path) -> None:
    path.mkdir()
    (path / "kept").write_bytes(WORDS)


def _text(path: Path, document: Path) -> None:
    path.write_bytes(WORDS)


def _database(path: Path, document: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = DELETE; CREATE TABLE kept (words)")
    connection.close()


def _journal(path: Path, document: Path) -> None:
    """One that would cut the file down to nothing."""
    header = struct.pack(">5L", 0, 1, 0, 512, 4096)
    path.write_bytes(bytes.fromhex("d9d505f920a163d7") + header + bytes(484))


PLANTED = [
    *(_link, _dangling_link, _second_name, _pipe, _folder, _text, _database, _journal),
]
BESIDE = ["vault.db-journal", "vault.db-wal", "vault.db-shm", "vault.lock"]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "document"
    path.write_bytes(WORDS)
    return path


def _everything(home: Path) -> list[tuple[int, bytes]]:
    """What is in a folder, whatever its name: kind and content."""
    found = []
    for path in home.iterdir():
        if path.is_file() and not path.is_symlink():
            found.append((path.lstat().st_mode, path.read_bytes()))
        elif path.is_symlink():
            found.append((path.lstat().st_mode, bytes(path.readlink())))
        else:
            found.append((path.lstat().st_mode, b""))
    return found


@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize("plant", PLANTED)
def test_planted_file_is_kept_and_changes_nothing(
    sample: SampleVault, document: Path, name: str, plant: Callable[[Path, Path], None]
) -> None:
    vault = sample.create()
    entry = vault.add(KIM)
    vault.close()
    index, items = (sample.home / "vault.db").read_bytes(), dict(sample.keyring.items)
    (sample.home / "vault.lock").unlink()
    plant(sample.home / name, document)
    planted = next(one for one in _everything(sample.home) if one[1] != index)

    lifecycle.inspect(sample.home)
    vault = sample.open()
    assert vault.entries() == [entry]
    assert vault.account(entry.id) == KIM
    assert vault.verify().whole
    assert (sample.home / "vault.db").read_bytes() == index
    assert sample.keyring.items == items
    renamed = vault.edit(entry.id, groups=["work"])
    vault.close()

    assert sample.open().entries() == [renamed]
    assert document.read_bytes() == WORDS
    assert not (document.with_name("nowhere")).exists()
    assert planted in _everything(sample.home)


@pytest.mark.parametrize("plant", PLANTED)
def test_planted_lock_file_is_kept_by_a_new_vault(
    sample: SampleVault, document: Path, plant: Callable[[Path, Path], None]
) -> None:
    sample.home.mkdir(parents=True)
    plant(sample.home / "vault.lock", document)
    (planted,) = _everything(sample.home)
    sample.create().add(KIM)
    assert planted in _everything(sample.home)
    assert document.read_bytes() == WORDS


@pytest.mark.parametrize("ending", ["", "-journal", "-wal", "-shm"])
@pytest.mark.parametrize("plant", PLANTED)
def test_file_planted_as_an_unfinished_index_is_kept(
    sample: SampleVault, document: Path, plant: Callable[[Path, Path], None], ending: str
) -> None:
    sample.home.mkdir(parents=True)
    plant(sample.home / f"vault.db.new{ending}", document)
    (planted,) = _everything(sample.home)
    entry = sample.create().add(KIM)
    assert sample.open().entries() == [entry]
    assert planted in _everything(sample.home)
    assert document.read_bytes() == WORDS


def test_vault_renamed_to_an_unfinished_index_loses_neither_file_nor_key(
    sample: SampleVault,
) -> None:
    vault = sample.create()
    entry = vault.add(KIM)
    vault.close()
    items = dict(sample.keyring.items)
    (sample.home / "vault.db").rename(sample.home / "vault.db.new")
    sample.create().close()
    assert items.items() <= sample.keyring.items.items()
    (sample.home / "vault.db").unlink()
    (sample.home / "vault.db.new.aside-1").rename(sample.home / "vault.db")
    vault = sample.open()
    assert vault.entries() == [entry]
    assert vault.account(entry.id) == KIM


@pytest.mark.parametrize("plant", [_pipe, _folder, _text, _database, _link])
def test_something_else_as_the_index_is_told_and_kept(
    home: Path, document: Path, plant: Callable[[Path, Path], None]
) -> None:
    sample = SampleVault(home, VaultInfo(StoreKind.SEALED, KeyKind.PASSPHRASE))
    sample.home.mkdir(parents=True)
    plant(sample.home / "vault.db", document)
    before = _everything(sample.home)
    for call in (
        lambda: lifecycle.inspect(sample.home),
        lambda: lifecycle.open(sample.home, passphrase=PASSPHRASE),
    ):
        with pytest.raises((DataBad, EnvironmentFault)):
            call()
    assert [one for one in _everything(sample.home) if one[1] or one in before] == before
    assert document.read_bytes() == WORDS


def test_log_of_a_file_with_a_log_is_left_to_sqlite(sample: SampleVault) -> None:
    """Somebody's own tool may have switched the file to one."""
    vault = sample.create()
    entry = vault.add(KIM)
    vault.close()
    tool = sqlite3.connect(sample.home / "vault.db")
    tool.execute("PRAGMA journal_mode = WAL")
    tool.execute("PRAGMA user_version = 3")
    vault = sample.open()
    assert vault.entries() == [entry]
    assert not list(sample.home.glob("*.aside-*"))
    tool.close()
