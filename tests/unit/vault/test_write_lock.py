"""One writer at a time."""

import sqlite3

import pytest

from authenticator.vault import database, lifecycle, write_lock
from authenticator.vault.entry import Use
from authenticator.vault.errors import (
    IndexBusy,
)
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault


def test_write_while_another_writes_waits_then_raises_busy(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = sample.create()
    old = vault.add(COUNTED)
    monkeypatch.setattr(write_lock, "LOCK_WAIT_S", 0.05)
    with write_lock.write_lock(sample.home):
        for call in (
            lambda: vault.add(KIM),
            lambda: vault.edit(old.id, groups=["x"]),
            lambda: vault.remove(old.id),
            lambda: vault.delete(old.id),
            lambda: vault.move(old.id, None),
            lambda: vault.record_uses({old.id: Use(1, 1)}),
            lambda: vault.advance_counter(old.id),
            lambda: lifecycle.quarantine(sample.home),
        ):
            with pytest.raises(IndexBusy):
                call()
        assert sample.open().entries() == [old]
    vault.add(KIM)


def test_index_locked_in_sqlite_raises_busy(
    sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.create()
    monkeypatch.setattr(database, "BUSY_WAIT_S", 0.05)
    vault = sample.open()
    other = sqlite3.connect(sample.home / "vault.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for call in (vault.entries, sample.open, lambda: vault.add(KIM)):
        with pytest.raises(IndexBusy):
            call()
    other.execute("ROLLBACK")
    other.close()
    assert vault.entries() == []
