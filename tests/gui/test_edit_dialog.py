"""The dialog for one account: changes are saved, and nothing else is touched."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from authenticator.clock.clock import FixedClock
from authenticator.gui.accounts.edit_dialog import EditDialog
from authenticator.gui.accounts.group_field import GroupField, joined, parted, plain
from authenticator.gui.accounts.icon_field import IconField
from authenticator.gui.accounts.row import RowState
from authenticator.gui.window import Window
from authenticator.otp.account import Algorithm, Hotp, Label, Totp
from authenticator.vault.entry import Entry
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, fill
from tests.gui.test_accounts_page import AT, row, value


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    vault = fill(services, 4, counting=True)
    ids = [entry.id for entry in vault.entries()]
    vault.edit(ids[1], groups=["Work", "Büro"], notes="Ask Ada\nfirst")
    vault.close()
    services.still = FixedClock(AT)
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: row(opened, 0).state is RowState.CODE)
    return opened


@pytest.fixture
def edit(qtbot: QtBot, window: Window) -> Callable[[int], EditDialog]:
    def begin(number: int) -> EditDialog:
        view = window.codes_page.list
        view.setCurrentIndex(window.codes_page.model.index(number))
        QTest.keyClick(view, Qt.Key.Key_F2)
        qtbot.waitUntil(lambda: bool(window.findChildren(EditDialog)))
        return window.findChildren(EditDialog)[-1]

    return begin


def entry(services: FakeServices, number: int) -> Entry:
    return services.open_vault().entries()[number]


def test_names_are_changed_and_key_is_kept(
    qtbot: QtBot, window: Window, services: FakeServices, edit: Callable[[int], EditDialog]
) -> None:
    before = value(window, services, 0)
    dialog = edit(0)
    dialog.issuer.entry.setText("x" * 300)
    dialog.save()
    assert dialog.issuer.error
    assert dialog.isVisible()
    dialog.issuer.entry.setText("New name")
    dialog.save()
    qtbot.waitUntil(lambda: row(window, 0).entry.label.issuer == "New name")
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)
    assert row(window, 0).code.value == before
    assert value(window, services, 0) == before


def test_fields_show_saved_values_and_saving_them_changes_nothing(
    qtbot: QtBot, services: FakeServices, edit: Callable[[int], EditDialog]
) -> None:
    dialog = edit(1)
    assert dialog.groups.entry.text() == "Work, Büro"
    assert dialog.notes.entry.toPlainText() == "Ask Ada\nfirst"
    emitted: list[object] = []
    dialog.changed.connect(emitted.append)
    dialog.save()
    assert emitted == []


def test_groups_and_notes_are_saved_trimmed(
    qtbot: QtBot, services: FakeServices, edit: Callable[[int], EditDialog]
) -> None:
    dialog = edit(0)
    dialog.groups.entry.setText(" Work ,, Home,Work")
    dialog.notes.entry.setPlainText("  the blue one ")
    dialog.save()
    qtbot.waitUntil(lambda: entry(services, 0).groups == ("Work", "Home"))
    assert services.open_vault().notes(entry(services, 0).id) == "the blue one"


def test_too_long_value_is_reported_at_its_field(
    qtbot: QtBot, edit: Callable[[int], EditDialog]
) -> None:
    dialog = edit(0)
    dialog.notes.entry.setPlainText("x" * 10_001)
    dialog.save()
    assert dialog.notes.error
    assert not dialog.groups.error
    dialog.notes.entry.setPlainText("")
    dialog.groups.entry.setText(",".join(map(str, range(40))))
    dialog.save()
    assert dialog.groups.error
    assert not dialog.notes.error


def test_otp_parameters_are_shown_behind_a_warning(
    qtbot: QtBot, services: FakeServices, edit: Callable[[int], EditDialog]
) -> None:
    dialog = edit(0)
    assert not dialog.how.isVisible()
    assert not dialog.warning.isVisible()
    dialog.more.click()
    assert dialog.how.isVisible()
    assert "come from the panel" in dialog.warning.words
    dialog.how.digits.entry.setText("77")
    dialog.save()
    assert dialog.how.digits.error
    dialog.how.digits.entry.setText("8")
    dialog.how.period.entry.setText("60")
    dialog.save()
    qtbot.waitUntil(lambda: entry(services, 0).otp == Totp(Algorithm.SHA1, 8, 60))


def test_counter_changes_only_when_typed(
    qtbot: QtBot, window: Window, services: FakeServices, edit: Callable[[int], EditDialog]
) -> None:
    dialog = edit(3)
    id = entry(services, 3).id
    assert services.open_vault().advance_counter(id) == 0  # meanwhile, in another process
    dialog.how.digits.entry.setText("8")
    dialog.save()
    qtbot.waitUntil(lambda: entry(services, 3).otp == Hotp(digits=8, counter=1))
    qtbot.waitUntil(lambda: row(window, 3).entry.otp == Hotp(digits=8, counter=1))
    dialog = edit(3)
    assert dialog.how.counter.entry.text() == "1"
    dialog.how.counter.entry.setText("70")
    dialog.save()
    qtbot.waitUntil(lambda: entry(services, 3).otp == Hotp(digits=8, counter=70))


def test_group_completion_applies_only_to_name_being_typed(qtbot: QtBot) -> None:
    groups = GroupField(["Büro", "a, b"], ["Work", "Workshop", "Home"])
    qtbot.addWidget(groups)
    assert groups.names() == ["Büro", "a, b"]
    assert groups.text() == 'Büro, "a, b"'
    groups.clear()
    QTest.keyClicks(groups, "Home, wo")
    completer = groups.completer()
    assert completer.completionCount() == 2
    assert completer.pathFromIndex(completer.currentIndex()) == "Home, Work"


def test_every_control_has_a_name(qtbot: QtBot, edit: Callable[[int], EditDialog]) -> None:
    dialog = edit(1)
    dialog.more.click()
    for kind in (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit):
        for control in dialog.findChildren(kind):
            assert control.accessibleName() or getattr(control, "text", str)(), control


def test_long_text_does_not_widen_dialog(
    qtbot: QtBot, window: Window, edit: Callable[[int], EditDialog]
) -> None:
    long = Entry("id", Label("x" * 255, "y" * 255), Totp(), ("g" * 255,))
    icon = IconField("x" * 255, b"", window.session.icons.from_file)
    dialog = EditDialog(long, "n" * 10_000, ["g" * 255], icon, window)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.width() <= 400


@given(st.lists(st.text(min_size=1).map(str.strip).filter(bool)))
@example(["a, b", '"', 'say "no", please', ",", '""'])
def test_any_group_names_survive_typing_and_parsing(names: list[str]) -> None:
    assert [plain(part) for part in parted(joined(names)) if plain(part)] == names


@given(st.text())
def test_any_typed_text_parses_into_group_names(text: str) -> None:
    assert all(name == name.strip() for name in map(plain, parted(text)))


def test_group_name_with_comma_is_quoted_and_completed_quoted(qtbot: QtBot) -> None:
    groups = GroupField([], ["Customers, north", "Work"])
    qtbot.addWidget(groups)
    QTest.keyClicks(groups, 'Work, "Customers, s')
    assert groups.names() == ["Work", "Customers, s"]
    groups.setText("Work, cust")
    completer = groups.completer()
    completer.setCompletionPrefix("cust")
    assert completer.pathFromIndex(completer.completionModel().index(0, 0)) == (
        'Work, "Customers, north"'
    )
