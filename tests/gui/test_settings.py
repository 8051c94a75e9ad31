"""Settings: correct time is asked for, told and applied; the rest is kept as chosen."""

import threading

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from authenticator.app.settings import SettingsFile, Theme
from authenticator.app.time_servers import DEFAULT_SERVERS
from authenticator.gui import theme
from authenticator.gui.models import ROW_ROLE
from authenticator.gui.window import Window
from authenticator.otp.code import code_at
from authenticator.vault.vault import DiskRefused, StoreKind
from tests.gui.conftest import Open, shows_codes
from tests.gui.stage import StageParts, agreed, fill, unreachable


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, parts: StageParts) -> Window:
    fill(parts, 2).close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    opened.open_settings()
    return opened


def test_synchronizing_corrects_codes_and_says_that_the_clock_is_left_alone(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    parts.answer = agreed(90.25)
    section = window.settings.time
    qtbot.mouseClick(section.synchronize, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "1 min 30.2 s slow" in section.notice.words)
    assert "own clock is not changed" in section.notice.words
    assert parts.asked == [DEFAULT_SERVERS]
    assert parts.settings_file.read().correction.offset_s == 90.25
    assert window.session.clock.offset_s == pytest.approx(90.25, abs=0.05)

    window.home()
    assert "+90.2" in window.codes.status_words.text()
    model = window.codes.model
    account = parts.open_vault().account(model.index(0).data(ROW_ROLE).entry.id)
    qtbot.waitUntil(lambda: model.index(0).data(ROW_ROLE).code == code_at(account, model.now()))

    window.open_settings()
    qtbot.mouseClick(section.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.clock.offset_s == 0)
    assert parts.settings_file.read().correction is None
    window.home()
    assert not window.codes._status.isVisible()


def test_a_correction_by_the_terminal_reaches_an_open_window(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    SettingsFile(parts.settings_file.path).change(correction=agreed(-42.0).correction)
    qtbot.waitUntil(lambda: abs(window.session.clock.offset_s + 42) < 0.05, timeout=2500)
    window.home()
    assert "−42" in window.codes.status_words.text()


def test_offline_says_what_failed_and_changes_nothing(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    parts.answer = unreachable()
    window.settings.time.ask()
    qtbot.waitUntil(lambda: "nothing was changed" in window.settings.time.notice.words)
    assert "the name is not found" in window.settings.time.details.text()
    assert parts.settings_file.read().correction is None
    assert window.session.clock.offset_s == 0


def test_an_earlier_correction_stays_when_a_later_question_fails(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    parts.answer = agreed(5.0)
    window.settings.time.ask()
    qtbot.waitUntil(lambda: abs(window.session.clock.offset_s - 5) < 0.05)
    parts.answer = unreachable()
    window.settings.time.ask()
    qtbot.waitUntil(lambda: "nothing was changed" in window.settings.time.notice.words)
    assert window.session.clock.offset_s == pytest.approx(5, abs=0.05)


def test_asking_can_be_stopped_and_then_changes_nothing(
    qtbot: QtBot, window: Window, parts: StageParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, stopped = threading.Event(), threading.Event()

    def ask(servers, cancelled):  # type: ignore[no-untyped-def]
        started.set()
        while not cancelled():
            stopped.wait(0.01)
        stopped.set()
        return agreed(90.0)

    monkeypatch.setattr(parts, "ask_time", ask)
    section = window.settings.time
    section.ask()
    assert section.cancel.isVisible()
    qtbot.waitUntil(started.is_set)
    qtbot.mouseClick(section.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(stopped.is_set)
    qtbot.wait(100)
    assert parts.settings_file.read().correction is None
    assert section.synchronize.isVisible()


def test_servers_are_kept_as_written_and_nonsense_is_refused(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    page = window.settings
    edit = page.servers.entry
    assert edit.toPlainText().split() == list(DEFAULT_SERVERS)
    edit.setPlainText("time.example\n\nbad name!\n")
    page.save_servers.click()
    assert "bad name!" in page.servers.fault
    edit.setPlainText("")
    page.save_servers.click()
    assert page.servers.fault
    assert parts.settings_file.read().servers == DEFAULT_SERVERS
    edit.setPlainText(" time.example \n[::1]:1123\ntime.example")
    page.save_servers.click()
    qtbot.waitUntil(lambda: parts.settings_file.read().servers == ("time.example", "[::1]:1123"))
    assert page.servers.fault == ""
    page.time.ask()
    qtbot.waitUntil(lambda: parts.asked == [("time.example", "[::1]:1123")])


@pytest.mark.parametrize(("row", "dark"), [(1, False), (2, True)])
def test_colours_change_at_once_and_stay(
    qtbot: QtBot, window: Window, parts: StageParts, row: int, dark: bool
) -> None:
    choice = window.settings.theme.entry
    choice.setCurrentIndex(row)
    choice.activated.emit(row)
    wanted = Theme.DARK if dark else Theme.LIGHT
    qtbot.waitUntil(lambda: parts.settings_file.read().theme is wanted)
    qtbot.waitUntil(lambda: theme.current().dark is dark)


def test_where_keys_are_kept_is_told_and_chosen_for_the_next_time(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    page = window.settings
    assert "system's keyring" in page.where.text()
    page.store.entry.activated.emit(1)
    qtbot.waitUntil(lambda: parts.settings_file.read().store is StoreKind.SEALED)
    assert parts.peek().store is StoreKind.KEYRING


def test_a_disk_that_refuses_is_told_and_the_choice_goes_back(
    qtbot: QtBot, window: Window, parts: StageParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**fields: object) -> None:
        raise DiskRefused(parts.settings_file.path, "EROFS")

    monkeypatch.setattr(parts.settings_file, "change", refuse)
    page = window.settings
    page.theme.entry.setCurrentIndex(2)
    page.theme.entry.activated.emit(2)
    qtbot.waitUntil(lambda: "read-only" in page.notice.words)
    assert page.theme.entry.currentIndex() == 0
