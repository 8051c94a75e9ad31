"""One writer at a time."""

import sqlite3

import pytest

from authenticator.vault import database, lifecycle, write_lock
from authenticator.vault.entry import Use
from authenticator.vault.errors import (
    IndexBusy,
)
from tests.unit.vault.sample_vault import COUNTED, KIM, Set


def test_while_another_writes_one_waits_and_then_says_busy(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = made.create()
    old = vault.add(COUNTED)
    monkeypatch.setattr(write_lock, "LOCK_WAIT_S", 0.05)
    with write_lock.write_lock(made.home):
        for call in (
            lambda: vault.add(KIM),
            lambda: vault.edit(old.id, groups=["x"]),
            lambda: vault.remove(old.id),
            lambda: vault.delete(old.id),
            lambda: vault.move(old.id, None),
            lambda: vault.record_uses({old.id: Use(1, 1)}),
            lambda: vault.advance(old.id),
            lambda: lifecycle.quarantine(made.home),
        ):
            with pytest.raises(IndexBusy):
                call()
        assert made.open().entries() == [old]
    vault.add(KIM)


def test_a_locked_sqlite_file_is_busy(made: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    made.create()
    monkeypatch.setattr(database, "BUSY_WAIT_S", 0.05)
    vault = made.open()
    other = sqlite3.connect(made.home / "vault.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for call in (vault.entries, made.open, lambda: vault.add(KIM)):
        with pytest.raises(IndexBusy):
            call()
    other.execute("ROLLBACK")
    other.close()
    assert vault.entries() == []
