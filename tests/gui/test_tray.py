"""The tray: pinned accounts in its menu, their codes in one choice, no wake-ups while hidden."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from authenticator.gui.accounts.row import Row, RowState
from authenticator.gui.accounts.row_data import ROW_ROLE
from authenticator.gui.desktop import tray
from authenticator.gui.desktop.tray import MOST, items
from authenticator.gui.window import Window
from authenticator.otp.account import Label, Totp
from authenticator.otp.code import code_at, code_of_counter
from authenticator.vault.entry import Entry, damaged_entry
from authenticator.vault.errors import KeyringLocked
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, fill

REASON = QSystemTrayIcon.ActivationReason


@pytest.fixture
def notices(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    shown: list[str] = []
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _icon, title, words, *_: shown.append(title)
    )
    return shown


@pytest.fixture
def window(
    qtbot: QtBot, open_window: Open, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> Window:
    vault = fill(services, 3, counting=True)
    for entry in vault.entries()[1:]:
        vault.edit(entry.id, pinned=True)
    vault.close()
    monkeypatch.setattr(tray, "available", lambda: True)
    services.settings_file.change(tray=True)
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: row(opened, 0).state is RowState.CODE)
    qtbot.waitUntil(lambda: opened.desktop.tray is not None)
    qtbot.waitUntil(lambda: len(words(opened)) == 5)
    return opened


def row(window: Window, number: int) -> Row:
    return window.codes_page.model.index(number).data(ROW_ROLE)


def words(window: Window) -> list[str]:
    return [one.text() for one in window.desktop.tray.menu.actions() if one.text()]


def choose(window: Window, name: str) -> None:
    (action,) = [one for one in window.desktop.tray.menu.actions() if one.text() == name]
    action.trigger()


# The menu


def entry(name: str, **more: object) -> Entry:
    return Entry(name, Label(name, "kim"), Totp(), **more)  # type: ignore[arg-type]


def test_menu_lists_only_pinned_intact_accounts() -> None:
    entries = [entry("a", pinned=True), entry("b"), damaged_entry("c"), entry("d", pinned=True)]
    assert [one.words for one in items(entries)] == ["a: kim", "d: kim"]


def test_menu_fits_screen_whatever_its_accounts() -> None:
    found = items([entry("x" * 250, pinned=True) for _ in range(500)])
    assert len(found) == MOST
    assert {len(one.words) for one in found} == {tray.WIDEST}


def test_menu_tells_accounts_of_one_name_apart() -> None:
    new = entry("a", pinned=True, added_s=1_700_000_000)
    old = new._replace(id="old", pinned=False, added_s=1_600_000_000)
    (item,) = items([old, new])
    assert item.words.startswith("a: kim (newer, 2023-11-1")


def test_name_in_menu_is_escaped() -> None:
    """A name is shown as it is, without mnemonic or control characters."""
    (item,) = items([entry("R&D\t\u202e", pinned=True)])
    assert item.words == "R&&D\\t\\u202e: kim"


def test_menu_lists_pinned_accounts_and_actions(window: Window) -> None:
    assert words(window) == [
        "Git hosting: kim",
        "Mail: kim.van.der.meer@a-rather-long-department…",
        "Hide",
        "Lock",
        "Quit",
    ]


def test_menu_follows_pinned_accounts(qtbot: QtBot, window: Window, services: FakeServices) -> None:
    window.codes_page.account_actions.pin(row(window, 0))
    qtbot.waitUntil(lambda: len(words(window)) == 4)


# What it does


def test_pinned_account_is_copied_in_one_choice(
    qtbot: QtBot, window: Window, services: FakeServices, notices: list[str]
) -> None:
    window.hide()
    choose(window, "Git hosting: kim")
    qtbot.waitUntil(lambda: bool(notices))
    vault = services.open_vault()
    account = vault.account(vault.entries()[1].id)
    now = window.session.clock.now()
    codes = [code_at(account, now - ago).value for ago in (0, 5)]
    assert QGuiApplication.clipboard().text() in codes
    assert notices[0].startswith("Code of Git hosting: kim copied")
    window.lock()  # the window that copied it clears it again
    assert QGuiApplication.clipboard().text() == ""
    qtbot.waitUntil(lambda: services.open_vault().entries()[1].uses == 1)


def test_hotp_account_gives_each_code_once(
    qtbot: QtBot, window: Window, services: FakeServices, notices: list[str]
) -> None:
    vault = services.open_vault()
    account = vault.account(vault.entries()[2].id)
    window.hide()
    for counter in range(2):
        choose(window, words(window)[1])
        qtbot.waitUntil(lambda counter=counter: len(notices) == counter + 1)
        assert QGuiApplication.clipboard().text() == code_of_counter(account, counter).value
    assert vault.entries()[2].otp.counter == 2


def test_visible_window_shows_toast_instead_of_notification(
    qtbot: QtBot, window: Window, notices: list[str]
) -> None:
    choose(window, "Git hosting: kim")
    qtbot.waitUntil(lambda: "toast" in window.__dict__ and window.toast.isVisible())
    assert not notices


def test_unreadable_key_is_reported(
    qtbot: QtBot, window: Window, services: FakeServices, notices: list[str]
) -> None:
    window.hide()
    services.fake_keyring.fault = KeyringLocked()
    choose(window, "Git hosting: kim")
    qtbot.waitUntil(lambda: notices == ["The keyring is locked"])


def test_locked_menu_names_no_account_and_leads_to_window(qtbot: QtBot, window: Window) -> None:
    window.hide()
    choose(window, "Lock")
    assert words(window) == ["Show", "Unlock", "Quit"]
    assert window.desktop.tray.icon.toolTip() == "Authenticator, locked"
    choose(window, "Unlock")
    assert page_name(window) == "Locked"
    assert window.isVisible()
    window.pages.currentWidget().unlock.click()
    qtbot.waitUntil(lambda: len(words(window)) == 5)


def test_click_on_icon_toggles_window(window: Window) -> None:
    for shown in (False, True):
        window.desktop.tray.icon.activated.emit(REASON.Trigger)
        assert window.isVisible() is shown
        assert words(window)[2] == ("Hide" if shown else "Show")
    window.desktop.tray.icon.activated.emit(REASON.Context)
    assert window.isVisible()


# Hidden


def awake(window: Window) -> set[QTimer]:
    """Return the timers that would wake the process within an hour."""
    timers = {*window.findChildren(QTimer), *window.session.findChildren(QTimer)}
    return {one for one in timers if one.isActive() and one.interval() < 3_600_000}


def test_hidden_window_has_no_active_timer(qtbot: QtBot, window: Window) -> None:
    assert window.codes_page.list.rings.timer in awake(window)
    window.hide()
    qtbot.waitUntil(lambda: not awake(window))


def test_window_never_shown_has_no_active_timer(
    qtbot: QtBot, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    from authenticator.gui.session import Session

    fill(services, 3).close()
    monkeypatch.setattr(tray, "available", lambda: True)
    window = Window(Session(services))
    window.session.open()
    window.desktop.start_hidden()
    qtbot.waitUntil(lambda: len(words(window)) == 3)
    qtbot.waitUntil(lambda: not awake(window))
    assert not window.isVisible()
    window.desktop.tray.icon.activated.emit(REASON.Trigger)
    assert window.isVisible()
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)
    window.shut_down()
    window.session.close()
    window.deleteLater()


def test_hidden_start_without_tray_is_minimized(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.desktop.tray.remove()
    window.desktop.tray = None
    window.hide()
    monkeypatch.setattr(tray, "available", lambda: False)
    window.desktop._tray_again.setInterval(1)
    window.desktop.start_hidden()
    window.desktop._bind.timeout.emit()
    assert not window.isMinimized()  # a desktop panel may still appear
    qtbot.waitUntil(window.isMinimized)


def test_icon_appears_when_tray_becomes_available(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.desktop.tray.remove()
    window.desktop.tray = None
    monkeypatch.setattr(tray, "available", lambda: False)
    window.desktop._tray_again.setInterval(1)
    window.desktop._set_tray()
    assert window.desktop.tray is None
    monkeypatch.setattr(tray, "available", lambda: True)
    qtbot.waitUntil(lambda: window.desktop.tray is not None)


def test_closing_keeps_app_in_tray_only_where_chosen(qtbot: QtBot, window: Window) -> None:
    window.session.change_settings({"close_to_tray": True}, lambda _: None, lambda _: None)
    qtbot.waitUntil(lambda: window.session.settings.close_to_tray)
    assert not window.close()
    assert not window.isVisible()
    window.bring_to_front()
    window.quit()
    assert not window.isVisible()
    assert window._quitting
    window._quitting = False
    window.show()
    window.session.change_settings({"close_to_tray": False}, lambda _: None, lambda _: None)
    qtbot.waitUntil(lambda: not window.session.settings.close_to_tray)
    assert window.close()


def test_removing_icon_shows_hidden_window(qtbot: QtBot, window: Window) -> None:
    window.hide()
    window.session.change_settings({"tray": False}, lambda _: None, lambda _: None)
    qtbot.waitUntil(lambda: window.desktop.tray is None)
    assert window.isVisible()


# Settings


def test_settings_explain_missing_tray(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    window.settings.open()
    section = window.settings.page().desktop
    assert section.tray.isEnabled()
    assert section.close_to_tray.isEnabled()
    monkeypatch.setattr(tray, "available", lambda: False)
    window.navigation.home()
    window.settings.open()
    assert not section.tray.isEnabled()
    assert not section.close_to_tray.isEnabled()
    assert "no tray" in section.tray.accessibleDescription()


def test_close_to_tray_requires_icon(qtbot: QtBot, window: Window, services: FakeServices) -> None:
    window.settings.open()
    section = window.settings.page().desktop
    section.close_to_tray.click()
    qtbot.waitUntil(lambda: services.settings_file.read().close_to_tray)
    section.tray.click()
    qtbot.waitUntil(lambda: not section.close_to_tray.isEnabled())
    assert section.close_to_tray.accessibleDescription() == "Needs the icon in the tray."
