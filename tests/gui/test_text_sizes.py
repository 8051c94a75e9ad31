"""At every text size, in narrow windows, all text is readable: nothing is cut."""

from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
)
from pytestqt.qtbot import QtBot

from authenticator.app.crash_report import CrashReport
from authenticator.app.settings import choices
from authenticator.gui.accounts.delete_confirmation import ask_to_delete
from authenticator.gui.accounts.row import Row
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.enrolment.details_page import DetailsPage
from authenticator.gui.theme import appearance, colors, window_language
from authenticator.gui.widgets.crash_dialog import CrashDialog
from authenticator.gui.window import Window
from authenticator.otp.account import Label
from authenticator.otp.uri import write_uri
from authenticator.vault.errors import KeyringLocked
from authenticator.wording.account_name import name_of
from tests.gui.conftest import Open, shows_codes
from tests.gui.cut_texts import see_that_nothing_is_cut
from tests.gui.fakes import FakeServices, account, agreed, fill

SIZES = [(320, 400), (400, 640)]


@pytest.fixture(params=choices("text_percent"), scope="module")
def percent(request: pytest.FixtureRequest, qapp: object) -> int:
    """Module-scoped, so that tests of one size run together: applying a size is slow."""
    yield request.param
    appearance.apply_theme(qapp, colors.LIGHT)


def _enter(window: Window) -> None:
    window.enrolment.enter_key()
    window.enrolment.enter_key_page().more.setChecked(True)
    window.enrolment.enter_key_page().key.entry.setText("1")
    window.enrolment.enter_key_page().add.click()


def _found(window: Window) -> None:
    window.enrolment.read([DroppedSource("", text=write_uri(account("Wiki", "kim", 9)))])
    while window.pages.currentWidget() is not window.enrolment.review_page():
        QTest.qWait(5)


def _details(window: Window) -> None:
    _found(window)
    window.enrolment.review_page().list.details_requested.emit(0)
    while not isinstance(window.pages.currentWidget(), DetailsPage):
        QTest.qWait(5)


def _fresh(window: Window) -> None:
    made = account("Zone panel", "kim", 9)
    window.enrolment.first_code_page().show_account("id", made, ("A key of 80 bits is short.",))
    window.navigation.show(window.enrolment.first_code_page())


def _key(window: Window) -> None:
    window.accounts.key_page().show_account(account("Zone panel", "kim", 9))
    window.navigation.show(window.accounts.key_page())


def _time(window: Window) -> None:
    window.settings.open_time()
    window.session.services.answer = agreed(3723.0)
    window.settings.page().time.ask()


def _bin(window: Window) -> None:
    window.codes_page.account_actions.remove([_row(window)])
    window.accounts.open_trash()


def _noted(window: Window) -> None:
    window.codes_page.show_error(KeyringLocked())
    window.navigation.home()


def _row(window: Window) -> Row:
    return window.codes_page.model.row(window.codes_page.model.index(0))


def _ask_to_delete(window: Window) -> None:
    ask_to_delete(window, [name_of(_row(window).entry)], lambda: None)


def _crash(window: Window) -> None:
    CrashDialog(window, CrashReport("KeyError", "KeyError\n  model.py:204 code_of")).open()


def _no_match(window: Window) -> None:
    window.navigation.home()
    window.codes_page.search.setText("nobody")


def _waiting(window: Window) -> None:
    window.unlocking.show_waiting()


def _offered(window: Window) -> None:
    window.navigation.home()
    window.offer_action("Copied, but it expires in 2 s", "Copy next code", lambda: None)


def _failed(window: Window) -> None:
    window.unlocking.status_page().show_error(
        KeyringLocked(), ("Try again", lambda: None), ("Use a sealed file", lambda: None)
    )
    window.navigation.show(window.unlocking.status_page())


PAGES: dict[str, Callable[[Window], None]] = {
    "codes": lambda window: window.navigation.home(),
    "codes with a notice": _noted,
    "no match": _no_match,
    "an offer": _offered,
    "add": lambda window: window.enrolment.add_account(),
    "scan": lambda window: window.enrolment.scan(),
    "found": _found,
    "details": _details,
    "enter the key": _enter,
    "new code": _fresh,
    "key": _key,
    "settings": lambda window: window.settings.open(),
    "time": _time,
    "bin": _bin,
    "new passphrase": lambda window: window.unlocking._choose_passphrase(),
    "unlock": lambda window: window._lock.ask_passphrase("Wrong passphrase. Try again."),
    "opening": _waiting,
    "failed": _failed,
    "welcome": lambda window: window.unlocking._nothing_yet(),
    "introduction": lambda window: window.unlocking._introduce(),
    "a question": lambda window: window.codes_page.account_actions.show_key(_row(window)),
    "another question": _ask_to_delete,
    "crash": _crash,
    "shortcuts": lambda window: window.settings.show_shortcuts(),
    "edit": lambda window: window.codes_page.account_actions.edit(_row(window)),
}


@pytest.mark.parametrize("page", PAGES)
def test_no_text_is_cut_at_any_text_size(
    qtbot: QtBot, open_window: Open, services: FakeServices, percent: int, page: str
) -> None:
    vault = fill(services, 3)
    for entry in vault.entries():
        vault.edit(entry.id, label=Label("Wiki", "kim"), groups=["Work"])
    vault.close()
    services.settings_file.change(text_percent=percent)
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    PAGES[page](window)
    for width, height in SIZES:
        window.resize(width, height)
        see_that_nothing_is_cut(qtbot, window)
        assert window.width() == width


@pytest.mark.parametrize("code", ["de", "ru"])
@pytest.mark.parametrize("page", PAGES)
def test_no_text_is_cut_in_longer_languages(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    qapp: QApplication,
    code: str,
    page: str,
) -> None:
    vault = fill(services, 3)
    for entry in vault.entries():
        vault.edit(entry.id, label=Label("Wiki", "kim"), groups=["Work"])
    vault.close()
    services.settings_file.change(language=code)
    window_language.apply_language(qapp, code)
    try:
        window = open_window()
        qtbot.waitUntil(
            lambda: window.session.is_open and not window.codes_page.model.codes.has_pending_keys
        )
        PAGES[page](window)
        for width, height in SIZES:
            window.resize(width, height)
            see_that_nothing_is_cut(qtbot, window)
    finally:
        window_language.apply_language(qapp, "en")
