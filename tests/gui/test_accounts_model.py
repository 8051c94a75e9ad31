"""The list model: codes change on the time step, keys are read for visible rows; and every model
in the window keeps the promises that Qt's views rely on."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from authenticator.app.sorting import Order, ordered
from authenticator.app.vault_opening import KeyRead
from authenticator.clock.clock import FixedClock
from authenticator.gui.accounts.model import AccountsModel
from authenticator.gui.accounts.row import RowState
from authenticator.gui.accounts.row_data import NEXT_ROLE, ROW_ROLE, WHICH_ROLE
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.theme import window_language
from authenticator.gui.window import Window
from authenticator.otp.account import Account, Hotp, Label, Steam, Totp
from authenticator.otp.code import code_at
from authenticator.otp.uri import write_uri
from authenticator.vault.entry import Entry
from authenticator.vault.errors import KeyringLocked, NoSuchAccount, SecretUnreadable
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill

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
        self.model.codes.keys_requested.connect(self.wanted.extend)
        self.model.set_entries(self.entries())

    def entries(self) -> list[Entry]:
        return [Entry(id, one.label, one.otp) for id, one in self.accounts.items()]

    def read(self) -> None:
        self.model.codes.set_keys([KeyRead(id, one, None) for id, one in self.accounts.items()])

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


def test_key_is_requested_when_row_is_first_shown(qtbot: QtBot, stage: Stage) -> None:
    stage.wanted.clear()
    fresh = Stage(*stage.accounts.values())
    fresh.wanted.clear()
    fresh.model.codes._requested.clear()
    fresh.model.codes._pending.clear()
    fresh.model.index(1).data(ROW_ROLE)
    fresh.model.index(1).data(ROW_ROLE)
    qtbot.waitUntil(lambda: fresh.wanted == ["id1"])
    assert fresh.model.codes.has_pending_keys


def test_rows_show_current_code(stage: Stage) -> None:
    stage.read()
    rows = stage.rows()
    assert [row.state for row in rows] == [
        RowState.CODE,
        RowState.CODE,
        RowState.WAITING,
        RowState.CODE,
    ]
    for row in rows:
        if row.code is not None:
            assert row.code == code_at(stage.accounts[row.entry.id], AT)


def test_codes_change_on_time_step_and_not_before(stage: Stage) -> None:
    stage.read()
    before = {row.entry.id: row.code for row in stage.rows()}
    end = before["id0"].valid_until
    changed: list[int] = []
    stage.model.dataChanged.connect(lambda first, last: changed.append(first.row()))
    stage.clock = FixedClock(end - 0.001)
    stage.model.codes.refresh_codes()
    assert not changed
    assert {row.entry.id: row.code for row in stage.rows()} == before
    stage.clock = FixedClock(float(end))
    stage.model.codes.refresh_codes()
    assert 0 in changed
    after = {row.entry.id: row.code for row in stage.rows()}
    assert after["id0"] == code_at(stage.accounts["id0"], end)
    assert after["id0"].valid_from == end


def test_codes_follow_clock_set_back(stage: Stage) -> None:
    stage.read()
    stage.rows()
    stage.clock = FixedClock(AT - 3600)
    stage.model.codes.refresh_codes()
    assert stage.rows()[0].code == code_at(stage.accounts["id0"], AT - 3600)


def test_refresh_timer_fires_at_end_of_time_step(qtbot: QtBot, stage: Stage) -> None:
    stage.read()
    end = stage.rows()[0].code.valid_until
    stage.clock = FixedClock(end - 0.02)
    stage.model.codes.refresh_codes()
    stage.rows()
    with qtbot.waitSignal(stage.model.dataChanged):
        stage.clock = FixedClock(end + 0.001)
    assert stage.rows()[0].code.valid_from == end


def test_hotp_code_stays_shown_after_vault_counter_moves_on(stage: Stage) -> None:
    """An HOTP code is shown once it was used, and stays when the counter moves on."""
    stage.read()
    code = stage.model.codes.show_counter("id2", 7)
    assert code is not None
    assert stage.rows()[2].state is RowState.CODE
    assert stage.rows()[2].code.counter == 7
    # The counter moves on in the vault; the shown code stays.
    entries = stage.entries()
    entries[2] = entries[2]._replace(otp=Hotp(counter=8))
    stage.model.set_entries(entries)
    assert stage.rows()[2].code.counter == 7


def test_search_narrows_rows_and_clearing_it_restores_them(stage: Stage) -> None:
    stage.read()
    stage.model.search("git")
    assert [row.entry.label.issuer for row in stage.rows()] == ["Git"]
    stage.model.search("")
    assert [row.entry.id for row in stage.rows()] == list(stage.accounts)
    stage.model.search("nothing of the kind")
    assert stage.rows() == []
    assert stage.model.total == 4


def test_list_follows_vault_changes_and_keeps_read_keys(stage: Stage) -> None:
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
        stage.model.set_entries(change)
        assert [row.entry.id for row in stage.rows()] == [entry.id for entry in change]


def test_changed_account_has_its_key_read_again(qtbot: QtBot, stage: Stage) -> None:
    stage.read()
    stage.rows()
    stage.wanted.clear()
    entries = stage.entries()
    entries[0] = entries[0]._replace(label=Label("Renamed", "kim"))
    stage.model.set_entries(entries)
    stage.rows()
    qtbot.waitUntil(lambda: stage.wanted == ["id0"])


def test_damaged_account_leaves_other_rows_working(stage: Stage) -> None:
    entries = stage.entries()
    entries[1] = Entry("id1", Label(), Totp(), damaged=True)
    stage.model.set_entries(entries)
    stage.model.codes.set_keys([KeyRead("id0", stage.accounts["id0"], None)])
    stage.model.codes.set_keys([KeyRead("id3", None, SecretUnreadable("id3"))])
    faces = [row.state for row in stage.rows()]
    assert (faces[0], faces[1], faces[3]) == (RowState.CODE, RowState.DAMAGED, RowState.UNREAD)
    assert stage.model.damaged == 2
    assert stage.model.codes.read_error is None


def test_refused_keyring_is_asked_again_on_retry(qtbot: QtBot, stage: Stage) -> None:
    stage.rows()
    stage.model.codes.set_keys([KeyRead(id, None, KeyringLocked()) for id in stage.accounts])
    assert isinstance(stage.model.codes.read_error, KeyringLocked)
    assert stage.model.damaged == 0
    stage.wanted.clear()
    stage.model.codes.retry()
    stage.rows()
    qtbot.waitUntil(lambda: sorted(stage.wanted) == sorted(stage.accounts))
    stage.read()
    assert stage.model.codes.read_error is None


def test_account_removed_meanwhile_is_not_a_read_error(qtbot: QtBot, stage: Stage) -> None:
    stage.rows()
    qtbot.waitUntil(lambda: len(stage.wanted) == 4)
    stage.model.codes.set_keys([KeyRead("id1", None, NoSuchAccount("id1"))])
    assert stage.model.codes.read_error is None
    assert stage.rows()[1].state is RowState.READING
    qtbot.waitUntil(lambda: stage.wanted.count("id1") == 2)  # in case it comes back


def test_clock_before_1970_shows_no_codes_without_failing(stage: Stage) -> None:
    stage.clock = FixedClock(-5.0)
    stage.read()
    assert stage.rows()[0].state is RowState.NO_TIME


def test_row_is_announced_digit_by_digit_with_time_left(stage: Stage) -> None:
    stage.read()

    def words() -> str:
        return stage.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)

    code = stage.rows()[0].code
    digits = " ".join(code.value)
    left = round(code.valid_until - AT)
    assert words() == f"Zone, kim, code {digits}, {left} seconds left"
    stage.clock = FixedClock(AT + 3)
    assert words().endswith(f", {left - 3} seconds left")


def test_rows_announce_nothing_between_time_steps(stage: Stage) -> None:
    stage.read()
    end = stage.rows()[0].code.valid_until
    told: list[int] = []
    stage.model.dataChanged.connect(lambda first, last: told.append(first.row()))
    for second in range(int(end - AT)):
        stage.clock = FixedClock(AT + second)
        stage.model.codes.refresh_codes()
        stage.rows()
    assert told == []


def test_next_code_is_what_row_shows_after_time_step(stage: Stage) -> None:
    stage.read()
    before = stage.model.index(0).data(NEXT_ROLE)
    stage.clock = FixedClock(stage.rows()[0].code.valid_until)
    stage.model.codes.refresh_codes()
    assert stage.rows()[0].code == before
    assert stage.model.index(0).data(NEXT_ROLE) != before
    assert stage.model.index(2).data(NEXT_ROLE) is None  # HOTP: its next code is unknown


def test_hidden_code_hides_its_next_code_too(stage: Stage) -> None:
    stage.read()
    stage.model.codes._is_hidden = "id0".__eq__
    assert stage.model.index(0).data(NEXT_ROLE) is None
    assert stage.model.index(1).data(NEXT_ROLE) is not None


COUNT = 6
ENTRIES = [
    Entry(
        f"id{number}",
        Label(name, "kim"),
        Totp(),
        groups=groups,
        pinned=number == 4,
        uses=number % 3,
    )
    for number, (name, groups) in enumerate(
        [
            ("Zone", ()),
            ("Git", ("Work",)),
            ("Bank", ("Home", "Work")),
            ("Mail", ("Home",)),
            ("Wiki", ("Work",)),
            ("Shop", ()),
        ]
    )
]
QUERIES = ("", "kim", "git", "zone kim", "nothing")
CHANGES = st.one_of(
    st.tuples(
        st.just("take"),
        st.permutations(ENTRIES),
        st.integers(0, COUNT),
        st.sampled_from(["kim", "eve"]),
    ),
    st.tuples(st.just("search"), st.sampled_from(QUERIES)),
    st.tuples(st.just("sort"), st.sampled_from(Order)),
    st.tuples(st.just("narrow"), st.sampled_from(["", "Work", "Home", "gone"])),
    st.tuples(st.just("move"), st.integers(0, COUNT - 1), st.integers(0, COUNT)),
    st.tuples(st.just("step"), st.integers(-60, 60)),
    st.tuples(st.just("read"), st.booleans()),
)


@given(changes=st.lists(CHANGES, max_size=12))
def test_model_satisfies_qt_through_any_changes(qapp: QApplication, changes: list) -> None:
    """Whatever changes, the model keeps Qt's rules, and rows match search, order and group."""
    stage = Stage()
    model = stage.model
    shown: dict[str, object] = {"all": [], "query": "", "order": Order.OWN, "group": ""}
    for kind, *how in changes:
        if kind == "take":
            entries, count, name = how
            taken = [
                one._replace(label=replace(one.label, account=name)) for one in entries[:count]
            ]
            model.set_entries(taken)
            shown["all"] = taken
        elif kind == "search":
            model.search(*how)
            shown["query"] = how[0]
        elif kind == "sort":
            model.set_order(*how)
            shown["order"] = how[0]
        elif kind == "narrow":
            model.filter_by_group(*how)
            shown["group"] = how[0]
        elif kind == "move" and how[0] < model.rowCount():
            model.move([how[0]], how[1])
            shown["all"] = list(model._all)
        elif kind == "step":
            stage.clock = FixedClock(stage.clock.now() + how[0])
            model.codes.refresh_codes()
        elif kind == "read":
            model.codes.set_keys(
                [
                    KeyRead(one.id, account(one.label.issuer, "kim"), None)
                    if how[0]
                    else KeyRead(one.id, None, SecretUnreadable(one.id))
                    for one in shown["all"]
                ]
            )
        rows = stage.rows()
        expected = [
            one
            for one in ordered(shown["all"], shown["order"])
            if not shown["group"] or shown["group"] in one.groups
        ]
        if shown["query"]:
            assert {row.entry.id for row in rows} <= {one.id for one in expected}
        else:
            assert [row.entry for row in rows] == expected


