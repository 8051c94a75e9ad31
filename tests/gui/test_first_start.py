"""From the welcome page to a vault, and what is shown when none can be opened."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from authenticator.app.settings import TimeCheck
from authenticator.app.time.servers import DEFAULT_SERVERS, parse_server
from authenticator.vault.errors import (
    IndexTooNew,
    IndexUnreadable,
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    KeyringRefused,
)
from authenticator.vault.kinds import StoreKind
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill
from tests.patience import PATIENCE_S

FAULTS = {
    KeyringAbsent(): "No keyring found",
    KeyringLocked(): "The keyring is locked",
    KeyringDismissed(): "The keyring was not unlocked",
    KeyringFailed("DBusError"): "The keyring reported an error",
    KeyringRefused(): "The keyring refused this app",
}


def test_skipping_introduction_leads_to_add_account(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    qtbot.mouseClick(window.pages.currentWidget().start, Qt.MouseButton.LeftButton)
    assert page_name(window) == "Introduction"
    qtbot.mouseClick(window.pages.currentWidget().skip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page_name(window) == "Add an account")
    buttons = window.pages.currentWidget().buttons
    assert (buttons.scan_button.text(), buttons.enter_button.text()) == (
        "Scan QR code",
        "Enter the key",
    )
    assert window.session.is_open


def test_escape_skips_introduction(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.pages.currentWidget().start.click()
    qtbot.keyClick(window.pages.currentWidget().forward, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page_name(window) == "Add an account")


def test_text_larger_than_window_is_scrolled_by_keys(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    services.settings_file.change(text_percent=200)
    window = open_window()
    window.resize(320, 400)
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.activateWindow()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    for _ in range(2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    bar = window.pages.currentWidget().scroll_area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    while bar.value() < bar.maximum():
        before = bar.value()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageDown)
        assert bar.value() > before
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageUp)
    assert bar.value() < bar.maximum()


@pytest.mark.parametrize("yes", [True, False])
def test_first_start_asks_once_about_time_checks(
    qtbot: QtBot, open_window: Open, services: FakeServices, yes: bool
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.pages.currentWidget().start.click()
    page = window.pages.currentWidget()
    while page.forward.text() != "Check daily":
        page.forward.click()
    assert page.focusWidget() is page.skip  # Enter alone agrees to nothing
    told = " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    assert "learns nothing about you" in told
    assert all(parse_server(server).host in told for server in DEFAULT_SERVERS)
    (page.forward if yes else page.skip).click()
    qtbot.waitUntil(lambda: window.session.is_open)
    begun: list[bool] = []
    window.session._check.timeout.connect(lambda: begun.append(True))
    qtbot.waitUntil(lambda: bool(begun))
    assert services.settings_file.read().time_check is (TimeCheck.DAILY if yes else TimeCheck.OFF)
    if yes:
        qtbot.waitUntil(lambda: services.asked == [DEFAULT_SERVERS])
    else:
        assert services.asked == []


def test_introduction_is_shown_once(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    first = open_window()
    qtbot.waitUntil(lambda: page_name(first) == "Welcome")
    first.pages.currentWidget().start.click()
    page = first.pages.currentWidget()
    while page_name(first) == "Introduction":
        page.forward.click()
        qtbot.wait(10)
        if first.session.is_open:
            break
    qtbot.waitUntil(lambda: first.session.is_open)
    qtbot.waitUntil(lambda: services.settings_file.read().introduced)
    first.close()
    second = open_window()
    qtbot.waitUntil(lambda: second.session.is_open)
    assert page_name(second) == "Codes"


def test_window_opens_no_other_window_beside_it(qtbot: QtBot, open_window: Open) -> None:
    """A widget shown before it has a parent would flash up as a window of its own."""
    from PySide6.QtWidgets import QApplication

    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.pages.currentWidget().start.click()
    window.pages.currentWidget().skip.click()
    qtbot.waitUntil(lambda: window.session.is_open)
    for go in (
        window.navigation.home,
        window.enrolment.scan,
        window.enrolment.enter_key,
        window.settings.open,
        window.enrolment.add_account,
    ):
        go()
        qtbot.wait(10)
        others = [
            one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window
        ]
        assert others == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_refused_keyring_is_explained_and_retried(
    qtbot: QtBot, open_window: Open, services: FakeServices, fault: Exception
) -> None:
    fill(services, 2).close()
    services.fake_keyring.fault = fault
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window).startswith(FAULTS[fault]))
    services.fake_keyring.fault = None
    press(qtbot, window, "Try again")
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.codes_page.model.total == 2


def test_keyring_failure_on_first_vault_is_retried(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    services.settings_file.change(introduced=True)
    services.fake_keyring.fault = KeyringFailed("DBusError")
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "The keyring reported an error")
    services.fake_keyring.fault = None
    press(qtbot, window, "Try again")
    qtbot.waitUntil(lambda: window.session.is_open)


@pytest.mark.parametrize(
    "fault",
    [one for one in FAULTS if not isinstance(one, KeyringFailed)],
    ids=lambda one: type(one).__name__,
)
def test_first_vault_without_keyring_is_sealed_file(
    qtbot: QtBot, open_window: Open, services: FakeServices, fault: Exception
) -> None:
    services.fake_keyring.fault = fault
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.pages.currentWidget().start.click()
    window.pages.currentWidget().skip.click()
    qtbot.waitUntil(lambda: page_name(window).startswith(FAULTS[fault]))
    press(qtbot, window, "Use a sealed file")
    page = window.pages.currentWidget()
    page.first.entry.setText("open sesame")
    page.second.entry.setText("open sesam")
    page.make.click()
    assert page.second.error == "The passphrases don't match."
    page.second.entry.setText("open sesame")
    page.make.click()
    qtbot.waitUntil(lambda: window.session.is_open)
    assert services.inspect_vault().store is StoreKind.SEALED
    qtbot.waitUntil(lambda: services.settings_file.read().store is StoreKind.SEALED)
    window.close()

    again = open_window()
    qtbot.waitUntil(lambda: page_name(again) == "Unlock")
    page = again.pages.currentWidget()
    page.field.entry.setText("wrong")
    page.unlock.click()
    qtbot.waitUntil(lambda: page.field.error.startswith("Wrong passphrase"))
    qtbot.keyClicks(page.field.entry, "open sesame")
    qtbot.keyClick(page.field.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: again.session.is_open)


def press(qtbot: QtBot, window, words: str) -> None:
    from PySide6.QtWidgets import QPushButton

    (one,) = (
        button
        for button in window.pages.currentWidget().findChildren(QPushButton)
        if button.text() == words and button.isVisible()
    )
    qtbot.mouseClick(one, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("damage", [b"garbage" * 1000, b""])
def test_damaged_index_is_kept_and_replaced_only_on_demand(
    qtbot: QtBot, open_window: Open, services: FakeServices, damage: bytes
) -> None:
    fill(services, 1).close()
    index = services.home / "vault.db"
    index.write_bytes(damage)
    services.settings_file.change(introduced=True)
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window).startswith("The file with your accounts"))
    assert index.read_bytes() == damage
    press(qtbot, window, "Set it aside and start over")
    qtbot.waitUntil(lambda: window.session.is_open)
    assert damage in [
        file.read_bytes() for file in services.home.iterdir() if file.is_file() and file != index
    ]


def test_index_of_newer_version_is_left_untouched(
    qtbot: QtBot, open_window: Open, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(services, 1).close()
    kept = (services.home / "vault.db").read_bytes()

    def too_new(passphrase: str | None = None) -> None:
        raise IndexTooNew(services.home / "vault.db", 99, 1)

    monkeypatch.setattr(services, "open_vault", too_new)
    window = open_window()
    qtbot.waitUntil(lambda: "newer version" in page_name(window))
    assert (services.home / "vault.db").read_bytes() == kept


def test_invalid_settings_file_is_kept_and_reported(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    fill(services, 1).close()
    services.settings_file.path.write_text("{ not json")
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert "Your settings were reset" in window.codes_page.notices.notice.words
    assert "{ not json" in [
        file.read_text() for file in services.home.iterdir() if "settings" in file.name
    ]


def test_setting_of_newer_version_is_reported_once_and_others_kept(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    fill(services, 1).close()
    services.settings_file.path.write_text('{"text_percent": 110, "hide_codes": true}')
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert "text_percent" in window.codes_page.notices.notice.words
    assert window.session.settings.hide_codes
    press(qtbot, window, "Dismiss")
    window.lock()
    window.session.open()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.codes_page.notices.notice.isHidden()


def test_disk_refusing_vault_is_reported(
    qtbot: QtBot, open_window: Open, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    from authenticator.errors import DiskRefused

    services.settings_file.change(introduced=True)

    def refuse(store: StoreKind, passphrase: str | None = None) -> None:
        raise DiskRefused(Path("vault.db"), "ENOSPC")

    monkeypatch.setattr(services, "create_vault", refuse)
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "The disk is full")
    monkeypatch.undo()
    press(qtbot, window, "Try again")
    qtbot.waitUntil(lambda: window.session.is_open)


def slowly(monkeypatch: pytest.MonkeyPatch, services: FakeServices, what: str) -> threading.Event:
    """Let `what` wait for the returned event, as for a slow keyring."""
    gate = threading.Event()
    really = getattr(services, what)

    def wait(*given: object) -> object:
        assert gate.wait(PATIENCE_S)
        return really(*given)

    monkeypatch.setattr(services, what, wait)
    return gate


@pytest.mark.parametrize("count", [0, 1])
def test_slow_keyring_is_awaited_visibly(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
) -> None:
    """The codes page follows, even if there are no codes yet."""
    fill(services, count).close()
    answers = slowly(monkeypatch, services, "open_vault")
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Opening your accounts…")
    answers.set()
    qtbot.waitUntil(lambda: window.session.is_open)
    assert page_name(window) == "Codes"
    assert window.codes_page.model.total == count


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slow"])
def test_new_vault_without_introduction_leads_to_codes(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
    slow: bool,
) -> None:
    services.settings_file.change(introduced=True)
    answers = slowly(monkeypatch, services, "create_vault")
    if not slow:
        answers.set()
    window = open_window()
    if slow:
        qtbot.waitUntil(lambda: page_name(window) == "Opening your accounts…")
        answers.set()
    qtbot.waitUntil(lambda: window.session.is_open)
    assert page_name(window) == "Codes"


def test_new_vault_after_introduction_leads_to_add_account_even_with_slow_keyring(
    qtbot: QtBot, open_window: Open, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = slowly(monkeypatch, services, "create_vault")
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.pages.currentWidget().start.click()
    window.pages.currentWidget().skip.click()
    qtbot.waitUntil(lambda: page_name(window) == "Opening your accounts…")
    answers.set()
    qtbot.waitUntil(lambda: window.session.is_open)
    assert page_name(window) == "Add an account"


def test_unreadable_index_is_not_taken_for_absent(services: FakeServices) -> None:
    (services.home / "vault.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexUnreadable):
        services.inspect_vault()
    assert account("a", "b").label.issuer == "a"
