"""Finding a setting by words, and using the page by keyboard."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from authenticator.app.settings import choices
from authenticator.gui.settings.lock_section import LockSection
from authenticator.gui.settings.page import WIDE, SettingsPage
from authenticator.gui.settings.rows import ChoiceRow, SettingRow, SwitchRow, visible_text
from authenticator.gui.window import Window
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, fill


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 1).close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    opened.activateWindow()
    opened.settings.open()
    qtbot.waitUntil(opened.settings.page().search.hasFocus)
    return opened


def shown(page: SettingsPage) -> list[SettingRow]:
    return [row for section in page.sections for row in section.rows if row.isVisibleTo(page)]


def titles(page: SettingsPage) -> list[str]:
    return [section.title for section in page.sections if section.isVisibleTo(page)]


def test_row_is_found_by_its_words_in_any_order_case_and_accents(
    qtbot: QtBot, window: Window
) -> None:
    page = window.settings.page()
    everything = shown(page)
    assert len(everything) > 20
    for row in everything:
        words = [word for word in visible_text(row).split() if word.isalpha()][:4]
        page.search.setText(" ".join(reversed(words)).upper())
        assert row in shown(page), words
    page.search.setText("cölöurs")
    assert [row.field for row in shown(page) if isinstance(row, ChoiceRow)] == ["theme"]
    page.search.clear()
    assert shown(page) == everything


def test_offered_choices_are_those_the_field_declares(window: Window) -> None:
    """A choice must be known to both: the page to be shown, the field to be saved."""
    offered = {row.field: row._values for row in window.settings.page().findChildren(ChoiceRow)}
    assert {"theme", "text_percent", "clear_after_s", "store", "language"} <= offered.keys()
    (locking,) = window.settings.page().findChildren(LockSection)
    after = locking.after.entry
    offered["lock_after_min"] = [after.itemData(row) for row in range(after.count())]
    assert {name: list(choices(name)) for name in offered} == offered


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("theme", "theme"),
        ("font", "text_percent"),
        ("clipboard", "clear_after_s"),
        ("mirror camera", "mirror"),
        ("animation", "still"),
        ("storage sealed", "store"),
        ("codes privacy", "hide_codes"),
    ],
)
def test_rows_are_found_by_synonyms_and_section(window: Window, words: str, found: str) -> None:
    window.settings.page().search.setText(words)
    fields = [
        row.field for row in shown(window.settings.page()) if isinstance(row, ChoiceRow | SwitchRow)
    ]
    assert found in fields
    assert len(fields) <= 2


def test_search_without_match_says_so_and_can_be_cleared(window: Window) -> None:
    page = window.settings.page()
    page.search.setText("zebra")
    assert shown(page) == []
    assert "zebra" in page._no_match_words.text()
    (clear,) = page._no_match.findChildren(QPushButton)
    clear.click()
    assert len(shown(page)) > 20
    assert not page._no_match.isVisibleTo(page)
    assert page.search.hasFocus()


def test_escape_clears_search_first_then_goes_back(window: Window) -> None:
    page = window.settings.page()
    QTest.keyClicks(page.search, "mirror")
    QTest.keyClick(page.search, Qt.Key.Key_Tab)
    switch = QApplication.focusWidget()
    assert switch.text() == "Mirror the picture"
    QTest.keyClick(switch, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    assert page.search.hasFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page_name(window) == "Codes"


def test_typing_on_a_control_starts_search(window: Window) -> None:
    page = window.settings.page()
    page.time.synchronize.setFocus()
    QTest.keyClicks(page.time.synchronize, "m")
    assert page.search.text() == "m"
    assert page.search.hasFocus()


def test_search_ends_when_page_is_left(window: Window) -> None:
    window.settings.page().search.setText("mirror")
    window.navigation.home()
    window.settings.open()
    assert window.settings.page().search.text() == ""
    assert titles(window.settings.page())[:3] == ["Appearance", "Codes", "Time"]


def test_setting_is_found_and_changed_by_keyboard(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    QTest.keyClicks(window.settings.page().search, "hide codes")
    QTest.keyClick(window.settings.page().search, Qt.Key.Key_Down)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: services.settings_file.read().hide_codes)


def test_letter_opens_choices_without_choosing(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    QTest.keyClicks(window.settings.page().search, "language")
    QTest.keyClick(window.settings.page().search, Qt.Key.Key_Down)
    choice = QApplication.focusWidget()
    QTest.keyClick(choice, "d")
    QTest.keyClick(choice.view(), "e")
    assert choice.view().isVisible()
    assert choice.view().currentIndex().data() == "Deutsch"
    assert page_name(window) == "Settings"
    QTest.keyClick(choice.view(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not choice.view().isVisible())
    assert services.settings_file.read().language == ""


def test_ctrl_f_returns_to_search(qtbot: QtBot, window: Window) -> None:
    QTest.keyClicks(window.settings.page().search, "hide codes")
    QTest.keyClick(window.settings.page().search, Qt.Key.Key_Tab)
    assert not window.settings.page().search.hasFocus()
    QTest.keySequence(QApplication.focusWidget(), QKeySequence("Ctrl+F"))
    assert window.settings.page().search.hasFocus()
    assert window.settings.page().search.selectedText() == "hide codes"


def test_section_list_is_shown_in_wide_window(qtbot: QtBot, window: Window) -> None:
    page = window.settings.page()
    assert not page.contents.isVisible()
    window.resize(WIDE + 100, 640)
    qtbot.waitUntil(page.contents.isVisible)
    assert page.contents.currentRow() == 0
    page.contents.setFocus()
    QTest.keyClick(page.contents, Qt.Key.Key_Down)
    QTest.keyClick(page.contents, Qt.Key.Key_Down)
    top = page.time.mapTo(page.scroll_area, QPoint()).y()
    assert 0 <= top < 80
    assert page.contents.currentRow() == 2
    page.scroll_area.verticalScrollBar().setValue(0)
    assert page.contents.currentRow() == 0
    page.search.setText("mirror")
    hidden = [page.contents.item(row).isHidden() for row in range(page.contents.count())]
    assert hidden.count(False) == 1


def test_status_line_leads_to_time_section(qtbot: QtBot, window: Window) -> None:
    window.navigation.home()
    window.codes_page.time_requested.emit()
    section = window.settings.page().time
    qtbot.waitUntil(section.synchronize.hasFocus)
    qtbot.waitUntil(
        lambda: 0 <= section.mapTo(window.settings.page().scroll_area, QPoint()).y() < 80
    )