def models(window: Window) -> list[QAbstractItemModel]:
    """Yield every model that a view of the window uses or will use."""
    found = [one.model() for one in window.findChildren(QAbstractItemView)]
    found += [one.model() for one in window.findChildren(QComboBox)]
    for one in window.findChildren(QLineEdit):
        if (completer := one.completer()) is not None:
            found += [completer.model(), completer.completionModel()]
    return found


def test_every_model_of_window_satisfies_qt_tester(  # noqa: PLR0915 - one window, step by step
    qtbot: QtBot, open_window: Open, services: FakeServices, qapp: QApplication
) -> None:
    vault = fill(services, 5, counting=True)
    for entry in vault.entries()[:3]:
        vault.edit(entry.id, groups=["Work", "Workshop"])
    vault.close()
    window = open_window()
    testers: dict[QAbstractItemModel, QAbstractItemModelTester] = {}

    def watch() -> None:
        """A broken promise is a Qt warning, which fails this test."""
        for model in models(window):
            if model not in testers:
                mode = QAbstractItemModelTester.FailureReportingMode.Warning
                testers[model] = QAbstractItemModelTester(model, mode)

    def until(page: str) -> None:
        qtbot.waitUntil(lambda: page_name(window) == page)
        watch()

    qtbot.waitUntil(lambda: shows_codes(window))
    codes = window.codes_page
    qtbot.waitUntil(lambda: codes.model.rowCount() == 5 and not codes.model.codes.has_pending_keys)
    watch()
    for words in ("k", "kim", "nobody", ""):
        codes.search.setText(words)
    for order in Order:
        codes.account_actions.sort_by(order)
    codes.account_actions.sort_by(Order.OWN)
    codes.list.setCurrentIndex(codes.model.index(0))
    codes.list.move_current(down=True)
    codes.group_bar.chosen.emit("Work")
    codes.group_bar.chosen.emit("")
    codes.account_actions.pin(codes.model.row(codes.model.index(3)))
    qtbot.waitUntil(lambda: codes.model.row(codes.model.index(0)).entry.pinned)
    codes.account_actions.remove([codes.model.row(codes.model.index(row)) for row in (0, 2)])
    qtbot.waitUntil(lambda: codes.model.rowCount() == 3)
    window.toast.button.click()
    qtbot.waitUntil(lambda: codes.model.rowCount() == 5)
    codes.account_actions.remove([codes.model.row(codes.model.index(1))])
    qtbot.waitUntil(lambda: codes.model.rowCount() == 4)

    window.accounts.open_trash()
    until("Bin")
    qtbot.waitUntil(lambda: window.accounts.trash_page().list.count() == 1)
    window.accounts.trash_page().list.item(0).setCheckState(Qt.CheckState.Checked)
    window.accounts.trash_page().restore.click()
    qtbot.waitUntil(lambda: window.accounts.trash_page().list.count() == 0)

    links = (write_uri(account("Wiki", "eve", 50)), write_uri(account("Shop", "eve", 51)))
    window.enrolment.read([DroppedSource("", text="\n".join(links))])
    until("Accounts found")
    window.enrolment.review_page().list.item(0).setCheckState(Qt.CheckState.Unchecked)
    window.enrolment.review_page().add.click()
    until("New code")
    window.navigation.home()
    qtbot.waitUntil(lambda: codes.model.rowCount() == 6)

    codes.account_actions.edit(codes.model.row(codes.model.index(0)))
    (groups,) = [one for one in window.findChildren(QLineEdit) if one.completer() is not None]
    watch()
    for prefix in ("w", "works", "none", ""):
        groups.completer().setCompletionPrefix(prefix)
    groups.window().reject()

    window.enrolment.enter_key()
    until("Enter the key")
    window.settings.open()
    until("Settings")
    for words in ("code", "zebra", ""):
        window.settings.page().search.setText(words)
    assert len(testers) > 15
    # Qt's own lists empty themselves when half destroyed, and a tester would query them then: none
    # may watch pages that are rebuilt with the language.
    testers.clear()
    former = [window.pages.widget(place) for place in range(window.pages.count())]
    try:
        window.session.change_settings({"language": "de"}, lambda _: None, lambda _: None)
        qtbot.waitUntil(lambda: page_name(window) == "Einstellungen")
        qtbot.waitUntil(lambda: not any(isValid(page) for page in former))
        watch()
        window.navigation.home()
        qtbot.waitUntil(lambda: window.codes_page.model.rowCount() == 6)
        watch()
        window.codes_page.search.setText("kim")
    finally:
        testers.clear()
        window_language.apply_language(qapp, "en")


def test_accounts_of_one_name_are_told_apart_by_age(stage: Stage) -> None:
    """Two equal rows, one of which a panel no longer takes."""
    wiki = Label("Wiki", "kim")
    stage.model.set_entries(
        [
            Entry("old", wiki, Totp(), added_s=int(AT) - 86_400),
            Entry("new", wiki, Totp(), added_s=int(AT)),
            Entry("other", Label("Shop", "kim"), Totp(), added_s=int(AT)),
        ]
    )
    indexes = [stage.model.index(row) for row in range(3)]
    which = [index.data(WHICH_ROLE) for index in indexes]
    assert [words.partition(",")[0] for words in which] == ["older", "newer", ""]
    said = [index.data(Qt.ItemDataRole.AccessibleTextRole) for index in indexes]
    assert ["older" in words for words in said] == [True, False, False]
    tips = [index.data(Qt.ItemDataRole.ToolTipRole) for index in indexes]
    assert [bool(tip) for tip in tips] == [True, True, False]
    stage.model.set_entries([Entry("new", wiki, Totp(), added_s=int(AT))])
    assert stage.model.index(0).data(WHICH_ROLE) == ""
