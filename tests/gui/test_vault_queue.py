"""One vault, one thread, in order; answers that arrive after the vault was closed are dropped."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from authenticator.app.add_account import AddedAccounts, Step
from authenticator.gui.operations.accounts import AccountOperations
from authenticator.gui.operations.vault_queue import VaultQueue
from authenticator.vault.entry import Entry
from authenticator.vault.errors import KeyringLocked
from authenticator.vault.vault import Vault
from tests.gui.fakes import FakeServices, account, fill


@pytest.fixture
def queue(services: FakeServices) -> Iterator[VaultQueue]:
    queue = VaultQueue()
    queue.set_vault(fill(services, 2))
    yield queue
    queue.close()


@pytest.fixture
def accounts(queue: VaultQueue) -> AccountOperations:
    operations = AccountOperations(queue)
    operations.show(queue.vault.entries())
    return operations


def unwanted(answer: object) -> None:
    raise AssertionError(answer)


def test_answers_after_vault_release_are_dropped(qtbot: QtBot, queue: VaultQueue) -> None:
    gate = threading.Event()
    queue.changed.connect(lambda: unwanted("changed"))

    def fail(_: Vault) -> None:
        raise KeyringLocked

    queue.ask(lambda _: gate.wait(10), unwanted, unwanted)
    queue.write(lambda vault: vault.add(account("Wiki", "lee", 9)), unwanted, unwanted)
    queue.ask(fail, unwanted, unwanted)
    vault = queue.release_vault()
    done: list[object] = []
    queue.submit(vault.entries, done.append, unwanted)
    gate.set()
    qtbot.waitUntil(lambda: bool(done))
    assert len(done[0]) == 3  # type: ignore[arg-type] # what was asked for is done all the same
    vault.close()


def test_queue_without_vault_refuses_jobs(queue: VaultQueue) -> None:
    queue.release_vault().close()
    for ask in (queue.ask, queue.write):
        with pytest.raises(RuntimeError, match="no vault is open"):
            ask(unwanted, unwanted, unwanted)
    with pytest.raises(RuntimeError, match="no vault is open"):
        queue.try_write(unwanted)


def test_closing_queue_finishes_writes_nobody_waits_for(services: FakeServices) -> None:
    fill(services, 2).close()
    queue, gate = VaultQueue(), threading.Event()
    queue.set_vault(services.open_vault())
    queue.try_write(lambda _: gate.wait(10))
    queue.try_write(lambda vault: vault.add(account("Wiki", "lee", 9)))
    gate.set()
    queue.close()
    vault = services.open_vault()
    assert len(vault.entries()) == 3
    vault.close()


def test_added_accounts_join_list_without_rereading_vault(
    qtbot: QtBot,
    queue: VaultQueue,
    accounts: AccountOperations,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[list[Entry]] = []
    done: list[AddedAccounts] = []
    accounts.entries_changed.connect(told.append)
    with monkeypatch.context() as patch:
        patch.setattr(queue.vault, "entries", lambda: unwanted("read again"))
        accounts.store(
            [Step(account("Wiki", "lee", 8)), Step(account("Wiki", "ada", 9))], done.append
        )
        qtbot.waitUntil(lambda: bool(done))
    assert done[0].error is None
    assert told == [queue.vault.entries()]
    assert accounts.listed == told[0]


def test_add_failing_midway_shows_accounts_stored_so_far(
    qtbot: QtBot,
    queue: VaultQueue,
    accounts: AccountOperations,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add, done = queue.vault.add, list[AddedAccounts]()

    def refuse_lee(one: object) -> Entry:
        if one == lee:
            raise KeyringLocked
        return add(one)  # type: ignore[arg-type]

    lee = account("Wiki", "lee", 9)
    monkeypatch.setattr(queue.vault, "add", refuse_lee)
    accounts.store([Step(account("Wiki", "ada", 8)), Step(lee)], done.append)
    qtbot.waitUntil(lambda: bool(done) and len(accounts.listed) == 3)
    assert isinstance(done[0].error, KeyringLocked)
    assert [entry.label.account for entry in done[0].entries] == ["ada"]
    assert accounts.listed == queue.vault.entries()
