"""The window in every language: chosen in the settings, applied at once, mirrored where needed."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from authenticator import language
from authenticator.gui.accounts.row import RowState
from authenticator.gui.settings.rows import ChoiceRow
from authenticator.gui.theme import window_language
from authenticator.gui.window import Window
from authenticator.language import LANGUAGES, tr
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, fill
from tests.gui.test_accounts_page import row


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    window_language.apply_language(qapp, "en")


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services).close()
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    return window


def choice(window: Window) -> ChoiceRow:
    (found,) = [
        one for one in window.settings.page().findChildren(ChoiceRow) if one.field == "language"
    ]
    return found


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_chosen_language_is_applied_at_once(
    qtbot: QtBot, window: Window, services: FakeServices, code: str
) -> None:
    window.settings.open()
    choice(window).choose(code)
    qtbot.waitUntil(lambda: language.current() == code)
    assert window.pages.currentWidget() is window.settings.page()
    assert window.settings.page().accessibleName() == tr("Settings") != "Settings"
    assert tr("Settings") in window.windowTitle()
    qtbot.waitUntil(lambda: len(window.findChildren(type(window.settings.page()))) == 1)
    assert choice(window).value == code
    assert choice(window).entry.hasFocus()
    right = code == "ar"
    assert window.settings.page().isRightToLeft() is right
    assert QApplication.layoutDirection() is (
        Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight
    )
    assert services.settings_file.read().language == code
    window.navigation.home()
    qtbot.waitUntil(lambda: window.codes_page.model.rowCount() == 6)
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)


def test_language_can_return_to_english_and_to_systems(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "fr")
    window.settings.open()
    for code, spoken in (("ar", "ar"), ("en", "en"), ("", "fr"), ("de", "de")):
        choice(window).choose(code)
        qtbot.waitUntil(lambda spoken=spoken: language.current() == spoken)
    assert not window.settings.page().isRightToLeft()


def test_qt_dialogs_follow_language(qtbot: QtBot, qapp: QApplication) -> None:
    from PySide6.QtWidgets import QDialogButtonBox

    def cancel() -> str:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        qtbot.addWidget(box)
        return box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "")

    said = {}
    for code in LANGUAGES:
        window_language.apply_language(qapp, code)
        said[code] = cancel()
    assert said["en"] == "Cancel"
    assert said["de"] == "Abbrechen"
    assert len(set(said.values())) == len(LANGUAGES)


def test_language_change_keeps_window_locked(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.lock()
    window.session.change_settings({"language": "de"}, lambda _: None, lambda _: None)
    qtbot.waitUntil(lambda: language.current() == "de")
    qtbot.wait(50)
    assert not window.session.is_open
    names = {button.text() for button in window.findChildren(QPushButton) if button.isVisible()}
    assert tr("Unlock") in names
    assert isinstance(window.pages.currentWidget(), QWidget)
