"""Settings: correct time is asked for, reported and applied; everything else is kept as chosen."""

import threading
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from authenticator.app.digit_grouping import Grouping
from authenticator.app.settings import NextCode, Theme, TimeCheck, choices
from authenticator.app.settings_file import SettingsFile
from authenticator.app.time.check import ServerAnswer, ServerProgress
from authenticator.app.time.correction import Correction
from authenticator.app.time.servers import DEFAULT_SERVERS
from authenticator.clock.agreement import Verdict
from authenticator.clock.clock import FixedClock
from authenticator.clock.system_sync import Sync, SystemSync
from authenticator.errors import DiskRefused
from authenticator.gui.accounts.row_data import ROW_ROLE
from authenticator.gui.accounts.row_layout import RowLayout
from authenticator.gui.desktop import capture_protection
from authenticator.gui.settings.rows import ChoiceRow, SwitchRow
from authenticator.gui.settings.sections import StorageRow
from authenticator.gui.settings.server_results import IntervalBar
from authenticator.gui.theme import colors, stylesheet
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.window import Window
from authenticator.otp.code import code_at
from authenticator.vault.kinds import StoreKind
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import SERVERS, FakeServices, agreed, fill, unreachable
from tests.patience import PATIENCE_S


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 2).close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    opened.settings.open()
    return opened


def row(window: Window, field: str) -> ChoiceRow | SwitchRow:
    """Return the row of the settings that holds this field."""
    rows = [
        *window.settings.page().findChildren(ChoiceRow),
        *window.settings.page().findChildren(SwitchRow),
    ]
    (found,) = [one for one in rows if one.field == field]
    return found


def follows(window: Window, offset_s: float) -> bool:
    return abs(window.session.clock.offset_s - offset_s) < 0.05


def press(notice: Notice, words: str) -> None:
    """Click the button of a notice with these words."""
    buttons = notice.findChildren(QPushButton)
    (found,) = [one for one in buttons if one.isVisible() and one.text() == words]
    found.click()


