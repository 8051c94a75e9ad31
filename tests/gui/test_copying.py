"""Copying near the end of a time step, HOTP codes, hidden codes."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from authenticator.app.digit_grouping import Grouping
from authenticator.clock.clock import FixedClock
from authenticator.gui.accounts import code_masking
from authenticator.gui.accounts.row import Row, RowState
from authenticator.gui.accounts.row_data import ROW_ROLE
from authenticator.gui.window import Window
from authenticator.otp.code import code_at, code_of_counter
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, fill

STEP = 1_699_999_980.0
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 5, counting=True).close()
    services.still = FixedClock(STEP + 9)
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: row(opened, 0).state is RowState.CODE)
    qtbot.waitUntil(lambda: row(opened, 4).state is RowState.WAITING)
    opened.codes_page.list.setCurrentIndex(opened.codes_page.model.index(0))
    return opened


def row(window: Window, number: int) -> Row:
    return window.codes_page.model.index(number).data(ROW_ROLE)


def at(window: Window, services: FakeServices, unix_s: float) -> str:
    """Return the code of the first account at `unix_s`."""
    return code_at(services.open_vault().account(row(window, 0).entry.id), unix_s).value


def set_clock(window: Window, unix_s: float) -> None:
    window.session.live_settings.clock = window.session.services.still = FixedClock(unix_s)


def copied() -> str:
    return QGuiApplication.clipboard().text()


def press(window: Window, *key: Qt.Key | Qt.KeyboardModifier) -> None:
    QTest.keyClick(window.codes_page.list, *key)


def click(window: Window, place: QPoint) -> None:
    viewport = window.codes_page.list.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), place)


@pytest.mark.parametrize(
    "key", [(Qt.Key.Key_Return,), (Qt.Key.Key_Enter,), (Qt.Key.Key_Space,), (Qt.Key.Key_C, CTRL)]
)
def test_keys_copy_code_of_current_row(
    qtbot: QtBot, window: Window, services: FakeServices, key: tuple[object, ...]
) -> None:
    QGuiApplication.clipboard().clear()
    press(window, *key)
    assert copied() == at(window, services, STEP)


@pytest.mark.parametrize(("second", "offered"), [(26.9, False), (27.1, True), (29.9, True)])
def test_next_code_is_offered_in_last_three_seconds(
    qtbot: QtBot, window: Window, services: FakeServices, second: float, offered: bool
) -> None:
    set_clock(window, STEP + second)
    press(window, Qt.Key.Key_Return)
    assert copied() == at(window, services, STEP)
    assert window.toast.button.isVisible() is offered


@pytest.mark.parametrize("later_s", [0.5, 20, 40])
def test_offered_code_is_copied_unless_it_expired(
    qtbot: QtBot, window: Window, services: FakeServices, later_s: float
) -> None:
    set_clock(window, STEP + 28)
    press(window, Qt.Key.Key_Return)
    set_clock(window, STEP + 28 + later_s)
    window.toast.button.click()
    wanted = max(STEP + 30, STEP + 28 + later_s)
    assert copied() == at(window, services, wanted)
    assert not window.toast.button.isVisible()


def test_offer_is_reached_and_left_by_keyboard(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    set_clock(window, STEP + 28)
    window.codes_page.show_note("Something to know", "It has a button too.")
    window.activateWindow()
    window.codes_page.list.setFocus()
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Tab)
    assert window.toast.button.hasFocus()
    QTest.keyClick(window.toast.button, Qt.Key.Key_Escape)
    assert not window.toast.isVisible()
    assert window.codes_page.list.hasFocus()
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Tab)
    QTest.keyClick(window.toast.button, Qt.Key.Key_Return)
    assert copied() == at(window, services, STEP + 30)
    assert window.codes_page.list.hasFocus()
    assert "valid in 2 s" in window.toast.accessibleName()


def test_next_code_can_be_copied_at_any_time(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    press(window, Qt.Key.Key_C, CTRL | SHIFT)
    assert copied() == at(window, services, STEP + 30)
    assert "valid in 21 s" in window.toast.accessibleName()


def test_hotp_code_is_never_copied_twice_unless_shown(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    """No HOTP code is copied twice, except for the one that is shown."""
    entry = row(window, 4).entry
    window.codes_page.list.setCurrentIndex(window.codes_page.model.index(4))

    def code(counter: int) -> str:
        return code_of_counter(services.open_vault().account(entry.id), counter).value

    assert row(window, 4).next_counter == 0
    press(window, Qt.Key.Key_C, CTRL)
    qtbot.waitUntil(lambda: copied() == code(0))
    assert row(window, 4).next_counter == 1
    press(window, Qt.Key.Key_C, CTRL)
    assert copied() == code(0)
    press(window, Qt.Key.Key_C, CTRL | SHIFT)
    qtbot.waitUntil(lambda: copied() == code(1))
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: row(window, 4).code.counter == 2)
    assert copied() == code(1)
    assert services.open_vault().entry(entry.id).otp.counter == 3
    assert row(window, 4).next_counter == 3


# Hidden codes


@pytest.fixture
def hidden(qtbot: QtBot, window: Window) -> Window:
    window.session.change_settings({"hide_codes": True}, lambda _: None, lambda _: None)
    qtbot.waitUntil(lambda: row(window, 0).hidden)
    return window


def code_spot(window: Window, number: int) -> QPoint:
    place = window.codes_page.list.visualRect(window.codes_page.model.index(number))
    return window.codes_page.list.row_layout.code(place).center()


def pixels(window: Window) -> bytes:
    place = window.codes_page.list.visualRect(window.codes_page.model.index(0))
    box = window.codes_page.list.row_layout.code(place).adjusted(0, 0, -60, 0)
    image = window.codes_page.list.viewport().grab(box).toImage()  # owns the bytes
    return bytes(image.constBits())


def spoken(window: Window) -> str:
    return window.codes_page.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_hidden_code_is_neither_drawn_nor_announced(
    qtbot: QtBot, hidden: Window, services: FakeServices
) -> None:
    code = at(hidden, services, STEP)
    assert code not in spoken(hidden).replace(" ", "")
    before = pixels(hidden)
    set_clock(hidden, STEP + 39)
    hidden.codes_page.model.codes.refresh_codes()
    assert pixels(hidden) == before  # another code looks the same
    hidden.codes_page.code_mask.reveal(row(hidden, 0).entry.id)
    assert pixels(hidden) != before
    assert at(hidden, services, STEP + 39) in spoken(hidden).replace(" ", "")


def test_click_on_hidden_code_reveals_only_it_for_ten_seconds(qtbot: QtBot, hidden: Window) -> None:
    QGuiApplication.clipboard().clear()
    click(hidden, code_spot(hidden, 0))
    assert [row(hidden, number).hidden for number in (0, 1)] == [False, True]
    assert copied() == ""
    click(hidden, code_spot(hidden, 1))
    assert [row(hidden, number).hidden for number in (0, 1)] == [True, False]
    assert hidden.codes_page.code_mask._timer.isActive()
    assert hidden.codes_page.code_mask._timer.interval() == code_masking.SHOWN_MS == 10_000
    hidden.codes_page.code_mask._timer.timeout.emit()
    assert row(hidden, 1).hidden


def test_space_on_hidden_code_reveals_it_then_copies(
    qtbot: QtBot, hidden: Window, services: FakeServices
) -> None:
    QGuiApplication.clipboard().clear()
    press(hidden, Qt.Key.Key_Space)
    assert not row(hidden, 0).hidden
    assert copied() == ""
    press(hidden, Qt.Key.Key_Space)
    assert copied() == at(hidden, services, STEP)


@pytest.mark.parametrize("key", [(Qt.Key.Key_Return,), (Qt.Key.Key_C, CTRL)])
def test_hidden_code_is_copied_without_being_revealed(
    qtbot: QtBot, hidden: Window, services: FakeServices, key: tuple[object, ...]
) -> None:
    press(hidden, *key)
    assert copied() == at(hidden, services, STEP)
    assert row(hidden, 0).hidden
    QGuiApplication.clipboard().clear()
    place = hidden.codes_page.list.visualRect(hidden.codes_page.model.index(0))
    click(hidden, QPoint(place.left() + 20, place.top() + 20))
    assert copied() == at(hidden, services, STEP)
    assert row(hidden, 0).hidden


def test_revealed_code_is_hidden_again_when_list_is_left(qtbot: QtBot, hidden: Window) -> None:
    hidden.codes_page.code_mask.reveal(row(hidden, 0).entry.id)
    hidden.settings.open()
    hidden.navigation.home()
    assert row(hidden, 0).hidden


@pytest.mark.parametrize("grouping", list(Grouping))
def test_first_code_is_copied_without_its_gap_and_says_so(
    qtbot: QtBot, window: Window, services: FakeServices, grouping: Grouping
) -> None:
    """Panels refuse a code that is typed with the gap."""
    changed: list[bool] = []
    window.session.change_settings(
        {"grouping": grouping}, lambda *_: changed.append(True), pytest.fail
    )
    qtbot.waitUntil(lambda: changed == [True])
    page = window.enrolment.first_code_page()
    entry = row(window, 0).entry
    page.show_account(entry.id, services.open_vault().account(entry.id))
    window.navigation.show(page)
    qtbot.waitUntil(page.isVisible)
    page.copy.click()
    assert copied() == page.code.text().replace(" ", "")
    assert copied().isdecimal()
    seen = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    says_so = any("part of the code" in words for words in seen)
    assert says_so == (" " in page.code.text())
