"""The list of shortcuts, and that each does what it says."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from authenticator.gui.accounts.edit_dialog import EditDialog
from authenticator.gui.accounts.row import Row, RowState
from authenticator.gui.accounts.row_data import ROW_ROLE
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.settings.shortcuts import ANYWHERE, FOUND, LIST, SHORTCUTS, ShortcutsDialog
from authenticator.gui.window import Window
from authenticator.otp.uri import write_uri
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill

NOTHING = "nothing"


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 3, counting=True).close()
    opened = open_window()
    opened.activateWindow()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: row(opened, 0).state is RowState.CODE)
    qtbot.waitUntil(lambda: row(opened, 2).state is RowState.WAITING)
    QGuiApplication.clipboard().setText(NOTHING)
    return opened


def row(window: Window, number: int) -> Row:
    return window.codes_page.model.index(number).data(ROW_ROLE)


def issuers(window: Window) -> list[str]:
    return [
        row(window, number).entry.label.issuer for number in range(window.codes_page.model.total)
    ]


def copied(_: Window) -> bool:
    return QGuiApplication.clipboard().text().isdigit()


def shown(kind: type) -> Callable[[Window], bool]:
    return lambda window: any(one.isVisible() for one in window.findChildren(kind))


def up(page: str) -> Callable[[Window], bool]:
    return lambda window: page_name(window) == page


DOES: dict[str, Callable[[Window], bool]] = {
    "Ctrl+F": lambda window: window.codes_page.search.hasFocus(),
    "Return": copied,
    "Ctrl+C": copied,
    "Ctrl+Shift+C": copied,
    "Space": lambda window: not row(window, 0).hidden,
    "F5": lambda window: row(window, 2).state is RowState.CODE,
    "F2": shown(EditDialog),
    "Alt+Up": lambda window: issuers(window)[:2] == ["Git hosting", "Zone panel"],
    "Alt+Down": lambda window: issuers(window)[:2] == ["Git hosting", "Zone panel"],
    "Del": lambda window: window.codes_page.model.total == 2,
    "Ctrl+Z": lambda window: window.codes_page.model.total == 3,
    "Menu": shown(QMenu),
    "Ctrl+N": up("Add an account"),
    "Ctrl+V": up("Scan QR code"),
    "Ctrl+L": up("Locked"),
    "Ctrl+,": up("Settings"),
    "Esc": lambda window: window.codes_page.search.text() == "",
    "F1": shown(ShortcutsDialog),
    "Ctrl+/": shown(ShortcutsDialog),
    "Ctrl+Q": lambda window: not window.isVisible(),
}


@pytest.mark.parametrize("key", [key for place in (LIST, ANYWHERE) for key, _ in SHORTCUTS[place]])
def test_every_listed_shortcut_works(qtbot: QtBot, window: Window, key: str) -> None:
    number = {"F5": 2, "Alt+Up": 1}.get(key, 0)
    window.codes_page.list.setCurrentIndex(window.codes_page.model.index(number))
    on = window.codes_page.list
    if key == "Space":
        window.session.change_settings({"hide_codes": True}, lambda _: None, lambda _: None)
        qtbot.waitUntil(lambda: row(window, 0).hidden)
    if key == "Esc":
        window.codes_page.search.setText("zone")
        on = window.codes_page.search
    on.setFocus()
    if key == "Ctrl+Z":
        QTest.keyClick(on, Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda: window.codes_page.model.total == 2)
        qtbot.waitUntil(window.toast.button.isVisible)
    if key == "Menu":
        # Qt creates this key's event where the window system does.
        spot = on.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, spot, on.mapToGlobal(spot))
        QApplication.sendEvent(on, event)
    else:
        QTest.keySequence(on, QKeySequence(key))
    qtbot.waitUntil(lambda: DOES[key](window))


DOES_AMONG_FOUND: dict[str, Callable[[Window], bool]] = {
    "Space": lambda window: window.enrolment.review_page().list.checked_rows() == [],
    "Return": up("Details"),
}


@pytest.mark.parametrize("key", [key for key, _ in SHORTCUTS[FOUND]])
def test_every_shortcut_on_review_page_works(qtbot: QtBot, window: Window, key: str) -> None:
    window.enrolment.read([DroppedSource("", text=write_uri(account("Wiki", "kim", 5)))])
    qtbot.waitUntil(lambda: up("Accounts found")(window))
    window.enrolment.review_page().list.setFocus()
    QTest.keySequence(window.enrolment.review_page().list, QKeySequence(key))
    qtbot.waitUntil(lambda: DOES_AMONG_FOUND[key](window))


def test_shortcut_list_uses_native_key_names(qtbot: QtBot, window: Window) -> None:
    window.settings.show_shortcuts()
    (dialog,) = window.findChildren(ShortcutsDialog)
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    for keys in SHORTCUTS.values():
        for key, does in keys:
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) in words
            assert does in words
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(ShortcutsDialog))