def test_synchronize_corrects_codes_and_leaves_system_clock(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    services.answer = agreed(42.21)
    section = window.settings.page().time
    qtbot.mouseClick(section.synchronize, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "3 of 3 servers agree, ± 20 ms" in section.notice.words)
    assert "own clock is not changed" in section.notice.words
    assert section.status.text() == (
        "This computer's clock is 42.2 s slow. Codes follow the correct time."
    )
    assert "± 20 ms" in section.details.text()
    assert services.asked == [DEFAULT_SERVERS]
    assert services.settings_file.read().correction.offset_s == 42.21
    assert follows(window, 42.21)

    window.navigation.home()
    assert "+42.2 s" in window.codes_page.notices.status.words.text()
    model = window.codes_page.model
    account = services.open_vault().account(model.index(0).data(ROW_ROLE).entry.id)
    qtbot.waitUntil(
        lambda: model.index(0).data(ROW_ROLE).code == code_at(account, model.codes.now())
    )

    window.settings.open()
    qtbot.mouseClick(section.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.clock.offset_s == 0)
    assert services.settings_file.read().correction is None
    window.navigation.home()
    assert not window.codes_page.notices.status.isVisible()
    # What is known stays: the clock is wrong, and codes follow it.
    assert "42.2 s slow" in window.codes_page.notices.clock_notice.words
    press(window.codes_page.notices.clock_notice, "Correct codes")
    qtbot.waitUntil(lambda: follows(window, 42.21))
    assert not window.codes_page.notices.clock_notice.isVisible()


def test_large_offset_needs_confirmation_and_names_better_remedy_first(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    services.answer = agreed(-3600.0)
    services.sync = SystemSync(Sync.OFF, False, "linux")
    section = window.settings.page().time
    window.session.time.check_system_sync()
    qtbot.waitUntil(lambda: "does not set" in section.sync.text())
    section.ask()
    qtbot.waitUntil(lambda: "1 h fast" in section.notice.words)
    assert "codes for another day" in section.notice.words
    assert section.notice.words.index("timedatectl") < section.notice.words.index("another day")
    assert services.settings_file.read().correction is None
    assert window.session.clock.offset_s == 0
    window.navigation.home()
    assert "1 h fast" in window.codes_page.notices.clock_notice.words
    press(window.codes_page.notices.clock_notice, "Leave it")
    assert not window.codes_page.notices.clock_notice.isVisible()
    assert window.session.clock.offset_s == 0

    window.settings.open()
    assert "Left as it was" in section.notice.words
    section.ask()
    qtbot.waitUntil(lambda: "1 h fast" in section.notice.words)
    press(section.notice, "Use this time")
    qtbot.waitUntil(lambda: follows(window, -3600.0))
    assert "Codes follow the correct time" in section.notice.words
    # Once confirmed, it is not asked again.
    services.answer = agreed(-3600.2)
    section.ask()
    qtbot.waitUntil(lambda: follows(window, -3600.2))


def test_large_offset_of_a_single_operator_is_not_offered(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    answer = agreed(3600.0)
    servers = tuple(
        replace(one, host=f"{place}.example.org") for place, one in enumerate(answer.servers)
    )
    services.answer = replace(answer, servers=servers)
    window.settings.page().time.ask()
    qtbot.waitUntil(lambda: "two operators" in window.settings.page().time.notice.words)
    assert services.settings_file.read().correction is None


def test_each_server_answer_is_shown_as_it_arrives(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.settings_file.change(servers=(*SERVERS, "liar.example", "silent.example"))
    qtbot.waitUntil(lambda: len(window.session.settings.servers) == 5)
    go_on, seen = threading.Event(), threading.Event()
    liar = ServerAnswer("liar.example", 90.0, 0.03, 2, Verdict.DISAGREES, "", 0.02)
    silent = ServerAnswer("silent.example", None, None, None, Verdict.FAILED, "not_awaited")

    def ask(servers, cancelled, *, heard):  # type: ignore[no-untyped-def]
        heard(ServerProgress(SERVERS[0], None, 1, 5))
        seen.set()
        go_on.wait(PATIENCE_S)
        return agreed(0.5, liar, silent)

    monkeypatch.setattr(services, "ask_time", ask)
    section = window.settings.page().time
    section.ask()
    assert section.servers.words.count("asking…") == 5
    qtbot.waitUntil(seen.is_set)
    qtbot.waitUntil(lambda: f"{SERVERS[0]}: answered" in section.servers.words)
    go_on.set()
    qtbot.waitUntil(lambda: "liar.example: +1 min 30 s, disagrees" in section.servers.words)
    assert "silent.example: the others were faster" in section.servers.words
    assert section.servers.words.count(": agrees") == 3
    assert len(section.servers.findChildren(IntervalBar)) >= 4
    assert section.servers.grab().width() > 100  # it is painted without a warning
    names = {label.accessibleName() for label in section.servers.findChildren(QLabel)}
    assert "liar.example: +1 min 30 s, disagrees" in names


def test_focus_follows_each_step_of_synchronizing(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.activateWindow()
    window.settings.open_time()
    section = window.settings.page().time
    qtbot.waitUntil(section.synchronize.hasFocus)
    go_on = threading.Event()

    def ask(servers, cancelled, *, heard):  # type: ignore[no-untyped-def]
        go_on.wait(PATIENCE_S)
        return agreed(3600.0)

    monkeypatch.setattr(services, "ask_time", ask)
    qtbot.keyClick(section.synchronize, Qt.Key.Key_Space)
    assert section.cancel.hasFocus()
    go_on.set()
    qtbot.waitUntil(lambda: section.notice.isVisible())
    assert section.synchronize.hasFocus()
    qtbot.keyClick(section.synchronize, Qt.Key.Key_Tab)
    yes = QApplication.focusWidget()
    assert isinstance(yes, QPushButton)
    assert yes.text() == "Use this time"
    qtbot.keyClick(yes, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: follows(window, 3600.0))


def test_clock_step_is_reported_and_codes_stay(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    correction = agreed(0.0).correction
    anchor = replace(correction.anchor, at=correction.checked_at)
    # As if the computer's clock had been an hour back when this was measured.
    jumped = replace(correction, offset_s=3600.0, anchor=anchor)
    SettingsFile(services.settings_file.path).change(correction=jumped)
    qtbot.waitUntil(lambda: "jumped by +1 h" in window.settings.page().time.details.text())
    assert services.settings_file.read().correction.clock_set_s == pytest.approx(3600, abs=0.1)
    assert follows(window, 0.0)
    window.navigation.home()
    assert window.codes_page.notices.status.words.text() == "Clock jumped by +1 h; codes did not"


def test_outdated_carried_over_offset_offers_choice(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    services.sync = SystemSync(Sync.ON, True, "linux")
    SettingsFile(services.settings_file.path).change(
        correction=Correction(92.4, 0.02, time.time() - 86_400)
    )
    qtbot.waitUntil(lambda: follows(window, 92.4))
    assert "before this computer was started" in window.settings.page().time.details.text()
    window.session.time.check_system_sync()
    qtbot.waitUntil(lambda: "no longer fits" in window.settings.page().time.notice.words)
    window.navigation.home()
    qtbot.waitUntil(lambda: "no longer fits" in window.codes_page.notices.clock_notice.words)
    press(window.codes_page.notices.clock_notice, "Remove it")
    qtbot.waitUntil(lambda: window.session.clock.offset_s == 0)
    assert not window.codes_page.notices.clock_notice.isVisible()


@pytest.mark.parametrize(
    ("check", "asked"), [(None, 0), (TimeCheck.OFF, 0), (TimeCheck.START, 1), (TimeCheck.DAILY, 1)]
)
def test_automatic_time_check_runs_only_where_chosen(
    qtbot: QtBot, open_window: Open, services: FakeServices, check: TimeCheck | None, asked: int
) -> None:
    fill(services, 1).close()
    services.settings_file.change(time_check=check)
    services.answer = agreed(7.0)
    window = open_window()
    begun: list[bool] = []
    window.session._check.timeout.connect(lambda: begun.append(True))
    qtbot.waitUntil(lambda: bool(begun))
    if asked:
        qtbot.waitUntil(lambda: follows(window, 7.0))
    assert len(services.asked) == asked


def test_automatic_time_check_is_shown_in_settings_and_can_be_stopped(
    qtbot: QtBot, open_window: Open, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(services, 1).close()
    services.settings_file.change(time_check=TimeCheck.DAILY)
    stopped = threading.Event()

    def ask(servers, cancelled, *, heard):  # type: ignore[no-untyped-def]
        while not cancelled():
            stopped.wait(0.01)
        stopped.set()
        return agreed(90.0)

    monkeypatch.setattr(services, "ask_time", ask)
    window = open_window()
    qtbot.waitUntil(lambda: window.session.is_open and window.session.time.is_asking)
    window.settings.open()
    assert window.settings.page().time.cancel.isVisible()
    window.navigation.home()  # nobody is waiting for it: it goes on
    assert window.session.time.is_asking
    window.settings.open()
    qtbot.mouseClick(window.settings.page().time.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(stopped.is_set)
    assert "Nothing was changed" in window.settings.page().time.notice.words


def test_time_check_schedule_is_saved(window: Window, qtbot: QtBot) -> None:
    check = window.settings.page().time.check.entry
    check.activated.emit(2)
    qtbot.waitUntil(lambda: window.session.settings.time_check is TimeCheck.DAILY)
    assert check.currentIndex() == 2
    assert "learns nothing about you" in window.settings.page().time.check.hint


def test_correction_by_command_line_reaches_open_window(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    SettingsFile(services.settings_file.path).change(correction=agreed(-42.0).correction)
    qtbot.waitUntil(lambda: follows(window, -42))
    window.navigation.home()
    assert "−42" in window.codes_page.notices.status.words.text()


def test_offline_check_explains_failure_and_changes_nothing(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    services.answer = unreachable()
    window.settings.page().time.ask()
    qtbot.waitUntil(lambda: "nothing was changed" in window.settings.page().time.notice.words)
    assert "the name was not found" in window.settings.page().time.servers.words
    assert services.settings_file.read().correction is None
    assert window.session.clock.offset_s == 0


def test_correction_survives_later_failed_check(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    services.answer = agreed(5.0)
    window.settings.page().time.ask()
    qtbot.waitUntil(lambda: follows(window, 5))
    services.answer = unreachable()
    window.settings.page().time.ask()
    qtbot.waitUntil(lambda: "nothing was changed" in window.settings.page().time.notice.words)
    assert follows(window, 5)


def test_stopped_check_changes_nothing(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, stopped = threading.Event(), threading.Event()

    def ask(servers, cancelled, *, heard):  # type: ignore[no-untyped-def]
        started.set()
        while not cancelled():
            stopped.wait(0.01)
        stopped.set()
        return agreed(90.0)

    monkeypatch.setattr(services, "ask_time", ask)
    section = window.settings.page().time
    section.ask()
    assert section.cancel.isVisible()
    qtbot.waitUntil(started.is_set)
    qtbot.mouseClick(section.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(stopped.is_set)
    qtbot.wait(100)
    assert services.settings_file.read().correction is None
    assert section.synchronize.isVisible()


def test_servers_are_saved_as_written_and_invalid_ones_refused(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    page = window.settings.page()
    servers = page.servers
    edit = servers.names.entry
    assert edit.toPlainText().split() == list(DEFAULT_SERVERS)
    edit.setPlainText("time.example\n\nbad name!\n")
    servers.save.click()
    assert "bad name!" in servers.names.error
    edit.setPlainText("")
    servers.save.click()
    assert servers.names.error
    assert services.settings_file.read().servers == DEFAULT_SERVERS
    edit.setPlainText(" time.example \n[::1]:1123\ntime.example")
    servers.save.click()
    assert "3 must agree" in servers.names.error
    servers.needed.entry.setCurrentIndex(1)
    servers.save.click()
    kept = ("time.example", "[::1]:1123")
    qtbot.waitUntil(lambda: window.session.settings.servers == kept)
    assert services.settings_file.read().servers == kept
    assert services.settings_file.read().servers_needed == 2
    assert servers.names.error == ""
    page.time.ask()
    qtbot.waitUntil(lambda: services.asked == [("time.example", "[::1]:1123")])


@pytest.mark.parametrize("dark", [False, True])
def test_chosen_theme_is_applied_at_once_and_saved(
    qtbot: QtBot, window: Window, services: FakeServices, dark: bool
) -> None:
    wanted = Theme.DARK if dark else Theme.LIGHT
    row(window, "theme").choose(wanted)
    qtbot.waitUntil(lambda: services.settings_file.read().theme is wanted)
    qtbot.waitUntil(lambda: colors.current().dark is dark)


@pytest.mark.parametrize("seconds", choices("clear_after_s"))
def test_clipboard_time_applies_at_once_and_is_saved(
    qtbot: QtBot, window: Window, services: FakeServices, seconds: int
) -> None:
    choice = row(window, "clear_after_s")
    assert choice.value == 30
    choice.choose(seconds)
    qtbot.waitUntil(lambda: services.settings_file.read().clear_after_s == seconds)
    qtbot.waitUntil(lambda: window.session.settings.clear_after_s == seconds)
    window.clipboard.copy("012345")
    assert window.clipboard._due.isActive() is bool(seconds)
    assert window.clipboard._due.interval() == seconds * 1000 or not seconds


def test_hide_codes_setting_applies_at_once(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    def hidden() -> bool:
        return window.codes_page.model.index(0).data(ROW_ROLE).hidden

    assert not hidden()
    row(window, "hide_codes").switch.click()
    qtbot.waitUntil(hidden)
    assert services.settings_file.read().hide_codes
    row(window, "hide_codes").switch.click()
    qtbot.waitUntil(lambda: not hidden())


def test_capture_exclusion_is_offered_only_where_supported() -> None:
    systems = ("linux", "win32", "darwin", "freebsd14")
    assert [name for name in systems if capture_protection.can_exclude(name)] == ["win32", "darwin"]


@pytest.mark.parametrize("can", [True, False])
def test_window_is_excluded_from_capture_as_chosen(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
    can: bool,
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(capture_protection, "can_exclude", lambda: can)
    monkeypatch.setattr(capture_protection, "exclude", lambda _, on: asked.append(on))
    fill(services, 1).close()
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    window.settings.open()
    assert asked == []
    offered = [
        one for one in window.settings.page().findChildren(SwitchRow) if one.field == "hide_window"
    ]
    assert bool(offered) is can
    if can:
        switch = offered[0].switch
        switch.click()
        qtbot.waitUntil(lambda: asked == [True])
        switch.click()
        qtbot.waitUntil(lambda: asked == [True, False])


def test_key_location_is_shown_and_choice_applies_to_next_vault(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    page = window.settings.page()
    (where,) = page.findChildren(StorageRow)
    assert "system's keyring" in where.label.text()
    row(window, "store").choose(StoreKind.SEALED)
    qtbot.waitUntil(lambda: services.settings_file.read().store is StoreKind.SEALED)
    assert services.inspect_vault().store is StoreKind.KEYRING


def test_refused_settings_write_is_reported_and_choice_reverts(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**fields: object) -> None:
        raise DiskRefused(services.settings_file.path, "EROFS")

    monkeypatch.setattr(services.settings_file, "change", refuse)
    page = window.settings.page()
    row(window, "theme").choose(Theme.DARK)
    qtbot.waitUntil(lambda: "read-only" in page.notice.words)
    assert row(window, "theme").value is Theme.SYSTEM


def test_appearance_settings_apply_at_once(qtbot: QtBot, window: Window) -> None:
    view = window.codes_page.list
    assert (view.row_layout.height, view.gridSize().height()) == (88, 88)
    row(window, "compact").switch.click()
    qtbot.waitUntil(lambda: view.gridSize().height() == 56)
    row(window, "text_percent").choose(200)
    qtbot.waitUntil(lambda: stylesheet.scale() == 2)
    qtbot.waitUntil(lambda: view.gridSize().height() == RowLayout(2, compact=True).height)
    window.navigation.home()
    qtbot.waitUntil(lambda: view.visualRect(window.codes_page.model.index(0)).height() > 100)
    row(window, "text_percent").choose(100)
    qtbot.waitUntil(lambda: view.gridSize().height() == 56)
    row(window, "contrast").switch.click()
    qtbot.waitUntil(lambda: colors.current() in (colors.LIGHT_CONTRAST, colors.DARK_CONTRAST))


def test_reduced_motion_setting_moves_rings_on_the_second(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    view = window.codes_page.list
    row(window, "still").switch.click()
    qtbot.waitUntil(lambda: window.session.settings.still)
    assert services.settings_file.read().still
    window.navigation.home()
    now = 1_700_000_000.25
    window.session.live_settings.clock = FixedClock(now)
    view.rings.animate()
    assert view.rings.timer.interval() == 750
    row(window, "still").switch.click()
    qtbot.waitUntil(lambda: not window.session.settings.still)
    window.session.live_settings.clock = FixedClock(now)
    view.rings.animate()
    assert view.rings.timer.interval() == 500


@pytest.mark.parametrize("grouping", Grouping)
def test_digits_are_grouped_as_chosen(
    qtbot: QtBot, window: Window, services: FakeServices, grouping: Grouping
) -> None:
    row(window, "grouping").choose(grouping)
    qtbot.waitUntil(lambda: window.codes_page.list.grouping is grouping)
    assert services.settings_file.read().grouping is grouping


def test_next_code_is_shown_always_on_hover_or_never(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    view = window.codes_page.list
    one, other = (window.codes_page.model.index(number) for number in (0, 1))

    def shown() -> tuple[bool, bool]:
        return view.shows_next_code(one), view.shows_next_code(other)

    assert row(window, "next_code").value is NextCode.NEVER
    view._set_hovered(one)
    assert shown() == (False, False)
    row(window, "next_code").choose(NextCode.HOVER)
    qtbot.waitUntil(lambda: shown() == (True, False))
    view._set_hovered(other)
    assert shown() == (False, True)
    view._set_hovered(None)
    assert shown() == (False, False)
    row(window, "next_code").choose(NextCode.ALWAYS)
    qtbot.waitUntil(lambda: shown() == (True, True))
