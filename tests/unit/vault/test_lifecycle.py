"""Vaults are created, opened, inspected and quarantined."""

import stat
from pathlib import Path

import pytest

from authenticator.errors import DiskRefused
from authenticator.vault import lifecycle
from authenticator.vault.errors import (
    IndexUnreadable,
    NoVault,
    VaultExists,
)
from tests.unit.vault.sample_vault import KIM, Set


def test_no_vault_is_told_from_one(made: Set) -> None:
    assert lifecycle.inspect(made.home) is None
    with pytest.raises(NoVault):
        made.open()
    made.create()
    assert lifecycle.inspect(made.home) == made.kinds


def test_a_second_vault_is_never_made(made: Set) -> None:
    made.create().add(KIM)
    before = dict(made.keyring.items)
    with pytest.raises(VaultExists):
        made.create()
    assert made.keyring.items == before
    assert len(made.open().entries()) == 1


def test_file_and_folder_are_their_owners_alone(made: Set) -> None:
    made.create().add(KIM)
    assert stat.S_IMODE(made.home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.home.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"SQLite format 3\0" + bytes(200), b"x" * 100_000],
    ids=["empty", "short", "header only", "long"],
)
def test_a_file_that_is_no_index_is_kept_and_set_aside(kept: Set, content: bytes) -> None:
    kept.home.mkdir()
    path = kept.home / "vault.db"
    path.write_bytes(content)
    for call in (lambda: lifecycle.inspect(kept.home), kept.open):
        with pytest.raises(IndexUnreadable) as refused:
            call()
        assert refused.value.path == path
    with pytest.raises(VaultExists):
        kept.create()
    assert path.read_bytes() == content
    aside = lifecycle.quarantine(kept.home)
    assert aside.read_bytes() == content
    assert lifecycle.inspect(kept.home) is None
    kept.create().add(KIM)
    second = lifecycle.quarantine(kept.home)
    assert second not in (aside, path)
    assert aside.read_bytes() == content


def test_setting_aside_nothing_is_refused(home: Path) -> None:
    with pytest.raises(NoVault):
        lifecycle.quarantine(home)


def test_a_folder_in_its_place_is_told(kept: Set) -> None:
    (kept.home / "vault.db").mkdir(parents=True)
    with pytest.raises(DiskRefused) as refused:
        kept.open()
    assert refused.value.reason == "EISDIR"


def test_a_home_that_is_a_file_is_told(kept: Set) -> None:
    kept.home.write_text("not a folder")
    with pytest.raises(DiskRefused) as refused:
        kept.create()
    assert refused.value.reason == "EEXIST"
