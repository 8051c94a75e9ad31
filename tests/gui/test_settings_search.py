"""Finding a setting by words, and going about the page by keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from authenticator.app.settings import choices
from authenticator.gui.settings.lock_section import LockSection
from authenticator.gui.settings.page import WIDE, SettingsPage
from authenticator.gui.settings.rows import ChoiceRow, Setting, SwitchRow, said
from authenticator.gui.window import Window
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import StageParts, fill


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, parts: StageParts) -> Window:
    fill(parts, 1).close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    opened.activateWindow()
    opened.settings.open()
    qtbot.waitUntil(opened.settings.page().search.hasFocus)
    return opened


def shown(page: SettingsPage) -> list[Setting]:
    return [row for section in page.sections for row in section.rows if row.isVisibleTo(page)]


def titles(page: SettingsPage) -> list[str]:
    return [section.title for section in page.sections if section.isVisibleTo(page)]


def test_every_row_is_found_by_what_it_says_in_any_order_case_and_accents(
    qtbot: QtBot, window: Window
) -> None:
    page = window.settings.page()
    everything = shown(page)
    assert len(everything) > 20
    for row in everything:
        words = [word for word in said(row).split() if word.isalpha()][:4]
        page.search.setText(" ".join(reversed(words)).upper())
        assert row in shown(page), words
    page.search.setText("cölöurs")
    assert [row.field for row in shown(page) if isinstance(row, ChoiceRow)] == ["theme"]
    page.search.clear()
    assert shown(page) == everything


def test_what_is_offered_for_a_setting_is_what_its_field_declares(window: Window) -> None:
    """A choice that the page does not know could not be shown; one that the field does not know
    could not be kept."""
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
def test_rows_are_found_by_other_words_for_them_and_by_their_section(
    window: Window, words: str, found: str
) -> None:
    window.settings.page().search.setText(words)
    fields = [
        row.field for row in shown(window.settings.page()) if isinstance(row, ChoiceRow | SwitchRow)
    ]
    assert found in fields
    assert len(fields) <= 2


def test_what_nothing_fits_is_said_and_cleared(window: Window) -> None:
    page = window.settings.page()
    page.search.setText("zebra")
    assert shown(page) == []
    assert "zebra" in page._no_match_words.text()
    (clear,) = page._no_match.findChildren(QPushButton)
    clear.click()
    assert len(shown(page)) > 20
    assert not page._no_match.isVisibleTo(page)
    assert page.search.hasFocus()


def test_escape_clears_first_and_then_leads_back(window: Window) -> None:
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


def test_letters_typed_on_a_control_search_too(window: Window) -> None:
    page = window.settings.page()
    page.time.synchronize.setFocus()
    QTest.keyClicks(page.time.synchronize, "m")
    assert page.search.text() == "m"
    assert page.search.hasFocus()


def test_a_search_is_over_when_the_page_is_left(window: Window) -> None:
    window.settings.page().search.setText("mirror")
    window.navigation.home()
    window.settings.open()
    assert window.settings.page().search.text() == ""
    assert titles(window.settings.page())[:3] == ["Appearance", "Codes", "Time"]


def test_a_setting_is_found_and_changed_by_keys_alone(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    QTest.keyClicks(window.settings.page().search, "hide codes")
    QTest.keyClick(window.settings.page().search, Qt.Key.Key_Down)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: parts.settings_file.read().hide_codes)


def test_a_letter_opens_the_choices_and_chooses_none_yet(
    qtbot: QtBot, window: Window, parts: StageParts
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
    assert parts.settings_file.read().language == ""


def test_ctrl_f_leads_back_to_the_search(qtbot: QtBot, window: Window) -> None:
    QTest.keyClicks(window.settings.page().search, "hide codes")
    QTest.keyClick(window.settings.page().search, Qt.Key.Key_Tab)
    assert not window.settings.page().search.hasFocus()
    QTest.keySequence(QApplication.focusWidget(), QKeySequence("Ctrl+F"))
    assert window.settings.page().search.hasFocus()
    assert window.settings.page().search.selectedText() == "hide codes"


def test_the_list_of_sections_stands_beside_them_where_there_is_room(
    qtbot: QtBot, window: Window
) -> None:
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


def test_the_status_line_leads_to_the_time(qtbot: QtBot, window: Window) -> None:
    window.navigation.home()
    window.codes.time.emit()
    section = window.settings.page().time
    qtbot.waitUntil(section.synchronize.hasFocus)
    qtbot.waitUntil(
        lambda: 0 <= section.mapTo(window.settings.page().scroll_area, QPoint()).y() < 80
    )
