"""Removing asks nothing and can be undone; the bin restores, or deletes after confirmation."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from authenticator.gui.accounts.trash_page import TrashPage
from authenticator.gui.window import Window
from authenticator.otp.account import Label, Totp
from authenticator.vault.entry import Entry
from authenticator.vault.errors import KeyringLocked
from authenticator.vault.trash import TrashedAccount
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, fill
from tests.gui.test_accounts_page import click, row, spot


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 5).close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: opened.codes_page.model.rowCount() == 5)
    return opened


def issuers(window: Window) -> list[str]:
    model = window.codes_page.model
    return [row(window, number).entry.label.issuer for number in range(model.rowCount())]


def remove(qtbot: QtBot, window: Window, *numbers: int) -> None:
    for number in numbers:
        left = window.codes_page.model.rowCount() - 1
        window.codes_page.list.setCurrentIndex(window.codes_page.model.index(number))
        QTest.keyClick(window.codes_page.list, Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda left=left: window.codes_page.model.rowCount() == left)


def open_bin(qtbot: QtBot, window: Window, count: int) -> TrashPage:
    window.codes_page.trash_requested.emit()
    qtbot.waitUntil(lambda: page_name(window) == "Bin")
    qtbot.waitUntil(lambda: window.accounts.trash_page().list.count() == count)
    return window.accounts.trash_page()


def test_removal_needs_no_confirmation_and_undo_restores_place(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    before = issuers(window)
    remove(qtbot, window, 1)
    assert not window.findChildren(QMessageBox)
    qtbot.waitUntil(window.toast.isVisible)
    assert window.toast.accessibleName() == "Git hosting: kim is in the bin"
    assert [one.entry.label.issuer for one in services.open_vault().trashed()] == ["Git hosting"]
    window.toast.button.click()
    qtbot.waitUntil(lambda: issuers(window) == before)
    assert services.open_vault().trashed() == []


def test_following_row_becomes_current_after_removal(qtbot: QtBot, window: Window) -> None:
    view, before = window.codes_page.list, issuers(window)
    remove(qtbot, window, 1)
    assert view.current_row().entry.label.issuer == before[2]
    remove(qtbot, window, 3)
    assert view.current_row().entry.label.issuer == before[3]


def test_undo_shortcut_restores_removed_account(qtbot: QtBot, window: Window) -> None:
    before = issuers(window)
    remove(qtbot, window, 0)
    qtbot.waitUntil(window.toast.button.isVisible)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window.codes_page.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: issuers(window) == before)


def test_undo_offer_ends_with_next_message(qtbot: QtBot, window: Window) -> None:
    remove(qtbot, window, 0)
    qtbot.waitUntil(window.toast.button.isVisible)
    window.show_toast("Something else")
    assert not window.toast.button.isVisible()


def test_selected_rows_are_removed_and_restored_together(qtbot: QtBot, window: Window) -> None:
    before = issuers(window)
    view = window.codes_page.list
    click(window, spot(window, 0))
    QTest.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ControlModifier,
        spot(window, 2),
    )
    assert [one.entry.label.issuer for one in view.selected_rows()] == [before[0], before[2]]
    QTest.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: issuers(window) == [before[1], before[3], before[4]])
    qtbot.waitUntil(window.toast.isVisible)
    assert window.toast.accessibleName() == "2 accounts are in the bin"
    window.toast.button.click()
    qtbot.waitUntil(lambda: issuers(window) == before)


def test_selecting_copies_nothing_and_escape_clears_selection(qtbot: QtBot, window: Window) -> None:
    view = window.codes_page.list
    said: list[str] = []
    window.codes_page.toast_requested.connect(said.append)
    view.setCurrentIndex(window.codes_page.model.index(0))
    QTest.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,
        spot(window, 2),
    )
    assert len(view.selected_rows()) == 3
    assert said == []
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert len(view.selected_rows()) == 1


def test_bin_lists_accounts_with_days_left(qtbot: QtBot, window: Window) -> None:
    remove(qtbot, window, 0, 0)
    page = open_bin(qtbot, window, 2)
    assert {page.list.item(place).text() for place in range(2)} == {
        "Git hosting: kim\nDeleted for good in 30 days",
        "Zone panel: kim@example.org\nDeleted for good in 30 days",
    }
    assert not page.restore.isEnabled()
    assert not page.delete.isEnabled()


@pytest.mark.parametrize(
    ("left_s", "words"),
    [
        (30 * 86_400 - 1, "Deleted for good in 30 days"),
        (86_401, "Deleted for good in 2 days"),
        (86_400, "Deleted for good within a day"),
        (0, "Deleted for good within a day"),
        (None, "Stays until you delete it"),
    ],
)
def test_time_left_in_bin_is_shown_in_days(
    qtbot: QtBot, window: Window, left_s: int | None, words: str
) -> None:
    binned = TrashedAccount(Entry("id", Label("Wiki", "kim"), Totp()), 0, left_s)
    window.accounts.trash_page()._show([binned])
    assert window.accounts.trash_page().list.item(0).text() == f"Wiki: kim\n{words}"


def test_ticked_accounts_are_restored(qtbot: QtBot, window: Window, services: FakeServices) -> None:
    before = issuers(window)
    remove(qtbot, window, 0, 0)
    page = open_bin(qtbot, window, 2)
    qtbot.waitUntil(page.list.hasFocus)
    QTest.keyClick(page.list, Qt.Key.Key_Space)
    page.restore.click()
    qtbot.waitUntil(lambda: page.list.count() == 1)
    page.list.item(0).setCheckState(Qt.CheckState.Checked)
    page.restore.click()
    qtbot.waitUntil(lambda: page.list.count() == 0)
    assert page._empty.isVisible()
    assert not page.restore.isVisible()
    window.navigation.home()
    assert issuers(window) == before


def test_permanent_deletion_asks_first_and_names_account(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    remove(qtbot, window, 1)
    page = open_bin(qtbot, window, 1)
    page.list.item(0).setCheckState(Qt.CheckState.Checked)
    for answer, left in (("Keep", 1), ("Delete", 0)):
        page.delete.click()
        (box,) = window.findChildren(QMessageBox)
        assert "Git hosting: kim" in box.text()
        assert box.defaultButton().text() == "Keep"
        next(one for one in box.buttons() if one.text() == answer).click()
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
        qtbot.waitUntil(lambda left=left: page.list.count() == left)
        assert len(services.open_vault().trashed()) == left
    assert len(services.fake_keyring.items) == 4 + 1  # the accounts, and the vault key


def test_refused_deletion_is_reported(qtbot: QtBot, window: Window, services: FakeServices) -> None:
    remove(qtbot, window, 0)
    page = open_bin(qtbot, window, 1)
    page.list.item(0).setCheckState(Qt.CheckState.Checked)
    services.fake_keyring.fault = KeyringLocked()
    page.delete.click()
    (box,) = window.findChildren(QMessageBox)
    next(one for one in box.buttons() if one.text() == "Delete").click()
    qtbot.waitUntil(lambda: "locked" in page.notice.words)
    assert page.list.count() == 1


def test_expired_accounts_are_purged_while_window_stays_open(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidied: list[object] = []
    monkeypatch.setattr(window.session.vault_queue.vault, "purge_expired", lambda: tidied.append(1))
    assert window.session.trash._purge.isActive()
    window.session.trash._purge.timeout.emit()
    qtbot.waitUntil(lambda: tidied == [1])
