"""Who can open the accounts: three choices, the pages they lead to, and what is asked later."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from authenticator.app.passphrase_reminder import DAY_S
from authenticator.gui.operations import key_slots, passphrase_reminder
from authenticator.gui.settings.lock_section import LockSection
from authenticator.gui.settings.passphrase_page import PassphrasePage
from authenticator.gui.settings.storage_row import StorageRow
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.window import Window
from authenticator.vault.attempts import FREE
from authenticator.vault.errors import KeyringLocked
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill

OLD, NEW = "open sesame", "umbrella quartz ninety"


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    """A window whose accounts open with the session."""
    fill(services, 3).close()
    opened = open_window()
    opened.activateWindow()
    qtbot.waitUntil(lambda: shows_codes(opened))
    return opened


@pytest.fixture
def asking(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    """A window whose accounts, in the keyring, were opened with a passphrase."""
    vault = services.create_vault(StoreKind.KEYRING, OLD)
    for number in range(3):
        vault.add(account(f"Panel {number}", "kim", number))
    vault.close()
    opened = open_window()
    opened.activateWindow()
    unlock(qtbot, opened, OLD)
    return opened


def unlock(qtbot: QtBot, window: Window, passphrase: str) -> None:
    qtbot.waitUntil(lambda: page_name(window) == "Unlock")
    window.pages.currentWidget().field.entry.setText(passphrase)
    window.pages.currentWidget().unlock.click()
    qtbot.waitUntil(lambda: shows_codes(window))


def section(window: Window) -> LockSection:
    window.settings.open()
    return window.settings.page().lock


def page(window: Window) -> PassphrasePage:
    shown = window.pages.currentWidget()
    assert isinstance(shown, PassphrasePage)
    return shown


def enter(
    found: PassphrasePage, present: str = "", new: str = "", again: str | None = None
) -> None:
    found.present.entry.setText(present)
    found.new.first.entry.setText(new)
    found.new.second.entry.setText(new if again is None else again)
    found.act.click()


def opened_by(services: FakeServices) -> KeyKind:
    info = services.inspect_vault()
    assert info is not None
    return info.key


def test_passphrase_is_chosen_and_asked_for_after_locking(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    lock = section(window)
    assert lock.with_my_session.isChecked()
    assert not lock.change.isVisible()
    lock.at_start.click()
    assert page_name(window) == "Choose a passphrase"
    enter(page(window), new=NEW)
    qtbot.waitUntil(lambda: page_name(window) == "Settings")
    qtbot.waitUntil(lambda: opened_by(services) is KeyKind.PASSPHRASE)
    qtbot.waitUntil(lambda: section(window).at_start.isChecked())
    assert section(window).change.isVisible()
    assert all(text.startswith("sealed1:") for text in services.fake_keyring.items.values())
    assert window.session.is_open
    window.lock()
    assert page_name(window) == "Unlock"
    unlock(qtbot, window, NEW)


def test_minutes_hold_only_once_the_passphrase_is_set(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    section(window).when_unused.click()
    assert page_name(window) == "Choose a passphrase"
    page(window).back.emit()
    assert page_name(window) == "Settings"
    assert section(window).with_my_session.isChecked()
    assert services.settings_file.read().lock_after_min == 0
    section(window).when_unused.click()
    enter(page(window), new=NEW)
    qtbot.waitUntil(lambda: services.settings_file.read().lock_after_min == 5)
    qtbot.waitUntil(lambda: section(window).when_unused.isChecked())
    assert section(window).when_unused.text().endswith("5 minutes without use")
    section(window).at_start.click()
    qtbot.waitUntil(lambda: services.settings_file.read().lock_after_min == 0)
    assert page_name(window) == "Settings"


def test_passphrase_is_removed_by_who_knows_it(
    qtbot: QtBot, asking: Window, services: FakeServices
) -> None:
    section(asking).with_my_session.click()
    assert page_name(asking) == "Remove the passphrase"
    assert section_text_of(page(asking)).count("whoever sits at your unlocked desk") == 1
    enter(page(asking), present=NEW)
    qtbot.waitUntil(lambda: page(asking).present.error.startswith("Wrong passphrase."))
    assert opened_by(services) is KeyKind.PASSPHRASE
    enter(page(asking), present=OLD)
    qtbot.waitUntil(lambda: page_name(asking) == "Settings")
    qtbot.waitUntil(lambda: opened_by(services) is KeyKind.KEYRING)
    qtbot.waitUntil(lambda: section(asking).with_my_session.isChecked())
    asking.lock()
    assert page_name(asking) == "Locked"


def section_text_of(found: PassphrasePage) -> str:
    from authenticator.gui.settings.rows import visible_text

    return visible_text(found)


def test_passphrase_is_changed(qtbot: QtBot, asking: Window) -> None:
    section(asking).change.click()
    enter(page(asking), present=OLD, new=NEW)
    qtbot.waitUntil(lambda: page_name(asking) == "Settings")
    asking.lock()
    unlock(qtbot, asking, NEW)


@pytest.mark.parametrize(
    ("new", "again", "where", "fault"),
    [
        ("", "", "first", "Choose a passphrase."),
        ("a", "a", "first", "This passphrase is too simple."),
        ("   ", "   ", "first", "This passphrase is too simple."),
        (NEW, "other", "second", "The passphrases don't match."),
    ],
)
def test_unusable_passphrase_is_told_beside_its_field(
    window: Window, services: FakeServices, new: str, again: str, where: str, fault: str
) -> None:
    section(window).at_start.click()
    enter(page(window), new=new, again=again)
    assert getattr(page(window).new, where).error.startswith(fault)
    assert page_name(window) == "Choose a passphrase"
    assert opened_by(services) is KeyKind.KEYRING


def test_strength_is_told_while_typing(qtbot: QtBot, window: Window) -> None:
    section(window).at_start.click()
    found = page(window).new
    QTest.keyClicks(found.first.entry, "password")
    qtbot.waitUntil(lambda: found.verdict.text().startswith("Very easy to guess."))
    assert found.bar.value() == 1
    QTest.keyClicks(found.first.entry, " quartz ninety violin")
    qtbot.waitUntil(lambda: found.verdict.text() == "Very hard to guess.")
    assert found.bar.value() == 4
    assert found.first.entry.accessibleDescription() == "Very hard to guess."


def test_whole_job_by_keys_alone(qtbot: QtBot, window: Window, services: FakeServices) -> None:
    section(window).focus_choice()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Down)
    assert page_name(window) == "Settings"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page_name(window) == "Choose a passphrase")
    QTest.keyClicks(window.focusWidget(), NEW)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    QTest.keyClicks(window.focusWidget(), NEW)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened_by(services) is KeyKind.PASSPHRASE)
    qtbot.waitUntil(lambda: page_name(window) == "Settings")
    assert window.focusWidget() in window.settings.page().lock._choices


def test_locking_forgets_what_was_typed(qtbot: QtBot, window: Window) -> None:
    section(window).at_start.click()
    page(window).new.first.entry.setText(NEW)
    window.lock()
    assert page_name(window) == "Locked"
    qtbot.waitUntil(lambda: not window.findChildren(PassphrasePage))


# What is under way


def test_keys_are_moved_to_a_file_paused_and_gone_on_with(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_slots, "SLICE_S", 0)
    window.settings.open()
    (row,) = window.settings.page().findChildren(StorageRow)
    assert row.mover.accessibleName() == "Move them to a sealed file"
    window.session.slots.progressed.connect(
        window.session.slots.pause, Qt.ConnectionType.SingleShotConnection
    )
    row.mover.click()
    progress = section(window).move_progress
    qtbot.waitUntil(lambda: progress.pause.text() == "Continue")
    qtbot.wait(50)
    assert progress.isVisible()
    assert progress.words.text().startswith("1 of 3 keys are rewritten.")
    assert not row.mover.isEnabled()
    progress.pause.click()
    qtbot.waitUntil(lambda: services.inspect_vault().store is StoreKind.SEALED)
    qtbot.waitUntil(lambda: row.mover.accessibleName() == "Move them to the system's keyring")
    assert not progress.isVisible()
    assert "sealed file" in row.label.text()
    assert len(services.fake_keyring.items) == 1
    row.mover.click()
    qtbot.waitUntil(lambda: len(services.fake_keyring.items) == 4)
    qtbot.waitUntil(lambda: "sealed file" not in row.label.text())


def test_keyring_that_refuses_midway_is_told_and_tried_again(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_slots, "SLICE_S", 0)

    def refuse() -> None:
        services.fake_keyring.fault = KeyringLocked()

    window.session.slots.progressed.connect(refuse, Qt.ConnectionType.SingleShotConnection)
    section(window).at_start.click()
    enter(page(window), new=NEW)
    progress = window.settings.page().lock.move_progress
    qtbot.waitUntil(lambda: "keyring is locked" in progress.notice.words)
    services.fake_keyring.fault = None
    assert progress.pause.text() == "Continue"
    progress.pause.click()
    qtbot.waitUntil(lambda: opened_by(services) is KeyKind.PASSPHRASE)
    qtbot.waitUntil(lambda: not progress.isVisible())


def test_window_goes_on_after_another_process_set_a_passphrase(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    other = services.open_vault()
    other.slots.set_passphrase(NEW)
    while other.is_moving:
        other.slots.advance(1)
    added = other.add(account("Added", "kim", 9))
    other.close()
    qtbot.waitUntil(
        lambda: any(entry.id == added.id for entry in window.session.accounts.listed), timeout=8000
    )
    qtbot.waitUntil(lambda: window.session.vault_info.key is KeyKind.PASSPHRASE)
    window.lock()
    assert page_name(window) == "Unlock"
    unlock(qtbot, window, NEW)


def test_too_many_wrong_passphrases_are_counted_down(
    qtbot: QtBot, asking: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.lock()
    shown = asking.pages.currentWidget()

    def give(passphrase: str) -> None:
        shown.field.entry.setText(passphrase)
        shown.unlock.click()

    for _ in range(FREE + 1):
        shown.field.set_error("")
        give("wrong horse")
        qtbot.waitUntil(lambda: shown.field.error.startswith("Wrong passphrase."))
    give(OLD)
    qtbot.waitUntil(lambda: shown.field.error.startswith("Too many wrong passphrases."))
    assert not shown.unlock.isEnabled()
    assert page_name(asking) == "Unlock"
    qtbot.waitUntil(shown.unlock.isEnabled, timeout=8000)
    assert shown.field.error == ""
    unlock(qtbot, asking, OLD)


# Do you still know it?


Days = Callable[[float], None]


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    """Let days pass."""
    import time as real

    passed = [0.0]

    class Later:
        @staticmethod
        def time() -> float:
            return real.time() + passed[0] * DAY_S

    monkeypatch.setattr(passphrase_reminder, "time", Later)

    def wait(count: float) -> None:
        passed[0] += count

    return wait


def asks(window: Window) -> bool:
    window.session.reminder.due_changed.emit()
    notices = window.codes_page.notices
    return "reminder_notice" in notices.__dict__ and notices.reminder_notice.isVisible()


def press(notice: Notice, words: str) -> None:
    from PySide6.QtWidgets import QPushButton

    (found,) = [
        one
        for one in notice.findChildren(QPushButton)
        if one.text() == words and not one.isHidden()
    ]
    found.click()


def due_in_days(window: Window) -> float:
    due_s = window.session.settings.passphrase_due_s
    return (due_s - passphrase_reminder.time.time()) / DAY_S  # type: ignore[attr-defined]


def test_reminder_comes_after_a_week_then_a_month_then_each_three(
    qtbot: QtBot, asking: Window, services: FakeServices, days: Days
) -> None:
    for pause in (7, 30, 91, 91):
        qtbot.waitUntil(lambda pause=pause: pause - 0.5 < due_in_days(asking) <= pause)
        days(pause - 1)
        assert not asks(asking)
        days(1.01)
        assert asks(asking)
        press(asking.codes_page.notices.reminder_notice, "Try it")
        assert page_name(asking) == "Do you still know it?"
        enter(page(asking), present="wrong horse")
        qtbot.waitUntil(lambda: page(asking).present.error.startswith("Wrong passphrase."))
        enter(page(asking), present=OLD)
        qtbot.waitUntil(lambda: shows_codes(asking))
        qtbot.waitUntil(lambda: not asks(asking))
    assert not Path(services.home / "attempts.json").exists()


def test_reminder_can_be_snoozed(
    qtbot: QtBot, asking: Window, services: FakeServices, days: Days
) -> None:
    qtbot.waitUntil(lambda: due_in_days(asking) > 6)
    days(8)
    assert asks(asking)
    press(asking.codes_page.notices.reminder_notice, "Another day")
    qtbot.waitUntil(lambda: not asks(asking))
    days(3.1)
    assert asks(asking)
    press(asking.codes_page.notices.reminder_notice, "Try it")
    page(asking).later.click()
    assert shows_codes(asking)
    qtbot.waitUntil(lambda: not asks(asking))


def test_typing_it_to_unlock_counts(
    qtbot: QtBot, asking: Window, services: FakeServices, days: Days
) -> None:
    qtbot.waitUntil(lambda: due_in_days(asking) > 6)
    days(8)
    asking.lock()
    unlock(qtbot, asking, OLD)
    qtbot.waitUntil(lambda: due_in_days(asking) > 6)
    assert not asks(asking)


def test_without_a_passphrase_nobody_is_asked(window: Window, days: Days) -> None:
    days(1000)
    assert not asks(window)
