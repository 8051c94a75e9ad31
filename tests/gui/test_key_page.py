"""The key page: shown after a confirmation, for one minute, and nothing of it is kept."""

from collections.abc import Callable

import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMessageBox
from pytestqt.qtbot import QtBot

from authenticator.gui.accounts.row import Row, RowState
from authenticator.gui.accounts.row_data import ROW_ROLE
from authenticator.gui.window import Window
from authenticator.otp.account import Account, Hotp, Label, Totp
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, fill


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 3, counting=True).close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: row(opened, 0).state is RowState.CODE)
    qtbot.waitUntil(lambda: row(opened, 2).state is RowState.WAITING)
    return opened


def row(window: Window, number: int) -> Row:
    return window.codes_page.model.index(number).data(ROW_ROLE)


def show(qtbot: QtBot, window: Window, number: int = 0) -> None:
    window.codes_page.account_actions.show_key(row(window, number))
    (box,) = window.findChildren(QMessageBox)
    next(one for one in box.buttons() if one.text() == "Show").click()
    qtbot.waitUntil(lambda: page_name(window) == "QR code and key")


def kept(window: Window, services: FakeServices, number: int) -> Account:
    return services.open_vault().account(row(window, number).entry.id)


def read_off(window: Window) -> list[str]:
    """Return what a camera would read off the window."""
    grey = window.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), -1)
    return [code.text for code in zxingcpp.read_barcodes(pixels)]


def nothing_left(window: Window) -> bool:
    return (
        window.accounts.key_page()._account is None
        and window.accounts.key_page().key.text() == ""
        and not window.accounts.key_page().picture._code
    )


@pytest.mark.parametrize("size", [(400, 640), (320, 400), (900, 800)])
def test_key_page_qr_code_reads_back_and_key_is_in_groups_of_four(
    qtbot: QtBot, window: Window, services: FakeServices, size: tuple[int, int]
) -> None:
    window.resize(*size)
    show(qtbot, window)
    account = kept(window, services, 0)
    assert read_off(window) == [write_uri(account)]
    groups = window.accounts.key_page().key.text().split(" ")
    assert "".join(groups) == account.secret.base32()
    assert {len(group) for group in groups[:-1]} == {4}
    assert (
        window.accounts.key_page().key.textInteractionFlags()
        & Qt.TextInteractionFlag.TextSelectableByKeyboard
    )


def test_every_control_has_a_name(qtbot: QtBot, window: Window) -> None:
    show(qtbot, window)
    assert window.accounts.key_page().picture.accessibleName() == "QR code of the account"
    assert window.accounts.key_page().key.accessibleName() == "Key"
    for one in window.accounts.key_page().findChildren(QAbstractButton):
        assert one.accessibleName() or not one.isVisible()


def test_enter_and_escape_do_not_reveal_key(qtbot: QtBot, window: Window) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        window.codes_page.account_actions.show_key(row(window, 0))
        (box,) = window.findChildren(QMessageBox)
        assert "Zone panel" in box.text()
        qtbot.waitUntil(lambda box=box: box.defaultButton().hasFocus() or not box.isActiveWindow())
        QTest.keyClick(box.defaultButton(), key)
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
        assert page_name(window) == "Codes"


@pytest.mark.parametrize(
    "ending",
    [
        lambda window: window.accounts.key_page().finish.click(),
        lambda window: QTest.keyClick(window.accounts.key_page(), Qt.Key.Key_Escape),
        lambda window: window.accounts.key_page()._over.timeout.emit(),
        lambda window: window.session.open(),
    ],
    ids=["button", "escape", "a minute", "the vault is opened anew"],
)
def test_key_page_ends_at_list_and_forgets_key(
    qtbot: QtBot, window: Window, ending: Callable[[Window], None]
) -> None:
    show(qtbot, window)
    assert window.accounts.key_page()._over.isActive()
    assert window.accounts.key_page()._over.interval() == 60_000
    ending(window)
    qtbot.waitUntil(lambda: page_name(window) == "Codes")
    assert nothing_left(window)


def test_hiding_window_forgets_key(qtbot: QtBot, window: Window) -> None:
    show(qtbot, window)
    window.hide()
    assert nothing_left(window)
    assert not window.accounts.key_page()._over.isActive()
    window.show()
    assert page_name(window) == "Codes"


def test_key_is_copied_without_spaces(qtbot: QtBot, window: Window, services: FakeServices) -> None:
    show(qtbot, window)
    window.accounts.key_page().copy.click()
    assert QGuiApplication.clipboard().text() == kept(window, services, 0).secret.base32()


def test_hotp_account_shows_current_counter_and_warning(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.codes_page.account_actions.advance_counter(row(window, 2))
    qtbot.waitUntil(lambda: row(window, 2).state is RowState.CODE)
    show(qtbot, window, 2)
    assert "falls behind" in window.accounts.key_page().notice.words
    assert [text for text in read_off(window) if text.endswith("&counter=1")]


def test_key_too_long_for_qr_code_is_shown_alone(qtbot: QtBot, window: Window) -> None:
    long = Account(Label("ü" * 200, "ü" * 200), Secret(bytes(1024)), Totp())
    window.accounts.key_page().show_account(long)
    window.navigation.show(window.accounts.key_page())
    assert "Too long" in window.accounts.key_page().notice.words
    assert not window.accounts.key_page().picture.isVisible()
    assert window.accounts.key_page().key.text().replace(" ", "") == long.secret.base32()
    assert window.minimumSizeHint().width() <= 320


def test_only_hotp_accounts_get_warning(qtbot: QtBot, window: Window) -> None:
    for otp, warned in ((Hotp(), True), (Totp(), False)):
        window.accounts.key_page().show_account(Account(Label("a", "b"), Secret(bytes(20)), otp))
        window.navigation.show(window.accounts.key_page())
        assert window.accounts.key_page().notice.isVisible() is warned
