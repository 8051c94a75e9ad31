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
from authenticator.gui.startup.preload import FIRST, Preload, ProcessPreload, ThreadPreload
from authenticator.vault.errors import IndexUnreadable, KeyringLocked
from authenticator.vault.kinds import StoreKind
from authenticator.vault.vault import Vault
from tests.gui.fakes import FakeServices, account, fill
from tests.patience import wait_for

Begin = Callable[[FakeServices], Preload]


def by_process(services: FakeServices) -> Preload:
    return ProcessPreload(services, lambda: None)


@pytest.fixture(params=[ThreadPreload, by_process])
def begin(request: pytest.FixtureRequest) -> Begin:
    chosen: Begin = request.param
    return chosen


def same(found: VaultSnapshot, expected: VaultSnapshot) -> None:
    assert found.info == expected.info
    assert [*found.entries] == [*expected.entries]
    assert [*found.keys] == [*expected.keys]
    assert (found.vault is None) == (expected.vault is None)
    assert type(found.error) is type(expected.error)
    for one in (found, expected):
        if one.vault is not None:
            one.vault.close()


def test_preload_without_vault_is_empty(services: FakeServices, begin: Begin) -> None:
    same(begin(services).first(), VaultSnapshot(None))


def test_preload_reads_accounts_and_keys(services: FakeServices, begin: Begin) -> None:
    fill(services, 3, counting=True).close()
    found = begin(services).first()
    assert [read.account is not None for read in found.keys] == [True] * 3
    same(found, open_snapshot(services))


def test_preload_of_passphrase_vault_only_inspects(services: FakeServices, begin: Begin) -> None:
    services.create_vault(StoreKind.SEALED, "one two three").close()
    same(begin(services).first(), open_snapshot(services))


@pytest.mark.parametrize("fault", [KeyringLocked(), None])
def test_preload_delivers_opening_errors(
    services: FakeServices, begin: Begin, fault: Exception | None
) -> None:
    fill(services, 2).close()
    if fault is None:
        (services.home / "vault.db").write_bytes(b"garbage" * 1000)
    services.fake_keyring.fault = fault
    found = begin(services).first()
    assert isinstance(found.error, IndexUnreadable if fault is None else KeyringLocked)
    same(found, open_snapshot(services))


def test_missing_key_affects_only_its_account(services: FakeServices, begin: Begin) -> None:
    vault = fill(services, 3)
    gone = vault.entries()[1].id
    vault.close()
    del services.fake_keyring.items[gone]
    found = begin(services).first()
    assert [read.id for read in found.keys if read.error is not None] == [gone]


def test_preload_reads_keys_of_first_visible_rows(services: FakeServices, begin: Begin) -> None:
    vault = fill(services, 20)
    last = vault.entries()[-1]
    vault.edit(last.id, pinned=True)
    vault.close()
    services.settings_file.change(order=Order.NAME)
    found = begin(services).first()
    shown = [entry.id for entry in in_display_order(services, found.entries)]
    assert shown[0] == last.id
    assert [read.id for read in found.keys] == shown[:FIRST_ROWS]


def test_preload_of_many_accounts_delivers_first_rows_first(services: FakeServices) -> None:
    vault = many(services, FIRST + 5)
    vault.edit(vault.entries()[-1].id, pinned=True)
    everything = vault.entries()
    vault.close()
    looking = by_process(services)
    found = looking.first()
    assert found.more
    assert found.entries == in_display_order(services, everything)[:FIRST]
    assert looking.rest() == everything
    assert found.vault is not None
    found.vault.close()


def many(services: FakeServices, count: int) -> Vault:
    """Return an open vault of `count` accounts."""
    vault = services.create_vault(StoreKind.SEALED)
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
    services: FakeServices,
    begin: Begin,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Vault], None],
    at_once: int,
) -> None:
    monkeypatch.setattr(preload, "FIRST", at_once)
    other = many(services, FIRST_ROWS + 1)
    looking = begin(services)
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
    services: FakeServices, begin: Begin, write: Callable[[Vault], None], by_itself: bool
) -> None:
    other = many(services, 2)
    found = begin(services).first()
    assert found.vault is not None
    write(found.vault if by_itself else other)
    assert found.vault.change_stamp() != found.stamp
    found.vault.close()
    other.close()


def test_write_while_preload_process_reads_outdates_stamp(
    services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(services, 2).close()

    def look_and_write(services: FakeServices) -> VaultSnapshot:
        found = open_snapshot(services)
        other = services.open_vault()
        add(other)
        other.close()
        return found

    monkeypatch.setattr(preload, "open_snapshot", look_and_write)
    found = by_process(services).first()
    assert len(found.entries) == 2
    assert found.vault is not None
    assert found.vault.change_stamp() != found.stamp
    found.vault.close()


def test_keyring_is_not_read_a_second_time(services: FakeServices) -> None:
    vault = fill(services, 2)
    expected = [vault.account(entry.id) for entry in vault.entries()]
    vault.close()
    services.fake_keyring.reads.clear()  # the other process reads from a keyring of its own
    found = by_process(services).first()
    assert found.vault is not None
    entries = found.vault.entries()
    assert services.fake_keyring.reads == []
    assert [found.vault.account(entry.id) for entry in entries] == expected
    found.vault.close()


def test_unused_preloaded_vault_closes(services: FakeServices) -> None:
    fill(services, 1).close()
    vault = by_process(services).first().vault
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
    services: FakeServices, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    vault = many(services, FIRST + 1)
    everything = vault.entries()
    vault.close()
    tell = preload._send_snapshot

    def die(services: FakeServices, pipe: IO[bytes]) -> None:
        if after:
            tell(services, EndsAtFlush(pipe))  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(preload, "_send_snapshot", die)
    looking = by_process(services)
    found = looking.first()
    assert found.error is None
    assert (looking.rest() if found.more else found.entries) == everything
    assert found.more == bool(after)
    assert found.vault is not None
    found.vault.close()


HANGS = """
import os, sys, time
from pathlib import Path
from authenticator.compose import Services
from authenticator.gui.startup import preload

def hang(parts, pipe):
    print(os.getpid(), flush=True)
    time.sleep(600)

preload._send_snapshot = hang
looking = preload.ProcessPreload(Services(Path(sys.argv[1])), lambda: os.close(int(sys.argv[2])))
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
