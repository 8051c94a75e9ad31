"""Long texts from outside, without a place to break: shown whole, at every width of the window."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QFont, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from authenticator.app.crash_report import CrashReport
from authenticator.gui.accounts.delete_confirmation import ask_to_delete
from authenticator.gui.accounts.show_key_confirmation import ask_to_show_key
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.enrolment.batch_progress import BatchProgress
from authenticator.gui.widgets.crash_dialog import CrashDialog
from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.labels import broken, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.window import Window
from authenticator.otp.account import Label
from authenticator.otp.uri import write_uri
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.cut_texts import cut, see_that_nothing_is_cut
from tests.gui.fakes import FakeServices, account, fill

LENGTH = 500
LONG = {
    "wide letters": "W" * LENGTH,
    "narrow letters": "il" * (LENGTH // 2),
    "a link": "https://example.org/" + "a1b2c3d4e5f6g7h8" * 30,
    "arabic": "\u0634\u0631\u0643\u0629" * (LENGTH // 4),
    "combining": "e\u0301\u0323" * (LENGTH // 3),
    "emoji": "\U0001f469\u200d\U0001f467" * 60,
    "ideographs": "\u6771\u4eac" * (LENGTH // 2),
    "words before it": "It is a web link, which was not opened: " + "x" * LENGTH,
    "on two lines": "W" * LENGTH + "\n" + "x" * LENGTH,
}
WIDTHS = [320, 400, 900]


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    """A window with a column, as pages have it."""
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 16, 16, 16)
    return made


def shown_whole(qtbot: QtBot, host: QWidget, widget: QWidget) -> None:
    host.layout().addWidget(widget)
    host.layout().addStretch(1)
    for width in WIDTHS:
        host.resize(width, 4000)
        host.show()
        qtbot.waitUntil(lambda: cut(host) == [])
        assert host.width() == width


@pytest.mark.parametrize("kind", LONG)
@pytest.mark.parametrize("tone", Tone)
def test_notice_shows_long_texts_whole(qtbot: QtBot, host: QWidget, tone: Tone, kind: str) -> None:
    notice = Notice()
    notice.show_message(tone, LONG[kind], LONG[kind], ("OK", lambda: None))
    shown_whole(qtbot, host, notice)
    assert notice.words == f"{LONG[kind]} {LONG[kind]}"


@pytest.mark.parametrize("kind", LONG)
@pytest.mark.parametrize("role", ["", "title", "heading", "muted", "status", "fault"])
@pytest.mark.parametrize("selectable", [True, False])
def test_label_shows_long_texts_whole(
    qtbot: QtBot, host: QWidget, role: str, kind: str, selectable: bool
) -> None:
    label = text(LONG[kind], role, selectable=selectable)
    shown_whole(qtbot, host, label)
    assert label.text() == LONG[kind]


def test_error_of_a_field_is_shown_whole(qtbot: QtBot, host: QWidget) -> None:
    from PySide6.QtWidgets import QLineEdit

    field = FormField("Code", QLineEdit(), LONG["a link"])
    field.set_error(LONG["wide letters"])
    shown_whole(qtbot, host, field)


def test_progress_of_an_export_is_shown_whole(qtbot: QtBot, host: QWidget) -> None:
    from authenticator.app.enrolment import Progress

    progress = BatchProgress()
    progress.set_progress((Progress(10**200, (1, 10**150)),), some_found=True)
    shown_whole(qtbot, host, progress)


NAME = "W" * 250


def _web_link(window: Window) -> None:
    window.enrolment.read([DroppedSource("x" * LENGTH, text="https://example.org/" + "x" * LENGTH)])


def _no_picture(window: Window) -> None:
    window.enrolment.read([DroppedSource("W" * LENGTH, picture=b"no picture")])


def _faulty(window: Window) -> None:
    faults = f"otpauth://totp/{NAME}?digits={'9' * LENGTH}&algorithm={'M' * LENGTH}&period=x"
    window.enrolment.read([DroppedSource("", text=faults)])


def _found(window: Window) -> None:
    link = write_uri(account(NAME, NAME, 9))
    texts = f"{link}&{'x' * 16}=1\nhttps://example.org/{'x' * LENGTH}\n{link[:-9]}1"
    window.enrolment.read([DroppedSource("", text=texts)])
    while page_name(window) != "Accounts found":
        QTest.qWait(5)


def _details(window: Window) -> None:
    links = f"otpauth://totp/{NAME}%E4:{NAME}?secret=JBSWY3DPEHPK3PXP&issuer={'M' * 255}"
    window.enrolment.read([DroppedSource("", text=links)])
    while page_name(window) != "Accounts found":
        QTest.qWait(5)
    window.enrolment.review_page().list.details_requested.emit(0)
    while page_name(window) != "Details":
        QTest.qWait(5)


def _first_code(window: Window) -> None:
    made = account(NAME, NAME, 9)
    window.enrolment.first_code_page().show_account("id", made, ("x" * LENGTH,))
    window.navigation.show(window.enrolment.first_code_page())


def _key(window: Window) -> None:
    window.accounts.key_page().show_account(account(NAME, NAME, 9))
    window.navigation.show(window.accounts.key_page())


def _no_match(window: Window) -> None:
    window.navigation.home()
    window.codes_page.search.setText("W" * LENGTH)


def _toast(window: Window) -> None:
    window.navigation.home()
    window.offer_action(f"{NAME} was removed", "Undo", lambda: None)


def _delete(window: Window) -> None:
    ask_to_delete(window, [NAME], lambda: None)


def _show_key(window: Window) -> None:
    ask_to_show_key(window, NAME, lambda: None)


def _crash(window: Window) -> None:
    CrashDialog(window, CrashReport("K" * LENGTH, "K" * LENGTH)).open()


def _unlock(window: Window) -> None:
    window._lock.ask_passphrase("W" * LENGTH)


PAGES: dict[str, Callable[[Window], None]] = {
    "a web link": _web_link,
    "no picture": _no_picture,
    "faults": _faulty,
    "found": _found,
    "details": _details,
    "new code": _first_code,
    "key": _key,
    "no match": _no_match,
    "toast": _toast,
    "delete": _delete,
    "show key": _show_key,
    "crash": _crash,
    "unlock": _unlock,
}


@pytest.mark.parametrize("page", PAGES)
def test_page_shows_long_texts_whole(
    qtbot: QtBot, open_window: Open, services: FakeServices, page: str
) -> None:
    vault = fill(services, 1)
    for entry in vault.entries():
        vault.edit(entry.id, label=Label(NAME, NAME), groups=["G" * 60])
    vault.close()
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    PAGES[page](window)
    for width, height in ((320, 400), (400, 640)):
        window.resize(width, height)
        see_that_nothing_is_cut(qtbot, window)
        assert window.width() == width


def test_selected_text_is_copied_as_it_is(qtbot: QtBot, host: QWidget) -> None:
    link = LONG["a link"]
    label = text(f"It is a web link: {link}", selectable=True)
    shown_whole(qtbot, host, label)
    host.resize(320, 4000)
    label.setFocus()
    QTest.keyClick(label, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"It is a web link: {link}"


@pytest.mark.parametrize("kind", ["a link", "emoji"])
def test_menu_of_a_text_selects_and_copies_it_as_it_is(
    qtbot: QtBot, host: QWidget, kind: str
) -> None:
    label = text(LONG[kind], selectable=True)
    shown_whole(qtbot, host, label)
    host.resize(320, 4000)
    place = label.rect().center()
    QApplication.sendEvent(
        label,
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, label.mapToGlobal(place)),
    )
    (menu,) = label.findChildren(QMenu)
    for action in reversed(menu.actions()):
        action.setEnabled(True)
        action.trigger()
    menu.close()
    assert QGuiApplication.clipboard().text() == LONG[kind]


def test_label_that_is_cleared_keeps_nothing(qtbot: QtBot) -> None:
    label = text("JBSWY3DP" * 20)
    qtbot.addWidget(label)
    label.clear()
    assert (label.text(), QLabel.text(label)) == ("", "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.text(max_size=300), width=st.integers(1, 400))
@example("W" * 400, 100)
def test_broken_text_is_the_same_text_with_places_to_break(
    qapp: QApplication, words: str, width: int
) -> None:
    """Nothing but U+200B is added, and none within words that fit."""
    words = words.replace("\u200b", "")
    shown = broken(words, QFont(), width)
    assert shown.replace("\u200b", "") == words
    assert shown == broken(shown.replace("\u200b", ""), QFont(), width)


def test_words_that_fit_are_not_broken(qapp: QApplication) -> None:
    words = "Use the QR code, or the key, that the panel shows when you enable two-step sign-in."
    assert broken(words, QFont(), 232) == words
