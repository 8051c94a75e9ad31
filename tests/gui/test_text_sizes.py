"""At every text size, in narrow windows, all text is readable: nothing is cut."""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from authenticator.app.crash_report import CrashReport
from authenticator.app.settings import choices
from authenticator.gui.accounts.delete_confirmation import ask_to_delete
from authenticator.gui.accounts.group_bar import GroupBar
from authenticator.gui.accounts.row import Row
from authenticator.gui.enrolment.details_page import DetailsPage
from authenticator.gui.theme import appearance, colors, window_language
from authenticator.gui.widgets.crash_dialog import CrashDialog
from authenticator.gui.window import Window
from authenticator.otp.account import Label
from authenticator.otp.uri import write_uri
from authenticator.vault.errors import KeyringLocked
from authenticator.wording.account_name import name_of
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, account, agreed, fill

SIZES = [(320, 400), (400, 640)]


@pytest.fixture(params=choices("text_percent"), scope="module")
def percent(request: pytest.FixtureRequest, qapp: object) -> int:
    """Module-scoped, so that tests of one size run together: applying a size is slow."""
    yield request.param
    appearance.apply_theme(qapp, colors.LIGHT)


def cut(page: QWidget) -> list[str]:
    """Return the widgets smaller than their text, with the sizes."""
    return [
        f"{type(one).__name__} {_says(one)!r}: {one.width()}x{one.height()}, {why}"
        for one in page.findChildren(QWidget)
        if one.isVisible() and one.window() is page and _says(one) and (why := _cut(one, page))
    ]


def _says(one: QWidget) -> str:
    if isinstance(one, QLabel | QAbstractButton):
        return one.text()
    if isinstance(one, QComboBox):
        return one.currentText()
    return one.placeholderText() if isinstance(one, QLineEdit) else ""


def _cut(one: QWidget, page: QWidget) -> str:  # noqa: PLR0911 - one per kind of widget
    metrics = one.fontMetrics()
    if not _is_carried(one):
        left = one.mapTo(page, QPoint()).x()
        if left < 0 or left + one.width() > page.width():
            return f"reaches from {left} to {left + one.width()} of {page.width()}"
    if isinstance(one, QLabel):
        if one.wordWrap():
            needed = one.heightForWidth(one.width())
            longest = max(metrics.horizontalAdvance(word) for word in one.text().split())
            if longest > one.contentsRect().width():
                return f"its longest word needs {longest}"
            return f"needs a height of {needed}" if needed > one.height() else ""
        return "" if _holds(one, one.sizeHint()) else f"needs {one.sizeHint()}"
    if isinstance(one, QComboBox):
        option = QStyleOptionComboBox()
        one.initStyleOption(option)
        field = one.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            one,
        )
        widest = max(metrics.horizontalAdvance(one.itemText(row)) for row in range(one.count()))
        return "" if widest <= field.width() else f"needs {widest}, has {field.width()}"
    if isinstance(one, QLineEdit):
        return "" if metrics.horizontalAdvance(_says(one)) <= one.width() - 16 else "its hint"
    needed = one.sizeHint()
    if one.sizePolicy().hasHeightForWidth():
        longest = max(metrics.horizontalAdvance(word) for word in one.text().split())
        return (
            ""
            if longest < one.width() and one.height() >= one.heightForWidth(one.width())
            else "wrap"
        )
    if not isinstance(one, QPushButton) and not one.text():
        return ""
    return "" if _holds(one, needed) else f"needs {needed.width()}x{needed.height()}"


def _holds(one: QWidget, size: object) -> bool:
    return one.width() >= size.width() and one.height() >= size.height()


def _is_carried(one: QWidget) -> bool:
    """Return whether it stands in the group bar, which scrolls sideways."""
    parent = one.parentWidget()
    while parent is not None:
        if isinstance(parent, GroupBar):
            return True
        parent = parent.parentWidget()
    return False


def see_that_nothing_is_cut(qtbot: QtBot, window: Window) -> None:
    """Check the page and the dialogs over it, once everything has settled."""

    def look() -> None:
        for up in (window, *window.findChildren(QDialog)):
            if up.isVisible():
                assert cut(up) == []

    for _ in range(2):  # what was requested arrives, and what that requests in turn
        let_come_in(qtbot, window)
    qtbot.waitUntil(look)


def let_come_in(qtbot: QtBot, window: Window) -> None:
    """Wait until each thread of the window is past everything submitted so far."""
    told: list[object] = []
    session = window.session
    met = threading.Barrier(len(session.background._threads))
    session.vault_queue.submit(lambda: None, told.append, told.append)
    for _ in session.background._threads:
        session.background.submit(met.wait, told.append, told.append)
    qtbot.waitUntil(lambda: len(told) == 1 + met.parties)


def _enter(window: Window) -> None:
    window.enrolment.enter_key()
    window.enrolment.enter_key_page().more.setChecked(True)
    window.enrolment.enter_key_page().key.entry.setText("1")
    window.enrolment.enter_key_page().add.click()


def _found(window: Window) -> None:
    window.enrolment.hand_over([write_uri(account("Wiki", "kim", 9))])
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
