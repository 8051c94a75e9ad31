"""From Start to a vault, and what stands in the way when there is none."""

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
)
from authenticator.vault.kinds import StoreKind
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import StageParts, account, fill
from tests.patience import PATIENCE_S

FAULTS = {
    KeyringAbsent(): "No keyring found",
    KeyringLocked(): "The keyring is locked",
    KeyringDismissed(): "The keyring was not unlocked",
    KeyringFailed("DBusError"): "The keyring reported an error",
}


def test_start_then_skip_then_two_ways_in(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    qtbot.mouseClick(window.pages.currentWidget().start, Qt.MouseButton.LeftButton)
    assert page_name(window) == "Introduction"
    qtbot.mouseClick(window.pages.currentWidget().skip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page_name(window) == "Add an account")
    ways = window.pages.currentWidget().ways
    assert (ways.scan_button.text(), ways.enter_button.text()) == ("Scan QR code", "Enter the key")
    assert window.session.is_open


def test_escape_skips_the_introduction(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.pages.currentWidget().start.click()
    qtbot.keyClick(window.pages.currentWidget().forward, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page_name(window) == "Add an account")


def test_what_has_no_room_is_read_on_by_keys(
    qtbot: QtBot, open_window: Open, parts: StageParts
) -> None:
    parts.settings_file.change(text_percent=200)
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
def test_the_first_start_asks_once_whether_the_time_may_be_checked(
    qtbot: QtBot, open_window: Open, parts: StageParts, yes: bool
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
    assert parts.settings_file.read().time_check is (TimeCheck.DAILY if yes else TimeCheck.OFF)
    if yes:
        qtbot.waitUntil(lambda: parts.asked == [DEFAULT_SERVERS])
    else:
        assert parts.asked == []


def test_the_introduction_is_told_once(qtbot: QtBot, open_window: Open, parts: StageParts) -> None:
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
    qtbot.waitUntil(lambda: parts.settings_file.read().introduced)
    first.close()
    second = open_window()
    qtbot.waitUntil(lambda: second.session.is_open)
    assert page_name(second) == "Codes"


def test_the_window_has_no_other_window_beside_it(qtbot: QtBot, open_window: Open) -> None:
    """A widget that is shown before it has its place flashes up as a window of its own."""
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
def test_a_keyring_that_gives_nothing_is_told_and_tried_again(
    qtbot: QtBot, open_window: Open, parts: StageParts, fault: Exception
) -> None:
    fill(parts, 2).close()
    parts.ring.fault = fault
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window).startswith(FAULTS[fault]))
    parts.ring.fault = None
    press(qtbot, window, "Try again")
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.codes.model.total == 2


def test_a_keyring_that_broke_off_at_the_first_vault_is_tried_again(
    qtbot: QtBot, open_window: Open, parts: StageParts
) -> None:
    parts.settings_file.change(introduced=True)
    parts.ring.fault = KeyringFailed("DBusError")
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "The keyring reported an error")
    parts.ring.fault = None
    press(qtbot, window, "Try again")
    qtbot.waitUntil(lambda: window.session.is_open)


@pytest.mark.parametrize(
    "fault",
    [one for one in FAULTS if not isinstance(one, KeyringFailed)],
    ids=lambda one: type(one).__name__,
)
def test_a_first_vault_without_a_keyring_goes_into_a_sealed_file(
    qtbot: QtBot, open_window: Open, parts: StageParts, fault: Exception
) -> None:
    parts.ring.fault = fault
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
    assert page.second.fault == "The passphrases don't match."
    page.second.entry.setText("open sesame")
    page.make.click()
    qtbot.waitUntil(lambda: window.session.is_open)
    assert parts.peek().store is StoreKind.SEALED
    qtbot.waitUntil(lambda: parts.settings_file.read().store is StoreKind.SEALED)
    window.close()

    again = open_window()
    qtbot.waitUntil(lambda: page_name(again) == "Unlock")
    page = again.pages.currentWidget()
    page.field.entry.setText("wrong")
    page.unlock.click()
    qtbot.waitUntil(lambda: page.field.fault.startswith("Wrong passphrase"))
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
def test_a_damaged_index_is_kept_and_a_new_one_made_only_on_demand(
    qtbot: QtBot, open_window: Open, parts: StageParts, damage: bytes
) -> None:
    fill(parts, 1).close()
    index = parts.home / "vault.db"
    index.write_bytes(damage)
    parts.settings_file.change(introduced=True)
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window).startswith("The file with your accounts"))
    assert index.read_bytes() == damage
    press(qtbot, window, "Set it aside and start over")
    qtbot.waitUntil(lambda: window.session.is_open)
    assert damage in [
        file.read_bytes() for file in parts.home.iterdir() if file.is_file() and file != index
    ]


