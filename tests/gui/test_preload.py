"""The preload finds what `open_snapshot` finds, whichever process or thread looks."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from authenticator.app.sorting import Order
from authenticator.app.vault_opening import (
    FIRST_ROWS,
    VaultSnapshot,
    in_display_order,
    open_snapshot,
)
from authenticator.gui.startup import preload
from authenticator.gui.startup.preload import FIRST, ByProcess, ByThread, Preload
from authenticator.vault.errors import IndexUnreadable, KeyringLocked
from authenticator.vault.kinds import StoreKind
from authenticator.vault.vault import Vault
from tests.gui.fakes import StageParts, account, fill
from tests.patience import wait_for

Begin = Callable[[StageParts], Preload]


def by_process(parts: StageParts) -> Preload:
    return ByProcess(parts, lambda: None)


@pytest.fixture(params=[ByThread, by_process])
def begin(request: pytest.FixtureRequest) -> Begin:
    chosen: Begin = request.param
    return chosen


def same(found: VaultSnapshot, expected: VaultSnapshot) -> None:
    assert found.peek == expected.peek
    assert [*found.entries] == [*expected.entries]
    assert [*found.keys] == [*expected.keys]
    assert (found.vault is None) == (expected.vault is None)
    assert type(found.error) is type(expected.error)
    for one in (found, expected):
        if one.vault is not None:
            one.vault.close()


def test_preload_without_vault_is_empty(parts: StageParts, begin: Begin) -> None:
    same(begin(parts).first(), VaultSnapshot(None))


def test_preload_reads_accounts_and_keys(parts: StageParts, begin: Begin) -> None:
    fill(parts, 3, counting=True).close()
    found = begin(parts).first()
    assert [read.account is not None for read in found.keys] == [True] * 3
    same(found, open_snapshot(parts))


def test_preload_of_passphrase_vault_only_inspects(parts: StageParts, begin: Begin) -> None:
    parts.create_vault(StoreKind.SEALED, "one two three").close()
    same(begin(parts).first(), open_snapshot(parts))


@pytest.mark.parametrize("fault", [KeyringLocked(), None])
def test_preload_delivers_opening_errors(
    parts: StageParts, begin: Begin, fault: Exception | None
) -> None:
    fill(parts, 2).close()
    if fault is None:
        (parts.home / "vault.db").write_bytes(b"garbage" * 1000)
    parts.ring.fault = fault
    found = begin(parts).first()
    assert isinstance(found.error, IndexUnreadable if fault is None else KeyringLocked)
    same(found, open_snapshot(parts))


def test_missing_key_affects_only_its_account(parts: StageParts, begin: Begin) -> None:
    vault = fill(parts, 3)
    gone = vault.entries()[1].id
    vault.close()
    del parts.ring.items[gone]
    found = begin(parts).first()
    assert [read.id for read in found.keys if read.error is not None] == [gone]


def test_preload_reads_keys_of_first_visible_rows(parts: StageParts, begin: Begin) -> None:
    vault = fill(parts, 20)
    last = vault.entries()[-1]
    vault.edit(last.id, pinned=True)
    vault.close()
    parts.settings_file.change(order=Order.NAME)
    found = begin(parts).first()
    shown = [entry.id for entry in in_display_order(parts, found.entries)]
    assert shown[0] == last.id
    assert [read.id for read in found.keys] == shown[:FIRST_ROWS]


def test_preload_of_many_accounts_delivers_first_rows_first(parts: StageParts) -> None:
    vault = many(parts, FIRST + 5)
    vault.edit(vault.entries()[-1].id, pinned=True)
    everything = vault.entries()
    vault.close()
    looking = by_process(parts)
    found = looking.first()
    assert found.more
    assert found.entries == in_display_order(parts, everything)[:FIRST]
    assert looking.rest() == everything
    assert found.vault is not None
    found.vault.close()


def many(parts: StageParts, count: int) -> Vault:
    """Return an open vault of `count` accounts."""
    vault = parts.create_vault(StoreKind.SEALED)
    for number in range(count):
        vault.add(account("Panel", f"{number:04}", number + 1))
    return vault


def add(vault: Vault) -> None:
    vault.add(account("Wiki", "kim", 99))


def edit(vault: Vault) -> None:
    vault.edit(vault.entries()[-1].id, notes="n")


def move(vault: Vault) -> None:
    first, second, *_ = vault.entries()
    vault.move(second.id, first.id)


def remove(vault: Vault) -> None:
    vault.remove(vault.entries()[0].id)


@pytest.mark.parametrize("at_once", [FIRST, FIRST_ROWS])
@pytest.mark.parametrize("write", [add, edit, move, remove])
def test_preloaded_stamp_is_valid_until_a_write(
    parts: StageParts,
    begin: Begin,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Vault], None],
    at_once: int,
) -> None:
    monkeypatch.setattr(preload, "FIRST", at_once)
    other = many(parts, FIRST_ROWS + 1)
    looking = begin(parts)
    found = looking.first()
    assert found.vault is not None
    if found.more:
        looking.rest()
    for _ in range(2):
        assert found.vault.change_stamp() == found.stamp
    write(other)
    for _ in range(2):
        assert found.vault.change_stamp() != found.stamp
    found.vault.close()
    other.close()


@pytest.mark.parametrize("write", [add, edit, move, remove])
@pytest.mark.parametrize("by_itself", [True, False])
def test_write_before_vault_is_opened_outdates_stamp(
    parts: StageParts, begin: Begin, write: Callable[[Vault], None], by_itself: bool
) -> None:
    other = many(parts, 2)
    found = begin(parts).first()
    assert found.vault is not None
    write(found.vault if by_itself else other)
    assert found.vault.change_stamp() != found.stamp
    found.vault.close()
    other.close()


def test_write_while_preload_process_reads_outdates_stamp(
    parts: StageParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(parts, 2).close()

    def look_and_write(parts: StageParts) -> VaultSnapshot:
        found = open_snapshot(parts)
        other = parts.open_vault()
        add(other)
        other.close()
        return found

    monkeypatch.setattr(preload, "open_snapshot", look_and_write)
    found = by_process(parts).first()
    assert len(found.entries) == 2
    assert found.vault is not None
    assert found.vault.change_stamp() != found.stamp
    found.vault.close()


def test_keyring_is_not_read_a_second_time(parts: StageParts) -> None:
    vault = fill(parts, 2)
    expected = [vault.account(entry.id) for entry in vault.entries()]
    vault.close()
    parts.ring.reads.clear()  # the other process reads from a keyring of its own
    found = by_process(parts).first()
    assert found.vault is not None
    entries = found.vault.entries()
    assert parts.ring.reads == []
    assert [found.vault.account(entry.id) for entry in entries] == expected
    found.vault.close()


def test_unused_preloaded_vault_closes(parts: StageParts) -> None:
    fill(parts, 1).close()
    vault = by_process(parts).first().vault
    assert vault is not None
    vault.close()
    vault.close()
    with pytest.raises(RuntimeError, match="closed"):
        vault.entries()  # its key is forgotten


class EndsAtFlush:
    """A pipe whose process is killed right after the first answer."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    def write(self, told: bytes) -> None:
        self._pipe.write(told)

    def flush(self) -> None:
        self._pipe.flush()
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("after", [0, 1])
def test_preload_process_killed_early_is_replaced_by_own_read(
    parts: StageParts, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    vault = many(parts, FIRST + 1)
    everything = vault.entries()
    vault.close()
    tell = preload._tell

    def die(parts: StageParts, pipe: IO[bytes]) -> None:
        if after:
            tell(parts, EndsAtFlush(pipe))  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(preload, "_tell", die)
    looking = by_process(parts)
    found = looking.first()
    assert found.error is None
    assert (looking.rest() if found.more else found.entries) == everything
    assert found.more == bool(after)
    assert found.vault is not None
    found.vault.close()


HANGS = """
import os, sys, time
from pathlib import Path
from authenticator.compose import Parts
from authenticator.gui.startup import preload

def hang(parts, pipe):
    print(os.getpid(), flush=True)
    time.sleep(600)

preload._tell = hang
looking = preload.ByProcess(Parts(Path(sys.argv[1])), lambda: os.close(int(sys.argv[2])))
time.sleep(600)
"""


def test_preload_process_ends_with_window_and_holds_none_of_its_files(tmp_path: Path) -> None:
    held, holding = os.pipe()
    script = subprocess.Popen(
        [sys.executable, "-c", HANGS, str(tmp_path), str(holding)],
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=[holding],
    )
    os.close(holding)
    assert script.stdout is not None
    child = int(script.stdout.readline())
    assert Path(f"/proc/{child}").exists()
    script.kill()
    script.wait()
    assert os.read(held, 1) == b""  # nobody holds it any more: at once, not after the sleep
    os.close(held)
    wait_for(lambda: not _runs(child), "the end of the other process")
    script.stdout.close()


def _runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except FileNotFoundError:
        return False
