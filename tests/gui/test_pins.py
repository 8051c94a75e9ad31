"""Accounts with a PIN in the window: asked for at review, kept with the key, changed in the edit
dialog."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from authenticator.clock.clock import FixedClock
from authenticator.gui.accounts.edit_dialog import EditDialog
from authenticator.gui.accounts.row import RowState
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.enrolment.details_page import DetailsPage
from authenticator.gui.window import Window
from authenticator.otp.account import Account, Label, MobileOtp, Totp, Yandex
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, fill
from tests.gui.test_accounts_page import row
from tests.gui.test_key_page import read_off, show

AT = 165892298.0
KEY = "e3152afee62599c8"
MOTP = f"motp://VPN:kim?secret={KEY}"
YANDEX_KEY = "LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI"
YANDEX = f"otpauth://yaotp/kim?secret={YANDEX_KEY}"
TOTP = "otpauth://totp/Panel:kim?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Panel"
VPN = Account(Label("VPN", "kim"), Secret(bytes.fromhex(KEY), "1234"), MobileOtp())


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 0).close()
    services.still = FixedClock(AT)
    opened = open_window()
    opened.activateWindow()
    qtbot.waitUntil(lambda: opened.session.is_open)
    return opened


@pytest.fixture
def listed(qtbot: QtBot, window: Window, services: FakeServices) -> Window:
    """A window whose list has one account with a PIN."""
    services.open_vault().add(VPN)
    window.session.accounts.reload()
    qtbot.waitUntil(lambda: window.codes_page.model.rowCount() == 1)
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)
    return window


def shown(window: Window) -> str:
    """The code in the first row; empty while its key is read."""
    code = row(window, 0).code
    return "" if code is None else code.value


def review(qtbot: QtBot, window: Window, *links: str) -> list[QLineEdit]:
    """Hand in links; return the fields for PINs that are shown."""
    window.enrolment.read([dropped_sources.DroppedSource("the text", text="\n".join(links))])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    fields = window.enrolment.review_page().pins.fields.values()
    return [field.entry for field in fields if field.isVisible()]


def test_pin_is_asked_for_and_its_code_shown(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    (entry,) = review(qtbot, window, MOTP)
    assert entry.hasFocus()
    assert entry.echoMode() is QLineEdit.EchoMode.Password
    assert entry.accessibleName() == "PIN of VPN: kim"
    QTest.keyClicks(entry, "1234")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert window.enrolment.first_code_page().code.text() == "e7d 8b6"
    window.enrolment.first_code_page().copy.click()
    assert QGuiApplication.clipboard().text() == "e7d8b6"
    (added,) = services.open_vault().entries()
    assert services.open_vault().account(added.id) == VPN


def test_account_is_not_added_without_its_pin(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    (entry,) = review(qtbot, window, MOTP)
    page = window.enrolment.review_page()
    for typed, words in (("", "missing"), ("1", "4 to 16"), ("12 34", "space")):
        entry.setText(typed)
        page.add.click()
        (field,) = page.pins.fields.values()
        assert words in field.error
        assert typed == "" or typed not in field.error or typed == "1"
        assert entry.hasFocus()
    assert page_name(window) == "Accounts found"
    assert services.open_vault().entries() == []


def test_one_without_its_pin_does_not_block_the_others(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    entries = review(qtbot, window, MOTP, TOTP, YANDEX)
    assert len(entries) == 2
    page = window.enrolment.review_page()
    entries[1].setText("7586")
    page.add.click()
    assert page_name(window) == "Accounts found"
    page.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert [field.isVisible() for field in page.pins.fields.values()] == [False, True]
    page.add.click()
    qtbot.waitUntil(lambda: shows_codes(window))
    added = services.open_vault().entries()
    assert [entry.label.issuer for entry in added] == ["Panel", "Yandex"]


def test_pin_of_an_account_that_is_there_already_is_not_asked_for(
    qtbot: QtBot, listed: Window
) -> None:
    assert review(qtbot, listed, MOTP) == []
    listed.enrolment.review_page().list.item(0).setCheckState(Qt.CheckState.Checked)
    assert listed.enrolment.review_page().pins.isVisible()


def test_other_pin_of_a_link_is_offered_as_an_update(
    qtbot: QtBot, listed: Window, services: FakeServices
) -> None:
    assert review(qtbot, listed, write_uri(VPN.with_pin("9999"))) == []
    page = listed.enrolment.review_page()
    assert "another PIN" in page.list.item(0).text()
    assert page.add.text() == "Update one account"
    page.add.click()
    qtbot.waitUntil(lambda: page_name(listed) == "New code")
    (entry,) = services.open_vault().entries()
    assert services.open_vault().account(entry.id) == VPN.with_pin("9999")


def test_update_of_a_name_keeps_the_pin_and_shows_its_code(
    qtbot: QtBot, listed: Window, services: FakeServices
) -> None:
    assert review(qtbot, listed, MOTP.replace("kim", "eve")) == []
    page = listed.enrolment.review_page()
    page.list.choose(0, 0)
    assert page.add.text() == "Update one account"
    assert not page.pins.isVisible()
    page.add.click()
    qtbot.waitUntil(lambda: page_name(listed) == "New code")
    assert listed.enrolment.first_code_page().code.text() == "e7d 8b6"
    (entry,) = services.open_vault().entries()
    assert entry.label == Label("VPN", "eve")


def test_typed_pin_is_forgotten_with_the_page(qtbot: QtBot, window: Window) -> None:
    (entry,) = review(qtbot, window, MOTP)
    entry.setText("1234")
    window.enrolment.review_page().back.emit()
    assert window.enrolment.review_page().pins.fields == {}


def test_details_of_an_account_without_its_pin_show_no_code_and_keep_what_was_typed(
    qtbot: QtBot, window: Window
) -> None:
    (entry,) = review(qtbot, window, MOTP)
    entry.setText("1234")
    page = window.enrolment.review_page()
    page.list.details_requested.emit(0)
    qtbot.waitUntil(lambda: page_name(window) == "Details")
    details = window.pages.currentWidget()
    assert isinstance(details, DetailsPage)
    assert details.skewed is None
    assert not details.check.isVisible()
    details.back.emit()
    assert page_name(window) == "Accounts found"
    assert [field.entry.text() for field in page.pins.fields.values()] == ["1234"]


@pytest.mark.parametrize(
    ("kind", "key", "pin", "code"),
    [("Mobile-OTP", KEY, "1234", "e7d 8b6"), ("Yandex", YANDEX_KEY, "7586", "")],
)
def test_typed_key_with_pin_leads_to_its_first_code(
    qtbot: QtBot, window: Window, kind: str, key: str, pin: str, code: str
) -> None:
    window.enrolment.enter_key()
    page = window.enrolment.enter_key_page()
    page.more.setChecked(True)
    page.how.type.entry.setCurrentText(kind)
    assert page.how.pin.isVisible()
    assert not page.how.digits.isVisible()
    QTest.keyClicks(page.account.entry, "kim")
    for letter in key:
        page.key.entry.insert(letter)
        assert page.key.error == ""
    page.add.click()
    assert "missing" in page.how.pin.error
    page.how.pin.entry.setText(pin)
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    shown = window.enrolment.first_code_page().code.text()
    assert shown == code or (not code and len(shown) == 9)


def test_wrong_character_of_a_hex_key_is_reported(qtbot: QtBot, window: Window) -> None:
    window.enrolment.enter_key()
    page = window.enrolment.enter_key_page()
    page.key.entry.setText("e3152x")
    page.how.type.entry.setCurrentText("Mobile-OTP")
    assert "position 6" in page.key.error
    page.how.type.entry.setCurrentText("Time (TOTP)")
    assert "position 3" in page.key.error  # 1 is in no Base32 key


def test_draft_keeps_type_and_pin_across_locking(qtbot: QtBot, window: Window) -> None:
    page = window.enrolment.enter_key_page()
    page.key.entry.setText(KEY)
    page.how.type.entry.setCurrentText("Mobile-OTP")
    page.how.pin.entry.setText("1234")
    draft = page.draft()
    page.clear()
    assert page.how.pin.entry.text() == ""
    page.restore(draft)
    assert page.how.pin.entry.text() == "1234"
    del draft["pin"]  # as earlier versions wrote it
    page.restore(draft)
    assert page.how.pin.entry.text() == ""


def edit(qtbot: QtBot, window: Window) -> EditDialog:
    window.codes_page.list.setCurrentIndex(window.codes_page.model.index(0))
    QTest.keyClick(window.codes_page.list, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: bool(window.findChildren(EditDialog)))
    dialog = window.findChildren(EditDialog)[-1]
    dialog.more.setChecked(True)
    return dialog


def test_changed_pin_makes_other_codes_at_once(
    qtbot: QtBot, listed: Window, services: FakeServices
) -> None:
    """Not those of the PIN that the list had read before."""
    assert row(listed, 0).code.value == "e7d8b6"
    dialog = edit(qtbot, listed)
    assert dialog.how.type.entry.currentText() == "Mobile-OTP"
    assert dialog.how.pin.entry.text() == ""
    dialog.how.pin.entry.setText("9")
    dialog.save()
    assert "4 to 16" in dialog.how.pin.error
    dialog.how.pin.entry.setText("9999")
    dialog.save()
    expected = code_at(VPN.with_pin("9999"), AT).value
    qtbot.waitUntil(lambda: shown(listed) == expected)


def test_pin_changed_by_another_process_makes_other_codes(
    qtbot: QtBot, listed: Window, services: FakeServices
) -> None:
    (entry,) = services.open_vault().entries()
    services.open_vault().edit(entry.id, pin="9999")
    listed.session.accounts.reload()
    expected = code_at(VPN.with_pin("9999"), AT).value
    qtbot.waitUntil(lambda: shown(listed) == expected)


def test_edit_with_an_empty_pin_keeps_it(
    qtbot: QtBot, listed: Window, services: FakeServices
) -> None:
    dialog = edit(qtbot, listed)
    dialog.account.entry.setText("eve")
    dialog.save()
    qtbot.waitUntil(lambda: row(listed, 0).entry.label.account == "eve")
    (entry,) = services.open_vault().entries()
    assert services.open_vault().account(entry.id).secret.pin == "1234"


def test_type_with_a_pin_is_saved_only_along_with_one(
    qtbot: QtBot, listed: Window, services: FakeServices
) -> None:
    (entry,) = services.open_vault().entries()
    services.open_vault().edit(entry.id, otp=Totp())
    listed.session.accounts.reload()
    qtbot.waitUntil(lambda: row(listed, 0).entry.otp == Totp())
    dialog = edit(qtbot, listed)
    dialog.how.type.entry.setCurrentText("Mobile-OTP")
    dialog.save()
    assert "missing" in dialog.how.pin.error
    dialog.how.pin.entry.setText("1234")
    dialog.save()
    qtbot.waitUntil(lambda: row(listed, 0).entry.otp == MobileOtp())
    assert services.open_vault().account(entry.id) == VPN


def test_key_page_shows_hex_and_a_code_that_reads_back(qtbot: QtBot, listed: Window) -> None:
    show(qtbot, listed)
    page = listed.accounts.key_page()
    assert page.key.text() == "e315 2afe e625 99c8"
    assert read_off(listed) == [write_uri(VPN)]
    assert "PIN" in page.notice.words
    page.copy.click()
    assert QGuiApplication.clipboard().text() == KEY


@pytest.mark.parametrize("size", [(320, 400), (400, 640)])
def test_codes_with_letters_fit_their_row(
    qtbot: QtBot, listed: Window, services: FakeServices, size: tuple[int, int]
) -> None:
    services.open_vault().add(
        Account(Label("Yandex", "kim"), Secret(b"sixteen bytes...", "7586"), Yandex())
    )
    listed.resize(*size)
    listed.session.accounts.reload()
    qtbot.waitUntil(lambda: listed.codes_page.model.rowCount() == 2)
    qtbot.waitUntil(lambda: row(listed, 1).state is RowState.CODE)
    assert row(listed, 1).code.value.isalpha()
    assert listed.width() == size[0]