def test_an_index_of_a_newer_version_is_not_touched(
    qtbot: QtBot, open_window: Open, parts: StageParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(parts, 1).close()
    kept = (parts.home / "vault.db").read_bytes()

    def too_new(passphrase: str | None = None) -> None:
        raise IndexTooNew(parts.home / "vault.db", 99, 1)

    monkeypatch.setattr(parts, "open_vault", too_new)
    window = open_window()
    qtbot.waitUntil(lambda: "newer version" in page_name(window))
    assert (parts.home / "vault.db").read_bytes() == kept


def test_settings_that_do_not_parse_are_kept_and_told(
    qtbot: QtBot, open_window: Open, parts: StageParts
) -> None:
    fill(parts, 1).close()
    parts.settings_file.path.write_text("{ not json")
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert "Your settings were reset" in window.codes.notices.notice.words
    assert "{ not json" in [
        file.read_text() for file in parts.home.iterdir() if "settings" in file.name
    ]


def test_a_setting_of_a_newer_version_is_told_once_and_costs_no_other(
    qtbot: QtBot, open_window: Open, parts: StageParts
) -> None:
    fill(parts, 1).close()
    parts.settings_file.path.write_text('{"text_percent": 110, "hide_codes": true}')
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert "text_percent" in window.codes.notices.notice.words
    assert window.session.settings.hide_codes
    press(qtbot, window, "Dismiss")
    window.lock()
    window.session.open()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.codes.notices.notice.isHidden()


def test_a_disk_that_refuses_the_vault_is_told(
    qtbot: QtBot, open_window: Open, parts: StageParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from authenticator.errors import DiskRefused

    parts.settings_file.change(introduced=True)

    def refuse(store: StoreKind, passphrase: str | None = None) -> None:
        raise DiskRefused(Path("vault.db"), "ENOSPC")

    monkeypatch.setattr(parts, "create_vault", refuse)
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "The disk is full")
    monkeypatch.undo()
    press(qtbot, window, "Try again")
    qtbot.waitUntil(lambda: window.session.is_open)


def slowly(monkeypatch: pytest.MonkeyPatch, parts: StageParts, what: str) -> threading.Event:
    """Until the event is set, this way to the vault gets no answer from the keyring."""
    gate = threading.Event()
    really = getattr(parts, what)

    def wait(*given: object) -> object:
        assert gate.wait(PATIENCE_S)
        return really(*given)

    monkeypatch.setattr(parts, what, wait)
    return gate


@pytest.mark.parametrize("count", [0, 1])
def test_a_slow_keyring_is_waited_for_in_the_open(
    qtbot: QtBot,
    open_window: Open,
    parts: StageParts,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
) -> None:
    """Codes follow, as they do where it answers at once, even if there are none yet."""
    fill(parts, count).close()
    answers = slowly(monkeypatch, parts, "open_vault")
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Opening your accounts…")
    answers.set()
    qtbot.waitUntil(lambda: window.session.is_open)
    assert page_name(window) == "Codes"
    assert window.codes.model.total == count


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slow"])
def test_a_new_vault_without_the_introduction_leads_to_the_codes(
    qtbot: QtBot,
    open_window: Open,
    parts: StageParts,
    monkeypatch: pytest.MonkeyPatch,
    slow: bool,
) -> None:
    parts.settings_file.change(introduced=True)
    answers = slowly(monkeypatch, parts, "create_vault")
    if not slow:
        answers.set()
    window = open_window()
    if slow:
        qtbot.waitUntil(lambda: page_name(window) == "Opening your accounts…")
        answers.set()
    qtbot.waitUntil(lambda: window.session.is_open)
    assert page_name(window) == "Codes"


def test_a_new_vault_after_the_introduction_leads_to_adding_however_slow_the_keyring_is(
    qtbot: QtBot, open_window: Open, parts: StageParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = slowly(monkeypatch, parts, "create_vault")
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.pages.currentWidget().start.click()
    window.pages.currentWidget().skip.click()
    qtbot.waitUntil(lambda: page_name(window) == "Opening your accounts…")
    answers.set()
    qtbot.waitUntil(lambda: window.session.is_open)
    assert page_name(window) == "Add an account"


def test_unreadable_is_not_mistaken_for_absent(parts: StageParts) -> None:
    (parts.home / "vault.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexUnreadable):
        parts.peek()
    assert account("a", "b").label.issuer == "a"
