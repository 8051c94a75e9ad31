"""The list model: codes roll on the step, keys are read for rows that are seen."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from authenticator.clock.clock import FixedClock
from authenticator.gui.models import NEXT_ROLE, ROW_ROLE, AccountsModel, Face
from authenticator.gui.opening import KeyRead
from authenticator.otp.account import Account, Hotp, Label, Steam, Totp
from authenticator.otp.code import code_at
from authenticator.vault.secret_store import KeyringLocked
from authenticator.vault.vault import Entry, NoSuchAccount, SecretUnreadable
from tests.gui.stage import account

AT = 1_700_000_000.0


class Stage:
    """A model with its accounts, and a hand on its clock."""

    def __init__(self, *accounts: Account) -> None:
        self.clock = FixedClock(AT)
        self.accounts = {f"id{number}": one for number, one in enumerate(accounts)}
        self.model = AccountsModel(lambda: self.clock)
        self.tester = QAbstractItemModelTester(
            self.model, QAbstractItemModelTester.FailureReportingMode.Fatal
        )
        self.wanted: list[str] = []
        self.model.keys_wanted.connect(self.wanted.extend)
        self.model.take(self.entries())

    def entries(self) -> list[Entry]:
        return [Entry(id, one.label, one.otp) for id, one in self.accounts.items()]

    def read(self) -> None:
        self.model.take_keys([KeyRead(id, one, None) for id, one in self.accounts.items()])

    def rows(self) -> list:
        return [self.model.index(row).data(ROW_ROLE) for row in range(self.model.rowCount())]


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return Stage(
        account("Zone", "kim", 1),
        account("Git", "kim", 2, Totp(period_s=60)),
        account("Bank", "kim", 3, Hotp()),
        account("Games", "kim", 4, Steam()),
    )


def test_a_key_is_asked_for_when_its_row_is_first_looked_at(qtbot: QtBot, stage: Stage) -> None:
    stage.wanted.clear()
    fresh = Stage(*stage.accounts.values())
    fresh.wanted.clear()
    fresh.model._asked.clear()
    fresh.model._to_ask.clear()
    fresh.model.index(1).data(ROW_ROLE)
    fresh.model.index(1).data(ROW_ROLE)
    qtbot.waitUntil(lambda: fresh.wanted == ["id1"])
    assert fresh.model.waiting


def test_rows_show_the_code_of_now(stage: Stage) -> None:
    stage.read()
    rows = stage.rows()
    assert [row.face for row in rows] == [Face.CODE, Face.CODE, Face.WAITING, Face.CODE]
    for row in rows:
        if row.code is not None:
            assert row.code == code_at(stage.accounts[row.entry.id], AT)


def test_codes_change_on_the_step_and_not_before(stage: Stage) -> None:
    stage.read()
    before = {row.entry.id: row.code for row in stage.rows()}
    end = before["id0"].valid_until
    changed: list[int] = []
    stage.model.dataChanged.connect(lambda first, last: changed.append(first.row()))
    stage.clock = FixedClock(end - 0.001)
    stage.model.roll()
    assert not changed
    assert {row.entry.id: row.code for row in stage.rows()} == before
    stage.clock = FixedClock(float(end))
    stage.model.roll()
    assert 0 in changed
    after = {row.entry.id: row.code for row in stage.rows()}
    assert after["id0"] == code_at(stage.accounts["id0"], end)
    assert after["id0"].valid_from == end


def test_codes_follow_a_clock_that_is_set_back(stage: Stage) -> None:
    stage.read()
    stage.rows()
    stage.clock = FixedClock(AT - 3600)
    stage.model.roll()
    assert stage.rows()[0].code == code_at(stage.accounts["id0"], AT - 3600)


def test_the_timer_ends_with_the_step(qtbot: QtBot, stage: Stage) -> None:
    stage.read()
    end = stage.rows()[0].code.valid_until
    stage.clock = FixedClock(end - 0.02)
    stage.model.roll()
    stage.rows()
    with qtbot.waitSignal(stage.model.dataChanged, timeout=5000):
        stage.clock = FixedClock(end + 0.001)
    assert stage.rows()[0].code.valid_from == end


def test_a_counted_code_is_shown_once_it_was_taken(stage: Stage) -> None:
    stage.read()
    code = stage.model.show_counter("id2", 7)
    assert code is not None
    assert stage.rows()[2].face is Face.CODE
    assert stage.rows()[2].code.counter == 7
    # The counter moves on in the vault: the code that was shown stays.
    entries = stage.entries()
    entries[2] = replace(entries[2], otp=Hotp(counter=8))
    stage.model.take(entries)
    assert stage.rows()[2].code.counter == 7


def test_search_narrows_and_the_rest_comes_back(stage: Stage) -> None:
    stage.read()
    stage.model.search("git")
    assert [row.entry.label.issuer for row in stage.rows()] == ["Git"]
    stage.model.search("")
    assert [row.entry.id for row in stage.rows()] == list(stage.accounts)
    stage.model.search("nothing of the kind")
    assert stage.rows() == []
    assert stage.model.total == 4


def test_the_list_follows_the_vault_and_keeps_what_it_knows(stage: Stage) -> None:
    stage.read()
    entries = stage.entries()
    new = Entry("new", Label("New", "kim"), Totp())
    for change in (
        [*entries, new],
        [entries[3], new, entries[0]],
        [new],
        [],
        entries,
        list(reversed(entries)),
    ):
        stage.model.take(change)
        assert [row.entry.id for row in stage.rows()] == [entry.id for entry in change]


def test_a_changed_account_is_read_anew(qtbot: QtBot, stage: Stage) -> None:
    stage.read()
    stage.rows()
    stage.wanted.clear()
    entries = stage.entries()
    entries[0] = replace(entries[0], label=Label("Renamed", "kim"))
    stage.model.take(entries)
    stage.rows()
    qtbot.waitUntil(lambda: stage.wanted == ["id0"])


def test_a_damaged_account_leaves_the_others_alone(stage: Stage) -> None:
    entries = stage.entries()
    entries[1] = Entry("id1", Label(), Totp(), damaged=True)
    stage.model.take(entries)
    stage.model.take_keys([KeyRead("id0", stage.accounts["id0"], None)])
    stage.model.take_keys([KeyRead("id3", None, SecretUnreadable("id3"))])
    faces = [row.face for row in stage.rows()]
    assert (faces[0], faces[1], faces[3]) == (Face.CODE, Face.DAMAGED, Face.UNREAD)
    assert stage.model.damaged == 2
    assert stage.model.trouble is None


def test_a_keyring_that_says_no_is_asked_again_on_demand(qtbot: QtBot, stage: Stage) -> None:
    stage.rows()
    stage.model.take_keys([KeyRead(id, None, KeyringLocked()) for id in stage.accounts])
    assert isinstance(stage.model.trouble, KeyringLocked)
    assert stage.model.damaged == 0
    stage.wanted.clear()
    stage.model.try_again()
    stage.rows()
    qtbot.waitUntil(lambda: sorted(stage.wanted) == sorted(stage.accounts))
    stage.read()
    assert stage.model.trouble is None


def test_an_account_that_was_removed_meanwhile_is_no_trouble(qtbot: QtBot, stage: Stage) -> None:
    stage.rows()
    qtbot.waitUntil(lambda: len(stage.wanted) == 4)
    stage.model.take_keys([KeyRead("id1", None, NoSuchAccount("id1"))])
    assert stage.model.trouble is None
    assert stage.rows()[1].face is Face.READING
    qtbot.waitUntil(lambda: stage.wanted.count("id1") == 2)  # should it be back


def test_a_clock_before_1970_shows_no_codes_and_does_not_fail(stage: Stage) -> None:
    stage.clock = FixedClock(-5.0)
    stage.read()
    assert stage.rows()[0].face is Face.NO_TIME


def test_a_row_is_read_out_digit_by_digit_with_its_time(stage: Stage) -> None:
    stage.read()

    def words() -> str:
        return stage.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)

    code = stage.rows()[0].code
    digits = " ".join(code.value)
    left = round(code.valid_until - AT)
    assert words() == f"Zone, kim, code {digits}, {left} seconds left"
    stage.clock = FixedClock(AT + 3)
    assert words().endswith(f", {left - 3} seconds left")


def test_nothing_is_announced_between_two_steps(stage: Stage) -> None:
    stage.read()
    end = stage.rows()[0].code.valid_until
    told: list[int] = []
    stage.model.dataChanged.connect(lambda first, last: told.append(first.row()))
    for second in range(int(end - AT)):
        stage.clock = FixedClock(AT + second)
        stage.model.roll()
        stage.rows()
    assert told == []


def test_the_next_code_is_what_the_row_shows_after_the_step(stage: Stage) -> None:
    stage.read()
    before = stage.model.index(0).data(NEXT_ROLE)
    stage.clock = FixedClock(stage.rows()[0].code.valid_until)
    stage.model.roll()
    assert stage.rows()[0].code == before
    assert stage.model.index(0).data(NEXT_ROLE) != before
    assert stage.model.index(2).data(NEXT_ROLE) is None  # it counts: nobody knows its next


def test_a_hidden_code_has_its_next_one_hidden_too(stage: Stage) -> None:
    stage.read()
    stage.model._hides = "id0".__eq__
    assert stage.model.index(0).data(NEXT_ROLE) is None
    assert stage.model.index(1).data(NEXT_ROLE) is not None
