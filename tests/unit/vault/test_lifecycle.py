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
from tests.unit.vault.sample_vault import KIM, SampleVault


def test_inspect_before_and_after_create_tells_none_then_kinds(sample: SampleVault) -> None:
    """No vault can be told from one, without opening it."""
    assert lifecycle.inspect(sample.home) is None
    with pytest.raises(NoVault):
        sample.open()
    sample.create()
    assert lifecycle.inspect(sample.home) == sample.kinds


def test_create_where_a_vault_exists_is_refused(sample: SampleVault) -> None:
    """A second key for one vault would lose the first one's accounts."""
    sample.create().add(KIM)
    before = dict(sample.keyring.items)
    with pytest.raises(VaultExists):
        sample.create()
    assert sample.keyring.items == before
    assert len(sample.open().entries()) == 1


def test_create_makes_folder_and_files_for_the_owner_only(sample: SampleVault) -> None:
    sample.create().add(KIM)
    assert stat.S_IMODE(sample.home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in sample.home.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"SQLite format 3\0" + bytes(200), b"x" * 100_000],
    ids=["empty", "short", "header only", "long"],
)
def test_file_that_is_no_index_is_kept_and_quarantined(
    keyring_sample: SampleVault, content: bytes
) -> None:
    """Whatever lies in an index's place is never overwritten."""
    keyring_sample.home.mkdir()
    path = keyring_sample.home / "vault.db"
    path.write_bytes(content)
    for call in (lambda: lifecycle.inspect(keyring_sample.home), keyring_sample.open):
        with pytest.raises(IndexUnreadable) as refused:
            call()
        assert refused.value.path == path
    with pytest.raises(VaultExists):
        keyring_sample.create()
    assert path.read_bytes() == content
    aside = lifecycle.quarantine(keyring_sample.home)
    assert aside.read_bytes() == content
    assert lifecycle.inspect(keyring_sample.home) is None
    keyring_sample.create().add(KIM)
    second = lifecycle.quarantine(keyring_sample.home)
    assert second not in (aside, path)
    assert aside.read_bytes() == content


def test_quarantine_without_a_vault_is_refused(home: Path) -> None:
    with pytest.raises(NoVault):
        lifecycle.quarantine(home)


def test_open_of_a_folder_in_the_place_of_the_index_raises_disk_refused(
    keyring_sample: SampleVault,
) -> None:
    (keyring_sample.home / "vault.db").mkdir(parents=True)
    with pytest.raises(DiskRefused) as refused:
        keyring_sample.open()
    assert refused.value.reason == "EISDIR"


def test_create_in_a_home_that_is_a_file_raises_disk_refused(keyring_sample: SampleVault) -> None:
    keyring_sample.home.write_text("not a folder")
    with pytest.raises(DiskRefused) as refused:
        keyring_sample.create()
    assert refused.value.reason == "EEXIST"
