"""Entering a key: tolerant while typing, every fault at its field, then the code at once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from authenticator.app.codes import code_now
from authenticator.app.digit_grouping import grouped
from authenticator.clock.clock import FixedClock
from authenticator.gui.window import Window
from authenticator.otp.account import Algorithm, Hotp, Steam, Totp, account_from_fields
from authenticator.otp.code import code_of_counter
from tests.gui.conftest import Open, agree, page_name
from tests.gui.fakes import FakeServices, fill

AT = 1_700_000_000.0
KEY = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 0).close()
    services.still = FixedClock(AT)
    opened = open_window()
    qtbot.waitUntil(lambda: opened.session.is_open)
    opened.enrolment.enter_key()
    return opened


def test_typed_key_leads_to_page_with_its_first_code(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    page = window.enrolment.enter_key_page()
    qtbot.keyClicks(page.account.entry, "kim@example.org")
    qtbot.keyClicks(page.key.entry, "jbsw-y3dp ehpk 3pxp=")
    qtbot.keyClicks(page.issuer.entry, "Example Panel")
    qtbot.keyClick(page.issuer.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    value = code_now(account_from_fields(key=KEY), AT).value
    assert window.enrolment.first_code_page().code.text() == grouped(value)
    assert window.enrolment.first_code_page().code.font().pixelSize() == 56
    assert window.enrolment.first_code_page().ring.isVisible()
    window.enrolment.first_code_page().copy.click()
    assert QGuiApplication.clipboard().text() == value
    window.enrolment.first_code_page().finish.click()
    assert page_name(window) == "Codes"
    (entry,) = services.open_vault().entries()
    assert str(entry.label) == "Example Panel: kim@example.org"


def test_escape_on_first_code_page_returns_to_list(qtbot: QtBot, window: Window) -> None:
    page = window.enrolment.enter_key_page()
    qtbot.keyClicks(page.key.entry, KEY)
    qtbot.keyClick(page.key.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    qtbot.keyClick(window.enrolment.first_code_page().copy, Qt.Key.Key_Escape)
    assert page_name(window) == "Codes"


@pytest.mark.parametrize("typed", ["", "J", "jb", "JBSW Y3", "====", " - - ", KEY + "=="])
def test_half_typed_key_is_not_a_fault(qtbot: QtBot, window: Window, typed: str) -> None:
    page = window.enrolment.enter_key_page()
    qtbot.keyClicks(page.key.entry, typed)
    assert page.key.error == ""


@pytest.mark.parametrize(("typed", "place"), [("jb1w", 3), ("JBSW Y3DP 8", 11), ("ä", 1)])
def test_wrong_character_in_key_is_reported_with_its_place(
    qtbot: QtBot, window: Window, typed: str, place: int
) -> None:
    page = window.enrolment.enter_key_page()
    page.key.entry.setFocus()
    for letter in typed:
        page.key.entry.insert(letter)
    page.key.entry.textEdited.emit(typed)
    assert f"position {place}." in page.key.error
    page.add.click()
    assert page.key.entry.selectedText() == typed[place - 1]
    assert page_name(window) == "Enter the key"


def test_all_faults_are_shown_at_their_fields_at_once(qtbot: QtBot, window: Window) -> None:
    page = window.enrolment.enter_key_page()
    page.account.entry.setText("x" * 100_000)
    page.how.digits.entry.setText("99")
    page.how.period.entry.setText("often")
    page.add.click()
    for field in (page.account, page.key, page.how.digits, page.how.period):
        assert field.error
        assert field.entry.accessibleDescription() == f"{field.error} {field.hint}".strip()
    assert page.issuer.error == ""
    assert page.more.isChecked()


@pytest.mark.parametrize(
    ("row", "fields", "otp"),
    [
        (0, {"digits": "8", "period": "60"}, Totp(Algorithm.SHA512, 8, 60)),
        (1, {"digits": "7", "counter": "41"}, Hotp(Algorithm.SHA512, 7, 42)),
        (2, {}, Steam()),
    ],
)
def test_more_fields_set_otp_parameters(
    qtbot: QtBot,
    window: Window,
    services: FakeServices,
    row: int,
    fields: dict[str, str],
    otp: object,
) -> None:
    page = window.enrolment.enter_key_page()
    page.more.setChecked(True)
    page.how.type.entry.setCurrentIndex(row)
    page.how.algorithm.entry.setCurrentIndex(2)
    for name, value in fields.items():
        assert getattr(page.how, name).isVisible()
        getattr(page.how, name).entry.setText(value)
    page.account.entry.setText("kim")
    page.key.entry.setText(KEY)
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    # HOTP: the counter shown was saved as used before.
    qtbot.waitUntil(lambda: "•" not in window.enrolment.first_code_page().code.text())
    (entry,) = services.open_vault().entries()
    assert entry.otp == otp
    if isinstance(otp, Hotp):
        account = services.open_vault().account(entry.id)
        assert window.enrolment.first_code_page().code.text() == grouped(
            code_of_counter(account, 41).value
        )
        assert not window.enrolment.first_code_page().ring.isVisible()


def test_link_in_key_field_is_read_as_enrolment(qtbot: QtBot, window: Window) -> None:
    page = window.enrolment.enter_key_page()
    link = f"otpauth://totp/Wiki:kim?secret={KEY}&issuer=Wiki"
    page.key.entry.setText(link)
    page.key.entry.textEdited.emit(link)
    agree(qtbot, window)
    assert page.key.entry.text() == ""


def test_duplicate_account_is_offered_instead_of_added(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    for _ in range(2):
        window.enrolment.enter_key()
        page = window.enrolment.enter_key_page()
        assert page.key.entry.text() == ""
        page.account.entry.setText("kim")
        page.issuer.entry.setText("Wiki")
        page.key.entry.setText(KEY)
        page.add.click()
        qtbot.waitUntil(lambda: page_name(window) in ("New code", "Accounts found"))
    assert page_name(window) == "Accounts found"
    assert "already here" in window.enrolment.review_page().list.item(0).text().lower()
    assert not window.enrolment.review_page().add.isEnabled()
    assert len(services.open_vault().entries()) == 1
    window.enrolment.review_page().list.item(0).setCheckState(Qt.CheckState.Checked)
    window.enrolment.review_page().add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert len(services.open_vault().entries()) == 2


def test_code_on_first_code_page_changes_on_time_step(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    end = code_now(account_from_fields(key=KEY), AT).valid_until
    window.session.live_settings.clock = FixedClock(end - 0.1)
    window.enrolment.enter_key_page().key.entry.setText(KEY)
    window.enrolment.enter_key_page().add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    before = window.enrolment.first_code_page().code.text()
    assert (
        window.enrolment.first_code_page().code.font().bold()
        or window.enrolment.first_code_page().code.font().weight() >= 600
    )
    window.session.live_settings.clock = FixedClock(end + 0.0)
    qtbot.waitUntil(lambda: window.enrolment.first_code_page().code.text() != before)
    assert window.enrolment.first_code_page().code.text() == grouped(
        code_now(account_from_fields(key=KEY), end).value
    )


def test_ten_digit_code_fits_narrow_window(qtbot: QtBot, window: Window) -> None:
    window.resize(320, 400)
    page = window.enrolment.enter_key_page()
    page.key.entry.setText(KEY)
    page.how.digits.entry.setText("10")
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    qtbot.waitUntil(
        lambda: (
            window.enrolment.first_code_page()
            .code.fontMetrics()
            .horizontalAdvance(window.enrolment.first_code_page().code.text())
            <= window.enrolment.first_code_page().code.width()
        )
    )
